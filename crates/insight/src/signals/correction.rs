//! A person corrected the result.

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;
use crate::subject::effect::words;

pub(super) const DEFINITION: Definition = Definition {
    name: "correction",
    meaning: "A person corrected what the agent proposed or did: an approval was edited, or a score says so.",
    evidence: "The approval, or what the score is about.",
    misleads: "A person who edits for taste corrects, too; the edit distance says how much.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let edited = case.steps(|step| {
        step.kind == Kind::Approval && step.facts.text(Field::ApprovalDecision) == Some("edited")
    });
    let tree = &case.assembled.tree;
    let corrected = case.scores.iter().map(|logged| &logged.score).filter(|score| {
        let is_correction = |word: &String| word == "correction" || word == "corrections";
        (score.source.is_none() || score.is_by_person()) && words(&score.name).iter().any(is_correction)
    });
    let mut nodes = edited;
    for score in corrected {
        let judged = score.span_id.and_then(|span_id| {
            let found = tree.iter().find(|(_, node)| node.span().span_id == span_id);
            found.map(|(id, _)| id)
        });
        nodes.extend(judged.map_or_else(|| case.top(true), |node| vec![node]));
    }
    nodes
}
