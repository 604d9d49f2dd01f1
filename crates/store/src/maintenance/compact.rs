//! Several files of a day become one, in the order of the table, without rows that a newer one took the place of.
//!
//! Rows are merged as a stream: whatever the size of the files, a few thousand rows of each are in memory.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt as _;
use tokio::sync::mpsc::Sender;

use super::IsClosing;
use crate::columns::Reader;
use crate::data_file::{self, DataFile, Effort, Summary};
use crate::derived::hash_run_text;
use crate::error::Error;
use crate::inner::Inner;
use crate::lookup;
use crate::table::Table;

/// Batches between reading and writing.
const BATCHES_AHEAD: usize = 2;
/// Longest pause between two batches.
const PAUSE_MAX: Duration = Duration::from_millis(200);

/// Makes one file of these files of one day. Gives `false` if the store was closed before it was done.
pub(super) async fn compact(
    inner: &Inner,
    table: &Table,
    group: &[Arc<DataFile>],
    is_closing: &IsClosing,
) -> Result<bool, Error> {
    let Some(day) = group.first().map(|file| file.day) else {
        return Ok(true);
    };
    let definition = table.definition;
    let outdated = outdated(inner, table, group).await?;
    let distinct = distinct_values(table, group).await?;
    let summary = Summary::of_all(group.iter().map(|file| &file.summary));
    let path = table.new_path(day, "compact");
    let full_path = table.root().join(&path);
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<RecordBatch>(BATCHES_AHEAD);
    let writing = tokio::task::spawn_blocking({
        let (full_path, summary) = (full_path.clone(), summary.clone());
        move || {
            let batches = std::iter::from_fn(|| receiver.blocking_recv());
            let distinct = |column: &str| distinct.get(column).copied().unwrap_or(0);
            data_file::write(
                definition,
                &full_path,
                batches,
                distinct,
                &summary,
                Effort::Compaction,
            )
        }
    });
    let rows = inner.engine.merged(table, group.to_vec())?;
    let sent = send_kept(rows, &outdated, sender, is_closing).await;
    let written = writing.await.map_err(|error| {
        Error::file(definition.name, "could not write a file")(std::io::Error::other(error))
    })?;
    if !matches!(sent, Ok(true)) && written.is_ok() {
        // The file is whole, and holds a part of the rows: nobody may ever refer to it.
        let _ = std::fs::remove_file(&full_path);
    }
    let (size_bytes, metadata) = written?;
    if !sent? {
        return Ok(false);
    }
    let new = DataFile::new(path, day, size_bytes, metadata, summary);
    table.replace(group, Some(new)).await?;
    super::count("compacted", table, group.len());
    Ok(true)
}

/// Sends the rows that stay to the writer, and rests as long as that takes. Gives `false` if the store was closed, or
/// the writer has ended, before all were sent; the writer says why.
async fn send_kept(
    mut rows: SendableRecordBatchStream,
    outdated: &Outdated,
    writer: Sender<RecordBatch>,
    is_closing: &IsClosing,
) -> Result<bool, Error> {
    let mut begun = Instant::now();
    while let Some(batch) = rows.next().await {
        let batch = batch?;
        let kept = filter_record_batch(&batch, &outdated.kept(&batch))
            .map_err(|error| Error::Query(error.into()))?;
        if is_closing() || kept.num_rows() > 0 && writer.send(kept).await.is_err() {
            return Ok(false);
        }
        tokio::time::sleep(begun.elapsed().min(PAUSE_MAX)).await;
        begun = Instant::now();
    }
    Ok(true)
}

/// About how many values of a column with a bloom filter are in these files.
async fn distinct_values(
    table: &Table,
    group: &[Arc<DataFile>],
) -> Result<HashMap<&'static str, usize>, Error> {
    let hasher = RandomState::new();
    let mut counts = HashMap::new();
    for column in table
        .definition
        .columns
        .iter()
        .filter(|column| column.has_bloom_filter)
    {
        let mut values = HashSet::new();
        for file in group {
            for batch in lookup::columns(table, vec![Arc::clone(file)], &[column.name]).await? {
                let reader = Reader::of(&batch, column.name);
                let value = |row| reader.bytes(row).or_else(|| reader.text(row).map(str::as_bytes));
                values.extend(
                    (0..batch.num_rows())
                        .filter_map(value)
                        .map(|value| hasher.hash_one(value)),
                );
            }
        }
        counts.insert(column.name, values.len());
    }
    Ok(counts)
}

/// Which rows of some files a newer row took the place of.
enum Outdated {
    /// None: rows of this table are never replaced.
    Nothing,
    /// Records of spans before this log position, by their key.
    Spans(HashMap<Vec<u8>, i64>),
    /// Rows of runs before this version, by the run.
    Runs(Arc<HashMap<u64, u64>>),
}

const SPAN_KEY: [&str; 4] = ["workspace_id", "trace_id", "span_id", "supplement"];

async fn outdated(inner: &Inner, table: &Table, group: &[Arc<DataFile>]) -> Result<Outdated, Error> {
    let tables = &inner.tables;
    if std::ptr::eq(table, &tables.runs) || std::ptr::eq(table, &tables.calls) {
        return Ok(Outdated::Runs(inner.derived().superseded()));
    }
    if !std::ptr::eq(table, &tables.spans) {
        return Ok(Outdated::Nothing);
    }
    let mut newest: HashMap<Vec<u8>, i64> = HashMap::new();
    let columns = [
        "workspace_id",
        "trace_id",
        "span_id",
        "supplement",
        "sequence",
        "supersedes",
    ];
    for file in group {
        for batch in lookup::columns(table, vec![Arc::clone(file)], &columns).await? {
            let key = SpanKeyReader::new(&batch);
            let [sequence, supersedes] = ["sequence", "supersedes"].map(|name| Reader::of(&batch, name));
            for row in (0..batch.num_rows()).filter(|row| supersedes.flag(*row) == Some(true)) {
                if let (Some(key), Some(sequence)) = (key.read(row), sequence.int(row)) {
                    let known = newest.entry(key).or_insert(sequence);
                    *known = sequence.max(*known);
                }
            }
        }
    }
    Ok(match newest.is_empty() {
        true => Outdated::Nothing,
        false => Outdated::Spans(newest),
    })
}

struct SpanKeyReader<'a>([Reader<'a>; 4]);

impl<'a> SpanKeyReader<'a> {
    fn new(batch: &'a RecordBatch) -> Self {
        Self(SPAN_KEY.map(|name| Reader::of(batch, name)))
    }

    fn read(&self, row: usize) -> Option<Vec<u8>> {
        let [workspace, trace, span, supplement] = &self.0;
        let mut key = [trace.bytes(row)?, span.bytes(row)?].concat();
        key.extend(supplement.int(row)?.to_le_bytes());
        key.extend(workspace.text(row)?.as_bytes());
        Some(key)
    }
}

impl Outdated {
    /// The rows of a batch that stay. A row that cannot be told stays.
    fn kept(&self, batch: &RecordBatch) -> BooleanArray {
        let rows = 0..batch.num_rows();
        match self {
            Self::Nothing => rows.map(|_| Some(true)).collect(),
            Self::Spans(newest) => {
                let key = SpanKeyReader::new(batch);
                let [sequence, conflict] = ["sequence", "conflict"].map(|name| Reader::of(batch, name));
                let is_outdated = |row: usize| {
                    let newest = newest.get(&key.read(row)?)?;
                    Some(conflict.flag(row) != Some(true) && sequence.int(row)? < *newest)
                };
                rows.map(|row| Some(is_outdated(row) != Some(true))).collect()
            }
            Self::Runs(superseded) => {
                let [workspace, run, version] =
                    ["workspace_id", "run_id", "version"].map(|name| Reader::of(batch, name));
                let is_outdated = |row: usize| {
                    let hash = hash_run_text(workspace.text(row)?, run.text(row)?);
                    Some(version.count(row)? < *superseded.get(&hash)?)
                };
                rows.map(|row| Some(is_outdated(row) != Some(true))).collect()
            }
        }
    }
}
