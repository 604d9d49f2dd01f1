//! Keeps the rows of `runs` and `calls` up to date with what is logged.
//!
//! A run has a provisional row from its first span on, written anew at doubling intervals while more arrives and
//! at once when its root ends. It settles when its root has ended and nothing was logged for a while, or when
//! nothing was logged for long though no root ended; a later span or score opens it again, and each re-opening
//! doubles the wait. Rows are versioned and can always be made again, so a row that is lost costs nothing.
//!
//! A component as all others: [`Options`], a [`Service`] that [runs](Service::run) until it is told to stop, and
//! a cheap [`Handle`] for everybody else. All its state is bounded.

mod agenda;
mod answers;
mod inbox;
mod rebuild;
mod sessions;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use trace::ports::{DerivedPort, Error, LogListener, LoggedScore, LoggedSpan, ReadPort};
use trace::{Clock, Sequence, TraceId, WorkspaceId};
use tracing::{debug, warn};

use crate::assemble::Settings;

use agenda::Agenda;
use inbox::{Inbox, Touch, TraceKey};
use rebuild::Rebuild;
use sessions::Sessions;
use write::{Rest, Writer, Written};

pub use rebuild::Progress;

/// Commands that may wait for the service.
const COMMANDS_MAX: usize = 8;
/// How long after an error of a port it is asked again.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// How often the settled position is told, at most.
const POSITION_INTERVAL: Duration = Duration::from_secs(1);

/// How the service works. The defaults are those of the product; tests shorten them.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// How long nothing may be logged for a run that ended before it settles.
    pub quiet: Duration,
    /// The longest that wait becomes by re-opening.
    pub quiet_max: Duration,
    /// How long nothing may be logged for a run that did not end before it settles all the same.
    pub open_quiet: Duration,
    /// From the first span to the first row; spans that arrive meanwhile are in it.
    pub refresh_delay: Duration,
    /// From that row to the next while more arrives; doubles each time.
    pub refresh_first: Duration,
    /// The longest it becomes.
    pub refresh_max: Duration,
    /// Most traces of one batch.
    pub batch_traces: usize,
    /// Records after which a batch takes no more traces.
    pub batch_records: usize,
    /// Most traces that may wait to settle; beyond, those due next settle early.
    pub open_traces_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quiet: Duration::from_secs(10),
            quiet_max: Duration::from_secs(3_600),
            open_quiet: Duration::from_secs(15 * 60),
            refresh_delay: Duration::from_millis(50),
            refresh_first: Duration::from_millis(250),
            refresh_max: Duration::from_secs(30),
            batch_traces: 200,
            batch_records: 50_000,
            open_traces_max: 500_000,
        }
    }
}

/// What the service tells of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Traces whose runs have not settled.
    pub open_traces: usize,
    /// Everything logged up to here has a settled row.
    pub settled_up_to: Sequence,
    /// Rows written since the start.
    pub rows_written: u64,
}

/// The way to the service: give it to the store as its listener. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    inbox: Arc<Inbox>,
    rebuilds: mpsc::Sender<watch::Sender<Progress>>,
    status: watch::Receiver<Status>,
}

impl LogListener for Handle {
    fn logged(&self, spans: &[Arc<LoggedSpan>], scores: &[LoggedScore]) {
        self.inbox.note(spans, scores);
    }
}

impl Handle {
    /// Makes the rows of all runs anew, as after a change of rules or prices. Follow it by what it returns:
    /// it ends with [`Progress::is_done`], or closes where the service stops before. `None` where the service
    /// has stopped already or too many rebuilds wait.
    #[must_use]
    pub fn rebuild(&self) -> Option<watch::Receiver<Progress>> {
        let (sender, receiver) = watch::channel(Progress::default());
        self.rebuilds.try_send(sender).ok()?;
        self.inbox.arrived.notify_one();
        Some(receiver)
    }

    /// What the service told last.
    #[must_use]
    pub fn status(&self) -> Status {
        *self.status.borrow()
    }
}

/// What the handle was made with, for [`Service::new`].
pub struct Inlet {
    handle: Handle,
    rebuilds: mpsc::Receiver<watch::Sender<Progress>>,
    status: watch::Sender<Status>,
}

/// Makes the handle, which the store needs before it can be opened, and what the service is made with after.
#[must_use]
pub fn channel(options: &Options) -> (Handle, Inlet) {
    let (sender, rebuilds) = mpsc::channel(COMMANDS_MAX);
    let (status_sender, status) = watch::channel(Status::default());
    let handle = Handle {
        inbox: Arc::new(Inbox::new(options.open_traces_max)),
        rebuilds: sender,
        status,
    };
    let inlet = Inlet {
        handle: handle.clone(),
        rebuilds,
        status: status_sender,
    };
    (handle, inlet)
}

/// The service. It reads and writes through ports, and nothing else writes derived rows.
pub struct Service {
    options: Options,
    settings: Arc<Settings>,
    read: Arc<dyn ReadPort>,
    derived: Arc<dyn DerivedPort>,
    clock: Arc<dyn Clock>,
    inbox: Arc<Inbox>,
    rebuilds: mpsc::Receiver<watch::Sender<Progress>>,
    status_sender: watch::Sender<Status>,
    agenda: Agenda,
    sessions: Sessions,
    rebuild: Option<Rebuild>,
    newest: Sequence,
    status: Status,
    position_told_at: Option<Instant>,
}

impl Service {
    /// A service over these ports. `clock` tells how long ago records arrived that were logged before it began.
    #[must_use]
    pub fn new(
        options: Options,
        settings: Arc<Settings>,
        inlet: Inlet,
        read: Arc<dyn ReadPort>,
        derived: Arc<dyn DerivedPort>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            options,
            settings,
            read,
            derived,
            clock,
            inbox: inlet.handle.inbox,
            rebuilds: inlet.rebuilds,
            status_sender: inlet.status,
            agenda: Agenda::default(),
            sessions: Sessions::new(Sequence(0)),
            rebuild: None,
            newest: Sequence(0),
            status: Status::default(),
            position_told_at: None,
        }
    }

    /// Runs until `shutdown` is ready. Rows that did not settle by then are made again at the next start.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        tokio::pin!(shutdown);
        while let Err(error) = self.start().await {
            warn!(error = %error, "could not read which runs have to settle");
            tokio::select! {
                () = &mut shutdown => return,
                () = tokio::time::sleep(RETRY_DELAY) => {}
            }
        }
        loop {
            self.take_notes().await;
            let did_work = self.work().await;
            self.tell_position().await;
            let due = match did_work {
                true => Instant::now(),
                false => self.next_wake(),
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.inbox.arrived.notified(), if !did_work => {}
                () = tokio::time::sleep_until(due) => {}
            }
        }
    }

    /// Queues everything that was logged since the last settled position.
    async fn start(&mut self) -> Result<(), Error> {
        let position = self.derived.settled_position().await?;
        let touched = self.read.traces_since(position).await?;
        let newest = self.read.stats().await?.last_sequence;
        self.newest = Sequence(newest);
        self.sessions = Sessions::new(self.newest);
        self.status.settled_up_to = position;
        let now = Instant::now();
        let oldest = Sequence(position.0.saturating_add(1));
        debug!(traces = touched.len(), "queued what had not settled");
        for trace in touched {
            let key = TraceKey {
                workspace_id: trace.workspace_id,
                trace_id: trace.trace_id,
            };
            self.agenda.open_unknown(key, oldest, now, &self.options);
        }
        Ok(())
    }

    /// Takes over what the log's thread noted down.
    async fn take_notes(&mut self) {
        let noted = self.inbox.take();
        let now = Instant::now();
        for (key, touch) in noted.traces {
            self.agenda.touch(key, touch, now, &self.options);
        }
        for ((workspace_id, run_id), oldest) in noted.named_runs {
            match self.traces_named(&workspace_id, &run_id).await {
                Ok(traces) => {
                    for trace_id in traces {
                        let workspace_id = workspace_id.clone();
                        let key = TraceKey {
                            workspace_id,
                            trace_id,
                        };
                        self.agenda
                            .touch(key, Touch::of_score(oldest), now, &self.options);
                    }
                }
                Err(error) => {
                    warn!(error = %error, "could not find the run that a score names");
                    self.inbox.put_back(workspace_id, run_id, oldest);
                }
            }
        }
        if let Some(missed) = noted.missed {
            self.ask_for(missed).await;
        }
        self.newest = self.newest.max(noted.newest.unwrap_or_default());
        while let Ok(progress) = self.rebuilds.try_recv() {
            self.start_rebuild(progress).await;
        }
    }

    async fn traces_named(
        &self,
        workspace_id: &WorkspaceId,
        run_id: &trace::Text,
    ) -> Result<Vec<TraceId>, Error> {
        let stated = std::slice::from_ref(run_id);
        let stating = self.read.traces_of_stated_runs(workspace_id, stated).await?;
        let named = stating.into_iter().map(|(_, trace_id)| trace_id);
        Ok(named.chain(TraceId::parse_hex(run_id)).collect())
    }

    /// Asks the store for what found no room in the inbox.
    async fn ask_for(&mut self, missed: Sequence) {
        let after = Sequence(missed.0.saturating_sub(1));
        match self.read.traces_since(after).await {
            Ok(touched) => {
                let now = Instant::now();
                for trace in touched {
                    let key = TraceKey {
                        workspace_id: trace.workspace_id,
                        trace_id: trace.trace_id,
                    };
                    self.agenda.open_unknown(key, missed, now, &self.options);
                }
            }
            Err(error) => {
                warn!(error = %error, "could not read what was logged in a hurry");
                self.inbox.miss(missed);
            }
        }
    }

    /// Does one batch of what is due, or of a rebuild. Answers whether there may be more to do at once.
    async fn work(&mut self) -> bool {
        let now = Instant::now();
        let is_crowded = self.agenda.is_crowded(&self.options);
        let due = self.agenda.take_due(now, &self.options);
        if due.is_empty() {
            return self.rebuild_some().await;
        }
        let mut by_workspace: BTreeMap<WorkspaceId, Vec<TraceId>> = BTreeMap::new();
        for key in due {
            by_workspace
                .entry(key.workspace_id)
                .or_default()
                .push(key.trace_id);
        }
        for (workspace_id, traces) in by_workspace {
            match self.write(&workspace_id, &traces, is_crowded).await {
                Ok(written) => self.note_written(&workspace_id, &traces, written),
                Err(error) => {
                    warn!(error = %error, traces = traces.len(), "could not settle runs, trying again");
                    let keys: Vec<TraceKey> = keys_of(&workspace_id, &traces);
                    self.agenda.retry(&keys, now + RETRY_DELAY);
                }
            }
        }
        true
    }

    async fn write(
        &mut self,
        workspace_id: &WorkspaceId,
        traces: &[TraceId],
        is_crowded: bool,
    ) -> Result<Written, Error> {
        let (now, clock_now) = (Instant::now(), self.clock.now());
        let (agenda, options) = (&self.agenda, &self.options);
        let is_at_rest = |rest: &Rest<'_>| {
            let idle = idle(clock_now, rest.last_received_at);
            rest.traces.iter().all(|trace_id| {
                let key = TraceKey {
                    workspace_id: rest.workspace_id.clone(),
                    trace_id: *trace_id,
                };
                match agenda.get(&key) {
                    None => true,
                    Some(_) if is_crowded => true,
                    Some(open) if open.touched_at.is_some() => open.is_quiet(now, options, rest.has_ended),
                    Some(_) if rest.has_ended => idle >= options.quiet,
                    Some(_) => idle >= options.open_quiet,
                }
            })
        };
        let mut writer = Writer {
            read: &*self.read,
            derived: &*self.derived,
            settings: &self.settings,
            sessions: &mut self.sessions,
        };
        writer.write(workspace_id, traces, is_at_rest).await
    }

    fn note_written(&mut self, workspace_id: &WorkspaceId, traces: &[TraceId], written: Written) {
        let (now, clock_now) = (Instant::now(), self.clock.now());
        let rows = u64::try_from(written.runs.len()).unwrap_or(u64::MAX);
        self.status.rows_written = self.status.rows_written.saturating_add(rows);
        for key in keys_of(workspace_id, &written.left_over) {
            self.agenda.open_unknown(key, self.newest, now, &self.options);
        }
        let mut covered = Vec::new();
        for run in written.runs {
            let idle = idle(clock_now, run.last_received_at);
            let keys = keys_of(workspace_id, &run.traces);
            if run.settled {
                keys.iter().for_each(|key| self.agenda.settled(key));
            } else {
                self.agenda
                    .refreshed(&keys, run.has_ended, idle, now, &self.options);
            }
            covered.extend(run.traces);
        }
        covered.sort_unstable();
        // What has no span has no run; a span of it would open it again.
        let spanless = traces
            .iter()
            .filter(|trace_id| covered.binary_search(trace_id).is_err());
        for trace_id in spanless {
            let key = TraceKey {
                workspace_id: workspace_id.clone(),
                trace_id: *trace_id,
            };
            self.agenda.forget(&key);
        }
    }

    /// Tells the store up to where everything has settled, now and then, and at once when nothing is open.
    async fn tell_position(&mut self) {
        let now = Instant::now();
        let is_time = self
            .position_told_at
            .is_none_or(|told_at| now.saturating_duration_since(told_at) >= POSITION_INTERVAL);
        if !(is_time || self.agenda.len() == 0) {
            return;
        }
        let position = match self.agenda.oldest() {
            Some(oldest) => Sequence(oldest.0.saturating_sub(1)).min(self.newest),
            None => self.newest,
        };
        self.status.open_traces = self.agenda.len();
        if position > self.status.settled_up_to {
            match self.derived.settled_up_to(position).await {
                Ok(()) => self.status.settled_up_to = position,
                Err(error) => warn!(error = %error, "could not note the settled position"),
            }
        }
        self.position_told_at = Some(now);
        self.status_sender.send_if_modified(|status| {
            let is_new = *status != self.status;
            *status = self.status;
            is_new
        });
    }

    fn next_wake(&self) -> Instant {
        let due = self.agenda.next_due();
        let position = self.position_told_at.map(|told_at| told_at + POSITION_INTERVAL);
        let position = position.filter(|_| self.agenda.len() > 0);
        let latest = Instant::now() + Duration::from_secs(3_600);
        [due, position].into_iter().flatten().min().unwrap_or(latest)
    }
}

fn keys_of(workspace_id: &WorkspaceId, traces: &[TraceId]) -> Vec<TraceKey> {
    let key = |trace_id: &TraceId| TraceKey {
        workspace_id: workspace_id.clone(),
        trace_id: *trace_id,
    };
    traces.iter().map(key).collect()
}

/// How long ago a record arrived. A clock that was set back says: just now.
fn idle(now: trace::UnixNanos, received_at: trace::UnixNanos) -> Duration {
    Duration::from_nanos(u64::try_from(now.since(received_at)).unwrap_or(0))
}
