//! Nobody decided in time.

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "approval_expired",
    meaning: "A request for approval ended without anybody deciding.",
    evidence: "The approval.",
    misleads: "An approval that was withdrawn is not counted: it was cancelled.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| {
        step.kind == Kind::Approval && step.facts.text(Field::ApprovalDecision) == Some("expired")
    })
}
