//! An answer with nothing found.

use trace::Kind;

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
    let last = searches.last().map(|step| step.number);
    match case.last_answer() {
        Some((_, answer))
            if !searches.is_empty()
                && searches.iter().all(|step| step.found_nothing())
                && Some(answer.number) > last =>
        {
            vec![answer.node]
        }
        _ => Vec::new(),
    }
}
