//! An event as a span in OTLP's form, so that the mapping reads it as it reads any other.

use super::{Event, Phase, time};
use crate::otlp::{AnyValue, Attribute, Span, StatusCode};

use trace::{Status, UnixNanos};

use std::borrow::Cow;

/// Attribute that says what kind of span it is.
const KEY_KIND: &str = "everyframe.kind";
/// Attribute that states the run.
const KEY_RUN_ID: &str = "everyframe.run.id";
/// Attributes for what a span was given and what it produced.
const KEY_INPUT: &str = "input.value";
const KEY_OUTPUT: &str = "output.value";
/// Attributes for what went wrong.
const KEY_ERROR_TYPE: &str = "error.type";
const KEY_STATUS: &str = "status";

/// An event as a span.
#[derive(Clone, PartialEq, Debug)]
pub struct EventSpan<'a> {
    /// The span. Its end is 0 if it was only seen to begin.
    pub span: Span<'a>,
    /// The run the sender stated. Also an attribute of the span, `everyframe.run.id`.
    pub run_id: Cow<'a, str>,
    /// How it ended, of which OTLP's status code can say less.
    pub status: Status,
    /// Whether the sender gave a time; else the times are counted from receipt.
    pub has_sender_time: bool,
    /// Whether the sender gave the duration; else start and end of a finished span are the same instant.
    pub has_sender_duration: bool,
}

/// Makes a span of an event that was received at a time.
///
/// The trace id is the run id if that is 32 hex digits, else the first 16 bytes of its blake3 hash; the span id
/// is that of the line if it is 16 hex digits, else the first 8 bytes of the hash of run id and span id. So the
/// two lines of one span meet, and equal span ids of two runs do not.
#[must_use]
pub fn to_span<'a>(event: Event<'a>, received_at: UnixNanos) -> EventSpan<'a> {
    let received_at = u64::try_from(received_at.0).unwrap_or(0);
    let written_at = event.time_unix_nanos.unwrap_or(received_at);
    let duration = event.latency_millis.and_then(time::nanos_from_millis);
    let (start, end) = match event.phase {
        Phase::Started => (written_at, 0),
        Phase::Finished => (written_at.saturating_sub(duration.unwrap_or(0)), written_at),
    };
    let is_failed = match &event.error {
        AnyValue::Empty | AnyValue::Bool(false) => false,
        AnyValue::Text(message) => !message.is_empty(),
        _ => true,
    };
    let word = match event.phase {
        Phase::Started => None,
        Phase::Finished => event.status.as_deref(),
    };
    let status = match word {
        Some(word) => fold_status(word),
        None if is_failed => Status::Error,
        None => Status::Unknown,
    };
    let mut attributes = Attributes {
        known_count: event.metadata.len(),
        list: event.metadata,
    };
    attributes.add(KEY_RUN_ID, event.run_id.clone());
    if let Some(kind) = event.kind {
        attributes.add(KEY_KIND, kind);
    }
    attributes.add_value(KEY_INPUT, event.input);
    attributes.add_value(KEY_OUTPUT, event.output);
    let status_message = attributes.add_error(event.error);
    match (&event.status, status) {
        (Some(word), Status::Error) if is_timeout(word) => attributes.add(KEY_ERROR_TYPE, "timeout".into()),
        // A word nobody here knows is kept as it stands.
        (Some(word), Status::Unknown) if event.phase == Phase::Finished => {
            attributes.add(KEY_STATUS, word.clone());
        }
        _ => {}
    }
    EventSpan {
        span: Span {
            trace_id: Cow::Owned(trace_id(&event.run_id)),
            span_id: Cow::Owned(span_id(&event.run_id, &event.span_id)),
            parent_span_id: Cow::Owned(
                event
                    .parent_id
                    .map_or_else(Vec::new, |parent_id| span_id(&event.run_id, &parent_id)),
            ),
            name: event.name,
            start_unix_nanos: start,
            end_unix_nanos: end,
            attributes: attributes.list,
            status_code: match status {
                Status::Ok => StatusCode::Ok,
                Status::Error => StatusCode::Error,
                Status::Cancelled | Status::Paused | Status::Unknown => StatusCode::Unset,
            },
            status_message,
            dropped_count: event.dropped_count,
            cut_fields: event.cut_fields,
            ..Span::default()
        },
        run_id: event.run_id,
        status,
        has_sender_time: event.time_unix_nanos.is_some(),
        has_sender_duration: duration.is_some(),
    }
}

/// Attributes that the event's own fields are added to, where its metadata does not say the same.
struct Attributes<'a> {
    list: Vec<Attribute<'a>>,
    known_count: usize,
}

impl<'a> Attributes<'a> {
    fn add(&mut self, key: &'static str, text: Cow<'a, str>) {
        self.add_value(key, AnyValue::Text(text));
    }

    fn add_value(&mut self, key: &'static str, value: AnyValue<'a>) {
        let is_known = self
            .list
            .iter()
            .take(self.known_count)
            .any(|known| known.key == key);
        if value != AnyValue::Empty && !is_known {
            self.list.push(Attribute {
                key: Cow::Borrowed(key),
                value,
            });
        }
    }

    /// Takes the error's type as an attribute and returns its message.
    fn add_error(&mut self, error: AnyValue<'a>) -> Cow<'a, str> {
        match error {
            AnyValue::Text(message) => message,
            AnyValue::Map(entries) => {
                let mut message = Cow::Borrowed("");
                for Attribute { key, value } in entries {
                    match (key.as_ref(), value) {
                        ("type" | "class" | "name", value @ AnyValue::Text(_)) => {
                            self.add_value(KEY_ERROR_TYPE, value);
                        }
                        ("message", AnyValue::Text(text)) => message = text,
                        (_, value) => self.list.push(Attribute {
                            key: Cow::Owned(format!("error.{key}")),
                            value,
                        }),
                    }
                }
                message
            }
            AnyValue::Empty | AnyValue::Bool(false) => Cow::Borrowed(""),
            other => {
                self.add_value("error", other);
                Cow::Borrowed("")
            }
        }
    }
}

/// The status that a sender's word means; unknown if it means none.
fn fold_status(word: &str) -> Status {
    if is_timeout(word) {
        return Status::Error;
    }
    match word.trim().to_ascii_lowercase().as_str() {
        "ok" | "success" | "succeeded" | "successful" | "completed" | "complete" | "done" | "finished"
        | "passed" => Status::Ok,
        "error" | "errored" | "failed" | "failure" | "fail" | "exception" | "crashed" => Status::Error,
        "cancelled" | "canceled" | "aborted" | "stopped" | "killed" => Status::Cancelled,
        "paused"
        | "waiting"
        | "pending"
        | "suspended"
        | "requires_action"
        | "waiting_for_approval"
        | "awaiting_approval"
        | "needs_approval" => Status::Paused,
        _ => Status::Unknown,
    }
}

fn is_timeout(word: &str) -> bool {
    [
        "timeout",
        "timed_out",
        "timed out",
        "timedout",
        "deadline_exceeded",
    ]
    .iter()
    .any(|known| word.trim().eq_ignore_ascii_case(known))
}

fn trace_id(run_id: &str) -> Vec<u8> {
    match trace::TraceId::parse_hex(run_id) {
        Ok(id) => id.as_bytes().to_vec(),
        Err(_) => first_bytes(&blake3::hash(run_id.as_bytes()), trace::TraceId::SIZE_BYTES),
    }
}

fn span_id(run_id: &str, span_id: &str) -> Vec<u8> {
    if let Ok(id) = trace::SpanId::parse_hex(span_id) {
        return id.as_bytes().to_vec();
    }
    let mut hasher = blake3::Hasher::new();
    // The length keeps "a" + "bc" apart from "ab" + "c".
    let run_id_size_bytes = u64::try_from(run_id.len()).unwrap_or(u64::MAX);
    hasher.update(&run_id_size_bytes.to_le_bytes());
    hasher.update(run_id.as_bytes());
    hasher.update(span_id.as_bytes());
    first_bytes(&hasher.finalize(), trace::SpanId::SIZE_BYTES)
}

fn first_bytes(hash: &blake3::Hash, size_bytes: usize) -> Vec<u8> {
    hash.as_bytes().iter().take(size_bytes).copied().collect()
}
