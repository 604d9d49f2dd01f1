//! Writes groups of requests: one append, one sync, and then all of them are durable, or none is.
//!
//! A file that failed is cut back to its last durable frame, closed, and never synced again. Sequences of a group
//! that failed are not given again, as its frames may still stand on disk. The next group tries a new file, so
//! that writing goes on by itself once the disk has room.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::sync::Arc;

use trace::{Sequence, UnixNanos};

use super::frame::{HEADER_SIZE_BYTES, Header};
use super::segment::{Active, List, Name, Segments};

/// A rare large group does not leave its room taken for good.
const BUFFER_SIZE_BYTES_KEPT: usize = 16 * 1024 * 1024;

/// A request as the writer needs it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Everything the frame's header says that is known before its place.
    pub(super) body_checksum: u32,
    /// Version of the payload's record form.
    pub(super) version: u16,
    /// Key that seals the payload; empty for none.
    pub(super) key_id: trace::Text,
    /// The payload.
    pub(super) payload: Vec<u8>,
    /// When the request arrived.
    pub(super) received_at: UnixNanos,
}

impl Entry {
    fn body_size(&self) -> usize {
        self.key_id.len().saturating_add(self.payload.len())
    }

    /// Bytes it takes in the log.
    pub(super) fn frame_size(&self) -> usize {
        HEADER_SIZE_BYTES.saturating_add(self.body_size())
    }

    fn header(&self, sequence: Sequence, durable: Sequence) -> Header {
        Header {
            body_checksum: self.body_checksum,
            // Both were held against their limits when the request was taken.
            body_size_bytes: u32::try_from(self.body_size()).unwrap_or(u32::MAX),
            key_id_size_bytes: u16::try_from(self.key_id.len()).unwrap_or(u16::MAX),
            version: self.version,
            sequence,
            durable,
            received_at: self.received_at,
        }
    }
}

/// The one writer of a log.
pub(super) struct Writer {
    segments: Arc<Segments>,
    segment_size_bytes: u64,
    /// Sequence of the next request.
    next: Sequence,
    /// Newest sequence that is durable.
    durable: Sequence,
    /// Room for the bytes of a group, kept from one to the next.
    buffer: Vec<u8>,
    salts: RandomState,
}

impl Writer {
    /// A writer that goes on at `next`, where everything up to `durable` is on disk or in the tables.
    pub(super) fn new(
        segments: Arc<Segments>,
        segment_size_bytes: u64,
        next: Sequence,
        durable: Sequence,
    ) -> Self {
        Self {
            segments,
            segment_size_bytes,
            next,
            durable,
            buffer: Vec::new(),
            salts: RandomState::new(),
        }
    }

    /// Writes a group and makes it durable. Answers the sequence of its first entry; the others follow.
    ///
    /// # Errors
    /// What the disk answered. Nothing of the group counts as written then.
    pub(super) fn write<'a>(
        &mut self,
        group: impl ExactSizeIterator<Item = &'a Entry> + Clone,
    ) -> io::Result<Sequence> {
        let first = self.next;
        let Some(last) = u64::try_from(group.len())
            .ok()
            .and_then(|count| first.0.checked_add(count))
        else {
            return Err(io::Error::other("the log has no sequences left"));
        };
        self.next = Sequence(last);
        let last = Sequence(last.saturating_sub(1));
        let size_bytes = group
            .clone()
            .map(Entry::frame_size)
            .fold(0, usize::saturating_add);
        let size_bytes = u64::try_from(size_bytes).unwrap_or(u64::MAX);

        let segments = Arc::clone(&self.segments);
        let mut list = segments.lock();
        let mut active = self.active_for(&mut list, first, size_bytes)?;
        self.fill_buffer(group, first, active.name.salt);
        let written = self.put(&mut active);
        match written {
            Ok(()) => {
                active.last = last;
                active.size_bytes = active.size_bytes.saturating_add(size_bytes);
                self.durable = last;
                list.active = Some(active);
            }
            Err(_) => self.abandon(&mut list, active),
        }
        segments.note_size(&list);
        written.map(|()| first)
    }

    /// Takes the active segment out of the list, or makes a new one where there is none or it is full.
    fn active_for(&self, list: &mut List, first: Sequence, size_bytes: u64) -> io::Result<Active> {
        let is_full = |active: &Active| {
            active.size_bytes > 0 && active.size_bytes.saturating_add(size_bytes) > self.segment_size_bytes
        };
        if list.active.as_ref().is_some_and(is_full) {
            list.roll();
        }
        if let Some(active) = list.active.take() {
            return Ok(active);
        }
        let name = Name {
            first,
            salt: self.salts.hash_one(first.0),
            is_quarantined: false,
        };
        let tail = self.segments.disk().create(&name.file_name())?;
        let last = Sequence(first.0.saturating_sub(1));
        Ok(Active {
            name,
            tail,
            last,
            size_bytes: 0,
            is_name_synced: false,
        })
    }

    fn fill_buffer<'a>(&mut self, group: impl Iterator<Item = &'a Entry>, first: Sequence, salt: u64) {
        self.buffer.clear();
        self.buffer.shrink_to(BUFFER_SIZE_BYTES_KEPT);
        for (sequence, entry) in (first.0..).zip(group) {
            let header = entry.header(Sequence(sequence), self.durable);
            self.buffer.extend_from_slice(&header.to_bytes(salt));
            self.buffer.extend_from_slice(entry.key_id.as_bytes());
            self.buffer.extend_from_slice(&entry.payload);
        }
    }

    fn put(&self, active: &mut Active) -> io::Result<()> {
        active.tail.append(&self.buffer)?;
        active.tail.sync()?;
        if !active.is_name_synced {
            self.segments.disk().sync_names()?;
            active.is_name_synced = true;
        }
        Ok(())
    }

    /// Lets go of a file that failed. What cannot be cut off it is told from durable frames at the next start.
    fn abandon(&self, list: &mut List, mut active: Active) {
        let was_cut = active.tail.cut(active.size_bytes).is_ok();
        if active.size_bytes == 0 && was_cut && self.segments.disk().remove(&active.name.file_name()).is_ok()
        {
            return;
        }
        list.active = Some(active);
        list.roll();
    }
}
