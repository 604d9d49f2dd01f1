//! Rows in memory: what was logged and is not yet in a file, indexed by trace.
//!
//! Rows stay rows until they are flushed. Reading a trace, finding a redelivered span and settling a run are
//! then one hash look-up, and columns are built once, for the file.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use trace::ports::{LoggedScore, LoggedSpan};
use trace::{ContentId, Field, Kind, Record, ScoreId, Sequence, Text, TraceId, UnixNanos, WorkspaceId};

use crate::data_file::Summary;
use crate::tables::{content, spans};

/// A trace within its workspace.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct TraceKey {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) trace_id: TraceId,
}

/// Distinct spans by kind, and records that were built from log events.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) by_kind: BTreeMap<&'static str, i64>,
    pub(crate) supplements: i64,
}

impl Counts {
    pub(crate) fn add(&mut self, kind: Kind, record: Record, change: i64) {
        if matches!(record, Record::Supplement | Record::Log) {
            self.supplements += change;
        } else {
            *self.by_kind.entry(kind.as_str()).or_default() += change;
        }
    }

    /// What one row of a file stands for: a row that supersedes another takes that one's place.
    pub(crate) fn add_row(&mut self, row: &spans::Row) {
        if row.span.conflict {
            return;
        }
        self.add(row.span.span.kind, row.span.span.record, 1);
        if let Some((kind, record)) = row.supersedes {
            self.add(kind, record, -1);
        }
    }

    pub(crate) fn of_rows(rows: &[spans::Row]) -> Self {
        let mut counts = Self::default();
        rows.iter().for_each(|row| counts.add_row(row));
        counts
    }
}

/// Rows logged since the last flush.
#[derive(Default)]
pub(crate) struct Memtable {
    pub(crate) traces: HashMap<TraceKey, Vec<spans::Row>>,
    pub(crate) stated_runs: HashMap<(WorkspaceId, Text), HashSet<TraceId>>,
    pub(crate) contents: HashMap<ContentId, content::Row>,
    pub(crate) scores: HashMap<ScoreId, LoggedScore>,
    pub(crate) counts: Counts,
    pub(crate) span_count: usize,
    pub(crate) size_bytes: usize,
    pub(crate) last_sequence: Sequence,
    pub(crate) opened_at: Option<UnixNanos>,
}

/// Bytes a record takes beside its texts: the struct, its place in the index, its reference count.
const SPAN_SIZE_BYTES: usize = 448;
/// Bytes one fact or attribute takes.
const FACT_SIZE_BYTES: usize = 56;

/// About how many bytes of memory a record takes.
pub(crate) fn span_size(span: &LoggedSpan) -> usize {
    let span = &span.span;
    SPAN_SIZE_BYTES
        + (span.facts.len() + span.attributes.len() + span.withheld.len()) * FACT_SIZE_BYTES
        + (span.content.len() + span.events.len() + span.links.len()) * 2 * FACT_SIZE_BYTES
}

impl Memtable {
    pub(crate) fn is_empty(&self) -> bool {
        self.span_count == 0 && self.contents.is_empty() && self.scores.is_empty()
    }

    /// Puts a record. If the one it takes the place of is in this table, that row is replaced, else the new row
    /// supersedes it in an older file.
    pub(crate) fn put_span(&mut self, span: Arc<LoggedSpan>, replaced: Option<&Arc<LoggedSpan>>) {
        let key = TraceKey {
            workspace_id: span.workspace_id.clone(),
            trace_id: span.span.trace_id,
        };
        self.size_bytes += span_size(&span);
        if let Some(run_id) = span.span.facts.text(Field::StatedRunId) {
            let key = (span.workspace_id.clone(), Text::from(run_id));
            self.stated_runs
                .entry(key)
                .or_default()
                .insert(span.span.trace_id);
        }
        let rows = self.traces.entry(key).or_default();
        let own = replaced.and_then(|replaced| rows.iter_mut().find(|row| Arc::ptr_eq(&row.span, replaced)));
        if let (Some(row), Some(replaced)) = (own, replaced) {
            self.counts.add(replaced.span.kind, replaced.span.record, -1);
            self.counts.add(span.span.kind, span.span.record, 1);
            row.span = span;
            return;
        }
        let supersedes = replaced.map(|replaced| (replaced.span.kind, replaced.span.record));
        let row = spans::Row { span, supersedes };
        self.counts.add_row(&row);
        rows.push(row);
        self.span_count += 1;
    }

    pub(crate) fn put_content(&mut self, row: content::Row) {
        self.size_bytes += SPAN_SIZE_BYTES + row.content.text.expose().len();
        self.contents.insert(row.content.content_id, row);
    }

    pub(crate) fn put_score(&mut self, score: LoggedScore) {
        self.size_bytes += SPAN_SIZE_BYTES;
        self.scores.insert(score.score.score_id, score);
    }

    pub(crate) fn spans_of(&self, key: &TraceKey) -> impl Iterator<Item = &Arc<LoggedSpan>> {
        self.traces.get(key).into_iter().flatten().map(|row| &row.span)
    }
}

/// What these rows add to the counts of their table, for the footer of their file.
pub(crate) fn summary_of_spans(rows: &[spans::Row]) -> Summary {
    let counts = Counts::of_rows(rows);
    Summary {
        version: 1,
        distinct: counts.by_kind.values().sum(),
        by_kind: counts
            .by_kind
            .into_iter()
            .map(|(kind, count)| (kind.to_owned(), count))
            .collect(),
        supplements: counts.supplements,
        start_range: range(rows.iter().map(|row| row.span.span.start.0)),
        sequence_range: range(rows.iter().map(|row| crate::columns::signed(row.span.sequence.0))),
    }
}

/// The smallest and largest of some numbers.
pub(crate) fn range(numbers: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    numbers.fold(None, |range, number| match range {
        None => Some((number, number)),
        Some((smallest, largest)) => Some((number.min(smallest), number.max(largest))),
    })
}
