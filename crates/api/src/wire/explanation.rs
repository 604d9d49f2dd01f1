//! The first wrong decision of a run, as JSON.

use insight::explain::{self, words};
use serde::Serialize;
use trace::RunId;
use utoipa::ToSchema;

use super::rfc3339;

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
    /// What people said, oldest first: scores named `first_wrong_decision` whose source is `human` and whose label is
    /// `confirm`, `dispute` or `nothing`. Never overwritten by a rule.
    pub words: Vec<Word>,
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
    /// How people see it: suggested (nobody said anything, or they are even), confirmed, disputed.
    pub standing: &'static str,
}

/// What a person said of the first wrong decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ExplanationWord)]
pub struct Word {
    /// `confirm`, `dispute`, or `nothing` (no decision was wrong).
    pub verdict: &'static str,
    /// Trace of the step; `null` for a word on the whole run.
    #[schema(required)]
    pub trace_id: Option<String>,
    /// The step.
    #[schema(required)]
    pub span_id: Option<String>,
    /// When.
    pub time: String,
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
            candidates: explanation
                .candidates
                .iter()
                .map(|candidate| Candidate::new(candidate, &explanation.words))
                .collect(),
            compared_with: explanation.compared_with.iter().map(RunId::to_string).collect(),
            missing: explanation.missing.clone(),
            words: explanation.words.iter().map(Word::from).collect(),
        }
    }
}

impl From<&words::Word> for Word {
    fn from(word: &words::Word) -> Self {
        Self {
            verdict: word.verdict.as_str(),
            trace_id: word.trace_id.map(|trace_id| trace_id.to_string()),
            span_id: word.span_id.map(|span_id| span_id.to_string()),
            time: rfc3339(word.time),
        }
    }
}

impl Candidate {
    fn new(candidate: &explain::Candidate, said: &[words::Word]) -> Self {
        Self {
            trace_id: candidate.trace_id.to_string(),
            span_id: candidate.span_id.to_string(),
            step: candidate.step,
            rule: candidate.rule.as_str(),
            confidence: candidate.confidence,
            level: explain::Level::of(candidate.confidence).as_str(),
            reason: candidate.reason.clone(),
            evidence: candidate.evidence.iter().map(Evidence::from).collect(),
            standing: words::standing(said, candidate.span_id).as_str(),
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
