//! The context was compacted.

use trace::Field;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "context_compacted",
    meaning: "The context of a conversation was compacted before a model call: what was said earlier may be lost to it.",
    evidence: "The model call.",
    misleads: "Compaction that nobody recorded stays unseen.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| step.facts.flag(Field::ContextCompacted) == Some(true))
}
