//! The request itself: where a change is in question, what was asked for may have been wrong or unclear already.
//!
//! People confirm before a change is made, so the last message before it is often a mere yes. The longer one of the
//! last two messages before the decision is taken for the request.

use super::Rule;
use super::findings::{Finding, Findings, called};
use crate::subject::Part;
use crate::subject::effect::Effects;

pub(super) fn find(findings: &mut Findings<'_>, effects: &Effects) {
    let subject = findings.subject;
    let changed_by = |decision: usize| {
        subject
            .tools()
            .find(|(_, tool, step)| step.decided_by == decision && effects.changes_state(tool))
            .map(|(index, ..)| index)
    };
    let in_question = findings
        .iter()
        .filter(|finding| finding.rule != Rule::ChangeMissing)
        .filter_map(|finding| Some((finding.at, changed_by(finding.at)?, finding.confidence)))
        .max_by(|one, other| one.2.total_cmp(&other.2));
    let Some((decision, about, confidence)) = in_question else {
        return;
    };
    let Some(request) = before(findings, decision) else {
        return;
    };
    let Some(action) = subject.step(about) else { return };
    findings.add_sure(Finding {
        at: request,
        rule: Rule::Request,
        confidence: Rule::Request.confidence().min(0.9 * confidence),
        reason: format!(
            "This is what was asked for before {}: the request itself may have been wrong or unclear.",
            called(action)
        ),
        evidence: findings.shows(about, format!("{} followed", called(action))),
    });
}

/// The message that asked for what a decision did.
pub(super) fn before(findings: &Findings<'_>, decision: usize) -> Option<usize> {
    findings
        .subject
        .steps
        .iter()
        .enumerate()
        .take(decision)
        .rev()
        .filter(|(_, step)| step.part == Part::Message)
        .take(2)
        .max_by_key(|(index, step)| (step.output_bytes, std::cmp::Reverse(*index)))
        .map(|(index, _)| index)
}
