//! A score: a fact that arrives, often later, about a run or one of its spans.

use crate::content::{Body, ContentRef};
use crate::ids::{ScoreId, SpanId, Text, TraceId};
use crate::time::UnixNanos;

/// The kind of judge that is a person; others are `model` and `code`.
pub const PERSON: &str = "human";

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
    /// Who judged, as [`source`] writes it: `human`, or `human:anna` where it is known which; `None` is unknown.
    pub source: Option<Text>,
    /// When it was judged.
    pub time: UnixNanos,
    /// Explanation, as content.
    pub content: Vec<ContentRef>,
}

impl Score {
    /// What kind of judge: human, model or code.
    #[must_use]
    pub fn judge_kind(&self) -> Option<&str> {
        self.source.as_deref().map(|source| source_parts(source).0)
    }

    /// Which person, model or program, where that is known.
    #[must_use]
    pub fn judge(&self) -> Option<&str> {
        self.source.as_deref().and_then(|source| source_parts(source).1)
    }

    /// Whether a person judged.
    #[must_use]
    pub fn is_by_person(&self) -> bool {
        self.judge_kind()
            .is_some_and(|kind| kind.eq_ignore_ascii_case(PERSON))
    }
}

/// A source: a kind of judge, and which one where that is known.
#[must_use]
pub fn source(kind: &str, judge: Option<&str>) -> Text {
    match judge.filter(|judge| !judge.is_empty()) {
        Some(judge) => compact_str::format_compact!("{kind}:{judge}"),
        None => kind.into(),
    }
}

/// The kind of judge of a source, and which one.
#[must_use]
pub fn source_parts(source: &str) -> (&str, Option<&str>) {
    match source.split_once(':') {
        Some((kind, judge)) => (kind, Some(judge).filter(|judge| !judge.is_empty())),
        None => (source, None),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_says_what_kind_of_judge_and_which() {
        assert_eq!(
            source_parts(&source(PERSON, Some("anna"))),
            (PERSON, Some("anna"))
        );
        assert_eq!(source_parts(&source(PERSON, None)), (PERSON, None));
        assert_eq!(source(PERSON, Some("")), PERSON);
        assert_eq!(
            source_parts("model:vendor:large"),
            ("model", Some("vendor:large"))
        );
    }
}
