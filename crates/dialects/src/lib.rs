//! What others send, read into the vocabulary of Everyframe: OTLP and each convention in use.

mod decode;
mod dialect;
mod json;
mod value;

pub mod events;
pub mod otlp;

pub use decode::{KeyMap, KeyMapError, LogsRead, Origin, decode_events, decode_logs, decode_traces};
