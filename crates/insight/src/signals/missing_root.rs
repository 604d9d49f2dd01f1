//! The root never came.

use super::{Case, Definition};
use crate::assemble::{NodeId, Place};

pub(super) const DEFINITION: Definition = Definition {
    name: "missing_root",
    meaning: "A trace of the run has no root: the span its others belong to never arrived.",
    evidence: "The topmost spans that did.",
    misleads: "A run that is still being sent; it settles, and the signal goes, when the root comes.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let tops = case.assembled.tree.tops();
    tops.filter(|(_, node)| node.place != Place::Root)
        .map(|(id, _)| id)
        .collect()
}
