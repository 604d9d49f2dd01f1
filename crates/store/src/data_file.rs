//! Parquet files of the tables: how one is written, and what is kept in memory of each.
//!
//! Statistics stand on ids, times and numbers only. Text has none: the smallest and largest value of a column
//! of prompts in a footer would be a leak.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::bloom_filter::Sbbf;
use parquet::file::metadata::{KeyValue, PageIndexPolicy};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::{Deserialize, Serialize};
use trace::time::Day;

use crate::columns::Reader;
use crate::error::Error;
use crate::tables::Definition;

/// Key under which a file's footer carries its [`Summary`].
const SUMMARY_KEY: &str = "everyframe.summary";
/// Rows of a data page: what a look-up of one trace has to decode at the least.
const PAGE_ROWS: usize = 8 * 1024;
const ZSTD_LEVEL_FLUSH: i32 = 1;
const ZSTD_LEVEL_COMPACTION: i32 = 3;
/// Chance that a bloom filter says yes for an id that is not in the row group. Hundreds of ids are looked up
/// together when runs settle, so one in a hundred would read nearly every row group.
const BLOOM_FALSE_POSITIVES: f64 = 0.000_1;

/// What a file adds to the exact counts of its table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// Version of this record.
    pub(crate) version: u32,
    /// How many distinct things the file adds: rows less those that replace or contradict older ones.
    pub(crate) distinct: i64,
    /// Distinct spans by kind; negative where a file replaces more of a kind than it adds.
    pub(crate) by_kind: BTreeMap<String, i64>,
    /// Records of log events that add to spans.
    pub(crate) supplements: i64,
    /// Smallest and largest start, in nanoseconds since 1970; `None` for tables without a start.
    pub(crate) start_range: Option<(i64, i64)>,
    /// Smallest and largest log position.
    pub(crate) sequence_range: Option<(i64, i64)>,
}

impl Summary {
    /// What a file adds that takes the place of these: what they add together.
    pub(crate) fn of_all<'a>(summaries: impl Iterator<Item = &'a Self>) -> Self {
        let widen = |range: &mut Option<(i64, i64)>, other: Option<(i64, i64)>| {
            *range = match (*range, other) {
                (Some((smallest, largest)), Some((other_smallest, other_largest))) => {
                    Some((smallest.min(other_smallest), largest.max(other_largest)))
                }
                (known, other) => known.or(other),
            };
        };
        let mut sum = Self {
            version: 1,
            ..Self::default()
        };
        for summary in summaries {
            sum.distinct += summary.distinct;
            sum.supplements += summary.supplements;
            for (kind, count) in &summary.by_kind {
                *sum.by_kind.entry(kind.clone()).or_default() += count;
            }
            widen(&mut sum.start_range, summary.start_range);
            widen(&mut sum.sequence_range, summary.sequence_range);
        }
        sum
    }
}

/// Bloom filters by row group and column.
type Blooms = HashMap<(usize, usize), Option<Arc<Sbbf>>>;

/// A file of a table.
pub(crate) struct DataFile {
    /// Path within the table.
    pub(crate) path: String,
    /// Day of receipt of its rows.
    pub(crate) day: Day,
    /// Size in bytes.
    pub(crate) size_bytes: u64,
    /// Its footer.
    pub(crate) metadata: ArrowReaderMetadata,
    /// What it adds to the counts.
    pub(crate) summary: Summary,
    /// Bloom filters that were read, by row group and column; `None` where there is none.
    blooms: Mutex<Blooms>,
}

impl std::fmt::Debug for DataFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DataFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl DataFile {
    pub(crate) fn new(
        path: String,
        day: Day,
        size_bytes: u64,
        metadata: ArrowReaderMetadata,
        summary: Summary,
    ) -> Self {
        Self {
            path,
            day,
            size_bytes,
            metadata,
            summary,
            blooms: Mutex::default(),
        }
    }

    /// A bloom filter, if it was read before: the outer `None` says that it was not.
    #[expect(
        clippy::option_option,
        reason = "not read yet and not there are two different things"
    )]
    pub(crate) fn known_bloom(&self, row_group: usize, column: usize) -> Option<Option<Arc<Sbbf>>> {
        let blooms = self.blooms.lock().unwrap_or_else(PoisonError::into_inner);
        blooms.get(&(row_group, column)).cloned()
    }

    /// Keeps a bloom filter for the next look-up.
    pub(crate) fn know_bloom(&self, row_group: usize, column: usize, bloom: Option<Arc<Sbbf>>) {
        self.blooms
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((row_group, column), bloom);
    }

    pub(crate) fn row_count(&self) -> i64 {
        self.metadata.metadata().file_metadata().num_rows()
    }

    /// Reads the summary from a footer; a file of another writer has none.
    pub(crate) fn summary_of(metadata: &ArrowReaderMetadata) -> Summary {
        let entries = metadata.metadata().file_metadata().key_value_metadata();
        entries
            .into_iter()
            .flatten()
            .find(|entry| entry.key == SUMMARY_KEY)
            .and_then(|entry| serde_json::from_str(entry.value.as_deref()?).ok())
            .unwrap_or_default()
    }
}

/// How files of a table are written. `distinct` says about how many values of a column are in a row group.
fn properties(
    definition: &Definition,
    distinct: impl Fn(&str) -> usize,
    summary: &Summary,
    effort: Effort,
) -> WriterProperties {
    let zstd_level = match effort {
        Effort::Flush => ZSTD_LEVEL_FLUSH,
        Effort::Compaction => ZSTD_LEVEL_COMPACTION,
    };
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("everyframe ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(zstd_level).unwrap_or_default(),
        ))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(Some(definition.row_group_rows))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_key_value_metadata(Some(vec![KeyValue::new(
            SUMMARY_KEY.to_owned(),
            serde_json::to_string(summary).ok(),
        )]));
    for column in &definition.columns {
        let path = ColumnPath::from(column.name);
        if column.has_statistics {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        if column.has_bloom_filter {
            let distinct = distinct(column.name).min(definition.row_group_rows);
            builder = builder
                .set_column_bloom_filter_enabled(path.clone(), distinct > 0)
                .set_column_bloom_filter_fpp(path.clone(), BLOOM_FALSE_POSITIVES)
                .set_column_bloom_filter_max_ndv(path.clone(), u64::try_from(distinct.max(1)).unwrap_or(1));
        }
        // Ids repeat only where many rows share one, and a body never repeats: a dictionary would not pay.
        let is_unique = matches!(
            column.name,
            "span_id" | "parent_id" | "content_id" | "score_id" | "body"
        );
        if is_unique || matches!(column.data_type, DataType::Int64) && column.name.ends_with("_nanos") {
            builder = builder.set_column_dictionary_enabled(path, false);
        }
    }
    builder.build()
}

/// How many values a column of a batch has.
pub(crate) fn distinct_values(batch: &RecordBatch, name: &str) -> usize {
    let Some(array) = batch.column_by_name(name) else {
        return 0;
    };
    let reader = Reader::over(array.as_ref());
    let values: HashSet<&[u8]> = (0..array.len())
        .filter_map(|row| reader.bytes(row).or_else(|| reader.text(row).map(str::as_bytes)))
        .collect();
    values.len()
}

/// How hard a file is compressed.
#[derive(Clone, Copy)]
pub(crate) enum Effort {
    /// For rows that wait in memory to be flushed.
    Flush,
    /// For compaction, which nobody waits for.
    Compaction,
}

/// Encodes batches, as they come, into a file under its final name, and makes it and its directory entry durable.
/// `distinct` says about how many values of a column are in a row group. Gives the size in bytes and the footer.
///
/// A file that could not be finished is removed: on a full disk, half a file that nobody refers to would keep it full.
pub(crate) fn write(
    definition: &'static Definition,
    path: &FilePath,
    batches: impl Iterator<Item = RecordBatch>,
    distinct: impl Fn(&str) -> usize,
    summary: &Summary,
    effort: Effort,
) -> Result<(u64, ArrowReaderMetadata), Error> {
    let not_written = || Error::file(definition.name, "could not write a file");
    let mut file = create(path).map_err(not_written())?;
    let properties = properties(definition, distinct, summary, effort);
    let written = encode(definition, &mut file, batches, properties)
        .and_then(|()| file.sync_all().map_err(not_written()));
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written?;
    sync_directory(path.parent().unwrap_or(path)).map_err(not_written())?;
    let size_bytes = file.metadata().map_err(not_written())?.len();
    let metadata = ArrowReaderMetadata::load(&file, reader_options())
        .map_err(Error::parquet(definition.name, "could not read back a file"))?;
    Ok((size_bytes, metadata))
}

/// Creates a file and, durably, the directory it is in.
fn create(path: &FilePath) -> std::io::Result<std::fs::File> {
    let directory = path.parent().unwrap_or(path);
    if !directory.exists() {
        std::fs::create_dir_all(directory)?;
        if let Some(above) = directory.parent() {
            sync_directory(above)?;
        }
    }
    std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
}

fn encode(
    definition: &'static Definition,
    file: &mut std::fs::File,
    batches: impl Iterator<Item = RecordBatch>,
    properties: WriterProperties,
) -> Result<(), Error> {
    let failed = || Error::parquet(definition.name, "could not encode a file");
    let mut writer =
        ArrowWriter::try_new(file, Arc::clone(&definition.schema), Some(properties)).map_err(failed())?;
    for batch in batches {
        writer.write(&batch).map_err(failed())?;
    }
    writer.close().map_err(failed())?;
    Ok(())
}

/// What is read of a footer.
pub(crate) fn reader_options() -> ArrowReaderOptions {
    ArrowReaderOptions::new()
        .with_column_index_policy(PageIndexPolicy::Skip)
        .with_offset_index_policy(PageIndexPolicy::Optional)
}

/// Makes a directory's entries durable.
pub(crate) fn sync_directory(path: &FilePath) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}
