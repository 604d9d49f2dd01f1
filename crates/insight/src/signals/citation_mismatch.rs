//! An answer rests on documents it was never given.

use std::collections::HashSet;

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "citation_mismatch",
    meaning: "An answer states documents as its evidence that no search before it returned.",
    evidence: "The answer.",
    misleads: "Documents given to the model in its instructions, with no search recorded, look as if they came from nowhere: where nothing was searched it stays silent.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let mut given: HashSet<&str> = HashSet::new();
    let mut has_searched = false;
    let mut found = Vec::new();
    for step in &case.subject.steps {
        let documents = step.facts.list(Field::DocumentIds);
        if matches!(step.kind, Kind::Retrieval | Kind::Memory | Kind::Tool) {
            has_searched |= !documents.is_empty();
            given.extend(documents.iter().map(trace::Text::as_str));
        } else if has_searched && documents.iter().any(|id| !given.contains(id.as_str())) {
            found.push(step.node);
        }
    }
    found
}
