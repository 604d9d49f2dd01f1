//! The few nested columns that are JSON text: sender's attributes, events, links, withheld. Typed values keep
//! their JSON type, so that any engine's JSON functions read them.

use serde::{Deserialize, Serialize};
use trace::content::Removal;
use trace::span::{Event, Link, Withheld};
use trace::{Clearance, SpanId, Text, TraceId, UnixNanos, Value};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum JsonValue {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    TextList(Vec<String>),
}

impl From<&Value> for JsonValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.to_string()),
            Value::TextList(list) => Self::TextList(list.iter().map(ToString::to_string).collect()),
            Value::Int(number) => Self::Int(*number),
            Value::Double(number) => Self::Double(*number),
            Value::Bool(flag) => Self::Bool(*flag),
        }
    }
}

impl From<JsonValue> for Value {
    fn from(value: JsonValue) -> Self {
        match value {
            JsonValue::Bool(flag) => Self::Bool(flag),
            JsonValue::Int(number) => Self::Int(number),
            JsonValue::Double(number) => Self::Double(number),
            JsonValue::Text(text) => Self::Text(text.into()),
            JsonValue::TextList(list) => Self::TextList(list.into_iter().map(Text::from).collect()),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct JsonEvent {
    name: String,
    time_unix_nanos: i64,
    attributes: Vec<(String, JsonValue)>,
}

#[derive(Serialize, Deserialize)]
struct JsonLink {
    trace_id: String,
    span_id: String,
    is_resume: bool,
}

#[derive(Serialize, Deserialize)]
struct JsonWithheld {
    field: String,
    clearance: String,
    rule: String,
    count: u32,
}

#[derive(Serialize, Deserialize)]
struct JsonRemoval {
    rule: String,
    clearance: String,
    count: u32,
    size_bytes: u64,
}

/// A list as JSON text; `None` for an empty one, so that it is null in the table.
fn write<'a, T: 'a, J: Serialize>(list: &'a [T], convert: impl Fn(&'a T) -> J) -> Option<String> {
    if list.is_empty() {
        return None;
    }
    serde_json::to_string(&list.iter().map(convert).collect::<Vec<_>>()).ok()
}

fn read<J: for<'a> Deserialize<'a>, T>(text: Option<&str>, convert: impl Fn(J) -> Option<T>) -> Vec<T> {
    let rows: Vec<J> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    rows.into_iter().filter_map(convert).collect()
}

fn pair((key, value): &(Text, Value)) -> (String, JsonValue) {
    (key.to_string(), value.into())
}

fn unpair((key, value): (String, JsonValue)) -> (Text, Value) {
    (key.into(), value.into())
}

pub(super) fn write_attributes(attributes: &[(Text, Value)]) -> Option<String> {
    write(attributes, pair)
}

pub(super) fn read_attributes(text: Option<&str>) -> Vec<(Text, Value)> {
    read(text, |row| Some(unpair(row)))
}

pub(super) fn write_events(events: &[Event]) -> Option<String> {
    write(events, |event| JsonEvent {
        name: event.name.to_string(),
        time_unix_nanos: event.time.0,
        attributes: event.attributes.iter().map(pair).collect(),
    })
}

pub(super) fn read_events(text: Option<&str>) -> Vec<Event> {
    read(text, |row: JsonEvent| {
        Some(Event {
            name: row.name.into(),
            time: UnixNanos(row.time_unix_nanos),
            attributes: row.attributes.into_iter().map(unpair).collect(),
        })
    })
}

pub(super) fn write_links(links: &[Link]) -> Option<String> {
    write(links, |link| JsonLink {
        trace_id: link.trace_id.to_string(),
        span_id: link.span_id.to_string(),
        is_resume: link.is_resume,
    })
}

pub(super) fn read_links(text: Option<&str>) -> Vec<Link> {
    read(text, |row: JsonLink| {
        Some(Link {
            trace_id: TraceId::parse_hex(&row.trace_id).ok()?,
            span_id: SpanId::parse_hex(&row.span_id).ok()?,
            is_resume: row.is_resume,
        })
    })
}

pub(super) fn write_withheld(withheld: &[Withheld]) -> Option<String> {
    write(withheld, |row| JsonWithheld {
        field: row.field.to_string(),
        clearance: row.clearance.to_string(),
        rule: row.rule.to_string(),
        count: row.count,
    })
}

pub(super) fn read_withheld(text: Option<&str>) -> Vec<Withheld> {
    read(text, |row: JsonWithheld| {
        Some(Withheld {
            field: row.field.into(),
            clearance: Clearance::parse(&row.clearance)?,
            rule: row.rule.into(),
            count: row.count,
        })
    })
}

pub(super) fn write_removals(removals: &[Removal]) -> Option<String> {
    write(removals, |row| JsonRemoval {
        rule: row.rule.to_string(),
        clearance: row.clearance.to_string(),
        count: row.count,
        size_bytes: row.size_bytes,
    })
}

pub(super) fn read_removals(text: Option<&str>) -> Vec<Removal> {
    read(text, |row: JsonRemoval| {
        Some(Removal {
            rule: row.rule.into(),
            clearance: Clearance::parse(&row.clearance)?,
            count: row.count,
            size_bytes: row.size_bytes,
        })
    })
}
