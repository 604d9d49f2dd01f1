//! Why the store could not do something.

use std::path::PathBuf;

/// An error of the store. Paths in it are the operator's own: it is for the server's log and the command line,
/// never for an answer over the network.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The directory cannot be used: create it, or mend its permissions.
    #[error("cannot use the data directory {path}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table's log or schema cannot be read or written; the message names the table.
    #[error("table {table}: {action}")]
    Table {
        /// The table.
        table: &'static str,
        /// What was being done.
        action: &'static str,
        /// What the table's log said.
        source: Box<deltalake_core::DeltaTableError>,
    },
    /// A data file cannot be written or read.
    #[error("table {table}: {action}")]
    File {
        /// The table.
        table: &'static str,
        /// What was being done.
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// Rows could not become columns or columns a file: a fault of ours, please report it.
    #[error("table {table}: rows do not fit their columns")]
    Columns {
        /// The table.
        table: &'static str,
        /// What Arrow said.
        source: arrow::error::ArrowError,
    },
    /// A file could not be read as Parquet.
    #[error("table {table}: {action}")]
    Parquet {
        /// The table.
        table: &'static str,
        /// What was being done.
        action: &'static str,
        /// What Parquet said.
        source: parquet::errors::ParquetError,
    },
    /// A query over the tables failed.
    #[error("a query over the tables failed")]
    Query(#[from] datafusion::error::DataFusionError),
    /// Another server runs on this directory: stop it, or give this one a directory of its own.
    #[error("another server is running on this data directory")]
    Locked,
    /// The log could not be opened; the source says what to do.
    #[error("the log cannot be opened")]
    Log(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<crate::log::Error> for Error {
    fn from(error: crate::log::Error) -> Self {
        match error {
            crate::log::Error::Locked => Self::Locked,
            other => Self::Log(Box::new(other)),
        }
    }
}

impl Error {
    pub(crate) fn table(
        table: &'static str,
        action: &'static str,
    ) -> impl FnOnce(deltalake_core::DeltaTableError) -> Self {
        move |source| Self::Table {
            table,
            action,
            source: Box::new(source),
        }
    }

    pub(crate) fn file(table: &'static str, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File {
            table,
            action,
            source,
        }
    }

    pub(crate) fn columns(table: &'static str) -> impl FnOnce(arrow::error::ArrowError) -> Self {
        move |source| Self::Columns { table, source }
    }

    pub(crate) fn parquet(
        table: &'static str,
        action: &'static str,
    ) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Parquet {
            table,
            action,
            source,
        }
    }

    /// The whole chain of causes in one line, for the log.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        text
    }
}
