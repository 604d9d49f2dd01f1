//! From the log to the tables: rows in memory become files, each table's files one commit with the log position
//! they reach, and only then may the log let go of them.
//!
//! `content` is committed before `scores` before `spans`, so that no row refers to what is not there. The
//! position of `spans`, committed last, is where recovery begins.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use trace::Sequence;
use trace::time::Day;

use crate::apply::took;
use crate::columns::signed;
use crate::data_file::{DataFile, Summary};
use crate::derived::DerivedFlush;
use crate::error::Error;
use crate::inner::Inner;
use crate::memtable::{Memtable, range, summary_of_spans};
use crate::table::NewFile;
use crate::tables::{calls, content, runs, scores, spans};

/// Name of the log position in the tables' commits.
pub(crate) const LOG_POSITION: &str = "everyframe-log-local";
/// Name of the position up to which every run has a settled row in a file.
pub(crate) const SETTLED_POSITION: &str = "everyframe-settled";
/// Name of the number of the flush of derived rows, in `runs` and `calls` alike.
pub(crate) const DERIVED_FLUSH: &str = "everyframe-derived-flush";

/// A flush under way: what is committed is not committed again when the rest is tried again.
pub(crate) struct Flush {
    table: Arc<Memtable>,
    content: Option<Vec<Arc<DataFile>>>,
    scores: Option<Vec<Arc<DataFile>>>,
}

impl Flush {
    /// Takes what is in memory. `None` if there is nothing to flush.
    pub(crate) fn start(inner: &Inner) -> Option<Self> {
        let table = inner.memory_mut().start_flush()?;
        Some(Self {
            table,
            content: None,
            scores: None,
        })
    }

    /// Writes and commits what is not yet committed. On success, answers the position up to which the log may
    /// forget.
    pub(crate) async fn run(&mut self, inner: &Inner) -> Result<Sequence, Error> {
        let begun = Instant::now();
        let position = self.table.last_sequence;
        let positions = [(LOG_POSITION, position.0)];
        if self.content.is_none() {
            let files = content_files(&self.table)?;
            self.content = Some(commit_if_any(&inner.tables.content, files, &positions).await?);
        }
        if self.scores.is_none() {
            let files = score_files(&self.table)?;
            self.scores = Some(commit_if_any(&inner.tables.scores, files, &positions).await?);
        }
        let files = span_files(&self.table)?;
        let spans = inner.tables.spans.commit(files, &positions).await?;
        let mut memory = inner.memory_mut();
        inner
            .tables
            .content
            .publish(self.content.as_deref().unwrap_or_default());
        inner
            .tables
            .scores
            .publish(self.scores.as_deref().unwrap_or_default());
        inner.tables.spans.publish(&spans);
        memory.finish_flush(inner.clock.now().day());
        took("flush", begun);
        Ok(position)
    }
}

async fn commit_if_any(
    table: &crate::table::Table,
    files: Vec<NewFile>,
    positions: &[(&str, u64)],
) -> Result<Vec<Arc<DataFile>>, Error> {
    if files.is_empty() {
        Ok(Vec::new())
    } else {
        table.commit(files, positions).await
    }
}

/// Rows by the day they were received, each day one file.
fn by_day<T>(rows: impl Iterator<Item = T>, day: impl Fn(&T) -> Day) -> BTreeMap<Day, Vec<T>> {
    let mut days: BTreeMap<Day, Vec<T>> = BTreeMap::new();
    for row in rows {
        days.entry(day(&row)).or_default().push(row);
    }
    days
}

fn span_files(table: &Memtable) -> Result<Vec<NewFile>, Error> {
    let rows = table.traces.values().flatten().cloned();
    by_day(rows, |row| row.span.received_at.day())
        .into_iter()
        .map(|(day, mut rows)| {
            rows.sort_unstable_by_key(|row| {
                (row.span.span.start, row.span.span.trace_id, row.span.span.span_id)
            });
            let batch = spans::write(&rows).map_err(Error::columns("spans"))?;
            Ok(NewFile {
                day,
                batch,
                summary: summary_of_spans(&rows),
                label: "part".to_owned(),
            })
        })
        .collect()
}

fn summary_of_rows(distinct: usize, sequences: impl Iterator<Item = Sequence>) -> Summary {
    Summary {
        version: 1,
        distinct: i64::try_from(distinct).unwrap_or(i64::MAX),
        sequence_range: range(sequences.map(|sequence| signed(sequence.0))),
        ..Summary::default()
    }
}

fn content_files(table: &Memtable) -> Result<Vec<NewFile>, Error> {
    let rows = table.contents.values().cloned();
    by_day(rows, |row| row.received_at.day())
        .into_iter()
        .map(|(day, mut rows)| {
            rows.sort_unstable_by_key(|row| (row.sequence, row.content.content_id));
            let batch = content::write(&rows).map_err(Error::columns("content"))?;
            let summary = summary_of_rows(rows.len(), rows.iter().map(|row| row.sequence));
            Ok(NewFile {
                day,
                batch,
                summary,
                label: "part".to_owned(),
            })
        })
        .collect()
}

fn score_files(table: &Memtable) -> Result<Vec<NewFile>, Error> {
    let rows = table.scores.values().cloned();
    by_day(rows, |row| row.received_at.day())
        .into_iter()
        .map(|(day, mut rows)| {
            rows.sort_unstable_by_key(|row| (row.sequence, row.score.score_id));
            let batch = scores::write(&rows).map_err(Error::columns("scores"))?;
            let summary = summary_of_rows(rows.len(), rows.iter().map(|row| row.sequence));
            Ok(NewFile {
                day,
                batch,
                summary,
                label: "part".to_owned(),
            })
        })
        .collect()
}

/// Name part of the files of one flush of derived rows: calls whose runs were never committed are found by it.
pub(crate) fn derived_label(flush_number: u64) -> String {
    format!("derived{flush_number}")
}

/// A flush of derived rows under way: `calls` first, then `runs`, which makes them count. Calls that are committed
/// are not committed again when the rest is tried again. A crash in between leaves calls without runs, which the
/// next start takes out again by the number of the flush.
pub(crate) struct FlushOfDerived {
    number: u64,
    rows: DerivedFlush,
    calls: Option<Vec<Arc<DataFile>>>,
}

impl FlushOfDerived {
    /// The flush of this number, which no flush before it had.
    pub(crate) const fn new(number: u64, rows: DerivedFlush) -> Self {
        Self {
            number,
            rows,
            calls: None,
        }
    }

    /// Writes and commits what is not yet committed.
    pub(crate) async fn run(&mut self, inner: &Inner) -> Result<(), Error> {
        let label = derived_label(self.number);
        let mut positions = vec![(DERIVED_FLUSH, self.number)];
        if self.calls.is_none() {
            let files = call_files(&self.rows, &label)?;
            self.calls = Some(commit_if_any(&inner.tables.calls, files, &positions).await?);
        }
        positions.push((SETTLED_POSITION, self.rows.settled.0));
        let files = run_files(&self.rows, &label)?;
        let runs = inner.tables.runs.commit(files, &positions).await?;
        let mut derived = inner.derived_mut();
        inner
            .tables
            .calls
            .publish(self.calls.as_deref().unwrap_or_default());
        inner.tables.runs.publish(&runs);
        derived.finish_flush(&self.rows, inner.options.recent_runs_max);
        Ok(())
    }
}

fn run_files(flush: &DerivedFlush, label: &str) -> Result<Vec<NewFile>, Error> {
    by_day(flush.runs.iter().cloned(), |row| row.run.first_received_at.day())
        .into_iter()
        .map(|(day, mut rows)| {
            rows.sort_by(|one, other| {
                (one.run.start, &one.run.run_id).cmp(&(other.run.start, &other.run.run_id))
            });
            let batch = runs::write(&rows).map_err(Error::columns("runs"))?;
            let distinct = |row: &runs::Row| i64::from(!row.supersedes) - i64::from(row.retracted);
            let summary = Summary {
                version: 1,
                distinct: rows.iter().map(distinct).sum(),
                start_range: range(rows.iter().map(|row| row.run.start.0)),
                sequence_range: range(rows.iter().map(|row| signed(row.run.last_sequence.0))),
                ..Summary::default()
            };
            Ok(NewFile {
                day,
                batch,
                summary,
                label: label.to_owned(),
            })
        })
        .collect()
}

fn call_files(flush: &DerivedFlush, label: &str) -> Result<Vec<NewFile>, Error> {
    let days: BTreeMap<_, _> = flush
        .runs
        .iter()
        .map(|row| {
            (
                (&row.run.workspace_id, &row.run.run_id),
                row.run.first_received_at.day(),
            )
        })
        .collect();
    let day_of = |row: &calls::Row| {
        days.get(&(&row.workspace_id, &row.call.run_id))
            .copied()
            .unwrap_or(Day(0))
    };
    by_day(flush.calls.iter().cloned(), day_of)
        .into_iter()
        .map(|(day, mut rows)| {
            rows.sort_by(|one, other| {
                (one.call.start, &one.call.run_id, one.call.position).cmp(&(
                    other.call.start,
                    &other.call.run_id,
                    other.call.position,
                ))
            });
            let batch = calls::write(&rows).map_err(Error::columns("calls"))?;
            let summary = Summary {
                version: 1,
                distinct: i64::try_from(rows.len()).unwrap_or(i64::MAX),
                start_range: range(rows.iter().map(|row| row.call.start.0)),
                ..Summary::default()
            };
            Ok(NewFile {
                day,
                batch,
                summary,
                label: label.to_owned(),
            })
        })
        .collect()
}
