//! What arrived, whatever way it came.

use bytes::Bytes;
use trace::{Text, UnixNanos};

pub use catalog::ledger::Signal;

/// How a body is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// OTLP as protobuf.
    Protobuf,
    /// OTLP as JSON.
    Json,
    /// One JSON value on each line.
    JsonLines,
}

/// How a body is compressed. There is one layer at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compression {
    /// Not at all.
    Identity,
    /// gzip, RFC 1952.
    Gzip,
    /// zstd, RFC 8878.
    Zstd,
}

impl Compression {
    /// The compression of this name, in either case. Names in lists are not names.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if name.is_empty() || is("identity") {
            Some(Self::Identity)
        } else if is("gzip") || is("x-gzip") {
            Some(Self::Gzip)
        } else if is("zstd") {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

/// Which way a request came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// HTTP.
    Http,
    /// gRPC.
    Grpc,
    /// From inside this process.
    Local,
}

impl Transport {
    /// The word for metric labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Grpc => "grpc",
            Self::Local => "local",
        }
    }
}

/// A body as it was sent, still compressed.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// What it carries.
    pub signal: Signal,
    /// How it is written.
    pub encoding: Encoding,
    /// How it is compressed.
    pub compression: Compression,
    /// The bytes.
    pub body: Bytes,
    /// Which way it came.
    pub transport: Transport,
    /// Name of the key it came with; see [`catalog::ledger::KEY_LOCAL`].
    pub key_name: Text,
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body is uncleared: nobody prints it by accident.
        formatter
            .debug_struct("Envelope")
            .field("signal", &self.signal)
            .field("encoding", &self.encoding)
            .field("compression", &self.compression)
            .field("size_bytes", &self.body.len())
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

/// A body within all limits, expanded, with the time of its receipt. The first of the four states of a batch:
/// `Received -> Decoded -> Cleared -> Logged`.
#[derive(Clone, PartialEq, Eq)]
pub struct Received {
    /// What it carries.
    pub signal: Signal,
    /// How it is written.
    pub encoding: Encoding,
    /// The bytes.
    pub body: Bytes,
    /// When it arrived.
    pub received_at: UnixNanos,
}

impl std::fmt::Debug for Received {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The body is uncleared: nobody prints it by accident.
        formatter
            .debug_struct("Received")
            .field("signal", &self.signal)
            .field("encoding", &self.encoding)
            .field("size_bytes", &self.body.len())
            .field("received_at", &self.received_at)
            .finish()
    }
}
