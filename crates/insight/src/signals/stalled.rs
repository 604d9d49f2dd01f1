//! Nothing happened for most of the run.

use trace::{Kind, UnixNanos};

use super::{Case, Definition};
use crate::assemble::NodeId;
use crate::subject::Part;

pub(super) const DEFINITION: Definition = Definition {
    name: "stalled",
    meaning: "Nothing ran for at least a minute that took half of the run or more, and nobody was waited for.",
    evidence: "The step after the gap.",
    misleads: "Work that is not instrumented looks like a gap.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    const GAP_NANOS_MIN: i64 = 60 * 1_000_000_000;
    let steps = &case.subject.steps;
    let Some(run_nanos) = case.subject.run.duration_nanos else {
        return Vec::new();
    };
    let mut busy_until: Option<UnixNanos> = None;
    let mut found = Vec::new();
    for step in steps {
        let gap = busy_until.map_or(0, |until| step.start.since(until));
        let waits = step.part == Part::Message || step.kind == Kind::Approval;
        if gap >= GAP_NANOS_MIN && gap >= run_nanos / 2 && !waits {
            found.push(step.node);
        }
        let end = step.start.plus_nanos(step.duration_nanos.unwrap_or(0));
        busy_until = busy_until.max(Some(end));
    }
    found
}
