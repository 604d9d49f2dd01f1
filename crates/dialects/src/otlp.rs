//! OTLP as it lies on the wire, borrowed: the one form that protobuf and JSON bodies are both read into.
//!
//! Nothing is interpreted here. Text that needed no decoding points into the request's bytes.

mod error;
pub(crate) mod tally;

pub mod json;
pub mod limits;
pub mod protobuf;

pub use error::Error;
pub use limits::Limits;

use std::borrow::Cow;

/// A value of an attribute or a log body.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum AnyValue<'a> {
    /// No value was set.
    #[default]
    Empty,
    /// A text.
    Text(Cow<'a, str>),
    /// True or false.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A finite number; NaN and infinities are read as [`AnyValue::Empty`].
    Double(f64),
    /// Raw bytes.
    Bytes(Cow<'a, [u8]>),
    /// Several values.
    List(Vec<AnyValue<'a>>),
    /// Keys and values, in order.
    Map(Vec<Attribute<'a>>),
}

/// A key and its value.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Attribute<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: AnyValue<'a>,
}

/// What made the telemetry.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Resource<'a> {
    /// Its attributes.
    pub attributes: Vec<Attribute<'a>>,
    /// Attributes left out by the sender, or left out or cut by a limit of ours.
    pub dropped_count: u32,
}

/// The instrumentation that made it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scope<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its version.
    pub version: Cow<'a, str>,
    /// Its attributes.
    pub attributes: Vec<Attribute<'a>>,
    /// Attributes left out by the sender, or left out or cut by a limit of ours.
    pub dropped_count: u32,
}

/// Status code of a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StatusCode {
    /// Not set.
    #[default]
    Unset,
    /// Ok.
    Ok,
    /// Error.
    Error,
}

impl StatusCode {
    /// The code of this number on the wire; an unknown one is not set.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        match number {
            1 => Self::Ok,
            2 => Self::Error,
            _ => Self::Unset,
        }
    }
}

/// A span.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Span<'a> {
    /// Trace id as sent; 16 bytes if valid.
    pub trace_id: Cow<'a, [u8]>,
    /// Span id as sent; 8 bytes if valid.
    pub span_id: Cow<'a, [u8]>,
    /// Parent's id as sent; empty for a root.
    pub parent_span_id: Cow<'a, [u8]>,
    /// Name.
    pub name: Cow<'a, str>,
    /// OpenTelemetry span kind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    pub kind: i32,
    /// Start, nanoseconds since 1970.
    pub start_unix_nanos: u64,
    /// End, nanoseconds since 1970; 0 while it runs.
    pub end_unix_nanos: u64,
    /// Attributes.
    pub attributes: Vec<Attribute<'a>>,
    /// Events.
    pub events: Vec<Event<'a>>,
    /// Links.
    pub links: Vec<Link<'a>>,
    /// Status code.
    pub status_code: StatusCode,
    /// Status message.
    pub status_message: Cow<'a, str>,
    /// Attributes, events and links left out by the sender or by a limit of ours.
    pub dropped_count: u32,
    /// What a limit of ours cut: the attribute's key, or the field's name (`name`, `status.message`,
    /// `event.name`).
    pub cut_fields: Vec<Cow<'a, str>>,
}

/// An event of a span.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Event<'a> {
    /// When, nanoseconds since 1970.
    pub time_unix_nanos: u64,
    /// Name.
    pub name: Cow<'a, str>,
    /// Attributes.
    pub attributes: Vec<Attribute<'a>>,
}

/// A link of a span.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Link<'a> {
    /// Trace id as sent.
    pub trace_id: Cow<'a, [u8]>,
    /// Span id as sent.
    pub span_id: Cow<'a, [u8]>,
    /// Attributes.
    pub attributes: Vec<Attribute<'a>>,
}

/// A log record.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct LogRecord<'a> {
    /// When it happened, nanoseconds since 1970; 0 if unknown.
    pub time_unix_nanos: u64,
    /// When it was seen, nanoseconds since 1970; 0 if unknown.
    pub observed_unix_nanos: u64,
    /// Severity number, 0 if unknown.
    pub severity: i32,
    /// Name of the event, if it is one.
    pub event_name: Cow<'a, str>,
    /// Body.
    pub body: AnyValue<'a>,
    /// Attributes.
    pub attributes: Vec<Attribute<'a>>,
    /// Trace id as sent; empty if none.
    pub trace_id: Cow<'a, [u8]>,
    /// Span id as sent; empty if none.
    pub span_id: Cow<'a, [u8]>,
    /// Attributes left out.
    pub dropped_count: u32,
    /// What a limit of ours cut: the attribute's key, or the field's name (`body`, `event_name`).
    pub cut_fields: Vec<Cow<'a, str>>,
}

/// Records of one scope within one resource.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Group<'a, T> {
    /// Index into [`Request::resources`].
    pub resource: usize,
    /// The scope.
    pub scope: Scope<'a>,
    /// The records.
    pub records: Vec<T>,
}

/// How many metrics a request holds. Metrics are counted and answered honestly, not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MetricsCount {
    /// Metrics.
    pub metrics: u64,
    /// Data points in them.
    pub data_points: u64,
}

/// The body of one export request.
#[derive(Clone, PartialEq, Debug)]
pub struct Request<'a, T> {
    /// The resources.
    pub resources: Vec<Resource<'a>>,
    /// The records, by scope.
    pub groups: Vec<Group<'a, T>>,
    /// Records that broke a rule (an id of wrong length, say) and were left out, with why.
    pub rejected: Vec<Rejected>,
}

/// Records that were left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rejected {
    /// Why, for the sender: names the rule and what to do, never a value.
    pub reason: &'static str,
    /// How many records.
    pub count: u64,
}

#[cfg(test)]
mod tests;
