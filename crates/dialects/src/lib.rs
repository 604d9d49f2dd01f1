//! What others send, read into the vocabulary of Everyframe: OTLP and each convention in use.

mod json;

pub mod events;
pub mod otlp;
