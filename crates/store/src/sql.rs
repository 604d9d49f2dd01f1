//! Read-only SQL over the tables as they stand, memory included.
//!
//! A question sees `runs`, `calls`, `scores` and `spans` of its own workspace, each row once in its newest form, and no
//! content. It may use the functions listed here and no others: what is not listed could read something else, or make
//! one row as large as memory. The engine's memory is limited, and so are the rows of an answer; time is limited by
//! who asks.

mod functions;
#[cfg(test)]
mod reference;
mod views;

use std::collections::HashSet;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::config::Dialect;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use futures::StreamExt as _;
use trace::WorkspaceId;
use trace::ports;
use trace::sql::{Answer, Cell, Column, QUESTION_SIZE_BYTES_MAX, ROWS_MAX};

use crate::columns::Reader;
use crate::error::Error;
use crate::inner::Inner;

/// Answers a question with at most `limit` rows.
pub(crate) async fn answer(
    inner: &Inner,
    workspace_id: &WorkspaceId,
    text: &str,
    limit: usize,
) -> Result<Answer, ports::Error> {
    if text.len() > QUESTION_SIZE_BYTES_MAX {
        return Err(ports::Error::Invalid(format!(
            "a question has at most {QUESTION_SIZE_BYTES_MAX} bytes"
        )));
    }
    let session = inner.engine.for_sql();
    views::register(inner, &session, workspace_id, &named_tables(&session, text)?).await?;
    let plan = plan(&session, text).await?;
    let schema = plan.schema().as_arrow().clone();
    let mut answer = Answer {
        columns: schema
            .fields()
            .iter()
            .map(|field| Column {
                name: field.name().clone(),
                type_name: type_name(field.data_type()).to_owned(),
            })
            .collect(),
        ..Answer::default()
    };
    let limit = limit.clamp(1, ROWS_MAX);
    let frame = session.execute_logical_plan(plan).await.map_err(refused)?;
    let frame = frame.limit(0, Some(limit + 1)).map_err(refused)?;
    let mut rows = frame.execute_stream().await.map_err(refused)?;
    while let Some(batch) = rows.next().await {
        read(&batch.map_err(refused)?, &mut answer.rows).map_err(refused)?;
    }
    answer.has_more = answer.rows.len() > limit;
    answer.rows.truncate(limit);
    Ok(answer)
}

/// The tables a question names.
fn named_tables(session: &SessionContext, text: &str) -> Result<HashSet<String>, ports::Error> {
    let state = session.state();
    let statement = state.sql_to_statement(text, &Dialect::Generic).map_err(refused)?;
    let references = state.resolve_table_references(&statement).map_err(refused)?;
    Ok(references
        .iter()
        .map(|reference| reference.table().to_owned())
        .collect())
}

/// The plan of a question that may be asked.
async fn plan(session: &SessionContext, text: &str) -> Result<LogicalPlan, ports::Error> {
    let plan = session.state().create_logical_plan(text).await.map_err(refused)?;
    let read_only = SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false);
    read_only.verify_plan(&plan).map_err(|_| {
        ports::Error::Invalid("only SELECT is answered here; nothing can be changed".to_owned())
    })?;
    // A plan that is shown would tell where files lie.
    if matches!(
        plan,
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)
    ) {
        return Err(ports::Error::Invalid(
            "only SELECT is answered here; the columns are in docs/reference/sql.md".to_owned(),
        ));
    }
    functions::check(&plan)?;
    Ok(plan)
}

const fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => "integer",
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "number",
        DataType::List(_) | DataType::LargeList(_) => "list",
        _ => "text",
    }
}

fn read(batch: &RecordBatch, rows: &mut Vec<Vec<Cell>>) -> Result<(), DataFusionError> {
    let columns: Vec<Vec<Cell>> = batch
        .columns()
        .iter()
        .map(|column| cells(column.as_ref()))
        .collect::<Result<_, _>>()?;
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    for _ in 0..batch.num_rows() {
        rows.push(columns.iter_mut().filter_map(Iterator::next).collect());
    }
    Ok(())
}

fn cells(array: &dyn Array) -> Result<Vec<Cell>, DataFusionError> {
    let reader = Reader::over(array);
    let format = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &format)?;
    (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return Ok(Cell::Null);
            }
            Ok(match array.data_type() {
                DataType::Boolean => Cell::Bool(array.as_boolean().value(row)),
                DataType::Int64 => Cell::Int(array.as_primitive::<Int64Type>().value(row)),
                DataType::UInt64 => {
                    let count = array.as_primitive::<UInt64Type>().value(row);
                    Cell::Int(i64::try_from(count).unwrap_or(i64::MAX))
                }
                DataType::Float64 => Cell::Double(array.as_primitive::<Float64Type>().value(row)),
                DataType::List(_) => match reader.list(row) {
                    Some(items) => Cell::List(cells(items.as_ref())?),
                    None => Cell::Null,
                },
                _ => Cell::Text(formatter.value(row).to_string()),
            })
        })
        .collect()
}

/// What the engine says of a question, told to who asked where it is about the question, and kept for the server's own
/// log where it is not.
fn refused(error: DataFusionError) -> ports::Error {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => ports::Error::Limit(
            "the question needs more memory than it may use; narrow it, or group by fewer values".to_owned(),
        ),
        DataFusionError::SQL(..)
        | DataFusionError::Plan(_)
        | DataFusionError::SchemaError(..)
        | DataFusionError::NotImplemented(_)
        | DataFusionError::Diagnostic(..)
        | DataFusionError::ArrowError(..) => ports::Error::Invalid(error.find_root().strip_backtrace()),
        _ => {
            let error = Error::from(error);
            tracing::error!(error = %error.chain(), "could not answer a question in SQL");
            ports::Error::Unavailable("the query failed; the server's log says why".to_owned())
        }
    }
}
