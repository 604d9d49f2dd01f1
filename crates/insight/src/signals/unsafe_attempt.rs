//! Something that a policy forbids was tried.

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "unsafe_attempt",
    meaning: "The agent tried what a policy forbids: a guardrail denied or blocked it.",
    evidence: "The judgement.",
    misleads: "A guardrail that denies too much; a person who refuses is counted apart.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| {
        step.kind == Kind::Policy
            && (step.facts.text(Field::PolicyVerdict) == Some("deny")
                || step.facts.text(Field::PolicyAction) == Some("block"))
    })
}
