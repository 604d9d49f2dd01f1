//! One table: Parquet files and a Delta log over them, on the local disk.
//!
//! The Delta crate is used for replay, commit, checkpoint and log cleanup, and for nothing else; what is in a
//! file and which files a question reads is ours. One process writes a table (the directory is locked), so a
//! commit never meets another writer's.

use std::collections::HashMap;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use arrow::array::RecordBatch;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{
    Action, Add, DataType as DeltaType, PrimitiveType, Remove, StructField, StructType, Transaction,
};
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTableBuilder, DeltaTableError, ObjectStore};
use futures::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::metadata::PageIndexPolicy;
use trace::time::Day;

use crate::data_file::{self, DataFile, Summary};
use crate::error::Error;
use crate::tables::{Definition, PARTITION_COLUMN};

/// Commits between two checkpoints of a table's log.
const CHECKPOINT_COMMITS: &str = "100";

/// A batch that is to become one file.
pub(crate) struct NewFile {
    pub(crate) day: Day,
    pub(crate) batch: RecordBatch,
    pub(crate) summary: Summary,
    /// Part of the file's name, by which the files of one flush can be found again.
    pub(crate) label: String,
}

/// A table, open.
pub(crate) struct Table {
    pub(crate) definition: &'static Definition,
    root: PathBuf,
    object_store: Arc<dyn ObjectStore>,
    log_store: LogStoreRef,
    state: tokio::sync::Mutex<DeltaTableState>,
    files: RwLock<Arc<Vec<Arc<DataFile>>>>,
    file_counter: std::sync::atomic::AtomicU64,
    file_prefix: String,
}

impl Table {
    /// Opens the table under `directory`, or creates it. `file_prefix` is unique to this start of the process.
    pub(crate) async fn open(
        definition: &'static Definition,
        directory: &FilePath,
        file_prefix: &str,
    ) -> Result<Self, Error> {
        let name = definition.name;
        let root = directory.join(name);
        std::fs::create_dir_all(&root)
            .map_err(Error::file(name, "could not create the table's directory"))?;
        let root = root
            .canonicalize()
            .map_err(Error::file(name, "could not find the table's directory"))?;
        drop_torn_commit(&root).map_err(Error::file(name, "could not mend the table's log"))?;
        let (log_store, state) = open_log(definition, &root)
            .await
            .map_err(Error::table(name, "could not open"))?;
        let object_store: Arc<dyn ObjectStore> = Arc::new(
            LocalFileSystem::new_with_prefix(&root)
                .map_err(|error| Error::table(name, "could not open")(DeltaTableError::from(error)))?,
        );
        let table = Self {
            definition,
            root,
            object_store,
            log_store,
            state: tokio::sync::Mutex::new(state),
            files: RwLock::default(),
            file_counter: std::sync::atomic::AtomicU64::new(0),
            file_prefix: file_prefix.to_owned(),
        };
        table.load_files().await?;
        Ok(table)
    }

    /// Where the table lies.
    pub(crate) fn root(&self) -> &FilePath {
        &self.root
    }

    /// Where its files are read from, by [`DataFile::path`].
    pub(crate) fn object_store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.object_store)
    }

    /// The files of the newest version.
    pub(crate) fn files(&self) -> Arc<Vec<Arc<DataFile>>> {
        Arc::clone(&self.files.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The position last committed under this name, 0 if none.
    pub(crate) async fn committed_position(&self, name: &str) -> Result<u64, Error> {
        let state = self.state.lock().await;
        let version = state
            .transaction_version(self.log_store.as_ref(), name)
            .await
            .map_err(Error::table(
                self.definition.name,
                "could not read the committed position",
            ))?;
        Ok(version
            .and_then(|version| u64::try_from(version).ok())
            .unwrap_or(0))
    }

    /// Writes the files, makes them durable, and commits them together with the positions: all or nothing. The
    /// files are answered, not yet read from: [`Self::publish`] does that, together with whatever else changes.
    ///
    /// A commit that failed without saying whether it was made is looked up by its positions, so that trying
    /// again never doubles a row.
    pub(crate) async fn commit(
        &self,
        new_files: Vec<NewFile>,
        positions: &[(&str, u64)],
    ) -> Result<Vec<Arc<DataFile>>, Error> {
        let mut written = Vec::new();
        for new_file in new_files {
            written.push(Arc::new(self.write_file(new_file).await?));
        }
        let actions: Vec<Action> = written.iter().map(|file| Action::Add(add_action(file))).collect();
        self.commit_actions(actions, positions).await?;
        Ok(written)
    }

    async fn commit_actions(&self, actions: Vec<Action>, positions: &[(&str, u64)]) -> Result<(), Error> {
        let name = self.definition.name;
        let transactions = positions
            .iter()
            .map(|(name, position)| Transaction::new(name, i64::try_from(*position).unwrap_or(i64::MAX)))
            .collect();
        let properties = CommitProperties::default().with_application_transactions(transactions);
        let mut state = self.state.lock().await;
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![PARTITION_COLUMN.to_owned()]),
            predicate: None,
        };
        let committed = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(&*state), Arc::clone(&self.log_store), operation)
            .await;
        match committed {
            Ok(committed) => *state = committed.snapshot(),
            Err(error) => {
                let failed = Error::table(name, "could not commit")(error);
                let newest = DeltaTableState::try_new(self.log_store.as_ref(), None).await;
                *state =
                    newest.map_err(Error::table(name, "could not read the log after a failed commit"))?;
                if !self.has_positions(&state, positions).await? {
                    return Err(failed);
                }
                tracing::warn!(table = name, error = %failed.chain(), "a commit failed after it was made");
            }
        }
        self.sync_commit(state.version())
            .map_err(Error::file(name, "could not make a commit durable"))
    }

    async fn has_positions(&self, state: &DeltaTableState, positions: &[(&str, u64)]) -> Result<bool, Error> {
        for (name, position) in positions {
            let version = state
                .transaction_version(self.log_store.as_ref(), name)
                .await
                .map_err(Error::table(
                    self.definition.name,
                    "could not read the committed position",
                ))?;
            if version.and_then(|version| u64::try_from(version).ok()) != Some(*position) {
                return Ok(false);
            }
        }
        Ok(!positions.is_empty())
    }

    /// Lets readers see these committed files.
    pub(crate) fn publish(&self, committed: &[Arc<DataFile>]) {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut files).extend(committed.iter().map(Arc::clone));
    }

    /// Takes files out of the table, in one commit. Only at start, before anybody reads.
    pub(crate) async fn remove_files(&self, is_gone: impl Fn(&DataFile) -> bool) -> Result<usize, Error> {
        let gone: Vec<_> = self
            .files()
            .iter()
            .filter(|file| is_gone(file))
            .map(Arc::clone)
            .collect();
        if gone.is_empty() {
            return Ok(0);
        }
        let remove = |file: &Arc<DataFile>| {
            Action::Remove(Remove {
                path: file.path.clone(),
                data_change: true,
                deletion_timestamp: Some(0),
                extended_file_metadata: Some(true),
                partition_values: Some(HashMap::from([(
                    PARTITION_COLUMN.to_owned(),
                    Some(file.day.to_string()),
                )])),
                size: i64::try_from(file.size_bytes).ok(),
                ..Remove::default()
            })
        };
        self.commit_actions(gone.iter().map(remove).collect(), &[])
            .await?;
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut files).retain(|file| !is_gone(file));
        Ok(gone.len())
    }

    async fn write_file(&self, new_file: NewFile) -> Result<DataFile, Error> {
        let definition = self.definition;
        let name = definition.name;
        let NewFile {
            day,
            batch,
            summary,
            label,
        } = new_file;
        let counter = self
            .file_counter
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = format!(
            "{PARTITION_COLUMN}={day}/{label}-{}-{counter:06}.parquet",
            self.file_prefix
        );
        let full_path = self.root.join(&path);
        let work = move || -> Result<(u64, ArrowReaderMetadata, Summary), Error> {
            let bytes = data_file::encode(definition, &batch, &summary)?;
            data_file::write_durably(&full_path, &bytes)
                .map_err(Error::file(name, "could not write a file"))?;
            let size_bytes = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let bytes = bytes::Bytes::from(bytes);
            let metadata = ArrowReaderMetadata::load(&bytes, reader_options())
                .map_err(Error::parquet(name, "could not read back a file"))?;
            Ok((size_bytes, metadata, summary))
        };
        let (size_bytes, metadata, summary) = tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Error::file(name, "could not write a file")(std::io::Error::other(error)))??;
        Ok(DataFile::new(path, day, size_bytes, metadata, summary))
    }

    /// Makes the commit itself durable: only then may the log segment it came from go.
    fn sync_commit(&self, version: u64) -> std::io::Result<()> {
        let log = self.root.join("_delta_log");
        std::fs::File::open(log.join(format!("{version:020}.json")))?.sync_all()?;
        data_file::sync_directory(&log)
    }

    async fn load_files(&self) -> Result<(), Error> {
        let name = self.definition.name;
        let views = {
            let state = self.state.lock().await;
            let views: Vec<_> = state
                .snapshot()
                .file_views(self.log_store.as_ref(), None)
                .try_collect()
                .await
                .map_err(Error::table(name, "could not list files"))?;
            views
        };
        let mut files = Vec::with_capacity(views.len());
        for view in views {
            let path = view.path().into_owned();
            let file = std::fs::File::open(self.root.join(&path))
                .map_err(Error::file(name, "could not open a file"))?;
            let metadata = ArrowReaderMetadata::load(&file, reader_options())
                .map_err(Error::parquet(name, "could not read a file's footer"))?;
            let summary = DataFile::summary_of(&metadata);
            let size_bytes = u64::try_from(view.size()).unwrap_or(0);
            let day = day_of_path(&path);
            files.push(Arc::new(DataFile::new(path, day, size_bytes, metadata, summary)));
        }
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(files);
        Ok(())
    }
}

fn reader_options() -> ArrowReaderOptions {
    ArrowReaderOptions::new()
        .with_column_index_policy(PageIndexPolicy::Skip)
        .with_offset_index_policy(PageIndexPolicy::Optional)
}

/// The day a partition folder names; files of unknown days sort first.
fn day_of_path(path: &str) -> Day {
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

fn add_action(file: &DataFile) -> Add {
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
        partition_values: HashMap::from([(PARTITION_COLUMN.to_owned(), Some(file.day.to_string()))]),
        size: i64::try_from(file.size_bytes).unwrap_or(i64::MAX),
        modification_time: 0,
        data_change: true,
        stats: Some(stats.to_string()),
        ..Add::default()
    }
}

async fn open_log(
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
fn drop_torn_commit(root: &FilePath) -> std::io::Result<()> {
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
