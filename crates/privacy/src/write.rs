//! The write port: the one way to disk, open to cleared batches only.

use std::time::Duration;

use trace::Sequence;
use trace::ports::Pending;
use trace::span::Batch;

use crate::Cleared;

/// Where a cleared batch went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Its position in the log. The batch is on disk and readable.
    pub sequence: Sequence,
    /// Span records of it that were new; the rest had been logged before.
    pub spans_new: u64,
}

/// Why a batch was not taken. Nothing of it was stored; all but [`AppendError::TooLarge`] may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The queue is full: try again after this time.
    #[error("the log's queue is full")]
    Busy {
        /// Earliest time at which a retry makes sense.
        retry_after: Duration,
    },
    /// The disk refused: full, read-only or broken. Try again after it was mended; details are in the log.
    #[error("the log cannot write: {0}")]
    Disk(String),
    /// The batch can never be logged whole: send it in parts.
    #[error("the batch is over the log's limit")]
    TooLarge,
    /// The server is shutting down: try again when it is back.
    #[error("the log is closing")]
    Closing,
}

/// The way to disk. `append` answers only when the batch is durable *and* readable.
pub trait WritePort: Send + Sync {
    /// Logs one batch, all of it or nothing.
    fn append(&self, batch: Cleared<Batch>) -> Pending<'_, Result<Receipt, AppendError>>;
}
