//! Typed identifiers. Every id is its own type, so that a span id cannot be passed where a run id is meant.
//!
//! Trace and span ids are bytes of fixed length, shown as lower-case hex. Run, workspace and tenant ids are
//! text. None of them is ever used to build a file path.

use compact_str::CompactString;

use std::fmt;

/// Short text: names and ids mostly fit without an allocation.
pub type Text = CompactString;

/// Most bytes a stated run id may have; a longer one is replaced by its hash where it is read.
pub const RUN_ID_SIZE_BYTES_MAX: usize = 256;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text has another length than the id; send it whole, as hex.
    #[error("expected {expected} hex digits, got {got}")]
    Length {
        /// Hex digits the id has.
        expected: usize,
        /// Characters that were given.
        got: usize,
    },
    /// A character is not a hex digit.
    #[error("expected hex digits only")]
    Digit,
    /// All bytes are zero, which the OpenTelemetry specification reserves for "no id".
    #[error("an id of zeros means no id")]
    Zero,
}

macro_rules! byte_id {
    ($(#[$meta:meta])* $name:ident, $size:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $size]);

        impl $name {
            /// Length in bytes.
            pub const SIZE_BYTES: usize = $size;

            /// The id with these bytes. Bytes of zeros are allowed here: whether they mean
            /// "no id" is for the reader of the wire format to say.
            #[must_use]
            pub const fn new(bytes: [u8; $size]) -> Self {
                Self(bytes)
            }

            /// Reads raw bytes.
            ///
            /// # Errors
            /// [`Error::Length`] for another number of bytes, [`Error::Zero`] for zeros only.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
                let bytes: [u8; $size] = bytes.try_into().map_err(|_| Error::Length {
                    expected: 2 * $size,
                    got: 2 * bytes.len(),
                })?;
                if bytes == [0; $size] {
                    return Err(Error::Zero);
                }
                Ok(Self(bytes))
            }

            /// Reads hex digits, in either case.
            ///
            /// # Errors
            /// [`Error`] says which rule the text broke.
            pub fn parse_hex(text: &str) -> Result<Self, Error> {
                if text.len() != 2 * $size {
                    return Err(Error::Length { expected: 2 * $size, got: text.len() });
                }
                let mut bytes = [0; $size];
                for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
                    let [high, low] = *pair else { return Err(Error::Digit) };
                    *byte = (hex_digit(high)? << 4) | hex_digit(low)?;
                }
                Self::from_slice(&bytes)
            }

            /// The raw bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $size] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{self}")
            }
        }
    };
}

byte_id!(
    /// The trace a span belongs to, as the sender gave it.
    TraceId,
    16
);
byte_id!(
    /// One span within its trace.
    SpanId,
    8
);
byte_id!(
    /// One stored body: a keyed fingerprint of its cleared form within its scope
    /// (workspace, tenant, retention class, day, and session or else run).
    ContentId,
    16
);
byte_id!(
    /// One score: a fingerprint of what it says about what, so that a redelivered score is the same score.
    ScoreId,
    16
);

fn hex_digit(digit: u8) -> Result<u8, Error> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(Error::Digit),
    }
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(Text);

        impl $name {
            /// The id with this text.
            #[must_use]
            pub fn new(text: impl Into<Text>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// All work for one goal: the id its sender stated, else the hex of its first trace id.
    RunId
);
text_id!(
    /// The isolation boundary. It comes from the ingest key and from nothing else.
    WorkspaceId
);
text_id!(
    /// A part of a workspace.
    ProjectId
);

impl From<TraceId> for RunId {
    fn from(trace_id: TraceId) -> Self {
        Self(compact_str::format_compact!("{trace_id}"))
    }
}

/// Position in the write-ahead log: grows by one with every logged request of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Sequence(pub u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_reads_back_in_either_case() {
        let id = SpanId::parse_hex("00ABcdef00112233").unwrap();
        assert_eq!(id.to_string(), "00abcdef00112233");
        assert_eq!(SpanId::parse_hex(&id.to_string()), Ok(id));
    }

    #[test]
    fn says_what_is_wrong_with_an_id() {
        assert_eq!(
            SpanId::parse_hex("00"),
            Err(Error::Length { expected: 16, got: 2 })
        );
        assert_eq!(SpanId::parse_hex("zzzzzzzzzzzzzzzz"), Err(Error::Digit));
        assert_eq!(SpanId::parse_hex("0000000000000000"), Err(Error::Zero));
    }
}
