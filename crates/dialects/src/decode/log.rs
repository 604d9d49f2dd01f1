//! Log records: content and facts of a span told of elsewhere, or all there is of a run.
//!
//! A record that names a span adds to it. Programs that send only logs get spans built from them, with ids made
//! from the ids they state, so that a record sent twice is the same span. Everything else is counted, not kept.

use serde_json::Value as Json;
use trace::score::DecodedScore;
use trace::span::{CAPTURE_ATTRIBUTE, DecodedSpan};
use trace::{Field, Kind, Record as RecordKind, SpanId, Status, Text, TraceId, UnixNanos};

use super::draft::{Draft, Rank};
use super::event::{EVALUATION_RESULT, OPERATION_DETAILS, is_message, messages_of};
use super::finish::{Frame, cut_marks, finish};
use super::score::{Target, read_evaluation};
use super::time::{Times, nanos, parse_time};
use super::{KeyMap, Origin};
use crate::dialect::{self, Scope, Sender};
use crate::otlp::{AnyValue, LogRecord, StatusCode};
use crate::value::{as_f64, as_i64, as_json, as_str};

/// A log record with its name found.
pub(crate) struct Record<'a> {
    /// Name of the event.
    pub(crate) name: &'a str,
    pub(crate) record: &'a LogRecord<'a>,
}

/// A span to be built from a record.
pub(crate) struct RecordSpan<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    /// What is known without the record's own words.
    pub(crate) status: Status,
    /// Whether `duration_ms` says how long it took, up to the record's time.
    pub(crate) has_duration: bool,
    /// Sets what this event says by its name alone.
    pub(crate) prepare: Option<fn(&mut Draft<'a>, &Record<'a>)>,
}

/// What a record becomes.
pub(crate) enum Reading<'a> {
    /// A span of its own below the run's root.
    Span(RecordSpan<'a>),
    /// The root of its run; where a span is named, an addition to that span.
    Root(RecordSpan<'a>),
    /// An addition to the named span, else to the run's root.
    Supplement,
    /// Nothing; says why.
    Nothing(&'static str),
}

/// What became of one record.
pub(crate) enum Become {
    Joined(Box<DecodedSpan>),
    Span(Box<DecodedSpan>),
    Score(Box<DecodedScore>),
    NotKept(&'static str),
}

impl<'a> Record<'a> {
    /// The value of an attribute.
    pub(crate) fn value(&self, key: &str) -> Option<&'a AnyValue<'a>> {
        self.record
            .attributes
            .iter()
            .find(|attribute| attribute.key == key)
            .map(|attribute| &attribute.value)
    }

    fn trace_id(&self) -> Option<TraceId> {
        TraceId::from_slice(&self.record.trace_id).ok()
    }

    fn span_id(&self) -> Option<SpanId> {
        SpanId::from_slice(&self.record.span_id).ok()
    }

    /// When it happened, as far as anybody says.
    fn time(&self) -> Option<UnixNanos> {
        let stated = [self.record.time_unix_nanos, self.record.observed_unix_nanos];
        let wire = stated.into_iter().find(|time| *time != 0).map(nanos);
        wire.or_else(|| {
            self.value("event.timestamp")
                .and_then(as_str)
                .and_then(parse_time)
        })
    }
}

/// The name of a record's event. A name in the record's own field is believed only if it is one of a convention:
/// some senders put a place in their source there.
fn name_of<'a>(record: &'a LogRecord<'a>) -> &'a str {
    if record.event_name.starts_with("gen_ai.") {
        return &record.event_name;
    }
    let named = record
        .attributes
        .iter()
        .find(|attribute| attribute.key == "event.name");
    named
        .and_then(|attribute| as_str(&attribute.value))
        .unwrap_or(&record.event_name)
}

/// Reads one record; `index` is its place in the request.
pub(crate) fn read<'a>(
    sender: &'a Sender,
    record: &'a LogRecord<'a>,
    origin: &Origin,
    key_map: &'a KeyMap,
    index: usize,
) -> Become {
    let record = Record {
        name: name_of(record),
        record,
    };
    let context = Context {
        sender,
        origin,
        key_map,
        index,
    };
    if record.name == EVALUATION_RESULT {
        return context.score(&record);
    }
    if sender.scope == Scope::ClaudeCode {
        return context.run_of_logs(
            &record,
            dialect::claude_code_log(&record),
            dialect::claude_code_seed(&record),
        );
    }
    if record.name.starts_with("codex.") {
        return context.run_of_logs(&record, dialect::codex_log(&record), dialect::codex_seed(&record));
    }
    if !record.name.starts_with("gen_ai.") {
        return Become::NotKept("the record is no event of a convention on agents");
    }
    match (record.trace_id(), record.span_id()) {
        (Some(trace_id), Some(span_id)) => context.supplement(&record, trace_id, span_id),
        _ => Become::NotKept("the record names no span to join it to"),
    }
}

struct Context<'a, 'o> {
    sender: &'a Sender,
    origin: &'o Origin,
    key_map: &'a KeyMap,
    index: usize,
}

impl<'a> Context<'a, '_> {
    fn score(&self, record: &Record<'a>) -> Become {
        let Some(judgement) = read_evaluation(&record.record.attributes) else {
            return Become::NotKept("the evaluation has no name");
        };
        let run = record.value("everyframe.run.id").and_then(as_str);
        let target = Target {
            trace_id: record.trace_id(),
            span_id: record.span_id(),
            stated_run_id: run.map(Text::from),
            time: record.time().unwrap_or(self.origin.received_at),
        };
        Become::Score(Box::new(judgement.about(target)))
    }

    /// Records of programs whose logs alone tell of their runs.
    fn run_of_logs(&self, record: &Record<'a>, reading: Reading<'a>, seed: Option<String>) -> Become {
        let context = record.trace_id().zip(record.span_id());
        let (trace_id, root_id) = match (context, &seed) {
            (Some(context), _) => context,
            (None, Some(seed)) => (trace_id_of(seed), span_id_of(&[seed, "root"])),
            (None, None) => return Become::NotKept("the record names neither a span nor a session"),
        };
        let seed = seed.unwrap_or_else(|| trace_id.to_string());
        match reading {
            Reading::Nothing(reason) => Become::NotKept(reason),
            Reading::Supplement => self.supplement(record, trace_id, root_id),
            Reading::Root(_) if context.is_some() => self.supplement(record, trace_id, root_id),
            Reading::Root(span) => self.span(record, &span, trace_id, root_id, None),
            Reading::Span(span) => {
                let own = own_key(record);
                let span_id = span_id_of(&[&seed, record.name, &own]);
                self.span(record, &span, trace_id, span_id, Some(root_id))
            }
        }
    }

    fn span(
        &self,
        record: &Record<'a>,
        span: &RecordSpan<'a>,
        trace_id: TraceId,
        span_id: SpanId,
        parent_id: Option<SpanId>,
    ) -> Become {
        let mut draft = Draft::new(self.sender);
        draft.kind(Rank::CLAUDE_CODE, span.kind);
        if let Some(prepare) = span.prepare {
            prepare(&mut draft, record);
        }
        self.read_attributes(&mut draft, record);
        draft.stated_status.get_or_insert(span.status);
        draft.is_error = draft.stated_status == Some(Status::Error);
        let times = self.times(record, span.has_duration);
        let frame = Frame {
            trace_id,
            span_id,
            parent_id,
            record: RecordKind::Log,
            supplement: 0,
            name: span.name,
            times,
            status_code: StatusCode::Unset,
            status_message: "",
            dropped_count: record.record.dropped_count,
        };
        let mut decoded = finish(draft, &frame);
        mark_cut(&mut decoded, record);
        Become::Span(Box::new(decoded))
    }

    fn supplement(&self, record: &Record<'a>, trace_id: TraceId, span_id: SpanId) -> Become {
        let mut draft = Draft::new(self.sender);
        draft.is_supplement = true;
        if is_message(record.name) {
            let index = record.value("CHAT_MESSAGE_INDEX").and_then(as_i64);
            if let Some(index) = index {
                draft.facts.set(Field::LogSequence, index);
            }
            let (is_output, messages) = messages_of(record.name, as_json(&record.record.body));
            let events = if is_output {
                &mut draft.output_events
            } else {
                &mut draft.input_events
            };
            events.extend(messages);
        } else {
            self.read_attributes(&mut draft, record);
            if record.name == OPERATION_DETAILS {
                self.read_body(&mut draft, record);
            }
        }
        let frame = Frame {
            trace_id,
            span_id,
            parent_id: None,
            record: RecordKind::Supplement,
            supplement: fingerprint(record),
            name: "",
            times: Times {
                duration_nanos: None,
                ..self.times(record, false)
            },
            status_code: StatusCode::Unset,
            status_message: "",
            dropped_count: record.record.dropped_count,
        };
        let is_message = is_message(record.name);
        let index = i64::try_from(self.index).unwrap_or(i64::MAX);
        draft.facts.set_if_unknown(Field::LogSequence, index);
        draft.facts.set(Field::EventName, record.name);
        let mut decoded = finish(draft, &frame);
        if is_message {
            decoded
                .span
                .attributes
                .retain(|(key, _)| key == CAPTURE_ATTRIBUTE);
        }
        mark_cut(&mut decoded, record);
        Become::Joined(Box::new(decoded))
    }

    fn read_attributes(&self, draft: &mut Draft<'a>, record: &Record<'a>) {
        let is_codex = record.name.starts_with("codex.");
        for attribute in &record.record.attributes {
            let key = self.key_map.rename(&attribute.key);
            let is_read = is_codex && dialect::codex_read(draft, key, &attribute.value);
            if !is_read && key != "event.name" {
                dialect::read(draft, key, &attribute.value);
            }
        }
        if is_codex {
            dialect::codex_settle(draft);
        }
        draft.facts.set(Field::EventName, record.name);
        let index = i64::try_from(self.index).unwrap_or(i64::MAX);
        draft.facts.set_if_unknown(Field::LogSequence, index);
    }

    /// Some senders put the attributes of the operation into the body.
    fn read_body(&self, draft: &mut Draft<'a>, record: &Record<'a>) {
        if let AnyValue::Map(entries) = &record.record.body {
            for entry in entries {
                dialect::read(draft, self.key_map.rename(&entry.key), &entry.value);
            }
        }
    }

    /// A record is written when what it tells of is over.
    fn times(&self, record: &Record<'a>, has_duration: bool) -> Times {
        let Some(end) = record.time() else {
            return Times::of(0, 0, self.origin.received_at);
        };
        let millis = record
            .value("duration_ms")
            .and_then(as_f64)
            .filter(|_| has_duration);
        let duration = millis.map_or(0, nanos_of_millis);
        Times {
            start: end.plus_nanos(-duration),
            duration_nanos: Some(duration),
            mark: None,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "held within the range before")]
fn nanos_of_millis(millis: f64) -> i64 {
    (millis.clamp(0.0, 1e12) * 1e6) as i64
}

fn mark_cut(decoded: &mut DecodedSpan, record: &Record<'_>) {
    decoded.span.withheld = cut_marks(record.record.cut_fields.iter().map(AsRef::as_ref));
}

/// What tells a record apart from others of its run: its place in the sender's order, else its time.
fn own_key(record: &Record<'_>) -> String {
    let id = ["tool_use_id", "call_id"]
        .iter()
        .find_map(|key| record.value(key).and_then(as_str));
    match record.value("event.sequence").and_then(as_i64) {
        Some(sequence) => format!("#{sequence}"),
        None => format!(
            "{}@{}",
            id.unwrap_or_default(),
            record.time().unwrap_or_default().0
        ),
    }
}

fn trace_id_of(seed: &str) -> TraceId {
    let mut id = [0; TraceId::SIZE_BYTES];
    blake3::Hasher::new()
        .update(seed.as_bytes())
        .finalize_xof()
        .fill(&mut id);
    TraceId::new(id)
}

fn span_id_of(parts: &[&str]) -> SpanId {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut id = [0; SpanId::SIZE_BYTES];
    hasher.finalize_xof().fill(&mut id);
    SpanId::new(id)
}

/// A hash of what a record says: a record sent twice is the same supplement.
fn fingerprint(record: &Record<'_>) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(record.name.as_bytes());
    hasher.update(&record.record.time_unix_nanos.to_le_bytes());
    hasher.update(&record.record.observed_unix_nanos.to_le_bytes());
    let mut add = |value: &Json| {
        hasher.update(value.to_string().as_bytes());
    };
    add(&crate::value::plain_json(&record.record.body, 0));
    for attribute in &record.record.attributes {
        add(&Json::from(attribute.key.as_ref()));
        add(&crate::value::plain_json(&attribute.value, 0));
    }
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    u64::from_le_bytes(bytes).max(1)
}
