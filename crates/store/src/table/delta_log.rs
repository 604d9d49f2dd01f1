//! The Delta log of a table: opening it, and what its commits say of our files.

use std::collections::HashMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::{Add, DataType as DeltaType, PrimitiveType, Remove, StructField, StructType};
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTableBuilder, DeltaTableError};
use trace::time::Day;

use crate::data_file::{self, DataFile};
use crate::tables::{Definition, PARTITION_COLUMN};

/// Commits between two checkpoints of a table's log.
const CHECKPOINT_COMMITS: &str = "100";

/// The day a partition folder names; files of unknown days sort first.
pub(super) fn day_of_path(path: &str) -> Day {
    let date = path
        .split('/')
        .find_map(|part| part.strip_prefix(PARTITION_COLUMN)?.strip_prefix('='))
        .unwrap_or_default();
    let mut parts = date.split('-').map(|part| part.parse::<i64>().unwrap_or(0));
    let (year, month, day) = (
        parts.next().unwrap_or(0),
        parts.next().unwrap_or(1),
        parts.next().unwrap_or(1),
    );
    Day::from_civil(year, month, day)
}

pub(super) fn add_action(file: &DataFile) -> Add {
    let mut stats = serde_json::json!({ "numRecords": file.row_count() });
    let ranges = [
        ("start_unix_nanos", file.summary.start_range),
        ("sequence", file.summary.sequence_range),
    ];
    for (column, range) in ranges {
        if let (Some((smallest, largest)), Some(stats)) = (range, stats.as_object_mut()) {
            for (key, value) in [("minValues", smallest), ("maxValues", largest)] {
                if let Some(values) = stats
                    .entry(key)
                    .or_insert_with(|| serde_json::json!({}))
                    .as_object_mut()
                {
                    values.insert(column.to_owned(), value.into());
                }
            }
        }
    }
    Add {
        path: file.path.clone(),
        partition_values: partition_of(file),
        size: i64::try_from(file.size_bytes).unwrap_or(i64::MAX),
        modification_time: 0,
        data_change: true,
        stats: Some(stats.to_string()),
        ..Add::default()
    }
}

/// Takes a file out of the table. Since when it is out is kept by our own clean-up, not in the log.
pub(super) fn remove_action(file: &DataFile) -> Remove {
    Remove {
        path: file.path.clone(),
        data_change: true,
        deletion_timestamp: Some(0),
        extended_file_metadata: Some(true),
        partition_values: Some(partition_of(file)),
        size: i64::try_from(file.size_bytes).ok(),
        ..Remove::default()
    }
}

fn partition_of(file: &DataFile) -> HashMap<String, Option<String>> {
    HashMap::from([(PARTITION_COLUMN.to_owned(), Some(file.day.to_string()))])
}

/// Opens the log of the table at this place, or begins one.
pub(super) async fn open_log(
    definition: &'static Definition,
    root: &FilePath,
) -> Result<(LogStoreRef, DeltaTableState), DeltaTableError> {
    let path = root
        .to_str()
        .ok_or_else(|| DeltaTableError::generic("the directory's name is not UTF-8"))?;
    let url = deltalake_core::ensure_table_uri(path)?;
    let log_store = DeltaTableBuilder::from_url(url)?.build()?.log_store();
    if log_store.is_delta_table_location().await? {
        let state = DeltaTableState::try_new(log_store.as_ref(), None).await?;
        return Ok((log_store, state));
    }
    let mut fields = schema_fields(definition)?;
    fields.push(StructField::new(
        PARTITION_COLUMN,
        DeltaType::Primitive(PrimitiveType::Date),
        true,
    ));
    let configuration = [
        ("delta.checkpointInterval", CHECKPOINT_COMMITS),
        ("delta.logRetentionDuration", "interval 1 days"),
        ("delta.enableExpiredLogCleanup", "true"),
        ("delta.dataSkippingNumIndexedCols", "0"),
    ];
    CreateBuilder::new()
        .with_log_store(Arc::clone(&log_store))
        .with_table_name(definition.name)
        .with_columns(fields)
        .with_partition_columns([PARTITION_COLUMN])
        .with_configuration(configuration.map(|(key, value)| (key, Some(value))))
        .await?;
    let state = DeltaTableState::try_new(log_store.as_ref(), None).await?;
    Ok((log_store, state))
}

fn schema_fields(definition: &Definition) -> Result<Vec<StructField>, DeltaTableError> {
    let schema: StructType = definition
        .schema
        .as_ref()
        .try_into_kernel()
        .map_err(DeltaTableError::from)?;
    Ok(schema.fields().cloned().collect())
}

/// A power cut can leave the newest commit empty or cut off, as it is made durable only after it is written.
/// Its rows are still in the write-ahead log then, so the torn commit is dropped and written again.
pub(super) fn drop_torn_commit(root: &FilePath) -> std::io::Result<()> {
    let log = root.join("_delta_log");
    let Ok(entries) = std::fs::read_dir(&log) else {
        return Ok(());
    };
    let newest = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .max();
    let Some(newest) = newest else { return Ok(()) };
    let text = std::fs::read_to_string(&newest).unwrap_or_default();
    let is_whole = !text.trim().is_empty()
        && text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
    if !is_whole {
        tracing::warn!("dropped a torn commit of a table; its rows are still in the log");
        std::fs::remove_file(&newest)?;
        data_file::sync_directory(&log)?;
    }
    Ok(())
}
