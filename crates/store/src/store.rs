//! The store, open: the way from a cleared batch to disk, and the tasks that keep log and tables in step.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use privacy::{AppendError, Cleared, Receipt, WritePort};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use trace::ports::{DerivedPort, Error as PortError, LogListener, Pending};
use trace::run::Derived;
use trace::span::Batch;
use trace::{Clock, RunId, Sequence, Text, WorkspaceId};

use crate::apply::{self, Ticket};
use crate::codec;
use crate::error::Error;
use crate::flush::{Flush, FlushOfDerived};
use crate::inner::Inner;
use crate::log::{Durable, Log, Refusal, Request, Sink};
use crate::maintenance::{self, Maintained, Unreferenced};
use crate::open;
use crate::options::Options;

/// How long a sender is asked to wait when the store cannot take more.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Pause after a failed flush.
const FLUSH_RETRY: Duration = Duration::from_secs(1);
/// Times a flush is tried while closing.
const CLOSE_ATTEMPTS: u32 = 3;

/// The store of one data directory. It is the write port, the read port and the port of derived rows.
pub struct Store {
    inner: Arc<Inner>,
    log: Arc<Mutex<Option<Log<Ticket>>>>,
    closing: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    derived_flushes: Arc<tokio::sync::Mutex<DerivedFlushes>>,
    unreferenced: Arc<tokio::sync::Mutex<Unreferenced>>,
    _lock: crate::log::DirectoryLock,
}

impl Store {
    /// Opens the store of a directory, or creates it, and brings back what only the log holds.
    ///
    /// # Errors
    /// [`Error`] says what is wrong with the directory: in use by another server, not writable, damaged.
    pub async fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let opened = open::open(options, clock).await?;
        let inner = opened.inner;
        let sink = Applier {
            inner: Arc::clone(&inner),
            runtime: Handle::current(),
        };
        let log = Arc::new(Mutex::new(Some(opened.log.start(Box::new(sink))?)));
        if inner.memory().unflushed_size_bytes() > 0 {
            // A server that is killed again and again would otherwise read an ever longer log at each start.
            inner.flush_wanted.notify_one();
        }
        let (closing, is_closing) = watch::channel(false);
        let derived_flushes = Arc::new(tokio::sync::Mutex::new(DerivedFlushes {
            last_number: opened.derived_flush,
            pending: None,
        }));
        let unreferenced = Arc::default();
        let tasks = vec![
            tokio::spawn(keep_flushing(
                Arc::clone(&inner),
                Arc::clone(&log),
                is_closing.clone(),
            )),
            tokio::spawn(keep_flushing_derived(
                Arc::clone(&inner),
                Arc::clone(&derived_flushes),
                is_closing.clone(),
            )),
            tokio::spawn(keep_maintaining(
                Arc::clone(&inner),
                Arc::clone(&unreferenced),
                is_closing,
            )),
        ];
        Ok(Self {
            inner,
            log,
            closing,
            tasks: Mutex::new(tasks),
            derived_flushes,
            unreferenced,
            _lock: opened.lock,
        })
    }

    /// Sets who is told of everything that is logged from now on.
    pub fn listen(&self, listener: Arc<dyn LogListener>) {
        self.inner.listen(listener);
    }

    /// Writes everything that is in memory to the tables now.
    ///
    /// # Errors
    /// [`Error`] if a table cannot be written; the log keeps the rows, and they are tried again.
    pub async fn flush(&self) -> Result<(), Error> {
        flush_all(&self.inner).await?;
        flush_derived(&self.inner, &self.derived_flushes).await
    }

    /// Does all maintenance there is to do: compacts files, takes out days that are past their time, and deletes
    /// files that nobody refers to. It is done in the background, too; two rounds never overlap.
    ///
    /// # Errors
    /// [`Error`] if a table cannot be read or written; nothing is lost, and the next round tries again.
    pub async fn maintain(&self) -> Result<Maintained, Error> {
        maintenance::run(&self.inner, &mut *self.unreferenced.lock().await, &|| false).await
    }

    /// Takes no more, flushes everything, and ends. What cannot be flushed stays in the log and comes back.
    pub async fn close(&self) {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.closing.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let _ = task.await;
        }
        let Some(mut log) = log else { return };
        let log = tokio::task::spawn_blocking(move || {
            log.close();
            log
        });
        let Ok(log) = log.await else { return };
        for _ in 0..CLOSE_ATTEMPTS {
            match flush_all(&self.inner).await {
                Ok(Some(position)) => release(&log, position),
                Ok(None) => break,
                Err(error) => apply::report(&error, "could not flush while closing"),
            }
        }
        if let Err(error) = flush_derived(&self.inner, &self.derived_flushes).await {
            apply::report(&error, "could not write derived rows while closing");
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(crate) fn log_size_bytes(&self) -> u64 {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map_or(0, Log::size_bytes)
    }

    /// Encodes on the caller's thread, which has the time, and queues.
    fn enqueue(&self, batch: Batch) -> Result<oneshot::Receiver<Result<Receipt, AppendError>>, AppendError> {
        if self.inner.memory().unflushed_size_bytes() > self.inner.options.unflushed_size_bytes_max {
            return Err(AppendError::Busy {
                retry_after: RETRY_AFTER,
            });
        }
        let begun = Instant::now();
        let payload = codec::encode_payload(&batch).map_err(|error| match error {
            codec::Error::TooLarge { .. } => AppendError::TooLarge,
            other => AppendError::Disk(other.to_string()),
        })?;
        apply::took("encode", begun);
        let request = Request {
            version: codec::VERSION,
            key_id: Text::default(),
            payload,
            received_at: batch.received_at,
        };
        let (answer, receiver) = oneshot::channel();
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let log = log.as_ref().ok_or(AppendError::Closing)?;
        log.append(request, Ticket { batch, answer })
            .map_err(|(refusal, _)| match refusal {
                Refusal::Busy => AppendError::Busy {
                    retry_after: RETRY_AFTER,
                },
                Refusal::Closing => AppendError::Closing,
                Refusal::TooLarge { .. } => AppendError::TooLarge,
            })?;
        Ok(receiver)
    }
}

impl WritePort for Store {
    fn append(&self, batch: Cleared<Batch>) -> Pending<'_, Result<Receipt, AppendError>> {
        Box::pin(async move {
            let receiver = self.enqueue(batch.into_inner())?;
            receiver.await.unwrap_or(Err(AppendError::Closing))
        })
    }
}

/// Applies what is durable, on the log's apply thread.
struct Applier {
    inner: Arc<Inner>,
    runtime: Handle,
}

impl Sink<Ticket> for Applier {
    fn durable(&mut self, group: Vec<Durable<Ticket>>) {
        for durable in group {
            apply::complete(&self.inner, &self.runtime, durable.ticket, durable.sequence);
        }
    }

    fn refused(&mut self, tickets: Vec<Ticket>, error: &std::io::Error) {
        tracing::error!(kind = %error.kind(), requests = tickets.len(), "the log could not be written");
        for ticket in tickets {
            let _ = ticket
                .answer
                .send(Err(AppendError::Disk(error.kind().to_string())));
        }
    }
}

/// Flushes whatever is in memory at the interval, or at once when there is much.
async fn keep_flushing(
    inner: Arc<Inner>,
    log: Arc<Mutex<Option<Log<Ticket>>>>,
    mut closing: watch::Receiver<bool>,
) {
    let mut pending: Option<Flush> = None;
    loop {
        let pause = if pending.is_some() {
            FLUSH_RETRY
        } else {
            inner.options.flush_interval
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = inner.flush_wanted.notified() => {}
            _ = closing.changed() => {}
        }
        if pending.is_none() {
            inner.memory_mut().forget_recent();
            pending = Flush::start(&inner);
        }
        if let Some(flush) = pending.as_mut() {
            match flush.run(&inner).await {
                Ok(position) => {
                    pending = None;
                    let log = Arc::clone(&log);
                    let released = tokio::task::spawn_blocking(move || {
                        if let Some(log) = log.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
                            release(log, position);
                        }
                    });
                    let _ = released.await;
                }
                Err(error) => {
                    metrics::counter!("everyframe_store_flush_failures_total").increment(1);
                    apply::report(
                        &error,
                        "could not flush; the log keeps the rows and it is tried again",
                    );
                }
            }
        }
        if *closing.borrow() {
            return;
        }
    }
}

fn release(log: &Log<Ticket>, position: Sequence) {
    if let Err(error) = log.release(position) {
        tracing::warn!(kind = %error.kind(), "could not remove a log segment; it is tried again");
    }
}

async fn flush_all(inner: &Inner) -> Result<Option<Sequence>, Error> {
    // A flush that failed before the tasks ended is still marked as under way; its rows come back from the log.
    let Some(mut flush) = Flush::start(inner) else {
        return Ok(None);
    };
    flush.run(inner).await.map(Some)
}

async fn keep_flushing_derived(
    inner: Arc<Inner>,
    flushes: Arc<tokio::sync::Mutex<DerivedFlushes>>,
    mut closing: watch::Receiver<bool>,
) {
    while !*closing.borrow() {
        tokio::select! {
            () = tokio::time::sleep(inner.options.flush_interval) => {}
            _ = closing.changed() => {}
        }
        if let Err(error) = flush_derived(&inner, &flushes).await {
            apply::report(&error, "could not write derived rows; it is tried again");
        }
    }
}

/// Maintains at the interval, until the store is closed.
async fn keep_maintaining(
    inner: Arc<Inner>,
    unreferenced: Arc<tokio::sync::Mutex<Unreferenced>>,
    mut closing: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(inner.options.maintenance_interval) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
        let watched = closing.clone();
        let is_closing = move || *watched.borrow();
        let done = maintenance::run(&inner, &mut *unreferenced.lock().await, &is_closing).await;
        match done {
            Ok(done) if done == Maintained::default() => {}
            Ok(done) => tracing::debug!(?done, "maintained the tables"),
            Err(error) => apply::report(&error, "could not maintain the tables; it is tried again"),
        }
    }
}

/// Flushes of derived rows, one at a time.
struct DerivedFlushes {
    last_number: u64,
    /// The one that failed, and is tried again.
    pending: Option<FlushOfDerived>,
}

async fn flush_derived(inner: &Inner, flushes: &tokio::sync::Mutex<DerivedFlushes>) -> Result<(), Error> {
    let mut flushes = flushes.lock().await;
    if flushes.pending.is_none() {
        let Some(rows) = inner.derived().start_flush() else {
            return Ok(());
        };
        flushes.last_number += 1;
        flushes.pending = Some(FlushOfDerived::new(flushes.last_number, rows));
    }
    if let Some(flush) = flushes.pending.as_mut() {
        flush.run(inner).await?;
    }
    flushes.pending = None;
    Ok(())
}

impl DerivedPort for Store {
    fn put_derived(&self, rows: Vec<Derived>) -> Pending<'_, Result<(), PortError>> {
        Box::pin(async move {
            let in_files = self.versions_in_files(&rows).await?;
            let mut derived = self.inner.derived_mut();
            for row in rows {
                let key = (row.run.workspace_id.clone(), row.run.run_id.clone());
                derived.put(row, in_files.get(&key).copied());
            }
            Ok(())
        })
    }

    fn retract(&self, workspace_id: WorkspaceId, run_ids: Vec<RunId>) -> Pending<'_, Result<(), PortError>> {
        Box::pin(async move {
            let found = self
                .inner
                .runs_by_id(&workspace_id, &run_ids)
                .await
                .map_err(|error| {
                    apply::report(&error, "could not look for runs to take back");
                    PortError::Unavailable("reading failed; the server's log says why".to_owned())
                })?;
            let mut in_files: HashMap<RunId, _> =
                found.into_iter().map(|run| (run.run_id.clone(), run)).collect();
            let mut derived = self.inner.derived_mut();
            for run_id in run_ids {
                let in_file = in_files.remove(&run_id);
                derived.retract((workspace_id.clone(), run_id), in_file);
            }
            Ok(())
        })
    }

    fn settled_up_to(&self, sequence: Sequence) -> Pending<'_, Result<(), PortError>> {
        self.inner.derived_mut().settled_up_to(sequence);
        Box::pin(async { Ok(()) })
    }

    fn settled_position(&self) -> Pending<'_, Result<Sequence, PortError>> {
        Box::pin(async { Ok(self.inner.derived().settled_in_file()) })
    }
}

impl Store {
    /// The newest versions in files of the runs that memory does not know.
    async fn versions_in_files(
        &self,
        rows: &[Derived],
    ) -> Result<HashMap<(WorkspaceId, RunId), u64>, PortError> {
        let mut by_workspace: HashMap<WorkspaceId, Vec<RunId>> = HashMap::new();
        {
            let derived = self.inner.derived();
            for Derived { run, .. } in rows {
                let key = (run.workspace_id.clone(), run.run_id.clone());
                if derived.get(&key).is_none() && derived.may_be_in_files(&key) {
                    by_workspace
                        .entry(run.workspace_id.clone())
                        .or_default()
                        .push(run.run_id.clone());
                }
            }
        }
        let mut found = HashMap::new();
        for (workspace_id, run_ids) in by_workspace {
            let runs = self
                .inner
                .runs_by_id(&workspace_id, &run_ids)
                .await
                .map_err(|error| {
                    apply::report(&error, "could not look for older versions of runs");
                    PortError::Unavailable("reading failed; the server's log says why".to_owned())
                })?;
            found.extend(
                runs.into_iter()
                    .map(|run| ((workspace_id.clone(), run.run_id), run.version)),
            );
        }
        Ok(found)
    }
}
