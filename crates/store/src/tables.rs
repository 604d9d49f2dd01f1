//! The tables: `spans`, `content`, `scores` (as logged) and `runs`, `calls` (derived). One module each, with its
//! columns and the way from rows to columns and back. Column names are the words used everywhere.

pub(crate) mod calls;
pub(crate) mod content;
pub(crate) mod runs;
pub(crate) mod scores;
pub(crate) mod spans;

mod json;

use std::sync::LazyLock;

use arrow::datatypes::SchemaRef;

use crate::columns::{Column, arrow_schema};

/// What is fixed about a table.
pub(crate) struct Definition {
    /// Its name, and its folder.
    pub(crate) name: &'static str,
    /// Its columns, without the partition column `date`.
    pub(crate) columns: Vec<Column>,
    /// Their Arrow schema.
    pub(crate) schema: SchemaRef,
    /// Columns by which the rows of every file are in order.
    pub(crate) order: &'static [&'static str],
    /// Rows in a row group: small where single large bodies are looked up.
    pub(crate) row_group_rows: usize,
}

impl Definition {
    fn new(
        name: &'static str,
        columns: Vec<Column>,
        order: &'static [&'static str],
        row_group_rows: usize,
    ) -> Self {
        let schema = arrow_schema(&columns);
        Self {
            name,
            columns,
            schema,
            order,
            row_group_rows,
        }
    }
}

/// Partition column of every table: the day of receipt, in UTC.
pub(crate) const PARTITION_COLUMN: &str = "date";

const ROW_GROUP_ROWS: usize = 128 * 1024;
const ROW_GROUP_ROWS_CONTENT: usize = 16 * 1024;

pub(crate) static SPANS: LazyLock<Definition> = LazyLock::new(|| {
    Definition::new(
        "spans",
        spans::columns(),
        &["start_unix_nanos", "trace_id", "span_id"],
        ROW_GROUP_ROWS,
    )
});
pub(crate) static CONTENT: LazyLock<Definition> = LazyLock::new(|| {
    Definition::new(
        "content",
        content::columns(),
        &["sequence", "content_id"],
        ROW_GROUP_ROWS_CONTENT,
    )
});
pub(crate) static SCORES: LazyLock<Definition> = LazyLock::new(|| {
    Definition::new(
        "scores",
        scores::columns(),
        &["sequence", "score_id"],
        ROW_GROUP_ROWS,
    )
});
pub(crate) static RUNS: LazyLock<Definition> = LazyLock::new(|| {
    Definition::new(
        "runs",
        runs::columns(),
        &["start_unix_nanos", "run_id"],
        ROW_GROUP_ROWS,
    )
});
pub(crate) static CALLS: LazyLock<Definition> = LazyLock::new(|| {
    Definition::new(
        "calls",
        calls::columns(),
        &["start_unix_nanos", "run_id", "position"],
        ROW_GROUP_ROWS,
    )
});
