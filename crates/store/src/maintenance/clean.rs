//! Deleting files that no table refers to: what compaction and retention took out, and what a crash left half done.
//!
//! A reader may still be on a file that was just taken out, so a file goes only when it has been seen without a
//! reference for a while. That is kept in memory: after a restart the time begins anew.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use trace::UnixNanos;

use crate::error::Error;
use crate::inner::Inner;
use crate::table::Table;

/// Since when files have been without a reference.
#[derive(Default)]
pub(crate) struct Unreferenced {
    since: HashMap<PathBuf, UnixNanos>,
}

impl Unreferenced {
    /// Deletes what has been without a reference for long enough. Gives how many files that were.
    pub(super) async fn delete(&mut self, inner: &Inner) -> Result<usize, Error> {
        let now = inner.clock.now();
        let grace = i64::try_from(inner.options.delete_after.as_nanos()).unwrap_or(i64::MAX);
        let mut found = HashSet::new();
        let mut deleted = 0;
        for table in inner.tables.all() {
            let name = table.definition.name;
            let unreferenced = unreferenced(table).map_err(Error::file(name, "could not list files"))?;
            let mut due: Vec<PathBuf> = unreferenced
                .iter()
                .filter(|path| now.since(*self.since.entry((*path).clone()).or_insert(now)) >= grace)
                .cloned()
                .collect();
            if !due.is_empty() {
                // A flush that is tried again for long has files that are committed and not yet read from.
                let committed = table.committed_files().await?;
                let committed: HashSet<PathBuf> = committed
                    .iter()
                    .map(|(path, _)| table.root().join(path))
                    .collect();
                due.retain(|path| !committed.contains(path));
            }
            found.extend(unreferenced);
            deleted += due.len();
            super::count("deleted", table, due.len());
            let delete = move || due.iter().try_for_each(std::fs::remove_file);
            tokio::task::spawn_blocking(delete)
                .await
                .map_err(std::io::Error::other)
                .flatten()
                .map_err(Error::file(name, "could not delete a file"))?;
        }
        self.since.retain(|path, _| found.contains(path) && path.exists());
        Ok(deleted)
    }
}

/// Data files in the table's folders that are not in its newest version.
fn unreferenced(table: &Table) -> std::io::Result<Vec<PathBuf>> {
    let in_folders = data_files(table.root())?;
    // Read after the folders were: a file that was committed in between is referred to.
    let files = table.files();
    let referenced: HashSet<PathBuf> = files.iter().map(|file| table.root().join(&file.path)).collect();
    Ok(in_folders
        .into_iter()
        .filter(|path| !referenced.contains(path))
        .collect())
}

fn data_files(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(root)? {
        let folder = folder?;
        let is_partition = folder.file_name().to_string_lossy().contains('=');
        if !is_partition || !folder.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "parquet") {
                found.push(path);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use arrow::array::RecordBatch;
    use trace::SystemClock;
    use trace::time::Day;

    use super::*;
    use crate::data_file::Summary;
    use crate::table::NewFile;
    use crate::{Options, Store};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_file_that_is_committed_stays_though_readers_do_not_see_it_yet() {
        let directory = tempfile::tempdir().unwrap();
        let mut options = Options::new(directory.path());
        options.delete_after = Duration::ZERO;
        let store = Store::open(options, Arc::new(SystemClock)).await.unwrap();
        let table = &store.inner().tables.content;
        let file = NewFile {
            day: Day(20_000),
            batch: RecordBatch::new_empty(Arc::clone(&table.definition.schema)),
            summary: Summary::default(),
            label: "part".to_owned(),
        };
        let committed = table.commit(vec![file], &[]).await.unwrap();
        let committed = table.root().join(&committed[0].path);
        let stray = committed.with_file_name("stray.parquet");
        std::fs::write(&stray, "half a file").unwrap();
        let mut unreferenced = Unreferenced::default();
        assert_eq!(unreferenced.delete(store.inner()).await.unwrap(), 1);
        assert!(committed.exists() && !stray.exists());
    }
}
