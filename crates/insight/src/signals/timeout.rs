//! Time ran out.

use trace::{Field, Outcome, Status};

use super::{Case, Definition, has_error_word};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "timeout",
    meaning: "A step ended because its time ran out, or the run did.",
    evidence: "The step that ran out of time, else the root.",
    misleads: "A class that holds the word for another reason.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let steps = case.steps(|step| {
        let by_class = has_error_word(step, &["timeout", "timedout", "deadline"]);
        let by_status = matches!(step.facts.int(Field::HttpStatus), Some(408 | 504));
        step.status == Status::Error && (by_class || by_status)
    });
    match steps.is_empty() {
        true => case.top(case.subject.run.outcome == Outcome::TimedOut),
        false => steps,
    }
}
