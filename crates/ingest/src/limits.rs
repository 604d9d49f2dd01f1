//! Every limit of the receivers, with its default. All can be set; none can be switched off.

use std::time::Duration;

const KIBIBYTE: usize = 1024;
const MEBIBYTE: usize = 1024 * KIBIBYTE;

/// Limits on requests and on the work in flight.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Most bytes of a body as sent.
    pub body_size_bytes_max: usize,
    /// Most bytes of a body once expanded.
    pub expanded_size_bytes_max: usize,
    /// Most bytes that one sent byte may expand to.
    pub expansion_ratio_max: usize,
    /// Up to this many bytes a body may expand at any ratio: small repetitive batches compress very well.
    pub expansion_free_size_bytes: usize,
    /// Most requests worked on at the same time; one more is told to come back.
    pub requests_in_flight_max: usize,
    /// Most bytes of bodies, sent and expanded, held at the same time.
    pub size_bytes_in_flight_max: usize,
    /// Bodies of at most this many bytes are decoded where they arrive; larger ones go to worker threads.
    pub inline_size_bytes_max: usize,
    /// The same for compressed bodies, by the bytes sent.
    pub inline_compressed_size_bytes_max: usize,
    /// Most large bodies decoded at the same time.
    pub workers_max: usize,
    /// When a sender that was turned away may come back.
    pub retry_after: Duration,
    /// When a sender may come back that was turned away because nothing can be stored.
    pub retry_after_outage: Duration,
    /// Longest time a body may take to arrive.
    pub body_timeout: Duration,
    /// Slowest a body may arrive, in bytes per second, once [`Self::body_grace`] is over.
    pub body_bytes_per_second_min: u64,
    /// How long a body may be slower than that.
    pub body_grace: Duration,
    /// Bytes of a refused body that are read and thrown away, so that its sender gets to see the answer.
    pub discard_size_bytes_max: usize,
    /// Most bad lines named one by one in an answer; all are counted.
    pub line_errors_max: usize,
    /// Limits of the OTLP readers.
    pub otlp: dialects::otlp::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_size_bytes_max: 4 * MEBIBYTE,
            expanded_size_bytes_max: 32 * MEBIBYTE,
            expansion_ratio_max: 100,
            expansion_free_size_bytes: MEBIBYTE,
            requests_in_flight_max: 512,
            size_bytes_in_flight_max: 128 * MEBIBYTE,
            inline_size_bytes_max: 128 * KIBIBYTE,
            inline_compressed_size_bytes_max: 16 * KIBIBYTE,
            workers_max: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            retry_after: Duration::from_secs(1),
            retry_after_outage: Duration::from_secs(5),
            body_timeout: Duration::from_secs(30),
            body_bytes_per_second_min: 1024,
            body_grace: Duration::from_secs(5),
            discard_size_bytes_max: 16 * MEBIBYTE,
            line_errors_max: 100,
            otlp: dialects::otlp::Limits::default(),
        }
    }
}

/// Limits on connections.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectionLimits {
    /// Most connections at the same time.
    pub connections_max: usize,
    /// Most connections of one address at the same time (of one /64 for IPv6).
    pub connections_per_address_max: usize,
    /// Longest time from the first byte of a request to the end of its headers.
    pub header_timeout: Duration,
    /// Longest time without a request.
    pub idle_timeout: Duration,
    /// Longest time a peer may take none of an answer.
    pub write_timeout: Duration,
    /// Most bytes of the headers of one request.
    pub header_size_bytes_max: usize,
    /// Most headers of one request.
    pub headers_max: usize,
    /// Most requests at the same time on one HTTP/2 connection.
    pub streams_max: u32,
    /// Most HTTP/2 streams that the peer has reset and that are not yet forgotten; one more closes the
    /// connection (CVE-2023-44487).
    pub reset_streams_max: usize,
    /// How long requests in flight may take to end once shutdown was asked for.
    pub shutdown_timeout: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections_max: 2048,
            connections_per_address_max: 512,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            write_timeout: Duration::from_secs(30),
            header_size_bytes_max: 16 * KIBIBYTE,
            headers_max: 100,
            streams_max: 100,
            reset_streams_max: 20,
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}
