//! One frame: how a logged request lies on disk. Pure bytes, no file.
//!
//! ```text
//! offset size  little-endian
//!      0    4  magic
//!      4    4  CRC32C of the segment's salt and of everything in the header after this field
//!      8    4  CRC32C of the body
//!     12    4  size of the body: key id and payload
//!     16    2  version of the payload's record form
//!     18    2  size of the key id
//!     20    8  sequence
//!     28    8  the newest sequence that was durable when this frame was written
//!     36    8  received at, in Unix nanoseconds
//!     44       body: key id, then payload
//! ```
//!
//! The header has a checksum of its own, so that a damaged body does not hide where the next frame begins. The
//! salt is drawn for each segment and stands in its file name, nowhere else: a sender who puts the bytes of a
//! frame into what they send cannot make them count as one when a damaged segment is searched for frames.

use trace::{Sequence, UnixNanos};

/// Bytes of a header.
pub(crate) const HEADER_SIZE_BYTES: usize = 44;

/// Most bytes a body may have.
pub(crate) const BODY_SIZE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Every frame begins with this. The first byte never occurs in UTF-8; the last one is the layout's version.
pub(crate) const MAGIC: [u8; 4] = [0xFE, b'E', b'F', 1];

/// What a header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    /// Checksum of the body.
    pub(crate) body_checksum: u32,
    /// Bytes of the body, at most [`BODY_SIZE_BYTES_MAX`].
    pub(crate) body_size_bytes: u32,
    /// Version of the record form.
    pub(crate) version: u16,
    /// Bytes of the key id at the front of the body.
    pub(crate) key_id_size_bytes: u16,
    /// Position in the log.
    pub(crate) sequence: Sequence,
    /// Newest position that was durable when this frame was written. It tells frames that were acknowledged and
    /// are gone from frames that never were.
    pub(crate) durable: Sequence,
    /// When the request arrived.
    pub(crate) received_at: UnixNanos,
}

impl Header {
    /// The header's bytes in a segment of this salt.
    pub(crate) fn to_bytes(self, salt: u64) -> [u8; HEADER_SIZE_BYTES] {
        let mut bytes = [0; HEADER_SIZE_BYTES];
        let checked = self.checked_bytes();
        let checksum = header_checksum(salt, &checked).to_le_bytes();
        let parts = MAGIC.iter().chain(&checksum).chain(&checked);
        for (slot, byte) in bytes.iter_mut().zip(parts) {
            *slot = *byte;
        }
        bytes
    }

    fn checked_bytes(self) -> [u8; HEADER_SIZE_BYTES - 8] {
        let mut bytes = [0; HEADER_SIZE_BYTES - 8];
        let parts = (self.body_checksum.to_le_bytes().into_iter())
            .chain(self.body_size_bytes.to_le_bytes())
            .chain(self.version.to_le_bytes())
            .chain(self.key_id_size_bytes.to_le_bytes())
            .chain(self.sequence.0.to_le_bytes())
            .chain(self.durable.0.to_le_bytes())
            .chain(self.received_at.0.to_le_bytes());
        for (slot, byte) in bytes.iter_mut().zip(parts) {
            *slot = byte;
        }
        bytes
    }

    /// Reads the header at the front of `bytes`; `None` if there is none of this salt.
    pub(crate) fn parse(bytes: &[u8], salt: u64) -> Option<Self> {
        let checked = bytes.get(8..HEADER_SIZE_BYTES)?;
        let mut fields = Fields(bytes);
        let is_marked = fields.take::<4>()? == MAGIC;
        let checksum = u32::from_le_bytes(fields.take()?);
        if !is_marked || checksum != header_checksum(salt, checked) {
            return None;
        }
        let header = Self {
            body_checksum: u32::from_le_bytes(fields.take()?),
            body_size_bytes: u32::from_le_bytes(fields.take()?),
            version: u16::from_le_bytes(fields.take()?),
            key_id_size_bytes: u16::from_le_bytes(fields.take()?),
            sequence: Sequence(u64::from_le_bytes(fields.take()?)),
            durable: Sequence(u64::from_le_bytes(fields.take()?)),
            received_at: UnixNanos(i64::from_le_bytes(fields.take()?)),
        };
        let is_possible = header.body_size() <= BODY_SIZE_BYTES_MAX
            && u32::from(header.key_id_size_bytes) <= header.body_size_bytes;
        is_possible.then_some(header)
    }

    /// Bytes of the body.
    pub(crate) fn body_size(&self) -> usize {
        usize::try_from(self.body_size_bytes).unwrap_or(usize::MAX)
    }

    /// Bytes of the whole frame.
    pub(crate) fn frame_size(&self) -> u64 {
        u64::from(self.body_size_bytes).saturating_add(HEADER_SIZE_BYTES as u64)
    }

    /// Takes a body apart into key id and payload; `None` if it is not the one this header was written for.
    pub(crate) fn open_body<'a>(&self, body: &'a [u8]) -> Option<(&'a str, &'a [u8])> {
        if body.len() != self.body_size() || crc32c::crc32c(body) != self.body_checksum {
            return None;
        }
        let (key_id, payload) = body.split_at_checked(usize::from(self.key_id_size_bytes))?;
        Some((std::str::from_utf8(key_id).ok()?, payload))
    }
}

/// Checksum of a body that is not in one piece yet.
pub(crate) fn body_checksum(key_id: &str, payload: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key_id.as_bytes()), payload)
}

fn header_checksum(salt: u64, checked: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&salt.to_le_bytes()), checked)
}

/// Bytes taken from the front, a field at a time.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            body_checksum: body_checksum("key", b"payload"),
            body_size_bytes: 10,
            version: 1,
            key_id_size_bytes: 3,
            sequence: Sequence(7),
            durable: Sequence(5),
            received_at: UnixNanos(-3),
        }
    }

    #[test]
    fn a_header_reads_back() {
        assert_eq!(Header::parse(&header().to_bytes(9), 9), Some(header()));
        assert_eq!(header().open_body(b"keypayload"), Some(("key", &b"payload"[..])));
    }

    #[test]
    fn a_header_of_another_segment_is_none() {
        assert_eq!(Header::parse(&header().to_bytes(9), 8), None);
    }

    #[test]
    fn any_changed_bit_is_noticed() {
        let bytes = header().to_bytes(9);
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Header::parse(&changed, 9), None, "bit {bit}");
        }
        assert_eq!(header().open_body(b"keypayloae"), None);
        assert_eq!(header().open_body(b"keypayloa"), None);
    }

    #[test]
    fn a_body_over_the_limit_is_not_believed() {
        let mut large = header();
        large.body_size_bytes = u32::MAX;
        assert_eq!(Header::parse(&large.to_bytes(9), 9), None);
    }
}
