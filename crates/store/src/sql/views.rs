//! The tables a question sees: rows of one workspace, each once, in its newest form, from memory and from files.
//!
//! A table is made ready only if the question names it.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, SessionContext, col};
use futures::StreamExt as _;
use trace::{WorkspaceId, ports};

use super::refused;
use crate::columns::{Column, signed};
use crate::data_file::DataFile;
use crate::inner::Inner;
use crate::newest::{Newest, SpanKey};
use crate::table::Table;
use crate::tables::{Definition, calls, runs, scores, spans};
use crate::udf;

/// Most records of spans that replace older ones, in files that are not compacted yet.
const REPLACED_MAX: usize = 2_000_000;
/// Columns that say how rows are kept, and nothing of what they mean.
const INTERNAL: [&str; 5] = [
    "workspace_id",
    "supersedes",
    "retracted",
    "goal_content_id",
    "policy_version_cleared",
];

/// Makes the tables known that these names are of.
pub(super) async fn register(
    inner: &Inner,
    session: &SessionContext,
    workspace_id: &WorkspaceId,
    named: &HashSet<String>,
) -> Result<(), ports::Error> {
    let is_named = |table: &Table| named.contains(table.definition.name);
    let tables = &inner.tables;
    if is_named(&tables.runs) || is_named(&tables.calls) {
        let sources = inner.sources();
        let shown = |retracted: Expr| sources.is_newest.clone().and(retracted);
        if is_named(&tables.runs) {
            let rows: Vec<_> = sources
                .live
                .iter()
                .map(|live| runs::Row {
                    run: Arc::clone(&live.run),
                    supersedes: false,
                    retracted: false,
                })
                .collect();
            let rows = runs::write(&rows).map_err(|error| refused(error.into()))?;
            let condition = shown(col("retracted").is_not_true());
            let (table, files) = &sources.runs;
            view(
                inner,
                session,
                workspace_id,
                table,
                files.clone(),
                condition,
                rows,
            )?;
        }
        if is_named(&tables.calls) {
            let rows: Vec<_> = sources
                .live
                .iter()
                .flat_map(|live| {
                    live.calls
                        .iter()
                        .map(|call| (live.run.workspace_id.clone(), call.clone()))
                })
                .map(|(workspace_id, call)| calls::Row { workspace_id, call })
                .collect();
            let rows = calls::write(&rows).map_err(|error| refused(error.into()))?;
            let (table, files) = &sources.calls;
            view(
                inner,
                session,
                workspace_id,
                table,
                files.clone(),
                shown(lit(true)),
                rows,
            )?;
        }
    }
    if is_named(&tables.scores) {
        let (files, rows) = {
            let memory = inner.memory();
            let rows: Vec<_> = memory
                .unflushed()
                .flat_map(|table| table.scores.values().cloned())
                .collect();
            (tables.scores.files().to_vec(), rows)
        };
        let rows = scores::write(&rows).map_err(|error| refused(error.into()))?;
        view(
            inner,
            session,
            workspace_id,
            &tables.scores,
            files,
            lit(true),
            rows,
        )?;
    }
    if is_named(&tables.spans) {
        register_spans(inner, session, workspace_id).await?;
    }
    Ok(())
}

async fn register_spans(
    inner: &Inner,
    session: &SessionContext,
    workspace_id: &WorkspaceId,
) -> Result<(), ports::Error> {
    let table = &inner.tables.spans;
    // Under the lock: rows that go to a file meanwhile are in one of the two.
    let (files, rows) = {
        let memory = inner.memory();
        let rows: Vec<spans::Row> = memory
            .unflushed()
            .flat_map(|table| table.traces.values().flatten().cloned())
            .collect();
        (table.files().to_vec(), rows)
    };
    let mut newest = Newest::default();
    for row in rows.iter().filter(|row| row.supersedes.is_some()) {
        newest.add(SpanKey::of(&row.span), signed(row.span.sequence.0));
    }
    let mut names = SpanKey::COLUMNS.to_vec();
    names.push("sequence");
    let replacing = session
        .read_table(inner.engine.table(table, files.clone()))
        .and_then(|rows| rows.filter(col("supersedes").is_true()))
        .and_then(|rows| rows.select_columns(&names))
        .map_err(refused)?;
    let mut replacing = replacing.execute_stream().await.map_err(refused)?;
    while let Some(batch) = replacing.next().await {
        newest.add_all(&batch.map_err(refused)?);
        if newest.len() > REPLACED_MAX {
            return Err(ports::Error::Limit(
                "too many spans were replaced by later records of late; ask again when files were compacted"
                    .to_owned(),
            ));
        }
    }
    let rows = spans::write(&rows).map_err(|error| refused(error.into()))?;
    let condition = newest.holds();
    view(inner, session, workspace_id, table, files, condition, rows)
}

/// A table as a question sees it.
fn view(
    inner: &Inner,
    session: &SessionContext,
    workspace_id: &WorkspaceId,
    table: &Table,
    files: Vec<Arc<DataFile>>,
    condition: Expr,
    in_memory: RecordBatch,
) -> Result<(), ports::Error> {
    let rows = || -> datafusion::error::Result<DataFrame> {
        let in_files = session
            .read_table(inner.engine.table(table, files))?
            .filter(condition)?;
        let all = in_files.union(session.read_batch(in_memory)?)?;
        all.filter(col("workspace_id").eq(lit(workspace_id.as_str())))?
            .select(columns(table.definition))
    };
    let view = rows().map_err(refused)?.into_view();
    session
        .register_table(table.definition.name, view)
        .map(drop)
        .map_err(refused)
}

/// The columns that are shown: none that hold rows within rows.
pub(super) fn shown(definition: &'static Definition) -> impl Iterator<Item = &'static Column> {
    let is_plain = |data_type: &DataType| match data_type {
        DataType::List(item) => !item.data_type().is_nested() && *item.data_type() != DataType::Binary,
        _ => true,
    };
    definition
        .columns
        .iter()
        .filter(move |column| !INTERNAL.contains(&column.name) && is_plain(&column.data_type))
}

/// The same as expressions, ids as hex.
fn columns(definition: &'static Definition) -> Vec<Expr> {
    shown(definition)
        .map(|column| match column.data_type {
            DataType::Binary => udf::hex(column.name).alias(column.name),
            _ => col(column.name),
        })
        .collect()
}
