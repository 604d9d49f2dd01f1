//! Parquet files of the tables: how one is written, and what is kept in memory of each.
//!
//! Statistics stand on ids, times and numbers only. Text has none: the smallest and largest value of a column
//! of prompts in a footer would be a leak.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use parquet::basic::{Compression, ZstdLevel};
use parquet::bloom_filter::Sbbf;
use parquet::file::metadata::KeyValue;
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
/// Compression at flush; compaction compresses harder.
const ZSTD_LEVEL_FLUSH: i32 = 1;
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

fn properties(definition: &Definition, batch: &RecordBatch, summary: &Summary) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("everyframe ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(
            ZstdLevel::try_new(ZSTD_LEVEL_FLUSH).unwrap_or_default(),
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
            let distinct = distinct_values(batch, column.name).min(definition.row_group_rows);
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

fn distinct_values(batch: &RecordBatch, name: &str) -> usize {
    let Some(array) = batch.column_by_name(name) else {
        return 0;
    };
    let reader = Reader::over(array.as_ref());
    let values: HashSet<&[u8]> = (0..array.len())
        .filter_map(|row| reader.bytes(row).or_else(|| reader.text(row).map(str::as_bytes)))
        .collect();
    values.len()
}

/// Encodes one batch as the bytes of a Parquet file.
pub(crate) fn encode(
    definition: &'static Definition,
    batch: &RecordBatch,
    summary: &Summary,
) -> Result<Vec<u8>, Error> {
    let encode_failed = || Error::parquet(definition.name, "could not encode a file");
    let properties = properties(definition, batch, summary);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, Arc::clone(&definition.schema), Some(properties))
        .map_err(encode_failed())?;
    writer.write(batch).map_err(encode_failed())?;
    writer.close().map_err(encode_failed())?;
    Ok(bytes)
}

/// Writes a file under its final name and makes it durable, its directory entry too.
pub(crate) fn write_durably(path: &FilePath, bytes: &[u8]) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(path);
    if !directory.exists() {
        std::fs::create_dir_all(directory)?;
        if let Some(above) = directory.parent() {
            sync_directory(above)?;
        }
    }
    let mut file = std::fs::File::create_new(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // On a full disk the half of a file that nobody refers to would keep it full.
        let _ = std::fs::remove_file(path);
    }
    written?;
    sync_directory(directory)
}

/// Makes a directory's entries durable.
pub(crate) fn sync_directory(path: &FilePath) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}
