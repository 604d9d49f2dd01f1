//! Which records of spans in files are replaced by later ones.
//!
//! A file is never changed, so the record that says that a span finished stands beside the one that says that it
//! started until both are compacted. The later one carries a mark, and by these marks the older is known.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::logical_expr::Expr;
use trace::ports::LoggedSpan;

use crate::columns::Reader;
use crate::udf;

/// A record's span as bytes: all records of one span have the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct SpanKey(Vec<u8>);

impl SpanKey {
    /// The columns of `spans` that it is made of.
    pub(crate) const COLUMNS: [&'static str; 4] = ["workspace_id", "trace_id", "span_id", "supplement"];

    pub(crate) fn of(logged: &LoggedSpan) -> Self {
        let span = &logged.span;
        Self::new(
            logged.workspace_id.as_str(),
            span.trace_id.as_bytes(),
            span.span_id.as_bytes(),
            span.supplement.cast_signed(),
        )
    }

    fn new(workspace_id: &str, trace_id: &[u8], span_id: &[u8], supplement: i64) -> Self {
        let mut key = [trace_id, span_id].concat();
        key.extend(supplement.to_le_bytes());
        key.extend(workspace_id.as_bytes());
        Self(key)
    }

    fn read(columns: &[Reader<'_>], row: usize) -> Option<Self> {
        let [workspace, trace, span, supplement, ..] = columns else {
            return None;
        };
        Some(Self::new(
            workspace.text(row)?,
            trace.bytes(row)?,
            span.bytes(row)?,
            supplement.int(row)?,
        ))
    }
}

/// What is known of a span that has several records.
#[derive(Clone, Copy)]
struct Known {
    /// Log position of its newest record.
    newest: i64,
    /// Whether its very first record is among those that were looked at.
    has_first: bool,
}

/// The newest records of the spans that have several.
#[derive(Clone, Default)]
pub(crate) struct Newest {
    known: HashMap<SpanKey, Known>,
}

impl Newest {
    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Adds a record that replaces an older one.
    pub(crate) fn add(&mut self, key: SpanKey, sequence: i64) {
        let new = Known {
            newest: sequence,
            has_first: false,
        };
        let known = self.known.entry(key).or_insert(new);
        known.newest = sequence.max(known.newest);
    }

    /// Adds the records of a batch that replace older ones: all of them, unless a column says which.
    pub(crate) fn add_all(&mut self, batch: &RecordBatch) {
        let columns = SpanKey::COLUMNS.map(|name| Reader::of(batch, name));
        let [sequence, supersedes] = ["sequence", "supersedes"].map(|name| Reader::of(batch, name));
        let replaces = |row: &usize| supersedes.flag(*row) != Some(false);
        for row in (0..batch.num_rows()).filter(replaces) {
            if let (Some(key), Some(sequence)) = (SpanKey::read(&columns, row), sequence.int(row)) {
                self.add(key, sequence);
            }
        }
    }

    /// Marks the spans of which a batch has the very first record: one that replaces none and contradicts none.
    pub(crate) fn mark_first(&mut self, batch: &RecordBatch) {
        let columns = SpanKey::COLUMNS.map(|name| Reader::of(batch, name));
        let [supersedes, conflict] = ["supersedes", "conflict"].map(|name| Reader::of(batch, name));
        let is_first = |row: &usize| supersedes.flag(*row) != Some(true) && conflict.flag(*row) != Some(true);
        for row in (0..batch.num_rows()).filter(is_first) {
            if let Some(known) = SpanKey::read(&columns, row).and_then(|key| self.known.get_mut(&key)) {
                known.has_first = true;
            }
        }
    }

    /// Whether a row of a batch is replaced by a later record.
    pub(crate) fn is_replaced(&self, row: &RecordRow<'_>) -> bool {
        let is_replaced = || {
            let known = self.known.get(&SpanKey::read(row.columns, row.row)?)?;
            let [.., sequence, conflict] = row.columns else {
                return None;
            };
            Some(conflict.flag(row.row) != Some(true) && sequence.int(row.row)? < known.newest)
        };
        is_replaced() == Some(true)
    }

    /// Whether all older records of the row's span were looked at, so that the mark can go when they go.
    pub(crate) fn is_whole(&self, row: &RecordRow<'_>) -> bool {
        let known = SpanKey::read(row.columns, row.row).and_then(|key| self.known.get(&key));
        known.is_some_and(|known| known.has_first)
    }

    /// The condition that a row of `spans` is not replaced.
    pub(crate) fn holds(self) -> Expr {
        let newest = Arc::new(self);
        udf::spans_condition("is_current", &RecordRow::COLUMNS, move |columns, row| {
            Some(!newest.is_replaced(&RecordRow { columns, row }))
        })
    }
}

/// A row of `spans`, by the columns that tell which record it is.
pub(crate) struct RecordRow<'a> {
    /// [`Self::COLUMNS`] of its batch.
    pub(crate) columns: &'a [Reader<'a>],
    /// Where it stands in the batch.
    pub(crate) row: usize,
}

impl RecordRow<'_> {
    /// The columns of `spans` that tell which record a row is.
    pub(crate) const COLUMNS: [&'static str; 6] = [
        "workspace_id",
        "trace_id",
        "span_id",
        "supplement",
        "sequence",
        "conflict",
    ];
}
