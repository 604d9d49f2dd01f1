//! Actions that a policy or a person refused: the decision that asked for them.
//!
//! Known to mislead: a refusal that was the right answer to what the person asked for.

use trace::{Field, Kind};

use super::Rule;
use super::findings::{Findings, called};
use crate::subject::{Part, Step};

/// Words of a policy or person that mean no.
const REFUSALS: &[&str] = &["deny", "block", "rejected", "expired"];

/// Whether a judgement refused something, in the sender's word.
pub(super) fn refusal(step: &Step) -> Option<&str> {
    if step.part != Part::Judgement {
        return None;
    }
    [Field::PolicyVerdict, Field::PolicyAction, Field::ApprovalDecision]
        .into_iter()
        .filter_map(|field| step.facts.text(field))
        .find(|word| REFUSALS.contains(word))
}

pub(super) fn find(findings: &mut Findings<'_>) {
    let subject = findings.subject;
    let refused = subject
        .steps
        .iter()
        .enumerate()
        .find_map(|(index, step)| Some((index, step, refusal(step)?)));
    let Some((index, step, word)) = refused else {
        return;
    };
    // What was judged: the action around it, else the decision before it.
    let judged = subject
        .steps
        .iter()
        .take(index)
        .rposition(|earlier| matches!(earlier.part, Part::Action | Part::Decision));
    let Some(judged) = judged else { return };
    let who = match step.kind {
        Kind::Approval => "a person",
        _ => "a policy",
    };
    let reason = match subject.step(judged) {
        Some(action) => format!(
            "{} was refused by {who} ({word}); the run asked for it here.",
            called(action)
        ),
        None => return,
    };
    let shown = findings.shows(index, format!("{who} said {word}"));
    findings.add(Rule::DeniedAction, judged, reason, shown);
}
