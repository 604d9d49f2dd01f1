//! The vocabulary of Everyframe.
//!
//! Everything the product says is said in the words of this crate: a [`Run`](run::Run) is all work for one
//! goal, a `Span` is one operation in it, what a span says is a `Facts` list over
//! one registry of fields, and text that people or models wrote is content, kept apart.
//! A batch goes `Received -> Decoded -> Cleared -> Logged`; `Decoded` is here, `Cleared` can be made only in
//! `privacy`, `Logged` only in `store`.
//!
//! No IO, no async runtime, no wire format, no engine: the most-imported crate imports almost nothing.

mod ids;
mod words;

pub mod content;
pub mod facts;
pub mod field;
pub mod ports;
pub mod price;
pub mod query;
pub mod run;
pub mod score;
pub mod span;
pub mod sql;
pub mod time;

pub use facts::{Facts, Value};
pub use field::Field;
pub use ids::{
    ContentId, Error as IdError, ProjectId, RUN_ID_SIZE_BYTES_MAX, RunId, ScoreId, Sequence, SpanId, Text,
    TraceId, WorkspaceId,
};
pub use time::{Clock, SystemClock, UnixNanos};
pub use words::{
    Author, CaptureLevel, Clearance, Kind, Media, Outcome, OutcomeSource, Record, Role, Status, UsageScope,
};
