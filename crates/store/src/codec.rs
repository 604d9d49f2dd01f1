//! The form a cleared batch has inside a log frame.
//!
//! A payload is [`VERSION`] of the record form, written by `postcard` and compressed by zstd. The version stands
//! in the frame, not here. Domain types are not `Serialize`: each version has its own mirror of them, and a
//! version that was ever shipped can be read for good (`tests/fixtures`).
//!
//! What may change *within* a version: fields added to the registry and words added to the vocabularies. A
//! reader that does not know them leaves them out and counts them, so that going back by one release loses no
//! span. Any other change is a new version.
//!
//! Reading holds for any bytes: it ends in a batch or an [`Error`], and takes memory in proportion to the
//! payload, of which at most [`PLAIN_SIZE_BYTES_MAX`] are unpacked.

use std::io::Read;

use trace::span::Batch;

mod version1;

/// Version that is written.
pub(crate) const VERSION: u16 = 1;

/// Most bytes a batch may have before compression: several times the largest request that is let in.
pub(crate) const PLAIN_SIZE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Level 1: the log is short-lived, and compression is most of what a span costs.
const COMPRESSION_LEVEL: i32 = 1;

/// Largest window a reader makes room for, as a power of two; level 1 uses at most 2^19.
const WINDOW_LOG_MAX: u32 = 23;

/// Why a batch has no record form, or a record no batch.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Written by a newer release; start that one, which can read both.
    #[error("the log holds records of version {found}, this release reads up to {VERSION}")]
    Version {
        /// The version in the frame.
        found: u16,
    },
    /// The batch is over the limit; send it in parts.
    #[error("a batch of {size_bytes} bytes is over the limit of {PLAIN_SIZE_BYTES_MAX}")]
    TooLarge {
        /// Bytes before compression, as far as they were counted.
        size_bytes: usize,
    },
    /// The bytes are not a record of their version. They passed the frame's checksum, so the writer was wrong.
    #[error("the record is not well-formed: {0}")]
    Malformed(&'static str),
    /// The compressed bytes cannot be unpacked, or the batch cannot be packed.
    #[error("the record cannot be packed or unpacked")]
    Compression(#[source] std::io::Error),
}

/// A batch read back from the log.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Restored {
    /// The batch.
    pub(crate) batch: Batch,
    /// Facts and words of a newer release that were left out. More than 0 deserves a warning.
    pub(crate) skipped: u64,
}

/// Writes a batch as a payload of [`VERSION`], ready for a frame.
///
/// # Errors
/// [`Error::TooLarge`] for a batch over the limit.
pub(crate) fn encode_payload(batch: &Batch) -> Result<Vec<u8>, Error> {
    let plain = encode_batch(batch)?;
    zstd::bulk::compress(&plain, COMPRESSION_LEVEL).map_err(Error::Compression)
}

/// Reads a payload as it stands in a frame.
///
/// # Errors
/// [`Error`] says what is wrong with it; a payload this release wrote has none.
pub(crate) fn decode_payload(version: u16, payload: &[u8]) -> Result<Restored, Error> {
    decode_batch(version, &unpack(payload)?)
}

/// Writes a batch as a record of [`VERSION`], not compressed.
///
/// # Errors
/// [`Error::TooLarge`] for a batch over the limit.
pub(crate) fn encode_batch(batch: &Batch) -> Result<Vec<u8>, Error> {
    let plain = version1::encode(batch)?;
    if plain.len() > PLAIN_SIZE_BYTES_MAX {
        return Err(Error::TooLarge {
            size_bytes: plain.len(),
        });
    }
    Ok(plain)
}

/// Reads a record of any version ever written.
///
/// # Errors
/// [`Error`] says what is wrong with it.
pub(crate) fn decode_batch(version: u16, plain: &[u8]) -> Result<Restored, Error> {
    match version {
        1 => version1::decode(plain),
        found => Err(Error::Version { found }),
    }
}

/// Unpacks as a stream: the size that compressed bytes state about themselves is not believed.
fn unpack(payload: &[u8]) -> Result<Vec<u8>, Error> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(payload).map_err(Error::Compression)?;
    decoder
        .window_log_max(WINDOW_LOG_MAX)
        .map_err(Error::Compression)?;
    let mut plain = Vec::with_capacity(payload.len().saturating_mul(4).min(PLAIN_SIZE_BYTES_MAX));
    let limit = u64::try_from(PLAIN_SIZE_BYTES_MAX).unwrap_or(u64::MAX);
    decoder
        .take(limit.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(Error::Compression)?;
    if plain.len() > PLAIN_SIZE_BYTES_MAX {
        return Err(Error::TooLarge {
            size_bytes: plain.len(),
        });
    }
    Ok(plain)
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
