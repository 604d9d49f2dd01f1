//! One table: Parquet files and a Delta log over them, on the local disk.
//!
//! The Delta crate is used for replay, commit, checkpoint and log cleanup, and for nothing else; what is in a
//! file and which files a question reads is ours. One process writes a table (the directory is locked), so a
//! commit never meets another writer's.

mod delta_log;

use std::collections::HashSet;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use arrow::array::RecordBatch;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Transaction};
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::table::state::DeltaTableState;
use deltalake_core::{DeltaTableError, ObjectStore};
use futures::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use trace::time::Day;

use crate::data_file::{self, DataFile, Effort, Summary};
use crate::error::Error;
use crate::tables::{Definition, PARTITION_COLUMN};
use delta_log::{add_action, day_of_path, drop_torn_commit, open_log, remove_action};

/// Name of the number of the last commit that took files out of a table. There is one writer, which holds the lock of
/// the directory; the number tells whether a commit that broke off was made.
const TAKEN_OUT: &str = "everyframe-maintenance";

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

    /// Takes files out of the table and puts another in their place, in one commit that readers see whole. The
    /// files themselves stay where they are, for those that still read them.
    ///
    /// Not called twice at the same time.
    pub(crate) async fn replace(&self, gone: &[Arc<DataFile>], new: Option<DataFile>) -> Result<(), Error> {
        if gone.is_empty() {
            return Ok(());
        }
        let new = new.map(Arc::new);
        let added = new.iter().map(|file| Action::Add(add_action(file)));
        let removed = gone.iter().map(|file| Action::Remove(remove_action(file)));
        let number = self.committed_position(TAKEN_OUT).await? + 1;
        self.commit_actions(added.chain(removed).collect(), &[(TAKEN_OUT, number)])
            .await?;
        let paths: HashSet<&str> = gone.iter().map(|file| file.path.as_str()).collect();
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let files = Arc::make_mut(&mut files);
        files.retain(|file| !paths.contains(file.path.as_str()));
        files.extend(new);
        Ok(())
    }

    /// Path of a new file of this day: no file of this or any earlier start has it.
    pub(crate) fn new_path(&self, day: Day, label: &str) -> String {
        let counter = self
            .file_counter
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        format!(
            "{PARTITION_COLUMN}={day}/{label}-{}-{counter:06}.parquet",
            self.file_prefix
        )
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
        let path = self.new_path(day, &label);
        let full_path = self.root.join(&path);
        let work = move || -> Result<DataFile, Error> {
            let distinct = |column: &str| data_file::distinct_values(&batch, column);
            let batches = std::iter::once(batch.clone());
            let (size_bytes, metadata) =
                data_file::write(definition, &full_path, batches, distinct, &summary, Effort::Flush)?;
            Ok(DataFile::new(path, day, size_bytes, metadata, summary))
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Error::file(name, "could not write a file")(std::io::Error::other(error)))?
    }

    /// Makes the commit itself durable: only then may the log segment it came from go.
    fn sync_commit(&self, version: u64) -> std::io::Result<()> {
        let log = self.root.join("_delta_log");
        std::fs::File::open(log.join(format!("{version:020}.json")))?.sync_all()?;
        data_file::sync_directory(&log)
    }

    /// Paths and sizes of the files of the newest commit, those included that readers do not see yet.
    pub(crate) async fn committed_files(&self) -> Result<Vec<(String, u64)>, Error> {
        let state = self.state.lock().await;
        let views: Vec<_> = state
            .snapshot()
            .file_views(self.log_store.as_ref(), None)
            .try_collect()
            .await
            .map_err(Error::table(self.definition.name, "could not list files"))?;
        let file = views
            .iter()
            .map(|view| (view.path().into_owned(), u64::try_from(view.size()).unwrap_or(0)));
        Ok(file.collect())
    }

    async fn load_files(&self) -> Result<(), Error> {
        let name = self.definition.name;
        let committed = self.committed_files().await?;
        let mut files = Vec::with_capacity(committed.len());
        for (path, size_bytes) in committed {
            let file = std::fs::File::open(self.root.join(&path))
                .map_err(Error::file(name, "could not open a file"))?;
            let metadata = ArrowReaderMetadata::load(&file, data_file::reader_options())
                .map_err(Error::parquet(name, "could not read a file's footer"))?;
            let summary = DataFile::summary_of(&metadata);
            let day = day_of_path(&path);
            files.push(Arc::new(DataFile::new(path, day, size_bytes, metadata, summary)));
        }
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(files);
        Ok(())
    }
}
