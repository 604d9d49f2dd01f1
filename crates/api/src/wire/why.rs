//! The Why rows of a run or span, as JSON.

use insight::why;
use serde::Serialize;
use trace::RunId;
use utoipa::ToSchema;

use crate::reading::{Bodies, plain_text};

/// Longest text of a body that comes with a row, in characters; the span has it whole.
const EXCERPT_CHARACTERS_MAX: usize = 600;

/// Nine rows that say why: of a run, or of one of its spans.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Why {
    /// The run.
    pub run_id: String,
    /// The span; `null` where the rows are those of the run as a whole.
    #[schema(required)]
    pub span: Option<Source>,
    /// Always nine, in this order: goal, selected_context, decision, tool_call, guardrail, approval, cost, latency,
    /// stop_reason.
    pub rows: Vec<Row>,
    /// What is there of the fields an explanation needs.
    pub evidence: Evidence,
}

/// One row.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = WhyRow)]
pub struct Row {
    /// Which of the nine.
    pub row: &'static str,
    /// `recorded`, `withheld` (recorded, and the policy kept the content back), `not_recorded` (see the hint), or
    /// `not_needed` (the step has none and needs none).
    pub state: &'static str,
    /// The value in one line: names, words, numbers.
    #[schema(required)]
    pub value: Option<String>,
    /// Bodies that say it in full.
    pub bodies: Vec<Body>,
    /// Spans it comes from, the most telling first.
    pub sources: Vec<Source>,
    /// What to record, where there is a gap.
    #[schema(required)]
    pub hint: Option<Hint>,
}

/// A span that something comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = WhySource)]
pub struct Source {
    /// Its trace.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
    /// Its place among the spans of the run as they are listed, from 0.
    pub step: u32,
}

/// A body that a row rests on. The span has it whole, with what the policy did to it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = WhyBody)]
pub struct Body {
    /// Trace of the span that holds it.
    pub trace_id: String,
    /// That span.
    pub span_id: String,
    /// What it is to that span.
    pub role: &'static str,
    /// Its place among the bodies of that role.
    pub position: u32,
    /// Its length as it arrived, in bytes.
    pub size_bytes: u64,
    /// The beginning of its text; `null` where it was withheld.
    #[schema(required)]
    pub text: Option<String>,
    /// Whether there is more of it than that.
    pub is_cut: bool,
}

/// What fills a gap.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = WhyHint)]
pub struct Hint {
    /// The attribute to send, as the dialect in use spells it.
    pub attribute: String,
    /// What to do, in a sentence.
    pub says: String,
}

/// What is there of the evidence.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = WhyEvidence)]
pub struct Evidence {
    /// Share of the needed fields that is there, 0 to 1.
    pub score: f64,
    /// Fields that are there.
    pub filled: u32,
    /// Fields that are needed.
    pub needed: u32,
    /// What is missing, the most frequent first.
    pub gaps: Vec<Gap>,
}

/// A field that is missing.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = WhyGap)]
pub struct Gap {
    /// The field.
    pub field: &'static str,
    /// Spans that lack it; 1 where the run as a whole does.
    pub spans: u32,
    /// One of them.
    #[schema(required)]
    pub example: Option<Source>,
    /// What to record.
    pub hint: Hint,
}

impl Why {
    pub(crate) fn new(run_id: &RunId, why: &why::Why, bodies: &Bodies) -> Self {
        Self {
            run_id: run_id.to_string(),
            span: why.about.map(Source::from),
            rows: why.rows.iter().map(|row| Row::new(row, bodies)).collect(),
            evidence: Evidence {
                score: why.evidence.score,
                filled: why.evidence.filled,
                needed: why.evidence.needed,
                gaps: why.evidence.gaps.iter().map(Gap::from).collect(),
            },
        }
    }
}

impl Row {
    fn new(row: &why::Row, bodies: &Bodies) -> Self {
        Self {
            row: row.question.as_str(),
            state: row.state.as_str(),
            value: row.value.clone(),
            bodies: row.bodies.iter().map(|body| Body::new(body, bodies)).collect(),
            sources: row.sources.iter().copied().map(Source::from).collect(),
            hint: row.hint.as_ref().map(Hint::from),
        }
    }
}

impl Body {
    fn new(body: &why::BodyRef, bodies: &Bodies) -> Self {
        let whole = body
            .content_id
            .and_then(|id| bodies.get(&id))
            .map(|content| plain_text(content.text.expose()));
        let text: Option<String> = whole
            .as_ref()
            .map(|text| text.chars().take(EXCERPT_CHARACTERS_MAX).collect());
        Self {
            trace_id: body.source.trace_id.to_string(),
            span_id: body.source.span_id.to_string(),
            role: body.role.as_str(),
            position: body.position,
            size_bytes: body.size_bytes,
            is_cut: text.as_ref().map(String::len) != whole.as_ref().map(String::len),
            text,
        }
    }
}

impl From<why::Source> for Source {
    fn from(source: why::Source) -> Self {
        Self {
            trace_id: source.trace_id.to_string(),
            span_id: source.span_id.to_string(),
            step: source.step,
        }
    }
}

impl From<&why::Hint> for Hint {
    fn from(hint: &why::Hint) -> Self {
        Self {
            attribute: hint.attribute.to_string(),
            says: hint.says.clone(),
        }
    }
}

impl From<&why::evidence::Gap> for Gap {
    fn from(gap: &why::evidence::Gap) -> Self {
        Self {
            field: gap.field,
            spans: gap.spans,
            example: gap.example.map(Source::from),
            hint: Hint::from(&gap.hint),
        }
    }
}
