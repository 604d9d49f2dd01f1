//! An answer was cut off.

use trace::Field;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "truncated_output",
    meaning: "A model stopped because it reached its limit of output tokens.",
    evidence: "The model call.",
    misleads: "A limit of one token, set on purpose to classify, counts too.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| {
        step.facts
            .list(Field::FinishReasons)
            .iter()
            .any(|reason| reason == "length")
    })
}
