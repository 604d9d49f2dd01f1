//! What the rules found, while they look.

use trace::Text;

use super::{Evidence, Rule};
use crate::subject::{Step, Subject};

/// One rule's word about one decision.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// Index of the decision among the steps.
    pub(super) at: usize,
    pub(super) rule: Rule,
    pub(super) confidence: f64,
    pub(super) reason: String,
    pub(super) evidence: Vec<Evidence>,
}

impl Finding {
    /// Adds what another rule rests on, each span once.
    pub(super) fn add_evidence(&mut self, evidence: Vec<Evidence>) {
        for item in evidence {
            let is_known = self
                .evidence
                .iter()
                .any(|known| known.span_id == item.span_id && known.run_id == item.run_id);
            if !is_known {
                self.evidence.push(item);
            }
        }
    }
}

/// All findings on one run.
pub(super) struct Findings<'a> {
    pub(super) subject: &'a Subject,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) const fn of(subject: &'a Subject) -> Self {
        Self {
            subject,
            found: Vec::new(),
        }
    }

    /// Notes what a rule says about the action at an index: the decision behind it is the candidate.
    pub(super) fn add(&mut self, rule: Rule, about: usize, reason: String, evidence: Vec<Evidence>) {
        self.found.push(Finding {
            at: self.subject.decision_of(about),
            rule,
            confidence: rule.confidence(),
            reason,
            evidence,
        });
    }

    /// The same about a step that is itself in question: what it was given or ran under, not what decided it.
    pub(super) fn add_at(&mut self, rule: Rule, at: usize, reason: String, evidence: Vec<Evidence>) {
        self.found.push(Finding {
            at,
            rule,
            confidence: rule.confidence(),
            reason,
            evidence,
        });
    }

    /// The same, with a confidence of its own.
    pub(super) fn add_sure(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Makes nothing that was found so far surer than this.
    pub(super) fn at_most(&mut self, confidence: f64) {
        for finding in &mut self.found {
            finding.confidence = finding.confidence.min(confidence);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.found.iter()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_found(self) -> Vec<Finding> {
        self.found
    }

    /// A span of this run as evidence.
    pub(super) fn shows(&self, index: usize, shows: String) -> Vec<Evidence> {
        self.subject
            .step(index)
            .map(|step| evidence(self.subject, step, shows, Vec::new()))
            .into_iter()
            .collect()
    }
}

/// A span of a run as evidence.
pub(super) fn evidence(subject: &Subject, step: &Step, shows: String, arguments: Vec<Text>) -> Evidence {
    Evidence {
        run_id: subject.run.run_id.clone(),
        trace_id: step.trace_id,
        span_id: step.span_id,
        step: step.number,
        shows,
        arguments,
    }
}

/// What a step is called in a sentence.
pub(super) fn called(step: &Step) -> String {
    match step.tool() {
        Some(tool) => format!("`{tool}`"),
        None => format!("`{}`", step.name),
    }
}

/// Paths as a reader lists them.
pub(super) fn listed(paths: &[Text]) -> String {
    let shown: Vec<String> = paths.iter().take(4).map(|path| format!("`{path}`")).collect();
    let more = paths.len().saturating_sub(shown.len());
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
