//! The core of the receivers: one body in, one answer out, no transport.

use std::sync::Arc;
use std::time::Instant;

use privacy::{AppendError, Cleared, Gate, WritePort};
use tokio::sync::Semaphore;
use trace::span::Batch;
use trace::{Clock, UnixNanos, WorkspaceId};

use crate::account::{Account, BatchCounts, Origin, Stage};
use crate::answer::Answer;
use crate::budget::{Budget, Ticket};
use crate::decode;
use crate::expand::expand;
use crate::limits::Limits;
use crate::received::{Compression, Envelope, Received, Signal, Transport};
use crate::refusal::Refusal;

/// The workspace of requests without a key.
pub const WORKSPACE_DEFAULT: &str = "default";

/// Why nothing is kept where the policy says so.
pub(crate) const CAPTURE_OFF: &str = "the policy has capture off for them, so nothing of them is stored";
/// Why a batch within our limits is not taken.
const OVER_LOG_LIMIT: &str = "the batch is over the log's limit; send fewer records in a request";

/// What the receivers stand on.
pub struct Ports {
    /// The gate every batch passes.
    pub gate: Arc<Gate>,
    /// The way to disk.
    pub write: Arc<dyn WritePort>,
    /// Where counts go.
    pub tally: Arc<catalog::ledger::Tally>,
    /// The present time.
    pub clock: Arc<dyn Clock>,
}

/// The receivers' core. Clones are handles to the same one.
#[derive(Clone)]
pub struct Ingest(Arc<Inner>);

struct Inner {
    limits: Limits,
    budget: Budget,
    workers: Arc<Semaphore>,
    gate: Arc<Gate>,
    write: Arc<dyn WritePort>,
    account: Account,
    clock: Arc<dyn Clock>,
}

/// What one body became, ready for the log.
struct Prepared {
    batches: Vec<Cleared<Batch>>,
    answer: Answer,
}

impl Ingest {
    /// A core with these ports and limits.
    #[must_use]
    pub fn new(ports: Ports, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            budget: Budget::new(&limits),
            workers: Arc::new(Semaphore::new(
                limits.workers_max.clamp(1, Semaphore::MAX_PERMITS),
            )),
            gate: ports.gate,
            write: ports.write,
            account: Account::new(ports.tally),
            clock: ports.clock,
            limits,
        }))
    }

    /// Takes one body. `Ok` means that what the answer calls accepted is on disk and readable.
    ///
    /// # Errors
    /// [`Refusal`]: nothing of the body was stored, or the sender has to send all of it again.
    pub async fn receive(&self, envelope: Envelope) -> Result<Answer, Refusal> {
        let admitted = self.admit().and_then(|mut ticket| {
            let limits = &self.0.limits;
            if envelope.body.len() > limits.body_size_bytes_max {
                return Err(Refusal::TooLarge {
                    what: "the body",
                    limit_bytes: limits.body_size_bytes_max,
                });
            }
            ticket.grow(envelope.body.len())?;
            Ok(ticket)
        });
        match admitted {
            Ok(ticket) => self.receive_with(envelope, ticket).await,
            Err(refusal) => {
                self.note_refusal(envelope.signal, envelope.transport, &envelope.key_name, &refusal);
                Err(refusal)
            }
        }
    }

    /// Waits until nothing is in flight, and lets nothing more in.
    pub async fn close(&self) {
        self.0.budget.close_when_idle().await;
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn gate(&self) -> &Arc<Gate> {
        &self.0.gate
    }

    pub(crate) fn write(&self) -> &dyn WritePort {
        &*self.0.write
    }

    pub(crate) fn account(&self) -> &Account {
        &self.0.account
    }

    pub(crate) fn admit(&self) -> Result<Ticket, Refusal> {
        self.0.budget.admit()
    }

    /// Counts a request that was turned away before it got to [`Self::receive_with`].
    pub(crate) fn note_refusal(
        &self,
        signal: Signal,
        transport: Transport,
        key_name: &str,
        refusal: &Refusal,
    ) {
        let origin = Origin {
            signal,
            transport,
            key_name: key_name.into(),
            received_at: self.0.clock.now(),
        };
        self.0.account.refused(&origin, refusal);
    }

    /// Takes one body whose bytes the ticket holds already. What has begun ends, even if the one who asked goes
    /// away: the ledger must say what happened.
    pub(crate) async fn receive_with(&self, envelope: Envelope, ticket: Ticket) -> Result<Answer, Refusal> {
        let this = self.clone();
        let work = tokio::spawn(async move { this.work(envelope, ticket).await });
        // A panic was reported where it happened; the process and the other requests go on.
        work.await.unwrap_or(Err(Refusal::Internal))
    }

    async fn work(self, envelope: Envelope, ticket: Ticket) -> Result<Answer, Refusal> {
        let received_at = self.0.clock.now();
        let origin = Origin::of(&envelope, received_at);
        let size_bytes = envelope.body.len();
        let worked = self.take(envelope, ticket, &origin).await;
        match &worked {
            Ok(answer) => self.0.account.answered(&origin, size_bytes, answer),
            Err(refusal) => self.0.account.refused(&origin, refusal),
        }
        worked
    }

    async fn take(&self, envelope: Envelope, mut ticket: Ticket, origin: &Origin) -> Result<Answer, Refusal> {
        let (prepared, ticket) = if self.is_small(&envelope) {
            (self.prepare(envelope, &mut ticket, origin.received_at)?, ticket)
        } else {
            self.prepare_apart(envelope, ticket, origin.received_at).await?
        };
        for batch in prepared.batches {
            let counts = BatchCounts::of(batch.get());
            let began = Instant::now();
            let receipt = self.0.write.append(batch).await;
            let receipt = receipt.map_err(|error| self.not_logged(&error))?;
            self.0.account.stage(Stage::Log, began);
            self.0.account.logged(origin, &counts, receipt.spans_new);
        }
        drop(ticket);
        Ok(prepared.answer)
    }
}

impl Ingest {
    fn is_small(&self, envelope: &Envelope) -> bool {
        let limits = &self.0.limits;
        let size_bytes_max = match envelope.compression {
            Compression::Identity => limits.inline_size_bytes_max,
            Compression::Gzip | Compression::Zstd => limits.inline_compressed_size_bytes_max,
        };
        envelope.body.len() <= size_bytes_max
    }

    /// The same as [`Self::prepare`] on a worker thread, so that a large body holds up no other connection.
    async fn prepare_apart(
        &self,
        envelope: Envelope,
        mut ticket: Ticket,
        received_at: UnixNanos,
    ) -> Result<(Prepared, Ticket), Refusal> {
        let permit = Arc::clone(&self.0.workers).acquire_owned().await;
        let this = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let prepared = this.prepare(envelope, &mut ticket, received_at);
            drop(permit);
            prepared.map(|prepared| (prepared, ticket))
        });
        work.await.unwrap_or(Err(Refusal::Internal))
    }

    fn prepare(
        &self,
        envelope: Envelope,
        ticket: &mut Ticket,
        received_at: UnixNanos,
    ) -> Result<Prepared, Refusal> {
        let inner = &self.0;
        let began = Instant::now();
        let received = Received {
            signal: envelope.signal,
            encoding: envelope.encoding,
            body: expand(envelope.body, envelope.compression, &inner.limits, ticket)?,
            received_at,
        };
        inner.account.stage(Stage::Expand, began);

        let began = Instant::now();
        let reading = decode::read(&received, &WorkspaceId::new(WORKSPACE_DEFAULT), &inner.limits)?;
        drop(received);
        inner.account.stage(Stage::Decode, began);

        let began = Instant::now();
        let mut answer = reading.answer;
        let mut batches = Vec::with_capacity(reading.batches.len());
        for decoded in reading.batches {
            let arrived = decoded.spans.len() + decoded.scores.len();
            let cleared = inner.gate.clear(decoded);
            let kept = cleared.get().spans.len() + cleared.get().scores.len();
            answer.leave_out((arrived - kept) as u64, CAPTURE_OFF);
            if kept > 0 || arrived == 0 {
                batches.push(cleared);
            }
        }
        inner.account.stage(Stage::Gate, began);
        Ok(Prepared { batches, answer })
    }

    pub(crate) fn not_logged(&self, error: &AppendError) -> Refusal {
        match error {
            AppendError::Busy { retry_after } => Refusal::Busy {
                retry_after: *retry_after,
            },
            AppendError::TooLarge => Refusal::TooMany(OVER_LOG_LIMIT.to_owned()),
            AppendError::Disk(_) | AppendError::Closing => Refusal::Unavailable {
                retry_after: self.0.limits.retry_after_outage,
            },
        }
    }
}
