//! Something was tried again.

use trace::Field;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "retry",
    meaning: "A step tries an earlier one again.",
    evidence: "The later attempt.",
    misleads: "Two equal calls that nobody marked as attempts count only where the first failed.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| {
        step.is_retry
            || step
                .facts
                .int(Field::RetryAttempt)
                .is_some_and(|attempt| attempt > 1)
            || step.facts.int(Field::ResendCount).is_some_and(|times| times > 0)
    })
}
