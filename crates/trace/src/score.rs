//! A score: a fact that arrives, often later, about a run or one of its spans.

use crate::content::{Body, ContentRef};
use crate::ids::{ScoreId, SpanId, Text, TraceId};
use crate::time::UnixNanos;

/// One judgement of a run or span: user feedback, correction, business outcome, evaluator result, verdict.
#[derive(Clone, PartialEq, Debug)]
pub struct Score {
    /// Its identity: the same judgement sent twice is stored once. A dialect sets a plain hash of all it says;
    /// the gate replaces it by a keyed one.
    pub score_id: ScoreId,
    /// Trace of what is judged; `None` where only a run id or a response id was given.
    pub trace_id: Option<TraceId>,
    /// The span that is judged; `None` for the whole run.
    pub span_id: Option<SpanId>,
    /// Run that is judged, where the sender stated it.
    pub stated_run_id: Option<Text>,
    /// Response that is judged, where the sender joins by it.
    pub response_id: Option<Text>,
    /// What is judged.
    pub name: Text,
    /// The number, in the unit of its name.
    pub value: Option<f64>,
    /// The word, such as `pass`.
    pub label: Option<Text>,
    /// Who judged: human, model, code, or unknown as `None`.
    pub source: Option<Text>,
    /// When it was judged.
    pub time: UnixNanos,
    /// Explanation, as content.
    pub content: Vec<ContentRef>,
}

impl Score {
    /// Whether a person judged.
    #[must_use]
    pub fn is_by_person(&self) -> bool {
        self.source
            .as_deref()
            .is_some_and(|source| source.eq_ignore_ascii_case("human"))
    }
}

/// A score before the gate: its explanation is still with it, uncleared.
#[derive(Clone, PartialEq, Debug)]
pub struct DecodedScore {
    /// The facts.
    pub score: Score,
    /// The explanation, uncleared.
    pub bodies: Vec<Body>,
}
