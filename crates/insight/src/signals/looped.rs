//! The same call again and again.

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "loop",
    meaning: "A call was made three times or more with the same arguments and the same result, while nothing changed in between.",
    evidence: "The calls from the second on.",
    misleads: "Polling: a call that is meant to be made until its answer changes.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let loops = crate::explain::loops::of(case.subject, case.effects);
    let repeats = loops.iter().flat_map(|calls| calls.iter().skip(1));
    repeats
        .filter_map(|index| Some(case.subject.step(*index)?.node))
        .collect()
}
