//! A span: one operation, as facts. What it says with content is referred to, not held.

use crate::content::{Body, Content, ContentRef};
use crate::facts::{Facts, Value};
use crate::field::Field;
use crate::ids::{ProjectId, SpanId, Text, TraceId, WorkspaceId};
use crate::score::{DecodedScore, Score};
use crate::time::UnixNanos;
use crate::words::{Clearance, Kind, Record, Status};

/// Value of [`Field::ClockMark`] for a record whose sender gave no time: it has the time of receipt.
pub const CLOCK_MARK_RECEIVED: &str = "received";

/// Attribute of a span or resource with which a sender asks for less to be kept of it: its value is a
/// [`CaptureLevel`](crate::CaptureLevel). Dialects hand it on, the gate obeys it, and nothing stores it.
pub const CAPTURE_ATTRIBUTE: &str = "everyframe.capture";

/// One operation in our vocabulary.
#[derive(Clone, PartialEq, Debug)]
pub struct Span {
    /// Trace it belongs to.
    pub trace_id: TraceId,
    /// Its id within the trace.
    pub span_id: SpanId,
    /// The span it was part of; `None` for a root.
    pub parent_id: Option<SpanId>,
    /// Which record of the span this is.
    pub record: Record,
    /// Tells several supplements of one span apart (0 for every other record): a hash of what the log record
    /// said, so that a redelivered log record is the same supplement. A dialect sets a plain hash; the gate
    /// replaces it by a keyed one, as a plain hash of short text can be guessed.
    pub supplement: u64,
    /// What it does.
    pub kind: Kind,
    /// Its name, as the sender gave it and the gate let through.
    pub name: Text,
    /// When it began, by the sender's clock.
    pub start: UnixNanos,
    /// How long it took, in nanoseconds; `None` while it runs or where nobody said.
    pub duration_nanos: Option<i64>,
    /// How it ended.
    pub status: Status,
    /// Fields of the registry.
    pub facts: Facts,
    /// The sender's other attributes, by key.
    pub attributes: Vec<(Text, Value)>,
    /// Named moments within it.
    pub events: Vec<Event>,
    /// Other spans it points to.
    pub links: Vec<Link>,
    /// Its bodies. Empty before the gate, where [`DecodedSpan::bodies`] holds them.
    pub content: Vec<ContentRef>,
    /// Fields and attributes that the gate did not let through as sent.
    pub withheld: Vec<Withheld>,
    /// Version of the policy that cleared it; empty before the gate.
    pub policy_version: Text,
}

impl Span {
    /// When it ended; `None` while it runs.
    #[must_use]
    pub fn end(&self) -> Option<UnixNanos> {
        self.duration_nanos.map(|nanos| self.start.plus_nanos(nanos))
    }

    /// Makes this record whole with an earlier one of the same span (`started` before `finished`): what this one
    /// does not know is taken from the earlier, and so is the start where this one's sender gave no time.
    pub fn complete_from(&mut self, earlier: &Self) {
        let has_no_time = self.facts.text(Field::ClockMark) == Some(CLOCK_MARK_RECEIVED);
        if has_no_time && earlier.start <= self.start {
            // Without a latency either, it took from one receipt to the other.
            if self.record == Record::Finished && self.duration_nanos.unwrap_or(0) == 0 {
                self.duration_nanos = Some(self.start.since(earlier.start));
            }
            self.start = earlier.start;
        }
        if self.name.is_empty() {
            self.name = earlier.name.clone();
        }
        if self.kind == Kind::Other {
            self.kind = earlier.kind;
        }
        self.parent_id = self.parent_id.or(earlier.parent_id);
        self.facts.fill_from(&earlier.facts);
        let known = |key: &Text, list: &[(Text, Value)]| list.iter().any(|(known, _)| known == key);
        for (key, value) in &earlier.attributes {
            if !known(key, &self.attributes) {
                self.attributes.push((key.clone(), value.clone()));
            }
        }
        for reference in &earlier.content {
            let is_known =
                |own: &ContentRef| own.role == reference.role && own.position == reference.position;
            if !self.content.iter().any(is_known) {
                self.content.push(reference.clone());
            }
        }
        if self.events.is_empty() {
            self.events.clone_from(&earlier.events);
        }
        if self.links.is_empty() {
            self.links.clone_from(&earlier.links);
        }
    }

    /// What makes two records the same one: a redelivery has the key of what it repeats.
    #[must_use]
    pub const fn key(&self) -> SpanKey {
        SpanKey {
            trace_id: self.trace_id,
            span_id: self.span_id,
            supplement: self.supplement,
        }
    }
}

/// Identity of one span record within a workspace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SpanKey {
    /// Trace of the span.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// See [`Span::supplement`].
    pub supplement: u64,
}

/// A named moment within a span. Its text is content and stands among the span's bodies.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Its name.
    pub name: Text,
    /// When.
    pub time: UnixNanos,
    /// Its attributes that are facts.
    pub attributes: Vec<(Text, Value)>,
}

/// A pointer to another span.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// Trace of the other span.
    pub trace_id: TraceId,
    /// The other span.
    pub span_id: SpanId,
    /// Whether the link says that this trace takes up the work of that one again.
    pub is_resume: bool,
}

/// A field or attribute that was not stored as sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withheld {
    /// Name of the field, or a sender's key where the policy knows it; an unknown key is never named.
    pub field: Text,
    /// What was done.
    pub clearance: Clearance,
    /// The rule that decided.
    pub rule: Text,
    /// How many values; more than 1 where unknown keys are counted together.
    pub count: u32,
}

/// A span as a dialect read it, before the gate: its bodies are still with it, uncleared.
#[derive(Clone, PartialEq, Debug)]
pub struct DecodedSpan {
    /// The facts.
    pub span: Span,
    /// The bodies, uncleared.
    pub bodies: Vec<Body>,
}

/// What one request decoded to. It has not passed the gate: only `privacy` may take it on.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded {
    /// Isolation boundary, from the key.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// When the request arrived.
    pub received_at: UnixNanos,
    /// The spans.
    pub spans: Vec<DecodedSpan>,
    /// Scores that came with them.
    pub scores: Vec<DecodedScore>,
}

/// What one request became after the gate. Only inside `privacy::Cleared` may it be stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// Isolation boundary, from the key.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// When the request arrived.
    pub received_at: UnixNanos,
    /// The spans, with references to content.
    pub spans: Vec<Span>,
    /// The bodies, each once.
    pub contents: Vec<Content>,
    /// The scores.
    pub scores: Vec<Score>,
}
