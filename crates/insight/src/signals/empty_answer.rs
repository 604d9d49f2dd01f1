//! The last answer was empty.

use trace::Field;

use super::{Case, Definition};
use crate::assemble::NodeId;

pub(super) const DEFINITION: Definition = Definition {
    name: "empty_answer",
    meaning: "The last model call of the run answered with nothing, and asked for no call.",
    evidence: "That model call.",
    misleads: "Needs the tokens or the form of the answer; a call whose output nobody recorded is not taken for empty.",
};

pub(super) fn find(case: &Case<'_>) -> Vec<NodeId> {
    let Some((_, step)) = case.last_answer() else {
        return Vec::new();
    };
    let is_empty = step.output_bytes == 0
        && (step.facts.int(Field::OutputTokens) == Some(0)
            || step.facts.flag(Field::OutputPresent) == Some(false)
            || step.facts.text(Field::OutputForm) == Some("none"));
    match is_empty {
        true => vec![step.node],
        false => Vec::new(),
    }
}
