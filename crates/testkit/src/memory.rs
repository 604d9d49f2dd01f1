//! The store's ports in memory: what the real one promises, without a disk.
//!
//! It holds records as the store does: what was delivered twice is there once, `finished` takes the place of
//! `started` and is made whole with it, and a record that contradicts a known one is kept beside it and marked.

mod derived;
mod intake;
mod page;
mod read;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use intake::MemoryIntake;
use privacy::{AppendError, Cleared, Receipt, WritePort};
use trace::content::Content;
use trace::ports::{LogListener, LoggedScore, LoggedSpan, Pending};
use trace::run::Derived;
use trace::span::{Batch, CLOCK_MARK_RECEIVED, Span};
use trace::{ContentId, Field, Record, RunId, ScoreId, Sequence, Text, TraceId, WorkspaceId};

/// The write, read and derived port over memory. Clones share what they hold.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    listener: Mutex<Option<Arc<dyn LogListener>>>,
}

#[derive(Default)]
struct State {
    sequence: u64,
    traces: BTreeMap<(WorkspaceId, TraceId), Trace>,
    stated_runs: BTreeMap<(WorkspaceId, Text), BTreeSet<TraceId>>,
    contents: HashMap<(WorkspaceId, ContentId), Content>,
    scores: BTreeMap<(WorkspaceId, ScoreId), LoggedScore>,
    runs: BTreeMap<(WorkspaceId, RunId), Derived>,
    settled: Sequence,
}

#[derive(Default)]
struct Trace {
    records: Vec<Arc<LoggedSpan>>,
    project_id: Option<trace::ProjectId>,
    last_sequence: Sequence,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells this listener of all that is logged from now on.
    pub fn listen(&self, listener: Arc<dyn LogListener>) {
        *self.0.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
    }

    /// What the store holds of derived rows, by run id.
    #[must_use]
    pub fn derived(&self) -> Vec<Derived> {
        self.state().runs.values().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs a cleared batch, as [`WritePort::append`] does, without a runtime.
    pub fn put(&self, batch: Cleared<Batch>) -> Receipt {
        let batch = batch.into_inner();
        let (spans, scores, receipt) = self.state().log(batch);
        let listener = self
            .0
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(listener) = listener
            && !(spans.is_empty() && scores.is_empty())
        {
            listener.logged(&spans, &scores);
        }
        receipt
    }
}

impl WritePort for MemoryStore {
    fn append(&self, batch: Cleared<Batch>) -> Pending<'_, Result<Receipt, AppendError>> {
        Box::pin(async move { Ok(self.put(batch)) })
    }
}

impl State {
    fn log(&mut self, batch: Batch) -> (Vec<Arc<LoggedSpan>>, Vec<LoggedScore>, Receipt) {
        self.sequence += 1;
        let sequence = Sequence(self.sequence);
        let mut new_spans = Vec::new();
        for span in batch.spans {
            let logged = LoggedSpan {
                workspace_id: batch.workspace_id.clone(),
                project_id: batch.project_id.clone(),
                sequence,
                received_at: batch.received_at,
                span,
                conflict: false,
            };
            new_spans.extend(self.put(logged));
        }
        let mut new_scores = Vec::new();
        for score in batch.scores {
            let logged = LoggedScore {
                workspace_id: batch.workspace_id.clone(),
                project_id: batch.project_id.clone(),
                sequence,
                received_at: batch.received_at,
                score,
            };
            let key = (batch.workspace_id.clone(), logged.score.score_id);
            if self.scores.contains_key(&key) {
                continue;
            }
            if let Some(trace_id) = logged.score.trace_id {
                self.touch(&logged.workspace_id, &logged.project_id, trace_id, sequence);
            }
            self.scores.insert(key, logged.clone());
            new_scores.push(logged);
        }
        for content in batch.contents {
            let key = (batch.workspace_id.clone(), content.content_id);
            self.contents.entry(key).or_insert(content);
        }
        let receipt = Receipt {
            sequence,
            spans_new: u64::try_from(new_spans.len()).unwrap_or(u64::MAX),
        };
        (new_spans, new_scores, receipt)
    }

    fn touch(
        &mut self,
        workspace_id: &WorkspaceId,
        project_id: &trace::ProjectId,
        trace_id: TraceId,
        sequence: Sequence,
    ) -> &mut Trace {
        let trace = self.traces.entry((workspace_id.clone(), trace_id)).or_default();
        trace.project_id.get_or_insert_with(|| project_id.clone());
        trace.last_sequence = trace.last_sequence.max(sequence);
        trace
    }

    /// Keeps a record, unless it says nothing new.
    fn put(&mut self, mut logged: LoggedSpan) -> Option<Arc<LoggedSpan>> {
        let key = (logged.workspace_id.clone(), logged.span.trace_id);
        let records = self
            .traces
            .get(&key)
            .map_or(&[][..], |trace| trace.records.as_slice());
        let known = || {
            records
                .iter()
                .filter(|known| known.span.key() == logged.span.key())
        };
        let newest = known().find(|known| !known.conflict).cloned();
        let mut replaced = None;
        if let Some(newest) = newest {
            match judge(&newest.span, &logged.span) {
                Verdict::Redelivered => return None,
                Verdict::Conflict => {
                    if known().any(|known| known.conflict && is_same_moment(&known.span, &logged.span)) {
                        return None;
                    }
                    logged.conflict = true;
                }
                Verdict::Later => {
                    logged.span.complete_from(&newest.span);
                    replaced = Some(newest);
                }
            }
        }
        let logged = Arc::new(logged);
        let trace = self.touch(
            &logged.workspace_id,
            &logged.project_id,
            logged.span.trace_id,
            logged.sequence,
        );
        trace
            .records
            .retain(|known| replaced.as_ref().is_none_or(|old| !Arc::ptr_eq(known, old)));
        trace.records.push(Arc::clone(&logged));
        if let Some(stated) = logged.span.facts.text(Field::StatedRunId) {
            let key = (logged.workspace_id.clone(), Text::from(stated));
            self.stated_runs
                .entry(key)
                .or_default()
                .insert(logged.span.trace_id);
        }
        Some(logged)
    }
}

enum Verdict {
    Redelivered,
    Later,
    Conflict,
}

/// What a record is beside the known one of its key. A difference of cleared content never matters: another
/// policy may have cleared the same bytes.
fn judge(known: &Span, new: &Span) -> Verdict {
    let has_time_of_receipt = new.facts.text(Field::ClockMark) == Some(CLOCK_MARK_RECEIVED);
    match rank(new.record).cmp(&rank(known.record)) {
        _ if new.record == Record::Supplement => Verdict::Redelivered,
        std::cmp::Ordering::Less => Verdict::Redelivered,
        std::cmp::Ordering::Greater => Verdict::Later,
        std::cmp::Ordering::Equal if has_time_of_receipt => Verdict::Redelivered,
        std::cmp::Ordering::Equal if !is_same_moment(known, new) => Verdict::Conflict,
        std::cmp::Ordering::Equal if new.duration_nanos > known.duration_nanos => Verdict::Later,
        std::cmp::Ordering::Equal => Verdict::Redelivered,
    }
}

fn is_same_moment(known: &Span, new: &Span) -> bool {
    known.start == new.start && known.parent_id == new.parent_id && known.kind == new.kind
}

const fn rank(record: Record) -> u8 {
    match record {
        Record::Started => 0,
        Record::Log | Record::Supplement => 1,
        Record::Finished => 2,
    }
}
