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
    /// `found`: a rule found a candidate, or people named one; `unsure`: none is better than a hint; `nothing`: the run
    /// reached its goal, has not ended, nothing speaks for any step, or people say that nothing was wrong.
    pub verdict: &'static str,
    /// At most three: what people confirm first, then the best, then the others in the order of the run, and what people
    /// dispute last.
    pub candidates: Vec<Candidate>,
    /// Successful runs of the same task that it was compared with.
    pub compared_with: Vec<String>,
    /// What would have helped and was not there, in plain words.
    pub missing: Vec<String>,
    /// What people said, oldest first: scores named `first_wrong_decision` whose source is `human` and whose label is
    /// `confirm`, `dispute`, `nothing` or `withdraw`. Never overwritten by a rule.
    pub words: Vec<Word>,
    /// People who hold a view, after all they said.
    pub people: usize,
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
    /// How sure, 0 to 1: how often candidates of this kind were right on labelled runs; of a step that only people named
    /// (rule `person`), the share of them who say so.
    pub confidence: f64,
    /// The same in a word: high, medium or low.
    pub level: &'static str,
    /// Why, in plain words and without any value.
    pub reason: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// How people see it: suggested (nobody said anything, or they are even), confirmed, disputed.
    pub standing: &'static str,
    /// People who confirm it.
    pub confirmed_by: u32,
    /// People who dispute it, name another step, or say that nothing was wrong.
    pub disputed_by: u32,
}

/// What a person said of the first wrong decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = ExplanationWord)]
pub struct Word {
    /// `confirm`, `dispute`, `nothing` (no decision was wrong), or `withdraw` (all the same person said before).
    pub verdict: &'static str,
    /// Who said it, as an id or a token; `null` where that is not known.
    #[schema(required)]
    pub reviewer: Option<String>,
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
            people: words::people(&explanation.words),
        }
    }
}

impl From<&words::Word> for Word {
    fn from(word: &words::Word) -> Self {
        Self {
            verdict: word.verdict.as_str(),
            reviewer: word.reviewer.as_ref().map(ToString::to_string),
            trace_id: word.trace_id.map(|trace_id| trace_id.to_string()),
            span_id: word.span_id.map(|span_id| span_id.to_string()),
            time: rfc3339(word.time),
        }
    }
}

impl Candidate {
    fn new(candidate: &explain::Candidate, said: &[words::Word]) -> Self {
        let votes = words::votes(said, candidate.span_id);
        Self {
            trace_id: candidate.trace_id.to_string(),
            span_id: candidate.span_id.to_string(),
            step: candidate.step,
            rule: candidate.rule.as_str(),
            confidence: candidate.confidence,
            level: explain::Level::of(candidate.confidence).as_str(),
            reason: candidate.reason.clone(),
            evidence: candidate.evidence.iter().map(Evidence::from).collect(),
            standing: votes.standing().as_str(),
            confirmed_by: votes.confirming,
            disputed_by: votes.disputing,
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
