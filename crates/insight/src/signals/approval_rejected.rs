//! A person said no.

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "approval_rejected",
    meaning: "A person refused what the agent asked to do.",
    evidence: "The approval.",
    misleads: "A rejection may be the right answer to what the user asked for.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| {
        step.kind == Kind::Approval && step.facts.text(Field::ApprovalDecision) == Some("rejected")
    })
}
