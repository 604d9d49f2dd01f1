//! Counts in memory, on their way to the file.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Entry, Line};

/// Most distinct lines held between two flushes. Reasons are our own words, so this is far away; it is here so
/// that no mistake can grow memory without end.
pub const LINES_MAX: usize = 16_384;

/// Reason that further lines are counted under once [`LINES_MAX`] are held: the total stays exact.
pub const REASON_OTHER: &str = "other";

/// Counts since the last flush.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<HashMap<Line, u64>>,
}

impl Tally {
    /// Adds to a line. Adding nothing makes no line.
    pub fn add(&self, line: Line, count: u64) {
        self.add_all([Entry { line, count }]);
    }

    /// Adds to several lines at once: a reader sees all of them or none.
    pub fn add_all(&self, entries: impl IntoIterator<Item = Entry>) {
        let mut counts = self.lock();
        for Entry { mut line, count } in entries {
            if count == 0 {
                continue;
            }
            if counts.len() >= LINES_MAX && !counts.contains_key(&line) {
                line.reason = REASON_OTHER.into();
            }
            let held = counts.entry(line).or_default();
            *held = held.saturating_add(count);
        }
    }

    pub(super) fn take(&self) -> Vec<Entry> {
        let counts = std::mem::take(&mut *self.lock());
        counts
            .into_iter()
            .map(|(line, count)| Entry { line, count })
            .collect()
    }

    pub(super) fn put_back(&self, entries: Vec<Entry>) {
        self.add_all(entries);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Line, u64>> {
        // Counts are whole at every step, so a panic elsewhere while holding the lock spoils nothing.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
