//! Segments: the files of the log, their names, and the list of those that are there.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trace::Sequence;

use super::disk::{Disk, Tail};

/// Ending of a segment.
const ENDING: &str = ".log";
/// Ending of a segment that has lost frames. It is read at every start and removed by nobody but the operator.
const ENDING_QUARANTINED: &str = ".log.quarantined";

/// What the name of a segment says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Name {
    /// Sequence of its first frame.
    pub(super) first: Sequence,
    /// See [`super::frame`].
    pub(super) salt: u64,
    /// Whether it was put aside.
    pub(super) is_quarantined: bool,
}

impl Name {
    /// The name as the file has it. Names sort like sequences.
    pub(super) fn file_name(self) -> String {
        let ending = if self.is_quarantined {
            ENDING_QUARANTINED
        } else {
            ENDING
        };
        format!("{:020}-{:016x}{ending}", self.first.0, self.salt)
    }

    /// Reads a file's name; `None` if it is no segment.
    pub(super) fn parse(file_name: &str) -> Option<Self> {
        let (stem, is_quarantined) = match file_name.strip_suffix(ENDING_QUARANTINED) {
            Some(stem) => (stem, true),
            None => (file_name.strip_suffix(ENDING)?, false),
        };
        let (first, salt) = stem.split_once('-')?;
        let name = Self {
            first: Sequence(first.parse().ok()?),
            salt: u64::from_str_radix(salt, 16).ok()?,
            is_quarantined,
        };
        (name.file_name() == file_name).then_some(name)
    }
}

/// A segment that nothing is written to any more.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    /// Its name.
    pub(super) name: Name,
    /// Sequence of its last frame.
    pub(super) last: Sequence,
    /// Its size.
    pub(super) size_bytes: u64,
}

/// The segment that is written to.
pub(super) struct Active {
    /// Its name.
    pub(super) name: Name,
    /// Its open end.
    pub(super) tail: Box<dyn Tail>,
    /// Sequence of its last durable frame; the one before its first while it has none.
    pub(super) last: Sequence,
    /// Bytes up to the end of that frame.
    pub(super) size_bytes: u64,
    /// Whether its name is known to be durable.
    pub(super) is_name_synced: bool,
}

/// All segments that still may be needed; quarantined ones are not among them.
pub(super) struct Segments {
    disk: Arc<dyn Disk>,
    list: Mutex<List>,
    size_bytes: AtomicU64,
}

/// Shared between the writer, which holds it while a group is written, and whoever releases segments.
#[derive(Default)]
pub(super) struct List {
    /// Oldest first.
    pub(super) closed: Vec<Closed>,
    /// `None` until something is written, and after a failure.
    pub(super) active: Option<Active>,
}

impl List {
    /// Closes the active segment, so that the next group begins a new one.
    pub(super) fn roll(&mut self) {
        if let Some(active) = self.active.take() {
            self.closed.push(Closed {
                name: active.name,
                last: active.last,
                size_bytes: active.size_bytes,
            });
        }
    }

    fn size_bytes(&self) -> u64 {
        let active = self.active.as_ref().map_or(0, |active| active.size_bytes);
        self.closed
            .iter()
            .fold(active, |sum, closed| sum.saturating_add(closed.size_bytes))
    }
}

impl Segments {
    /// The segments found at start, oldest first.
    pub(super) fn new(disk: Arc<dyn Disk>, closed: Vec<Closed>) -> Self {
        let list = List { closed, active: None };
        let size_bytes = AtomicU64::new(list.size_bytes());
        Self {
            disk,
            list: Mutex::new(list),
            size_bytes,
        }
    }

    /// The disk they are on.
    pub(super) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// The list, for as long as the guard lives.
    pub(super) fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that sizes in the list have changed.
    pub(super) fn note_size(&self, list: &List) {
        self.size_bytes.store(list.size_bytes(), Ordering::Relaxed);
    }

    /// Bytes in all segments; never waits for the writer.
    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes.load(Ordering::Relaxed)
    }

    /// Removes whole segments whose frames are all at or before `up_to`. The active one is among them if it has
    /// grown to `roll_size_bytes`. Those that cannot be removed are tried again the next time.
    pub(super) fn release(&self, up_to: Sequence, roll_size_bytes: u64) -> io::Result<usize> {
        let mut list = self.lock();
        if list
            .active
            .as_ref()
            .is_some_and(|active| active.last <= up_to && active.size_bytes >= roll_size_bytes)
        {
            list.roll();
        }
        let released: Vec<_> = list
            .closed
            .extract_if(.., |closed| closed.last <= up_to)
            .collect();
        self.note_size(&list);
        drop(list);
        self.remove(released)
    }

    fn remove(&self, released: Vec<Closed>) -> io::Result<usize> {
        let mut removed = 0;
        let mut released = released.into_iter();
        let outcome =
            released
                .by_ref()
                .try_for_each(|closed| match self.disk.remove(&closed.name.file_name()) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        self.put_back(closed);
                        Err(error)
                    }
                    _ => {
                        removed += 1;
                        Ok(())
                    }
                });
        released.for_each(|closed| self.put_back(closed));
        if removed > 0 {
            self.disk.sync_names()?;
        }
        outcome.map(|()| removed)
    }

    fn put_back(&self, closed: Closed) {
        let mut list = self.lock();
        let place = list.closed.partition_point(|other| other.name < closed.name);
        list.closed.insert(place, closed);
        self.note_size(&list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_sort_like_sequences() {
        let name = |first, is_quarantined| Name {
            first: Sequence(first),
            salt: 0xabc,
            is_quarantined,
        };
        for name in [name(0, false), name(u64::MAX, false), name(10, true)] {
            assert_eq!(Name::parse(&name.file_name()), Some(name));
        }
        assert!(name(9, false).file_name() < name(10, false).file_name());
    }

    #[test]
    fn other_files_are_no_segments() {
        for file_name in [
            "lock",
            "1-2.log",
            ".log",
            "00000000000000000001-00000000000000000abc.log",
            "../1.log",
        ] {
            assert_eq!(Name::parse(file_name), None, "{file_name}");
        }
    }
}
