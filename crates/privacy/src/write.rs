//! The write port: the one way to disk, open to cleared batches only; and the way in for what was decoded inside
//! this process.

use std::time::Duration;

use trace::Sequence;
use trace::ports::Pending;
use trace::score::Score;
use trace::span::{Batch, Decoded};

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

/// What a decoded batch became.
#[derive(Clone, PartialEq, Debug)]
pub struct Taken {
    /// Its scores as they are stored, in the order they were given: with keyed ids, and with references in place of
    /// what was written. Empty where the policy keeps nothing at all.
    pub scores: Vec<Score>,
}

/// The way in for what was decoded inside this process, such as scores that people give on a page: through the gate
/// to disk as everything else, and counted as everything else. Answers only when the batch is durable and readable.
pub trait Intake: Send + Sync {
    /// Takes one batch, all of it or nothing.
    fn take(&self, decoded: Decoded) -> Pending<'_, Result<Taken, AppendError>>;
}
