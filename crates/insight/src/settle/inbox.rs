//! What was logged and not yet looked at, by trace. The log's thread only notes it down here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use trace::ports::{LoggedScore, LoggedSpan};
use trace::{Record, Sequence, Text, TraceId, WorkspaceId};

/// A trace within its workspace.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) struct TraceKey {
    pub(super) workspace_id: WorkspaceId,
    pub(super) trace_id: TraceId,
}

/// What was logged for one trace since it was last looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    /// Oldest position of it.
    pub(super) oldest: Sequence,
    /// How many records.
    pub(super) records: usize,
    /// Whether a root ended with it.
    pub(super) root_ended: bool,
    /// Whether spans may be among it: a score alone adds no work to a run.
    pub(super) has_spans: bool,
}

impl Touch {
    /// One record at this position, no root.
    pub(super) const fn of_one(oldest: Sequence) -> Self {
        Self {
            oldest,
            records: 1,
            root_ended: false,
            has_spans: true,
        }
    }

    /// One score at this position.
    pub(super) const fn of_score(oldest: Sequence) -> Self {
        Self {
            has_spans: false,
            ..Self::of_one(oldest)
        }
    }
}

/// Everything noted since the last time the inbox was emptied.
#[derive(Default, Debug)]
pub(super) struct Noted {
    /// By trace.
    pub(super) traces: HashMap<TraceKey, Touch>,
    /// Runs that a score names by id only, with the oldest position of such a score.
    pub(super) named_runs: HashMap<(WorkspaceId, Text), Sequence>,
    /// Newest position of all of it.
    pub(super) newest: Option<Sequence>,
    /// Oldest position of what found no room, and has to be asked for.
    pub(super) missed: Option<Sequence>,
}

pub(super) struct Inbox {
    noted: Mutex<Noted>,
    limit: usize,
    pub(super) arrived: Notify,
}

impl Inbox {
    /// An inbox with room for this many traces.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            noted: Mutex::new(Noted::default()),
            limit,
            arrived: Notify::new(),
        }
    }

    /// Notes what was logged down.
    pub(super) fn note(&self, spans: &[std::sync::Arc<LoggedSpan>], scores: &[LoggedScore]) {
        let mut noted = self.noted();
        for same_trace in spans.chunk_by(|one, other| {
            one.span.trace_id == other.span.trace_id && one.workspace_id == other.workspace_id
        }) {
            let Some(first) = same_trace.first() else { continue };
            let root_ended = same_trace.iter().any(|record| {
                record.span.parent_id.is_none()
                    && matches!(record.span.record, Record::Finished | Record::Log)
            });
            let key = TraceKey {
                workspace_id: first.workspace_id.clone(),
                trace_id: first.span.trace_id,
            };
            let touch = Touch {
                oldest: first.sequence,
                records: same_trace.len(),
                root_ended,
                has_spans: true,
            };
            noted.touch(key, touch, self.limit);
        }
        for logged in scores {
            let score = &logged.score;
            let workspace_id = logged.workspace_id.clone();
            if let Some(trace_id) = score.trace_id {
                let touch = Touch::of_score(logged.sequence);
                noted.touch(
                    TraceKey {
                        workspace_id,
                        trace_id,
                    },
                    touch,
                    self.limit,
                );
            } else if let Some(run_id) = &score.stated_run_id {
                noted.name(workspace_id, run_id.clone(), logged.sequence, self.limit);
            }
        }
        let sequences = spans.iter().map(|record| record.sequence);
        let newest = sequences.chain(scores.iter().map(|score| score.sequence)).max();
        noted.newest = noted.newest.max(newest);
        drop(noted);
        self.arrived.notify_one();
    }

    /// Takes everything out.
    pub(super) fn take(&self) -> Noted {
        std::mem::take(&mut self.noted())
    }

    /// Puts a run back that could not be looked up.
    pub(super) fn put_back(&self, workspace_id: WorkspaceId, run_id: Text, oldest: Sequence) {
        self.noted().name(workspace_id, run_id, oldest, self.limit);
    }

    /// Notes that everything from this position on has to be asked for again.
    pub(super) fn miss(&self, oldest: Sequence) {
        self.noted().miss(oldest);
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    fn touch(&mut self, key: TraceKey, touch: Touch, limit: usize) {
        if let Some(known) = self.traces.get_mut(&key) {
            known.oldest = known.oldest.min(touch.oldest);
            known.records = known.records.saturating_add(touch.records);
            known.root_ended |= touch.root_ended;
            known.has_spans |= touch.has_spans;
        } else if self.traces.len() < limit {
            self.traces.insert(key, touch);
        } else {
            self.miss(touch.oldest);
        }
    }

    fn name(&mut self, workspace_id: WorkspaceId, run_id: Text, sequence: Sequence, limit: usize) {
        let key = (workspace_id, run_id);
        if self.named_runs.contains_key(&key) || self.named_runs.len() < limit {
            let oldest = self.named_runs.entry(key).or_insert(sequence);
            *oldest = sequence.min(*oldest);
        } else {
            self.miss(sequence);
        }
    }

    fn miss(&mut self, sequence: Sequence) {
        self.missed = Some(self.missed.map_or(sequence, |missed| missed.min(sequence)));
    }
}
