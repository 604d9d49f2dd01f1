//! Makes the rows of all runs anew, in the background: what arrives meanwhile comes first.

use tokio::sync::watch;
use trace::ports::TouchedTrace;
use trace::{Sequence, TraceId, WorkspaceId};
use tracing::{info, warn};

use super::Service;
use super::inbox::TraceKey;
use super::write::{Rest, Writer};

/// How far a rebuild is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Traces looked at.
    pub done: usize,
    /// Traces to look at in all; 0 until that is known.
    pub total: usize,
    /// Traces whose runs could not be made anew; their older rows stand.
    pub failed: usize,
    /// Whether it has ended.
    pub is_done: bool,
}

/// A rebuild under way.
pub(super) struct Rebuild {
    traces: std::vec::IntoIter<TouchedTrace>,
    progress: Progress,
    sender: watch::Sender<Progress>,
}

impl Service {
    pub(super) async fn start_rebuild(&mut self, sender: watch::Sender<Progress>) {
        if self.rebuild.is_some() {
            // One at a time: the one under way makes the same rows. Dropping the sender says so.
            return;
        }
        match self.read.traces_since(Sequence(0)).await {
            Ok(mut traces) => {
                // In the order of the log, so that a run that waits stands before its answer.
                traces.sort_unstable_by(|one, other| {
                    (&one.workspace_id, one.last_sequence).cmp(&(&other.workspace_id, other.last_sequence))
                });
                let progress = Progress {
                    total: traces.len(),
                    ..Progress::default()
                };
                sender.send_replace(progress);
                info!(traces = traces.len(), "rebuilding the rows of all runs");
                self.rebuild = Some(Rebuild {
                    traces: traces.into_iter(),
                    progress,
                    sender,
                });
            }
            Err(error) => warn!(error = %error, "could not read which runs to rebuild"),
        }
    }

    /// Rebuilds one batch. Answers whether there may be more to do at once.
    pub(super) async fn rebuild_some(&mut self) -> bool {
        let Some(mut rebuild) = self.rebuild.take() else {
            return false;
        };
        let batch: Vec<TouchedTrace> = rebuild.traces.by_ref().take(self.options.batch_traces).collect();
        if batch.is_empty() {
            rebuild.progress.is_done = true;
            rebuild.sender.send_replace(rebuild.progress);
            let Progress { done, failed, .. } = rebuild.progress;
            info!(traces = done, failed, "rebuilt the rows of all runs");
            return true;
        }
        for same in batch.chunk_by(|one, other| one.workspace_id == other.workspace_id) {
            let Some(first) = same.first() else { continue };
            let traces: Vec<TraceId> = same.iter().map(|trace| trace.trace_id).collect();
            if let Err(error) = self.rebuild_traces(&first.workspace_id, &traces).await {
                warn!(error = %error, traces = traces.len(), "could not rebuild runs");
                rebuild.progress.failed = rebuild.progress.failed.saturating_add(traces.len());
            }
        }
        rebuild.progress.done = rebuild.progress.done.saturating_add(batch.len());
        rebuild.sender.send_replace(rebuild.progress);
        self.rebuild = Some(rebuild);
        true
    }

    /// Writes the rows of these traces' runs as settled, but for those that are still open.
    async fn rebuild_traces(
        &mut self,
        workspace_id: &WorkspaceId,
        traces: &[TraceId],
    ) -> Result<(), trace::ports::Error> {
        let agenda = &self.agenda;
        let is_at_rest = |rest: &Rest<'_>| {
            rest.traces.iter().all(|trace_id| {
                let key = TraceKey {
                    workspace_id: rest.workspace_id.clone(),
                    trace_id: *trace_id,
                };
                agenda.get(&key).is_none()
            })
        };
        let mut writer = Writer {
            read: &*self.read,
            derived: &*self.derived,
            settings: &self.settings,
            sessions: &mut self.sessions,
        };
        let written = writer.write(workspace_id, traces, is_at_rest).await?;
        let rows = u64::try_from(written.runs.len()).unwrap_or(u64::MAX);
        self.status.rows_written = self.status.rows_written.saturating_add(rows);
        Ok(())
    }
}
