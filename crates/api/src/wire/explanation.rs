//! The first wrong decision of a run, as JSON.

use insight::explain;
use serde::Serialize;
use trace::RunId;
use utoipa::ToSchema;

/// Why a run did not reach its goal, as far as that can be told without a model and without guessing.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// The run.
    pub run_id: String,
    /// `found`: a rule found a candidate; `unsure`: none is better than a hint; `nothing`: the run reached its goal,
    /// has not ended, or nothing speaks for any step.
    pub verdict: &'static str,
    /// At most three: the best first, the others in the order of the run.
    pub candidates: Vec<Candidate>,
    /// Successful runs of the same task that it was compared with.
    pub compared_with: Vec<String>,
    /// What would have helped and was not there, in plain words.
    pub missing: Vec<String>,
}

/// A candidate for the first wrong decision: a suggestion until a person confirms it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Candidate {
    /// Trace of the span.
    pub trace_id: String,
    /// The span that decided.
    pub span_id: String,
    /// Its place among the spans of the run as they are listed, from 0 for the root.
    pub step: u32,
    /// The rule that found it.
    pub rule: &'static str,
    /// How sure, 0 to 1: how often candidates of this kind were right on labelled runs.
    pub confidence: f64,
    /// The same in a word: high, medium or low.
    pub level: &'static str,
    /// Why, in plain words and without any value.
    pub reason: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// A span that shows what a candidate rests on.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = CandidateEvidence)]
pub struct Evidence {
    /// The run of the span: this one, or one it was compared with.
    pub run_id: String,
    /// Trace of the span.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
    /// Its place among the spans of its run.
    pub step: u32,
    /// What it shows.
    pub shows: String,
    /// Paths of the arguments in question.
    pub arguments: Vec<String>,
}

impl Explanation {
    pub(crate) fn new(run_id: &RunId, explanation: &explain::Explanation) -> Self {
        Self {
            run_id: run_id.to_string(),
            verdict: explanation.verdict.as_str(),
            candidates: explanation.candidates.iter().map(Candidate::from).collect(),
            compared_with: explanation.compared_with.iter().map(RunId::to_string).collect(),
            missing: explanation.missing.clone(),
        }
    }
}

impl From<&explain::Candidate> for Candidate {
    fn from(candidate: &explain::Candidate) -> Self {
        Self {
            trace_id: candidate.trace_id.to_string(),
            span_id: candidate.span_id.to_string(),
            step: candidate.step,
            rule: candidate.rule.as_str(),
            confidence: candidate.confidence,
            level: explain::Level::of(candidate.confidence).as_str(),
            reason: candidate.reason.clone(),
            evidence: candidate.evidence.iter().map(Evidence::from).collect(),
        }
    }
}

impl From<&explain::Evidence> for Evidence {
    fn from(evidence: &explain::Evidence) -> Self {
        Self {
            run_id: evidence.run_id.to_string(),
            trace_id: evidence.trace_id.to_string(),
            span_id: evidence.span_id.to_string(),
            step: evidence.step,
            shows: evidence.shows.clone(),
            arguments: evidence.arguments.iter().map(ToString::to_string).collect(),
        }
    }
}
