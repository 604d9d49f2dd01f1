//! Arguments or an answer had the wrong form.

use trace::{Field, Status};

use super::{Case, Definition, has_error_word};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "schema_violation",
    meaning: "A call failed because its arguments, or an answer because its form, did not fit the schema.",
    evidence: "The step that failed.",
    misleads: "Rests on the class of the error; a tool that reports it as text stays unseen.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    const FORM: &[&str] = &[
        "validation",
        "schema",
        "invalidargument",
        "invalidparam",
        "typeerror",
        "jsondecode",
        "outputparser",
        "parseerror",
    ];
    case.steps(|step| {
        (step.status == Status::Error && has_error_word(step, FORM))
            || step.facts.text(Field::RetryReason) == Some("invalid_output")
    })
}
