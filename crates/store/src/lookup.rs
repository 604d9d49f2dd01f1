//! Rows by key: the files whose bloom filters may hold a key are read, and of them only the pages with such rows.
//!
//! This reads Parquet itself, without the query engine: a look-up of one run costs a few milliseconds, and the
//! engine's planning alone would be that.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray, RecordBatch};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowPredicateFn, ArrowReaderOptions, RowFilter};
use parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStreamBuilder};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ParquetMetaData;

use crate::columns::Reader;
use crate::data_file::DataFile;
use crate::error::Error;
use crate::table::Table;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8 * 1024;
/// Files read side by side.
const FILES_AT_ONCE: usize = 4;
/// With more keys than this, trying each in a row group's bloom filter costs more than reading the key column.
const BLOOM_KEYS_MAX: usize = 1_024;

/// Values of a key column, as bytes; texts are their UTF-8.
pub(crate) type Keys = HashSet<Vec<u8>>;

/// All rows of these files whose `column` has one of these keys. `projection` names the columns to read; all
/// where it is empty.
pub(crate) async fn rows(
    table: &Table,
    files: Vec<Arc<DataFile>>,
    column: &'static str,
    keys: &Arc<Keys>,
    projection: &'static [&'static str],
) -> Result<Vec<RecordBatch>, Error> {
    let read = |file: Arc<DataFile>| rows_of_file(table, file, column, Arc::clone(keys), projection);
    let batches: Vec<Vec<RecordBatch>> = futures::stream::iter(files.into_iter().map(read))
        .buffer_unordered(FILES_AT_ONCE)
        .try_collect()
        .await?;
    Ok(batches.into_iter().flatten().collect())
}

async fn rows_of_file(
    table: &Table,
    file: Arc<DataFile>,
    column: &'static str,
    keys: Arc<Keys>,
    projection: &'static [&'static str],
) -> Result<Vec<RecordBatch>, Error> {
    let name = table.definition.name;
    let failed = || Error::parquet(name, "could not look up rows");
    let reader = FileReader::new(table, &file);
    let mut builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, file.metadata.clone());
    let schema = file.metadata.parquet_schema().clone();
    let Some(column_index) = schema
        .columns()
        .iter()
        .position(|leaf| leaf.path().string() == column)
    else {
        return Ok(Vec::new());
    };
    let mut row_groups = Vec::new();
    for row_group in 0..file.metadata.metadata().num_row_groups() {
        let filter = if keys.len() > BLOOM_KEYS_MAX {
            None
        } else if let Some(known) = file.known_bloom(row_group, column_index) {
            known
        } else {
            let read = builder
                .get_row_group_column_bloom_filter(row_group, column_index)
                .await;
            let filter = read.map_err(failed())?.map(Arc::new);
            file.know_bloom(row_group, column_index, filter.clone());
            filter
        };
        if filter.is_none_or(|filter| keys.iter().any(|key| filter.check(key.as_slice()))) {
            row_groups.push(row_group);
        }
    }
    if row_groups.is_empty() {
        return Ok(Vec::new());
    }
    let key_mask = ProjectionMask::leaves(&schema, [column_index]);
    let predicate = ArrowPredicateFn::new(key_mask, move |batch: RecordBatch| Ok(matches(&batch, &keys)));
    let mask = if projection.is_empty() {
        ProjectionMask::all()
    } else {
        ProjectionMask::columns(&schema, projection.iter().copied())
    };
    let stream = builder
        .with_row_groups(row_groups)
        .with_projection(mask)
        .with_row_filter(RowFilter::new(vec![Box::new(predicate)]))
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(failed())?;
    stream.try_collect().await.map_err(failed())
}

fn matches(batch: &RecordBatch, keys: &Keys) -> BooleanArray {
    let array = batch.column(0);
    let reader = Reader::over(array.as_ref());
    (0..array.len())
        .map(|row| {
            let value = reader.bytes(row).or_else(|| reader.text(row).map(str::as_bytes));
            Some(value.is_some_and(|value| keys.contains(value)))
        })
        .collect()
}

/// Ranges of a file, from the object store; its footer is in memory already.
struct FileReader {
    object_store: Arc<dyn ObjectStore>,
    path: Path,
    metadata: Arc<ParquetMetaData>,
}

impl FileReader {
    fn new(table: &Table, file: &DataFile) -> Self {
        Self {
            object_store: table.object_store(),
            path: Path::from(file.path.as_str()),
            metadata: Arc::clone(file.metadata.metadata()),
        }
    }
}

impl AsyncFileReader for FileReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, ParquetResult<Bytes>> {
        let read = self.object_store.get_range(&self.path, range);
        read.map(|bytes| bytes.map_err(|error| ParquetError::External(Box::new(error))))
            .boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, ParquetResult<Vec<Bytes>>> {
        let read = async move { self.object_store.get_ranges(&self.path, &ranges).await };
        read.map(|bytes| bytes.map_err(|error| ParquetError::External(Box::new(error))))
            .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, ParquetResult<Arc<ParquetMetaData>>> {
        let metadata = Arc::clone(&self.metadata);
        async move { Ok(metadata) }.boxed()
    }
}

/// These columns of all rows of these files.
pub(crate) async fn columns(
    table: &Table,
    files: Vec<Arc<DataFile>>,
    projection: &[&str],
) -> Result<Vec<RecordBatch>, Error> {
    let failed = || Error::parquet(table.definition.name, "could not read columns");
    let mut batches = Vec::new();
    for file in files {
        let reader = FileReader::new(table, &file);
        let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(reader, file.metadata.clone());
        let mask = ProjectionMask::columns(file.metadata.parquet_schema(), projection.iter().copied());
        let stream = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(failed())?;
        let mut read: Vec<RecordBatch> = stream.try_collect().await.map_err(failed())?;
        batches.append(&mut read);
    }
    Ok(batches)
}
