//! The model refused.

use trace::Field;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "refused",
    meaning: "A model refused to answer, or its provider filtered the answer.",
    evidence: "The model call.",
    misleads: "A refusal written as ordinary text stays unseen.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| {
        let reasons = step.facts.list(Field::FinishReasons);
        reasons
            .iter()
            .any(|reason| matches!(reason.as_str(), "content_filter" | "refusal"))
    })
}
