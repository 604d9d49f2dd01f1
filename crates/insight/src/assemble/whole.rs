//! Facts that hold for a run as a whole.

use std::collections::HashMap;

use trace::query::RUN_FIELDS;
use trace::{ContentId, Facts, Field, Kind, Role, Text};

use super::totals::each_once;
use super::tree::{Node, NodeId, Tree};

/// A version is one of something: it is taken from a span that speaks of the same thing.
const VERSIONS: &[(Field, Field)] = &[
    (Field::ServiceVersion, Field::ServiceName),
    (Field::AgentVersion, Field::AgentName),
    (Field::WorkflowVersion, Field::WorkflowName),
    (Field::PromptVersion, Field::PromptName),
];

/// Each field as the topmost span that has it says, the earliest of them.
pub(super) fn facts(tree: &Tree) -> Facts {
    let mut order: Vec<(u32, NodeId)> = tree.iter().map(|(id, node)| (node.depth, id)).collect();
    order.sort_unstable();
    let mut facts = Facts::new();
    for field in RUN_FIELDS {
        let of = VERSIONS.iter().find(|(version, _)| version == field);
        let fits =
            |node: &Node| of.is_none_or(|(_, name)| node.span().facts.text(*name) == facts.text(*name));
        let value = order
            .iter()
            .map(|(_, id)| &tree[*id])
            .filter(|node| fits(node))
            .find_map(|node| node.span().facts.get(*field));
        if let Some(value) = value.cloned() {
            facts.set(*field, value);
        }
    }
    if let Some(dialect) = dialect(tree) {
        facts.set(Field::Dialect, dialect);
    }
    facts
}

/// The convention that most of the spans which say something of an agent's work were read by.
fn dialect(tree: &Tree) -> Option<Text> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for node in tree.nodes().iter().filter(|node| node.span().kind != Kind::Other) {
        if let Some(dialect) = node.span().facts.text(Field::Dialect) {
            *counts.entry(dialect).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .max_by_key(|(dialect, count)| (*count, std::cmp::Reverse(*dialect)))
        .map(|(dialect, _)| dialect.into())
}

/// Agents that took part.
pub(super) fn agents(tree: &Tree) -> Vec<Text> {
    let at_work = tree.nodes().iter().filter(|node| {
        matches!(
            node.span().kind,
            Kind::Agent | Kind::Model | Kind::Tool | Kind::Handoff
        )
    });
    each_once(at_work.filter_map(|node| node.span().facts.text(Field::AgentName)))
}

/// The goal in words, as stated, else what the topmost span was given.
pub(super) fn goal(tree: &Tree) -> Option<ContentId> {
    let of_role = |node: &Node, role: Role| {
        let mut references = node
            .span()
            .content
            .iter()
            .filter(|reference| reference.role == role);
        references.find_map(|reference| reference.content_id)
    };
    tree.nodes()
        .iter()
        .find_map(|node| of_role(node, Role::Goal))
        .or_else(|| tree.tops().find_map(|(_, node)| of_role(node, Role::Input)))
}
