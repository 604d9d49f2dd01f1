//! From records as they lie on the wire to spans and scores in our vocabulary.
//!
//! Pure: the same request gives the same batch. No record is lost here: what no dialect knows becomes a span of
//! kind `other` with its attributes, and log records that are not kept are counted with the reason. Nothing is
//! cleared: text is in [bodies](trace::content::Body), for the gate to decide on.

pub(crate) mod answer;
pub(crate) mod approval;
pub(crate) mod content;
pub(crate) mod document;
pub(crate) mod draft;
pub(crate) mod error;
pub(crate) mod event;
pub(crate) mod finish;
pub(crate) mod flattened;
pub(crate) mod guardrail;
mod key_map;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod python;
pub(crate) mod score;
pub(crate) mod time;
pub(crate) mod tool;
pub(crate) mod usage;

#[cfg(test)]
mod tests;

pub use key_map::{KeyMap, KeyMapError};

use trace::score::DecodedScore;
use trace::span::{CLOCK_MARK_RECEIVED, Decoded, DecodedSpan, Link};
use trace::{Field, ProjectId, Record, SpanId, Status, Text, TraceId, UnixNanos, WorkspaceId};

use crate::dialect::{self, Sender};
use crate::events::{self, EventSpan};
use crate::otlp::{self, Rejected, StatusCode};
use crate::value::as_text;
use draft::Draft;
use finish::{Frame, cut_marks};
use score::Target;
use time::Times;

/// Where a request came from and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// Isolation boundary, from the key.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// When the request arrived.
    pub received_at: UnixNanos,
}

/// What became of the log records of a request.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogsRead {
    /// Records that add to a span told of elsewhere.
    pub joined: u64,
    /// Records that became spans, as no span tells of them.
    pub became_spans: u64,
    /// Records that became scores.
    pub scores: u64,
    /// Records that are not kept, by reason; for partial success.
    pub not_kept: Vec<Rejected>,
}

impl LogsRead {
    fn refuse(&mut self, reason: &'static str) {
        match self.not_kept.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.count += 1,
            None => self.not_kept.push(Rejected { reason, count: 1 }),
        }
    }
}

/// Reads spans. Those with an id of wrong length are left out, as the readers of the wire formats already do.
#[must_use]
pub fn decode_traces(
    request: &otlp::Request<'_, otlp::Span<'_>>,
    origin: &Origin,
    key_map: &KeyMap,
) -> Decoded {
    let mut decoded = empty(origin);
    for group in &request.groups {
        let sender = Sender::new(request.resources.get(group.resource), &group.scope, key_map);
        decoded.spans.reserve(group.records.len());
        for span in &group.records {
            if let Some(frame) = frame_of(span, origin) {
                read_span(&sender, span, &frame, key_map, &mut decoded);
            }
        }
    }
    decoded
}

/// Reads log records: content and facts of spans, spans where only logs exist, and scores.
#[must_use]
pub fn decode_logs(
    request: &otlp::Request<'_, otlp::LogRecord<'_>>,
    origin: &Origin,
    key_map: &KeyMap,
) -> (Decoded, LogsRead) {
    let mut decoded = empty(origin);
    let mut read = LogsRead::default();
    let mut index = 0;
    for group in &request.groups {
        let sender = Sender::new(request.resources.get(group.resource), &group.scope, key_map);
        for record in &group.records {
            match log::read(&sender, record, origin, key_map, index) {
                log::Become::Joined(span) => {
                    read.joined += 1;
                    decoded.spans.push(*span);
                }
                log::Become::Span(span) => {
                    read.became_spans += 1;
                    decoded.spans.push(*span);
                }
                log::Become::Score(score) => {
                    read.scores += 1;
                    decoded.scores.push(*score);
                }
                log::Become::NotKept(reason) => read.refuse(reason),
            }
            index += 1;
        }
    }
    (decoded, read)
}

/// Reads events of the JSON lines format.
#[must_use]
pub fn decode_events<'a>(
    events: impl IntoIterator<Item = events::Event<'a>>,
    origin: &Origin,
    key_map: &KeyMap,
) -> Decoded {
    let mut decoded = empty(origin);
    let sender = Sender::new(None, &otlp::Scope::default(), key_map);
    for event in events {
        let event = events::to_span(event, origin.received_at);
        let Some(mut frame) = frame_of(&event.span, origin) else {
            continue;
        };
        mark_received(&mut frame, &event);
        let first = decoded.spans.len();
        read_span(&sender, &event.span, &frame, key_map, &mut decoded);
        if let Some(span) = decoded.spans.get_mut(first) {
            settle_event(span, &event);
        }
    }
    decoded
}

/// Times that were counted from receipt, so that an earlier record of the span may mend them.
fn mark_received(frame: &mut Frame<'_>, event: &EventSpan<'_>) {
    let is_finished = event.span.end_unix_nanos != 0;
    if !event.has_sender_time || (is_finished && !event.has_sender_duration) {
        frame.times.mark = Some(CLOCK_MARK_RECEIVED);
    }
}

fn settle_event(decoded: &mut DecodedSpan, event: &EventSpan<'_>) {
    if decoded.span.record == Record::Finished && decoded.span.status != Status::Error {
        decoded.span.status = event.status;
    }
    decoded.span.facts.set(Field::Dialect, "events");
}

fn empty(origin: &Origin) -> Decoded {
    Decoded {
        workspace_id: origin.workspace_id.clone(),
        project_id: origin.project_id.clone(),
        received_at: origin.received_at,
        spans: Vec::new(),
        scores: Vec::new(),
    }
}

fn frame_of<'a>(span: &'a otlp::Span<'a>, origin: &Origin) -> Option<Frame<'a>> {
    let is_running = span.end_unix_nanos == 0;
    Some(Frame {
        trace_id: TraceId::from_slice(&span.trace_id).ok()?,
        span_id: SpanId::from_slice(&span.span_id).ok()?,
        parent_id: SpanId::from_slice(&span.parent_span_id).ok(),
        record: if is_running {
            Record::Started
        } else {
            Record::Finished
        },
        supplement: 0,
        name: &span.name,
        times: Times::of(span.start_unix_nanos, span.end_unix_nanos, origin.received_at),
        status_code: span.status_code,
        status_message: &span.status_message,
        dropped_count: span.dropped_count,
    })
}

fn read_span<'a>(
    sender: &'a Sender,
    span: &'a otlp::Span<'a>,
    frame: &Frame<'a>,
    key_map: &'a KeyMap,
    decoded: &mut Decoded,
) {
    let mut draft = Draft::new(sender);
    draft.is_error = span.status_code == StatusCode::Error;
    for attribute in &span.attributes {
        dialect::read(&mut draft, key_map.rename(&attribute.key), &attribute.value);
    }
    for event in &span.events {
        event::read(&mut draft, event);
    }
    let (trace_id, span_id, start) = (frame.trace_id, frame.span_id, frame.times.start);
    let (mut one, judgements) = finish::finish_with_scores(draft, frame);
    one.span.links = span.links.iter().filter_map(link_of).collect();
    one.span.withheld = cut_marks(span.cut_fields.iter().map(AsRef::as_ref));
    let stated_run_id = one.span.facts.text(Field::StatedRunId).map(Text::from);
    decoded.spans.push(one);
    decoded
        .scores
        .extend(judgements.into_iter().map(|judgement| -> DecodedScore {
            judgement.about(Target {
                trace_id: Some(trace_id),
                span_id: Some(span_id),
                stated_run_id: stated_run_id.clone(),
                time: start,
            })
        }));
}

fn link_of(link: &otlp::Link<'_>) -> Option<Link> {
    let is_resume = link.attributes.iter().any(|attribute| {
        let is_type = matches!(attribute.key.as_ref(), "everyframe.link.type" | "link.type");
        is_type && as_text(&attribute.value).as_deref() == Some("resume")
    });
    Some(Link {
        trace_id: TraceId::from_slice(&link.trace_id).ok()?,
        span_id: SpanId::from_slice(&link.span_id).ok()?,
        is_resume,
    })
}
