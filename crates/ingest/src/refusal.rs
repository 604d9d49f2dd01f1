//! Why a whole request was not taken, and what its sender may do.

use std::time::Duration;

/// Why a whole request was not taken. Nothing of it was stored.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The body is over a limit; send smaller batches.
    #[error("{what} is over {limit_bytes} bytes; send fewer records in a request")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit_bytes: usize,
    },
    /// The body holds more records or values than one request may; send smaller batches.
    #[error("{0}")]
    TooMany(String),
    /// A small body expands to far too much; it is not worked on.
    #[error(
        "the body expands to more than {ratio_max} times its size; send it with less compression or in parts"
    )]
    Bomb {
        /// The limit.
        ratio_max: usize,
    },
    /// The content encoding is none of ours, or there are several; use gzip, zstd or none.
    #[error("unsupported content encoding; use gzip, zstd or none, and only one")]
    ContentEncoding,
    /// The content type is none of ours.
    #[error("unsupported content type; use {expected}")]
    ContentType {
        /// Those that are taken.
        expected: &'static str,
    },
    /// The body cannot be read. The message names the place and the rule, never a value.
    #[error("{0}")]
    Malformed(String),
    /// The body came too slowly; send it in one go.
    #[error("the body took too long to arrive")]
    TooSlow,
    /// The sender went away before its body was complete.
    #[error("the body ended early")]
    Incomplete,
    /// The request came from a web page of another origin.
    #[error("requests from web pages of another origin are not taken")]
    CrossOrigin,
    /// Too much is in flight. Send the same again after a while.
    #[error("the server is at its limit; try again later")]
    Busy {
        /// When.
        retry_after: Duration,
    },
    /// The server cannot store anything now. Send the same again after a while.
    #[error("the server cannot store data now; try again later")]
    Unavailable {
        /// When.
        retry_after: Duration,
    },
    /// A fault of ours. Sending the same again would meet it again.
    #[error("the server could not work on this request")]
    Internal,
}

impl Refusal {
    /// The word for the ledger and for metrics.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooMany(_) => "too_many",
            Self::Bomb { .. } => "expansion",
            Self::ContentEncoding => "content_encoding",
            Self::ContentType { .. } => "content_type",
            Self::Malformed(_) => "malformed",
            Self::TooSlow => "too_slow",
            Self::Incomplete => "incomplete",
            Self::CrossOrigin => "cross_origin",
            Self::Busy { .. } => "busy",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// When the same request may be sent again; `None` if it would meet the same end.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } | Self::Unavailable { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// Whether the sender can be expected to send the rest of its body.
    pub(crate) const fn is_body_coming(&self) -> bool {
        !matches!(self, Self::TooSlow | Self::Incomplete)
    }
}
