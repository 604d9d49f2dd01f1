//! The user left before the end.

use trace::Outcome;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "abandonment",
    meaning: "The user left before the goal was met.",
    evidence: "The root of the run.",
    misleads: "Rests on an outcome that somebody stated: silence alone is no abandonment.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    case.top(case.subject.run.outcome == Outcome::Abandoned)
}
