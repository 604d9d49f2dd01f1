//! Several files of a day become one, in the order of the table, without rows that a newer one took the place of.
//!
//! Rows are merged as a stream: whatever the size of the files, a few thousand rows of each are in memory.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::error::ArrowError;
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
use crate::newest::{Newest, RecordRow};
use crate::table::Table;

/// Batches between reading and writing.
const BATCHES_AHEAD: usize = 2;
/// The mark of a record that replaces an older one. It goes when all older ones have gone.
const MARK: &str = "supersedes";
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
        let kept = outdated
            .kept(&batch)
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
    /// Records of spans before the newest.
    Spans(Newest),
    /// Rows of runs before this version, by the run.
    Runs(Arc<HashMap<u64, u64>>),
}

async fn outdated(inner: &Inner, table: &Table, group: &[Arc<DataFile>]) -> Result<Outdated, Error> {
    let tables = &inner.tables;
    if std::ptr::eq(table, &tables.runs) || std::ptr::eq(table, &tables.calls) {
        return Ok(Outdated::Runs(inner.derived().superseded()));
    }
    if !std::ptr::eq(table, &tables.spans) {
        return Ok(Outdated::Nothing);
    }
    let mut newest = Newest::default();
    for batch in lookup::columns(table, group.to_vec(), &["supersedes"]).await? {
        let mark = Reader::of(&batch, "supersedes");
        if (0..batch.num_rows()).any(|row| mark.flag(row) == Some(true)) {
            newest = newest_records(table, group).await?;
            break;
        }
    }
    Ok(match newest.is_empty() {
        true => Outdated::Nothing,
        false => Outdated::Spans(newest),
    })
}

async fn newest_records(table: &Table, group: &[Arc<DataFile>]) -> Result<Newest, Error> {
    let mut columns = RecordRow::COLUMNS.to_vec();
    columns.push(MARK);
    let batches = lookup::columns(table, group.to_vec(), &columns).await?;
    let mut newest = Newest::default();
    batches.iter().for_each(|batch| newest.add_all(batch));
    // A record between the first and the newest was received between them: on a day of which all files are here.
    let of_day = |file: &&Arc<DataFile>| group.first().is_some_and(|first| first.day == file.day);
    if table.files().iter().filter(of_day).count() == group.len() {
        batches.iter().for_each(|batch| newest.mark_first(batch));
    }
    Ok(newest)
}

impl Outdated {
    /// The rows of a batch that stay. A row that cannot be told stays.
    fn kept(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let rows = 0..batch.num_rows();
        match self {
            Self::Nothing => Ok(batch.clone()),
            Self::Spans(newest) => {
                let columns = RecordRow::COLUMNS.map(|name| Reader::of(batch, name));
                let record = |row| RecordRow {
                    columns: &columns,
                    row,
                };
                let kept: BooleanArray = rows
                    .clone()
                    .map(|row| Some(!newest.is_replaced(&record(row))))
                    .collect();
                let mark = Reader::of(batch, MARK);
                let is_marked = |row| mark.flag(row) == Some(true) && !newest.is_whole(&record(row));
                let marks: BooleanArray = rows.map(|row| Some(is_marked(row))).collect();
                let mut arrays = batch.columns().to_vec();
                if let Some(array) = arrays.get_mut(batch.schema().index_of(MARK)?) {
                    *array = Arc::new(marks);
                }
                filter_record_batch(&RecordBatch::try_new(batch.schema(), arrays)?, &kept)
            }
            Self::Runs(superseded) => {
                let [workspace, run, version] =
                    ["workspace_id", "run_id", "version"].map(|name| Reader::of(batch, name));
                let is_outdated = |row: usize| {
                    let hash = hash_run_text(workspace.text(row)?, run.text(row)?);
                    Some(version.count(row)? < *superseded.get(&hash)?)
                };
                let kept: BooleanArray = rows.map(|row| Some(is_outdated(row) != Some(true))).collect();
                filter_record_batch(batch, &kept)
            }
        }
    }
}
