//! The JSON lines of `/v1/events`: what a plain context manager can write without OpenTelemetry.
//!
//! ```json
//! {"event":"span_started","run_id":"r1","span_id":"s1","parent_id":null,"name":"refund.create","metadata":{}}
//! {"event":"span_finished","run_id":"r1","span_id":"s1","name":"refund.create","status":"ok","latency_ms":12.5}
//! ```
//!
//! Optional: `kind`, `time` (or `timestamp`), `error`, `input`, `output`. Keys of `metadata` are attribute keys
//! as they stand, and so is any other key of the line that is not listed here: nothing is lost for standing one
//! level too high. JSON is read as the OTLP reader reads it: `NaN` is no value, a lone surrogate is U+FFFD, of
//! a key of the format that stands twice the last one counts, and `null` is absent.

mod read;
mod span;
mod time;

pub use read::{Lines, read_line, read_lines};
pub use span::{EventSpan, to_span};

use crate::otlp::{AnyValue, Attribute};

use std::borrow::Cow;

/// What the line says about its span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// It began.
    Started,
    /// It ended.
    Finished,
}

/// One line, borrowed from its text.
#[derive(Clone, PartialEq, Debug)]
pub struct Event<'a> {
    /// Whether the span began or ended.
    pub phase: Phase,
    /// The run, as the sender names it. Never empty.
    pub run_id: Cow<'a, str>,
    /// The span, as the sender names it; known within its run. Never empty.
    pub span_id: Cow<'a, str>,
    /// The span it is part of; `None` for a root.
    pub parent_id: Option<Cow<'a, str>>,
    /// Its name; empty where a finished line does not repeat it.
    pub name: Cow<'a, str>,
    /// What the sender calls its kind.
    pub kind: Option<Cow<'a, str>>,
    /// How it ended, in the sender's word.
    pub status: Option<Cow<'a, str>>,
    /// How long it took, in milliseconds. Finite and not negative.
    pub latency_millis: Option<f64>,
    /// When the line was written, nanoseconds since 1970: the start of a started span, the end of a finished one.
    pub time_unix_nanos: Option<u64>,
    /// What went wrong: a text, or a map with `type` and `message`.
    pub error: AnyValue<'a>,
    /// What the span was given.
    pub input: AnyValue<'a>,
    /// What the span produced.
    pub output: AnyValue<'a>,
    /// Everything else, in order.
    pub metadata: Vec<Attribute<'a>>,
    /// Metadata left out by a limit of ours.
    pub dropped_count: u32,
    /// What a limit of ours cut: the key of the metadata, or the field's name.
    pub cut_fields: Vec<Cow<'a, str>>,
}

/// A line that cannot be read. The caller answers 400, or counts the line as rejected and goes on with the next;
/// sending it again unchanged cannot help. Messages never quote the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The line is not JSON. Write one whole JSON object a line, with a JSON library.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// Line of the body, from 1.
        line: usize,
        /// Byte within the line, from 1.
        column: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A field is missing, or is not what it should be. [`Self::hint`] says what to write.
    #[error("line {line}, column {column}: {field}: {problem}")]
    Field {
        /// Line of the body, from 1.
        line: usize,
        /// Byte within the line, from 1.
        column: usize,
        /// The field of the format.
        field: &'static str,
        /// What is wrong.
        problem: &'static str,
        /// What to write instead.
        hint: &'static str,
    },
    /// More metadata up to this line than a request may have. Send fewer lines at once, or less in them.
    #[error("line {line}: more than {limit} values in one request")]
    TooManyValues {
        /// Line of the body, from 1.
        line: usize,
        /// Values allowed.
        limit: usize,
    },
}

impl Error {
    /// What the sender can do, to be shown after the message.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Json { .. } => "write each event as one JSON object on a line of its own",
            Self::Field { hint, .. } => hint,
            Self::TooManyValues { .. } => "send fewer lines in one request, or large values as one text",
        }
    }

    /// The line of the body it is about, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        match self {
            Self::Json { line, .. } | Self::Field { line, .. } | Self::TooManyValues { line, .. } => *line,
        }
    }

    /// The same error in another line.
    pub(crate) const fn at_line(self, line: usize) -> Self {
        match self {
            Self::Json { column, problem, .. } => Self::Json {
                line,
                column,
                problem,
            },
            Self::Field {
                column,
                field,
                problem,
                hint,
                ..
            } => Self::Field {
                line,
                column,
                field,
                problem,
                hint,
            },
            Self::TooManyValues { limit, .. } => Self::TooManyValues { line, limit },
        }
    }
}

#[cfg(test)]
mod tests;
