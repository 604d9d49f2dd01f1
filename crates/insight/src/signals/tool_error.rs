//! A tool failed.

use trace::Status;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "tool_error",
    meaning: "The execution of a tool ended with an error.",
    evidence: "The execution.",
    misleads: "A tool that reports \"nothing found\" as an error; one that reports an error as an ordinary result stays unseen.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.steps(|step| step.tool().is_some() && step.status == Status::Error)
}
