//! Why a body could not be read at all. A single bad record is no error: it is left out and counted in
//! [`Request::rejected`](super::Request::rejected).
//!
//! Messages name the rule and the place, never a key or a value of the sender's: those may be secrets.

/// A body that cannot be read. Sending it again unchanged cannot help, so none of these is retryable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not the protobuf message they should be. Answer 400 / INVALID_ARGUMENT; the sender should
    /// check that the body is whole, that it was decompressed once, and that it went to the path of its signal.
    #[error("not a valid OTLP protobuf body: {problem} in {message} at byte {offset}")]
    Protobuf {
        /// What is wrong.
        problem: &'static str,
        /// The message being read.
        message: &'static str,
        /// Where, in bytes from the start of the body.
        offset: usize,
    },
    /// The text is not the JSON it should be. Answer 400; the sender should check the named field against the
    /// OTLP/JSON encoding.
    #[error("not a valid OTLP JSON body: {problem} in {message} at byte {offset}")]
    Json {
        /// What is wrong.
        problem: &'static str,
        /// The object being read.
        message: &'static str,
        /// Where, in bytes from the start of the body.
        offset: usize,
    },
    /// More records than one request may have. Answer 413 / RESOURCE_EXHAUSTED without a retry delay; the sender
    /// should send smaller batches.
    #[error("more than {limit} records in one request: send smaller batches")]
    TooManyRecords {
        /// Records allowed.
        limit: usize,
    },
    /// More attributes, events, links and list elements than one request may have, counted together. Answer 413
    /// / RESOURCE_EXHAUSTED without a retry delay; the sender should send smaller batches.
    #[error("more than {limit} attributes and values in one request: send smaller batches")]
    TooManyValues {
        /// Values allowed.
        limit: usize,
    },
}
