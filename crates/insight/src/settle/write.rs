//! One batch: the traces that are due become rows of the runs they belong to.

use std::collections::{HashMap, HashSet};
use trace::ports::{DerivedPort, Error, LoggedScore, ReadPort};
use trace::run::{Derived, Run};
use trace::{Outcome, RunId, Text, TraceId, UnixNanos, WorkspaceId};

use crate::assemble::{Assembled, Settings, assemble};
use crate::gather::{Gathered, gather};
use crate::runs::{self, Part};
use crate::view::stated_ids;

use super::agenda::outcome_at_rest;
use super::answers;
use super::sessions::Sessions;

/// Runs that are assembled before others get a turn on the thread.
const RUNS_AT_ONCE: usize = 32;

/// What became of the traces of a batch.
#[derive(Default)]
pub(super) struct Written {
    /// Runs whose rows were written.
    pub(super) runs: Vec<WrittenRun>,
    /// Traces that lost their run to none of these and have to be looked at again.
    pub(super) left_over: Vec<TraceId>,
}

/// A run whose row was written.
pub(super) struct WrittenRun {
    pub(super) traces: Vec<TraceId>,
    pub(super) has_ended: bool,
    pub(super) settled: bool,
    /// When the newest of its records arrived.
    pub(super) last_received_at: UnixNanos,
}

/// A run that was assembled, before its row is written.
struct Ready {
    assembled: Assembled,
    /// When the newest of its records arrived.
    last_received_at: UnixNanos,
    scores: Vec<LoggedScore>,
}

/// What a batch needs.
pub(super) struct Writer<'a> {
    pub(super) read: &'a dyn ReadPort,
    pub(super) derived: &'a dyn DerivedPort,
    pub(super) settings: &'a Settings,
    pub(super) sessions: &'a mut Sessions,
}

impl Writer<'_> {
    /// Writes the runs that these traces of one workspace belong to. `is_at_rest` says of an assembled run
    /// whether nothing more is to be expected soon: then its row settles.
    pub(super) async fn write(
        &mut self,
        workspace_id: &WorkspaceId,
        traces: &[TraceId],
        is_at_rest: impl Fn(&Rest<'_>) -> bool,
    ) -> Result<Written, Error> {
        self.sessions.load(self.read, workspace_id).await?;
        let sessions = &*self.sessions;
        let asks = |part: &Part, rows: &HashMap<RunId, Run>| sessions.may_join(workspace_id, part, rows);
        let mut gathered = gather(self.read, workspace_id, traces, asks).await?;
        let mut groups = self.groups(&mut gathered, traces);
        let mut runs = self.assemble(workspace_id, groups).await?;
        // A run that turns out to wait may have its answer already, as a run of its own.
        let rows = |runs: &[Ready]| -> Vec<Run> {
            let open = runs.iter().map(|ready| &ready.assembled.derived.run);
            open.filter(|run| run.outcome == Outcome::Waiting || run.traces.len() > 1)
                .cloned()
                .collect()
        };
        if self.sessions.note_waiting(workspace_id, rows(&runs).iter()) {
            let sessions = &*self.sessions;
            let asks = |part: &Part, rows: &HashMap<RunId, Run>| sessions.may_join(workspace_id, part, rows);
            gathered = gather(self.read, workspace_id, traces, asks).await?;
            groups = self.groups(&mut gathered, traces);
            runs = self.assemble(workspace_id, groups).await?;
        }
        self.sessions.note_joined(workspace_id, rows(&runs).iter());
        self.put(workspace_id, runs, &gathered.rows, is_at_rest).await
    }

    /// The groups that hold one of these traces, or one that a row shared with them until now.
    fn groups(&self, gathered: &mut Gathered, traces: &[TraceId]) -> Vec<Vec<Part>> {
        let mut wanted: HashSet<TraceId> = traces.iter().copied().collect();
        for row in gathered.rows.values() {
            if row.traces.iter().any(|trace_id| traces.contains(trace_id)) && row.traces.len() > 1 {
                wanted.extend(row.traces.iter().copied());
            }
        }
        let parts = std::mem::take(&mut gathered.parts).into_values().collect();
        let groups = runs::join(parts, self.settings).into_iter();
        groups
            .filter(|group| group.iter().any(|part| wanted.contains(&part.trace_id)))
            .collect()
    }

    async fn assemble(
        &self,
        workspace_id: &WorkspaceId,
        groups: Vec<Vec<Part>>,
    ) -> Result<Vec<Ready>, Error> {
        let mut all_traces = Vec::new();
        let mut groups: Vec<_> = groups
            .into_iter()
            .map(|group| {
                let traces: Vec<TraceId> = group.iter().map(|part| part.trace_id).collect();
                let records: Vec<_> = group.into_iter().flat_map(|part| part.records).collect();
                let stated = stated_ids(&records, &traces);
                all_traces.extend(traces.iter().copied());
                (traces, records, stated)
            })
            .collect();
        let all_stated: Vec<Text> = groups
            .iter()
            .flat_map(|(.., stated)| stated.iter().cloned())
            .collect();
        let scores = self.read.scores(workspace_id, &all_traces, &all_stated).await?;
        let scores = ScoresByRun::of(scores);
        let mut runs = Vec::with_capacity(groups.len());
        for (index, (traces, records, stated)) in groups.drain(..).enumerate() {
            let scores = scores.of_run(&traces, &stated);
            let received = records.iter().map(|record| record.received_at);
            let last_received_at = received.chain(scores.iter().map(|score| score.received_at)).max();
            if let Some(assembled) = assemble(&records, &scores, self.settings) {
                runs.push(Ready {
                    assembled,
                    last_received_at: last_received_at.unwrap_or_default(),
                    scores,
                });
            }
            if index % RUNS_AT_ONCE == RUNS_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
        }
        Ok(runs)
    }

    async fn put(
        &self,
        workspace_id: &WorkspaceId,
        runs: Vec<Ready>,
        rows: &HashMap<RunId, Run>,
        is_at_rest: impl Fn(&Rest<'_>) -> bool,
    ) -> Result<Written, Error> {
        let mut written = Written::default();
        let mut derived = Vec::with_capacity(runs.len());
        let mut covered = HashSet::new();
        let ids: Vec<RunId> = runs
            .iter()
            .map(|ready| ready.assembled.derived.run.run_id.clone())
            .collect();
        for ready in runs {
            let Ready {
                mut assembled,
                last_received_at,
                scores,
            } = ready;
            let has_ended = assembled.has_ended;
            let rest = Rest {
                workspace_id,
                traces: &assembled.derived.run.traces,
                has_ended,
                last_received_at,
            };
            let settled = is_at_rest(&rest);
            let before = rows.get(&assembled.derived.run.run_id);
            finish(&mut assembled.derived, before, settled, has_ended);
            if settled {
                answers::fill(self.read, workspace_id, &mut assembled, &scores, self.settings).await?;
            }
            let row = assembled.derived;
            covered.extend(row.run.traces.iter().copied());
            written.runs.push(WrittenRun {
                traces: row.run.traces.clone(),
                has_ended,
                settled,
                last_received_at,
            });
            derived.push(row);
        }
        self.derived.put_derived(derived).await?;
        // Rows that spoke for a trace which is now part of another run.
        let stale: Vec<&Run> = rows
            .values()
            .filter(|row| !ids.contains(&row.run_id))
            .filter(|row| row.traces.iter().any(|trace_id| covered.contains(trace_id)))
            .collect();
        written.left_over = rows
            .values()
            .filter(|row| row.traces.iter().any(|trace_id| covered.contains(trace_id)))
            .flat_map(|row| row.traces.iter().copied())
            .filter(|trace_id| !covered.contains(trace_id))
            .collect();
        if !stale.is_empty() {
            let stale = stale.into_iter().map(|row| row.run_id.clone()).collect();
            self.derived.retract(workspace_id.clone(), stale).await?;
        }
        Ok(written)
    }
}

/// A run that may be at rest.
pub(super) struct Rest<'a> {
    pub(super) workspace_id: &'a WorkspaceId,
    pub(super) traces: &'a [TraceId],
    pub(super) has_ended: bool,
    pub(super) last_received_at: UnixNanos,
}

/// Makes an assembled row the next version of what is known of its run. The day of its first receipt stays.
fn finish(row: &mut Derived, before: Option<&Run>, settled: bool, has_ended: bool) {
    let run = &mut row.run;
    run.version = before.map_or(1, |before| before.version.saturating_add(1));
    run.settled = settled;
    if let Some(before) = before {
        run.first_received_at = before.first_received_at;
    }
    if settled {
        run.outcome = outcome_at_rest(run.outcome, has_ended);
    }
    for call in &mut row.calls {
        call.version = run.version;
    }
}

/// Scores by what they say they are about.
struct ScoresByRun {
    by_trace: HashMap<TraceId, Vec<LoggedScore>>,
    by_stated: HashMap<Text, Vec<LoggedScore>>,
}

impl ScoresByRun {
    fn of(scores: Vec<LoggedScore>) -> Self {
        let mut sorted = Self {
            by_trace: HashMap::new(),
            by_stated: HashMap::new(),
        };
        for logged in scores {
            match (logged.score.trace_id, logged.score.stated_run_id.clone()) {
                (Some(trace_id), _) => sorted.by_trace.entry(trace_id).or_default().push(logged),
                (None, Some(stated)) => sorted.by_stated.entry(stated).or_default().push(logged),
                (None, None) => {}
            }
        }
        sorted
    }

    fn of_run(&self, traces: &[TraceId], stated: &[Text]) -> Vec<LoggedScore> {
        let by_trace = traces.iter().filter_map(|trace_id| self.by_trace.get(trace_id));
        let by_stated = stated.iter().filter_map(|stated| self.by_stated.get(stated));
        by_trace.chain(by_stated).flatten().cloned().collect()
    }
}
