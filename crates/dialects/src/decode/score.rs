//! Judgements of quality that come with telemetry: they are scores of what they judge, not spans.

use trace::content::{Body, Sensitive};
use trace::score::{DecodedScore, Score};
use trace::{Media, Role, ScoreId, SpanId, Text, TraceId, UnixNanos};

use super::draft::{Draft, Family, Indexed};
use crate::otlp::{AnyValue, Attribute};
use crate::value::{as_f64, as_text};

/// One judgement, before it is known what it is about.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Judgement {
    name: Text,
    value: Option<f64>,
    label: Option<Text>,
    source: Option<Text>,
    response_id: Option<Text>,
    explanation: Option<String>,
    explanation_key: &'static str,
    /// When it was judged; `None` takes the time of the span.
    pub(crate) time: Option<UnixNanos>,
    /// It is about the whole run, not about the span it stands on.
    is_whole: bool,
}

/// What is judged.
pub(crate) struct Target {
    pub(crate) trace_id: Option<TraceId>,
    pub(crate) span_id: Option<SpanId>,
    pub(crate) stated_run_id: Option<Text>,
    pub(crate) time: UnixNanos,
}

/// Reads the attributes of `gen_ai.evaluation.result`; `None` if it names no judgement.
pub(crate) fn read_evaluation(attributes: &[Attribute<'_>]) -> Option<Judgement> {
    let mut judgement = Judgement {
        explanation_key: "gen_ai.evaluation.explanation",
        ..Judgement::default()
    };
    for Attribute { key, value } in attributes {
        match key.as_ref() {
            "gen_ai.evaluation.name" => judgement.name = text(value).unwrap_or_default(),
            "gen_ai.evaluation.score.value" => judgement.value = as_f64(value),
            "gen_ai.evaluation.score.label" => judgement.label = text(value),
            "gen_ai.evaluation.explanation" => judgement.explanation = as_text(value).map(Into::into),
            "gen_ai.response.id" => judgement.response_id = text(value),
            _ => {}
        }
    }
    (!judgement.name.is_empty()).then_some(judgement)
}

fn text(value: &AnyValue<'_>) -> Option<Text> {
    as_text(value).filter(|text| !text.is_empty()).map(Text::from)
}

/// Reads flattened annotations and evaluations of OpenInference into the draft's judgements.
pub(crate) fn read_annotations(draft: &mut Draft<'_>, indexed: &[Indexed<'_>]) {
    let families = [
        Family::Annotation,
        Family::Evaluation,
        Family::TraceAnnotation,
        Family::TraceEvaluation,
    ];
    for family in families {
        let entries: Vec<&Indexed<'_>> = indexed.iter().filter(|entry| entry.family == family).collect();
        for group in entries.chunk_by(|one, other| one.index == other.index) {
            draft.scores.extend(annotation_of(family, group));
        }
    }
}

fn annotation_of(family: Family, group: &[&Indexed<'_>]) -> Option<Judgement> {
    let mut judgement = Judgement {
        explanation_key: "annotation.explanation",
        is_whole: matches!(family, Family::TraceAnnotation | Family::TraceEvaluation),
        ..Judgement::default()
    };
    for entry in group {
        match entry.rest.rsplit('.').next().unwrap_or_default() {
            "name" => judgement.name = text(entry.value).unwrap_or_default(),
            "score" => judgement.value = as_f64(entry.value),
            "label" => judgement.label = text(entry.value),
            "explanation" => judgement.explanation = as_text(entry.value).map(Into::into),
            "annotator_kind" => {
                judgement.source = text(entry.value).map(|kind| match kind.as_str() {
                    "HUMAN" => Text::from("human"),
                    "LLM" => Text::from("model"),
                    "CODE" => Text::from("code"),
                    _ => kind,
                });
            }
            _ => {}
        }
    }
    (!judgement.name.is_empty()).then_some(judgement)
}

impl Judgement {
    /// The score of a target. Its id is a hash of all it says about what, so that it is the same when sent again.
    pub(crate) fn about(self, target: Target) -> DecodedScore {
        let span_id = target.span_id.filter(|_| !self.is_whole);
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &[u8]| {
            hasher.update(&part.len().to_le_bytes());
            hasher.update(part);
        };
        add(target.trace_id.as_ref().map_or(&[][..], |id| id.as_bytes()));
        add(span_id.as_ref().map_or(&[][..], |id| id.as_bytes()));
        add(target.stated_run_id.as_deref().unwrap_or_default().as_bytes());
        add(self.response_id.as_deref().unwrap_or_default().as_bytes());
        add(self.name.as_bytes());
        add(&self.value.map_or([0xff; 8], f64::to_le_bytes));
        add(self.label.as_deref().unwrap_or_default().as_bytes());
        add(self.source.as_deref().unwrap_or_default().as_bytes());
        add(self.explanation.as_deref().unwrap_or_default().as_bytes());
        let time = self.time.unwrap_or(target.time);
        add(&time.0.to_le_bytes());
        let bodies = self.explanation.filter(|text| !text.is_empty()).map(|text| Body {
            role: Role::Explanation,
            position: 0,
            author: None,
            key: self.explanation_key.into(),
            media: Media::Text,
            text: Sensitive::new(text),
        });
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        DecodedScore {
            score: Score {
                score_id: ScoreId::new(id),
                trace_id: target.trace_id,
                span_id,
                stated_run_id: target.stated_run_id,
                response_id: self.response_id,
                name: self.name,
                value: self.value,
                label: self.label,
                source: self.source,
                time,
                content: Vec::new(),
            },
            bodies: bodies.into_iter().collect(),
        }
    }
}
