//! The work was passed to a person.

use trace::{Field, Outcome};

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "escalation",
    meaning: "The work was passed to a person: by a policy, by a tool that does so, or as the outcome says.",
    evidence: "The step that passed it on, else the root.",
    misleads: "A tool whose name speaks of people though it only asks them something.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let passed_on = case.steps(|step| {
        let is_policy = step.facts.text(Field::PolicyAction) == Some("escalate")
            || step.facts.text(Field::PolicyVerdict) == Some("escalate");
        let is_tool = step.is_done() && step.tool().is_some_and(crate::subject::effect::names_people);
        is_policy || is_tool
    });
    match passed_on.is_empty() {
        true => case.top(case.subject.run.outcome == Outcome::Escalated),
        false => passed_on,
    }
}
