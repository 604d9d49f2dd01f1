//! Signals: named, deterministic findings on a run, each with the spans that show it.
//!
//! One module each says in its `DEFINITION` what is counted, what the evidence is and what is known to fire wrongly;
//! the reference page is made from these. A signal sees an assembled run and its scores, never the store; a field it
//! needs and does not have makes it silent.

mod abandonment;
mod approval_expired;
mod approval_missing;
mod approval_rejected;
mod budget_exhausted;
mod citation_mismatch;
mod context_compacted;
mod correction;
mod empty_answer;
mod escalation;
mod looped;
mod missing_root;
mod no_evidence_answer;
mod refused;
mod retry;
mod schema_violation;
mod stalled;
#[cfg(test)]
mod tests;
mod timeout;
mod tool_choice_error;
mod tool_error;
mod truncated_output;
mod unsafe_attempt;

use trace::ports::LoggedScore;
use trace::{Field, Kind, Text};

use crate::assemble::{Assembled, NodeId};
use crate::subject::effect::{Effects, words};
use crate::subject::{Step, Subject};

/// Most spans that are given as evidence of one signal; the count is that of all.
const SPANS_MAX: usize = 20;

/// What a signal is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Definition {
    /// Its name, as in `signal:NAME`.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub meaning: &'static str,
    /// Which spans show it.
    pub evidence: &'static str,
    /// What is known to fire wrongly, or to stay silent.
    pub misleads: &'static str,
}

/// A signal found on a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    /// Which.
    pub definition: &'static Definition,
    /// How many spans show it.
    pub count: u32,
    /// Those spans, the first of them.
    pub nodes: Vec<NodeId>,
}

/// What a signal looks at.
struct Case<'a> {
    assembled: &'a Assembled,
    subject: &'a Subject,
    effects: &'a Effects,
    scores: &'a [LoggedScore],
}

type Find = fn(&Case<'_>) -> Vec<NodeId>;

/// All signals, by name.
const ALL: &[(&Definition, Find)] = &[
    (&abandonment::DEFINITION, abandonment::find),
    (&approval_expired::DEFINITION, approval_expired::find),
    (&approval_missing::DEFINITION, approval_missing::find),
    (&approval_rejected::DEFINITION, approval_rejected::find),
    (&budget_exhausted::DEFINITION, budget_exhausted::find),
    (&citation_mismatch::DEFINITION, citation_mismatch::find),
    (&context_compacted::DEFINITION, context_compacted::find),
    (&correction::DEFINITION, correction::find),
    (&empty_answer::DEFINITION, empty_answer::find),
    (&escalation::DEFINITION, escalation::find),
    (&looped::DEFINITION, looped::find),
    (&missing_root::DEFINITION, missing_root::find),
    (&no_evidence_answer::DEFINITION, no_evidence_answer::find),
    (&refused::DEFINITION, refused::find),
    (&retry::DEFINITION, retry::find),
    (&schema_violation::DEFINITION, schema_violation::find),
    (&stalled::DEFINITION, stalled::find),
    (&timeout::DEFINITION, timeout::find),
    (&tool_choice_error::DEFINITION, tool_choice_error::find),
    (&tool_error::DEFINITION, tool_error::find),
    (&truncated_output::DEFINITION, truncated_output::find),
    (&unsafe_attempt::DEFINITION, unsafe_attempt::find),
];

/// The definitions of all signals, by name.
pub fn definitions() -> impl ExactSizeIterator<Item = &'static Definition> {
    ALL.iter().map(|(definition, _)| *definition)
}

/// The signals of a run, by name.
#[must_use]
pub fn of(
    assembled: &Assembled,
    subject: &Subject,
    effects: &Effects,
    scores: &[LoggedScore],
) -> Vec<Signal> {
    let case = Case {
        assembled,
        subject,
        effects,
        scores,
    };
    ALL.iter()
        .filter_map(|(definition, find)| {
            let mut nodes = find(&case);
            nodes.sort_unstable();
            nodes.dedup();
            let count = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
            nodes.truncate(SPANS_MAX);
            (count > 0).then_some(Signal {
                definition,
                count,
                nodes,
            })
        })
        .collect()
}

/// Names of signals as a row holds them: sorted, each once.
#[must_use]
pub fn names(signals: &[Signal]) -> Vec<Text> {
    signals
        .iter()
        .map(|signal| Text::const_new(signal.definition.name))
        .collect()
}

/// The reference page.
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(
        "# Signals\n\nGenerated from `crates/insight/src/signals`; do not edit.\n\nA signal is a named, deterministic \
         finding on a run with the spans that show it. Filter by it: `signal:loop`. Each is computed when a run \
         settles, and again by `everyframe rebuild`.\n",
    );
    for definition in definitions() {
        page.push_str(&format!(
            "\n## `{}`\n\n{}\n\n- Evidence: {}\n- Misleads: {}\n",
            definition.name, definition.meaning, definition.evidence, definition.misleads
        ));
    }
    page
}

impl<'a> Case<'a> {
    /// Steps that meet a condition.
    fn steps(&self, is_so: impl Fn(&Step) -> bool) -> Vec<NodeId> {
        let steps = self.subject.steps.iter().filter(|step| is_so(step));
        steps.map(|step| step.node).collect()
    }

    /// The span that speaks for the run, where something holds for the run as a whole.
    fn top(&self, is_so: bool) -> Vec<NodeId> {
        crate::assemble::topmost(&self.assembled.tree)
            .filter(|_| is_so)
            .into_iter()
            .collect()
    }

    /// The last decision that answers: it asks for no further call.
    fn last_answer(&self) -> Option<(usize, &'a Step)> {
        let last = self.subject.steps.iter().enumerate().rev();
        last.into_iter().find(|(_, step)| {
            step.kind == Kind::Model && step.is_done() && step.facts.list(Field::CalledToolNames).is_empty()
        })
    }
}

/// Whether the class of an error holds one of these words.
fn has_error_word(step: &Step, wanted: &[&str]) -> bool {
    let class = step.facts.text(Field::ErrorClass).unwrap_or_default();
    let compact: String = words(class).concat();
    wanted.iter().any(|word| compact.contains(word))
}
