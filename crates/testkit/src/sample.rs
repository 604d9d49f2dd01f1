//! Small spans, scores and batches, made in a line.

use std::sync::Arc;

use privacy::{Cleared, Gate, Keys, Policy};
use trace::content::{Body, Sensitive};
use trace::ports::LoggedSpan;
use trace::score::{DecodedScore, Score};
use trace::span::{Batch, Decoded, DecodedSpan, Link, Span};
use trace::time::NANOS_PER_MILLI;
use trace::{
    Author, CaptureLevel, Facts, Field, Kind, Media, ProjectId, Record, Role, ScoreId, Sequence, SpanId,
    Status, Text, TraceId, UnixNanos, Value, WorkspaceId,
};

/// When sample time begins.
pub const EPOCH: UnixNanos = UnixNanos(1_700_000_000_000_000_000);

/// An instant of sample time.
#[must_use]
pub const fn at_millis(millis: i64) -> UnixNanos {
    EPOCH.plus_nanos(millis * NANOS_PER_MILLI)
}

/// The trace with this number.
#[must_use]
pub const fn trace_id(number: u64) -> TraceId {
    TraceId::new((0xace0_0000_0000_0000_0000_0000_0000_0000 | number as u128).to_be_bytes())
}

/// The span with this number.
#[must_use]
pub const fn span_id(number: u64) -> SpanId {
    SpanId::new((0x5a00_0000_0000_0000 | number).to_be_bytes())
}

/// The workspace of samples.
#[must_use]
pub fn workspace() -> WorkspaceId {
    WorkspaceId::new("default")
}

/// The project of samples.
#[must_use]
pub fn project() -> ProjectId {
    ProjectId::new("default")
}

/// A span in the making.
#[derive(Clone, Debug)]
pub struct SpanBuilder(DecodedSpan);

/// A finished span of kind `other`, from 0 to 1 ms of sample time, in trace and with id of these numbers.
#[must_use]
pub fn span(trace: u64, span: u64) -> SpanBuilder {
    SpanBuilder(DecodedSpan {
        span: Span {
            trace_id: trace_id(trace),
            span_id: span_id(span),
            parent_id: None,
            record: Record::Finished,
            supplement: 0,
            kind: Kind::Other,
            name: Text::new("step"),
            start: EPOCH,
            duration_nanos: Some(NANOS_PER_MILLI),
            status: Status::Unknown,
            facts: Facts::new(),
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            content: Vec::new(),
            withheld: Vec::new(),
            policy_version: Text::default(),
        },
        bodies: Vec::new(),
    })
}

impl SpanBuilder {
    /// Below the span with this number.
    #[must_use]
    pub const fn below(mut self, parent: u64) -> Self {
        self.0.span.parent_id = Some(span_id(parent));
        self
    }

    /// Of this kind.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.0.span.kind = kind;
        self
    }

    /// With this name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.span.name = name.into();
        self
    }

    /// From one instant of sample time to another.
    #[must_use]
    pub const fn millis(mut self, from: i64, to: i64) -> Self {
        self.0.span.start = at_millis(from);
        self.0.span.duration_nanos = Some((to - from) * NANOS_PER_MILLI);
        self
    }

    /// Begun, and not seen to end.
    #[must_use]
    pub const fn started(mut self) -> Self {
        self.0.span.record = Record::Started;
        self.0.span.duration_nanos = None;
        self
    }

    /// As this record.
    #[must_use]
    pub const fn record(mut self, record: Record) -> Self {
        self.0.span.record = record;
        self
    }

    /// As a log record that adds to its span.
    #[must_use]
    pub const fn supplement(mut self, supplement: u64) -> Self {
        self.0.span.record = Record::Supplement;
        self.0.span.supplement = supplement;
        self
    }

    /// Ended so.
    #[must_use]
    pub const fn status(mut self, status: Status) -> Self {
        self.0.span.status = status;
        self
    }

    /// With this fact.
    #[must_use]
    pub fn fact(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.0.span.facts.set(field, value);
        self
    }

    /// With a list of short texts.
    #[must_use]
    pub fn list(self, field: Field, texts: &[&str]) -> Self {
        let texts: Vec<Text> = texts.iter().map(|text| Text::from(*text)).collect();
        self.fact(field, texts)
    }

    /// A model call that was answered, with these tokens.
    #[must_use]
    pub fn model(self, name: &str, input: i64, output: i64) -> Self {
        self.kind(Kind::Model)
            .fact(Field::ModelRequested, name)
            .fact(Field::InputTokens, input)
            .fact(Field::OutputTokens, output)
    }

    /// An execution of this tool.
    #[must_use]
    pub fn tool(self, name: &str) -> Self {
        self.kind(Kind::Tool).name(name).fact(Field::ToolName, name)
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, role: Role, text: &str) -> Self {
        let position = self.0.bodies.iter().filter(|body| body.role == role).count();
        self.0.bodies.push(Body {
            role,
            position: u32::try_from(position).unwrap_or(u32::MAX),
            author: (role == Role::InputMessage).then_some(Author::User),
            key: Text::new("sample"),
            media: Media::Text,
            text: Sensitive::new(text.to_owned()),
        });
        self
    }

    /// Takes up again what another trace left.
    #[must_use]
    pub fn resumes(mut self, trace: u64, span: u64) -> Self {
        self.0.span.links.push(Link {
            trace_id: trace_id(trace),
            span_id: span_id(span),
            is_resume: true,
        });
        self
    }

    /// As a dialect would hand it on.
    #[must_use]
    pub fn decoded(self) -> DecodedSpan {
        self.0
    }

    /// As the store would answer it, had nothing been withheld.
    #[must_use]
    pub fn logged(self, sequence: u64) -> Arc<LoggedSpan> {
        Arc::new(LoggedSpan {
            workspace_id: workspace(),
            project_id: project(),
            sequence: Sequence(sequence),
            received_at: EPOCH,
            span: self.0.span,
            conflict: false,
        })
    }
}

/// A score of this name and value about a span.
#[must_use]
pub fn score(trace: u64, span: Option<u64>, name: &str, value: f64) -> DecodedScore {
    let mut id = [0; 16];
    for (byte, name) in id.iter_mut().zip(name.bytes().chain(value.to_be_bytes())) {
        *byte = name;
    }
    if let Some(last) = id.last_mut() {
        *last = trace.to_be_bytes().iter().fold(0, |sum, byte| sum ^ byte);
    }
    DecodedScore {
        score: Score {
            score_id: ScoreId::new(id),
            trace_id: Some(trace_id(trace)),
            span_id: span.map(span_id),
            stated_run_id: None,
            response_id: None,
            name: name.into(),
            value: Some(value),
            label: None,
            source: None,
            time: at_millis(1_000),
            content: Vec::new(),
        },
        bodies: Vec::new(),
    }
}

/// A batch as a dialect would hand it on.
#[must_use]
pub fn decoded(spans: impl IntoIterator<Item = SpanBuilder>, scores: Vec<DecodedScore>) -> Decoded {
    Decoded {
        workspace_id: workspace(),
        project_id: project(),
        received_at: at_millis(10_000),
        spans: spans.into_iter().map(SpanBuilder::decoded).collect(),
        scores,
    }
}

/// The gate of samples, at a capture level.
#[must_use]
pub fn gate(capture: CaptureLevel) -> Gate {
    Gate::new(Policy::with_capture(capture), Keys::derive(&[7; 32], "samples"))
}

/// A cleared batch of these spans, with content.
#[must_use]
pub fn cleared(spans: impl IntoIterator<Item = SpanBuilder>) -> Cleared<Batch> {
    gate(CaptureLevel::Redacted).clear(decoded(spans, Vec::new()))
}

/// A cleared batch of these scores.
#[must_use]
pub fn cleared_scores(scores: Vec<DecodedScore>) -> Cleared<Batch> {
    gate(CaptureLevel::Redacted).clear(decoded([], scores))
}
