//! Reads the bytes of one segment as frames, and finds the next frame again behind damaged bytes.
//!
//! It holds for any bytes, in one pass and in memory bounded by the largest frame.

use std::io::{self, Read};

use super::frame::{HEADER_SIZE_BYTES, Header, MAGIC};

/// Bytes read at a time.
const CHUNK_SIZE_BYTES: usize = 256 * 1024;

/// What was found at one place.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Found<'a> {
    /// A frame that is whole.
    Frame {
        /// Its header.
        header: Header,
        /// Its key id.
        key_id: &'a str,
        /// Its payload.
        payload: &'a [u8],
        /// Where it ends, in bytes from the segment's beginning.
        end: u64,
    },
    /// Bytes that belong to no frame that is whole. What follows may be more of them.
    Damage {
        /// How many, from where the last find ended.
        size_bytes: usize,
    },
}

/// A walk through one segment.
pub(crate) struct Scanner<R> {
    source: R,
    salt: u64,
    /// What was read and not yet looked at, from `start`.
    buffer: Vec<u8>,
    start: usize,
    /// Where `start` lies in the source.
    offset: u64,
    is_at_end: bool,
}

impl<R: Read> Scanner<R> {
    /// Walks through `source`, a segment of this salt.
    pub(crate) const fn new(source: R, salt: u64) -> Self {
        Self {
            source,
            salt,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            is_at_end: false,
        }
    }

    /// The next find; `None` at the end.
    ///
    /// # Errors
    /// What the source answered; the rest of it cannot be read then.
    pub(crate) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        self.fill(HEADER_SIZE_BYTES)?;
        if self.unread().is_empty() {
            return Ok(None);
        }
        let Some(header) = Header::parse(self.unread(), self.salt) else {
            let size_bytes = self.next_header_offset()?;
            self.pass(size_bytes);
            return Ok(Some(Found::Damage { size_bytes }));
        };
        let size_bytes = HEADER_SIZE_BYTES.saturating_add(header.body_size());
        self.fill(size_bytes)?;
        let size_bytes = size_bytes.min(self.unread().len());
        let begin = self.start;
        self.pass(size_bytes);
        let body = self
            .buffer
            .get(begin.saturating_add(HEADER_SIZE_BYTES)..self.start)
            .unwrap_or_default();
        Ok(Some(match header.open_body(body) {
            Some((key_id, payload)) => Found::Frame {
                header,
                key_id,
                payload,
                end: self.offset,
            },
            None => Found::Damage { size_bytes },
        }))
    }

    fn unread(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn pass(&mut self, size_bytes: usize) {
        self.start = self.start.saturating_add(size_bytes);
        self.offset = self
            .offset
            .saturating_add(u64::try_from(size_bytes).unwrap_or(u64::MAX));
    }

    /// Reads until so many bytes wait, or to the end.
    fn fill(&mut self, size_bytes: usize) -> io::Result<()> {
        if self.is_at_end || self.unread().len() >= size_bytes {
            return Ok(());
        }
        self.buffer.drain(..self.start.min(self.buffer.len()));
        self.start = 0;
        let wanted = size_bytes.max(CHUNK_SIZE_BYTES).saturating_sub(self.buffer.len());
        let limit = u64::try_from(wanted).unwrap_or(u64::MAX);
        let read = (&mut self.source).take(limit).read_to_end(&mut self.buffer)?;
        self.is_at_end = read < wanted;
        Ok(())
    }

    /// How many bytes from here, where no header is, to the next one; or to where the search has to be taken up
    /// again. At least 1.
    fn next_header_offset(&mut self) -> io::Result<usize> {
        let mut offset = 1;
        loop {
            let rest = self.unread().get(offset..).unwrap_or_default();
            let Some(found) = rest.windows(MAGIC.len()).position(|bytes| *bytes == MAGIC) else {
                // The first bytes of a magic may stand at the very end.
                let kept = if self.is_at_end { 0 } else { MAGIC.len() - 1 };
                return Ok(self.unread().len().saturating_sub(kept).max(offset));
            };
            offset = offset.saturating_add(found);
            self.fill(offset.saturating_add(HEADER_SIZE_BYTES))?;
            let candidate = self.unread().get(offset..).unwrap_or_default();
            if Header::parse(candidate, self.salt).is_some() {
                return Ok(offset);
            }
            offset = offset.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::body_checksum;
    use super::*;
    use proptest::prelude::*;
    use trace::{Sequence, UnixNanos};

    const SALT: u64 = 0x5EED;

    fn frame(sequence: u64, payload: &[u8]) -> Vec<u8> {
        let header = Header {
            body_checksum: body_checksum("", payload),
            body_size_bytes: u32::try_from(payload.len()).unwrap(),
            version: 1,
            key_id_size_bytes: 0,
            sequence: Sequence(sequence),
            durable: Sequence(0),
            received_at: UnixNanos(0),
        };
        let mut bytes = header.to_bytes(SALT).to_vec();
        bytes.extend_from_slice(payload);
        bytes
    }

    /// Sequences of the frames found, and the damaged bytes between them.
    fn scan(bytes: &[u8]) -> (Vec<u64>, usize) {
        let mut scanner = Scanner::new(bytes, SALT);
        let (mut sequences, mut damaged, mut total) = (Vec::new(), 0, 0);
        while let Some(found) = scanner.next().unwrap() {
            match found {
                Found::Frame { header, payload, .. } => {
                    sequences.push(header.sequence.0);
                    total += HEADER_SIZE_BYTES + payload.len();
                }
                Found::Damage { size_bytes } => {
                    assert!(size_bytes > 0);
                    damaged += size_bytes;
                    total += size_bytes;
                }
            }
        }
        assert_eq!(total, bytes.len(), "every byte is accounted for");
        (sequences, damaged)
    }

    #[test]
    fn frames_around_damage_are_found() {
        let frames = [frame(1, b"one"), frame(2, &[7; 600_000]), frame(3, b"three")];
        assert_eq!(scan(&frames.concat()), (vec![1, 2, 3], 0));
        for damaged in [0, 5, 20, HEADER_SIZE_BYTES + 10] {
            let mut second = frames[1].clone();
            second[damaged] ^= 0x40;
            let bytes = [frames[0].clone(), second.clone(), frames[2].clone()].concat();
            assert_eq!(scan(&bytes), (vec![1, 3], second.len()), "byte {damaged}");
        }
    }

    #[test]
    fn a_frame_inside_a_damaged_frame_does_not_count_without_the_salt() {
        let mut forged = frame(99, b"forged");
        forged[4..8].copy_from_slice(&[0; 4]);
        let mut outer = frame(1, &forged);
        outer[20] ^= 1;
        assert_eq!(scan(&outer).0, Vec::<u64>::new());
    }

    #[test]
    fn zeros_behind_the_last_frame_are_damage() {
        let bytes = [frame(1, b"one"), vec![0; 4096]].concat();
        assert_eq!(scan(&bytes), (vec![1], 4096));
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            scan(&bytes);
        }

        #[test]
        fn one_changed_byte_costs_at_most_one_frame(place in 0_usize..1000, bit in 0_u8..8) {
            let frames: Vec<_> = (1..=8).map(|sequence| frame(sequence, &[3; 80])).collect();
            let mut bytes = frames.concat();
            let place = place % bytes.len();
            bytes[place] ^= 1 << bit;
            let expected: Vec<u64> = (1..=8).filter(|sequence| *sequence != place as u64 / 124 + 1).collect();
            prop_assert_eq!(scan(&bytes).0, expected);
        }
    }
}
