//! A budget ran out.

use trace::{Field, Outcome};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "budget_exhausted",
    meaning: "A budget of tokens, cost, steps, time or calls ran out.",
    evidence: "The span that said so, else the root.",
    misleads: "A limit that was reached on the last step, with the goal met, still counts.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let tree = &case.assembled.tree;
    let said = tree.iter().filter(|(_, node)| {
        let facts = &node.span().facts;
        let is_used_up = || {
            let used = facts
                .double(Field::BudgetUsed)
                .zip(facts.double(Field::BudgetLimit));
            used.is_some_and(|(used, limit)| limit > 0.0 && used >= limit)
        };
        facts.flag(Field::BudgetExhausted).unwrap_or_else(is_used_up)
    });
    let nodes: Vec<NodeId> = said.map(|(id, _)| id).collect();
    match nodes.is_empty() {
        true => case.top(case.subject.run.outcome == Outcome::BudgetExhausted),
        false => nodes,
    }
}
