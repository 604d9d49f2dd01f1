//! A tool that is not there.

use std::collections::HashSet;

use trace::{Field, Kind, Status};

use super::{Case, Definition, has_error_word};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "tool_choice_error",
    meaning: "The model asked for a tool that is not there: the call says so, or no call of that name was ever run though others were.",
    evidence: "The call that failed, else the model call.",
    misleads: "A tool that the provider runs itself may have no span of its own; where a later call of the model shows its result, it was run.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    const UNKNOWN: &[&str] = &[
        "toolnotfound",
        "unknowntool",
        "nosuchtool",
        "invalidtool",
        "unknownfunction",
    ];
    let mut found = case.steps(|step| step.status == Status::Error && has_error_word(step, UNKNOWN));
    let run: HashSet<&str> = case.subject.tools().map(|(_, tool, _)| tool).collect();
    let steps = &case.subject.steps;
    let answered: HashSet<&str> = steps
        .iter()
        .flat_map(|step| step.facts.list(Field::AnsweredToolNames))
        .map(trace::Text::as_str)
        .collect();
    if run.is_empty() || !found.is_empty() {
        return found;
    }
    let models = case
        .subject
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.kind == Kind::Model);
    for (index, step) in models {
        let goes_on = case
            .subject
            .steps
            .iter()
            .skip(index + 1)
            .any(|later| later.kind == Kind::Model);
        let asked = step.facts.list(Field::CalledToolNames);
        if goes_on
            && asked.iter().any(|name| {
                !name.is_empty() && !run.contains(name.as_str()) && !answered.contains(name.as_str())
            })
        {
            found.push(step.node);
        }
    }
    found
}
