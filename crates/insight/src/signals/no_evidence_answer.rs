//! An answer with nothing found.

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "no_evidence_answer",
    meaning: "The run searched, found nothing at all, and answered all the same.",
    evidence: "The answer.",
    misleads: "Searches that do not record what they found are taken for neither.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let searches: Vec<_> = case
        .subject
        .steps
        .iter()
        .filter(|step| step.kind == Kind::Retrieval)
        .collect();
    let is_empty = |step: &&crate::subject::Step| {
        step.facts.list(Field::DocumentIds).is_empty()
            && (step.facts.flag(Field::OutputPresent) == Some(false)
                || step
                    .result
                    .as_ref()
                    .is_some_and(|shape| shape.leaves().iter().all(|leaf| leaf.size_bytes == 0)))
    };
    let last = searches.last().map(|step| step.number);
    match case.last_answer() {
        Some((_, answer))
            if !searches.is_empty() && searches.iter().all(is_empty) && Some(answer.number) > last =>
        {
            vec![answer.node]
        }
        _ => Vec::new(),
    }
}
