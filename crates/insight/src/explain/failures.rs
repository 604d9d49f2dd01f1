//! Failures that end a run: one that others follow from, and a budget that ran out.
//!
//! Known to mislead: an outage that no decision of the agent could have avoided. Where it began is still shown.

use trace::{Field, Status};

use super::Rule;
use super::findings::{Findings, called};
use crate::subject::Part;

/// From this many failures of one class on, the first is where a cascade began.
const CASCADE_FAILURES_MIN: usize = 2;

pub(super) fn find(findings: &mut Findings<'_>) {
    cascade(findings);
    budget(findings);
}

/// Failures of one class that the run never got out of: from the first of them on, no action succeeded.
fn cascade(findings: &mut Findings<'_>) {
    let subject = findings.subject;
    let actions = subject.steps.iter().enumerate().rev();
    let failures: Vec<(usize, &str)> = actions
        .filter(|(_, step)| step.part == Part::Action)
        .map_while(|(index, step)| {
            let class = step
                .facts
                .text(Field::ErrorClass)
                .filter(|_| step.status == Status::Error);
            class.map(|class| (index, class))
        })
        .collect();
    let Some((index, class)) = failures.last().copied() else {
        return;
    };
    let is_one_class = failures.iter().all(|(_, other)| *other == class);
    if failures.len() < CASCADE_FAILURES_MIN || !is_one_class {
        return;
    }
    let Some(step) = subject.step(index) else { return };
    let reason = format!(
        "{} failed, and {} more calls failed in the same way after it; none succeeded again.",
        called(step),
        failures.len() - 1
    );
    let shown = findings.shows(index, "the first of these failures".to_owned());
    findings.add(Rule::FailureCascade, index, reason, shown);
}

fn budget(findings: &mut Findings<'_>) {
    let subject = findings.subject;
    let is_used_up = |step: &crate::subject::Step| {
        let used = step
            .facts
            .double(Field::BudgetUsed)
            .zip(step.facts.double(Field::BudgetLimit));
        let by_figures = used.is_some_and(|(used, limit)| limit > 0.0 && used >= limit);
        step.facts.flag(Field::BudgetExhausted).unwrap_or(by_figures)
    };
    if let Some(index) = subject.steps.iter().position(is_used_up) {
        let reason = "A budget ran out here; what the run still had to do could not be done.".to_owned();
        let shown = findings.shows(index, "the step at which it ran out".to_owned());
        findings.add_at(Rule::BudgetExhausted, index, reason, shown);
    }
}
