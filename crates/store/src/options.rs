//! What an operator may set about the store, with the values it has otherwise.

use std::path::PathBuf;
use std::time::Duration;

/// Options of the store.
#[derive(Clone, Debug)]
pub struct Options {
    /// Directory of the log and the tables. Created if it is missing.
    pub directory: PathBuf,
    /// Longest time a row stays out of the tables.
    pub flush_interval: Duration,
    /// Memory of rows at which they are flushed at once.
    pub flush_size_bytes: usize,
    /// Memory of rows that only the log holds; above it, appends are refused until a flush is done.
    pub unflushed_size_bytes_max: usize,
    /// Settled runs that stay in memory after they were written, for the reads that follow a run's end.
    pub recent_runs_max: usize,
    /// Pause between two rounds of maintenance.
    pub maintenance_interval: Duration,
    /// Days, counted from receipt, after which spans, runs, scores and all else that is known of them go. Kept for
    /// good if `None`.
    pub keep_days: Option<u32>,
    /// The same for bodies, where they go earlier than the rest.
    pub keep_content_days: Option<u32>,
    /// How long a file stays on disk after no table refers to it any more, for readers that began before.
    pub delete_after: Duration,
    /// Log segments are closed at this size.
    pub segment_size_bytes: u64,
}

impl Options {
    /// The defaults, over this directory.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            flush_interval: Duration::from_secs(5),
            flush_size_bytes: 48 * 1024 * 1024,
            unflushed_size_bytes_max: 512 * 1024 * 1024,
            recent_runs_max: 2_000,
            maintenance_interval: Duration::from_secs(30),
            keep_days: None,
            keep_content_days: None,
            delete_after: Duration::from_secs(15 * 60),
            segment_size_bytes: 64 * 1024 * 1024,
        }
    }
}
