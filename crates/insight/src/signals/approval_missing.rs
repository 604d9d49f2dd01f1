//! Nobody was asked.

use std::collections::HashSet;

use trace::{Field, Kind};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "approval_missing",
    meaning: "A change was made without approval: a policy said to ask a person and nobody was asked, or other calls of the same tool in this run were approved and this one was not.",
    evidence: "The change.",
    misleads: "An approval given once for several calls.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let steps = &case.subject.steps;
    let mut approved: HashSet<&str> = HashSet::new();
    let mut changes: Vec<(bool, bool, &str, NodeId)> = Vec::new();
    let (mut is_asked, mut must_ask) = (false, false);
    for step in steps {
        if step.kind == Kind::Approval {
            is_asked = true;
        }
        if step.kind == Kind::Policy && step.facts.text(Field::PolicyAction) == Some("escalate") {
            must_ask = true;
        }
        let Some(tool) = step
            .tool()
            .filter(|tool| step.is_done() && case.effects.changes_state(tool))
        else {
            continue;
        };
        if is_asked {
            approved.insert(tool);
        }
        changes.push((is_asked, must_ask, tool, step.node));
        (is_asked, must_ask) = (false, false);
    }
    changes
        .into_iter()
        .filter(|(is_asked, must_ask, tool, _)| !is_asked && (*must_ask || approved.contains(tool)))
        .map(|(.., node)| node)
        .collect()
}
