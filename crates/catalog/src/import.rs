//! How far an import got, so that it goes on where it stopped.

use sqlx::Row;
use trace::{Text, UnixNanos};

use crate::Catalog;
use crate::error::{Error, from_column, to_column};

/// How far one file was imported with one set of options.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Fingerprint of the file's bytes.
    pub file_fingerprint: Text,
    /// Fingerprint of the options that decide what is read from it.
    pub options_fingerprint: Text,
    /// The map of names in force, as the person gave it.
    pub name_map: Text,
    /// First byte that is not yet acknowledged.
    pub byte_offset: u64,
    /// First line that is not yet acknowledged, from 1.
    pub line: u64,
    /// Records acknowledged so far.
    pub records: u64,
    /// Whether the whole file is in.
    pub is_finished: bool,
    /// When this was last written.
    pub updated_at: UnixNanos,
}

impl Catalog {
    /// How far this file got with these options; `None` if it was never begun.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub async fn import_progress(
        &self,
        file_fingerprint: &str,
        options_fingerprint: &str,
    ) -> Result<Option<Progress>, Error> {
        let row = sqlx::query(
            "SELECT name_map, byte_offset, line, records, is_finished, updated_unix_nanos
             FROM import_progress WHERE file_fingerprint = ? AND options_fingerprint = ?",
        )
        .bind(file_fingerprint)
        .bind(options_fingerprint)
        .fetch_optional(&self.pool)
        .await
        .map_err(Error::read("import progress"))?;
        let progress = |row: sqlx::sqlite::SqliteRow| -> Result<Progress, sqlx::Error> {
            Ok(Progress {
                file_fingerprint: file_fingerprint.into(),
                options_fingerprint: options_fingerprint.into(),
                name_map: row.try_get::<&str, _>(0)?.into(),
                byte_offset: from_column(row.try_get(1)?),
                line: from_column(row.try_get(2)?),
                records: from_column(row.try_get(3)?),
                is_finished: row.try_get(4)?,
                updated_at: UnixNanos(row.try_get(5)?),
            })
        };
        row.map(progress)
            .transpose()
            .map_err(Error::read("import progress"))
    }

    /// Writes how far an import got, in place of what was known.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub async fn put_import_progress(&self, progress: &Progress) -> Result<(), Error> {
        sqlx::query(
            "INSERT OR REPLACE INTO import_progress (file_fingerprint, options_fingerprint, name_map,
                 byte_offset, line, records, is_finished, updated_unix_nanos)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(progress.file_fingerprint.as_str())
        .bind(progress.options_fingerprint.as_str())
        .bind(progress.name_map.as_str())
        .bind(to_column(progress.byte_offset))
        .bind(to_column(progress.line))
        .bind(to_column(progress.records))
        .bind(progress.is_finished)
        .bind(progress.updated_at.0)
        .execute(&self.pool)
        .await
        .map_err(Error::write("import progress"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_progress_of_a_file_and_its_options_is_found() {
        let catalog = Catalog::in_memory().await.unwrap();
        let mut progress = Progress {
            file_fingerprint: "file".into(),
            options_fingerprint: "options".into(),
            name_map: "bench.task.id=everyframe.run.task.id".into(),
            byte_offset: 10,
            line: 2,
            records: 1,
            is_finished: false,
            updated_at: UnixNanos(7),
        };
        catalog.put_import_progress(&progress).await.unwrap();
        progress.byte_offset = 99;
        progress.is_finished = true;
        catalog.put_import_progress(&progress).await.unwrap();
        assert_eq!(
            catalog.import_progress("file", "options").await.unwrap(),
            Some(progress)
        );
        assert_eq!(catalog.import_progress("file", "others").await.unwrap(), None);
    }
}
