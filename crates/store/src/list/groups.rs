//! Figures over runs, in groups: the columns that are needed are read, and counted where the figures are defined.

use datafusion::logical_expr::Expr;
use datafusion::prelude::col;
use futures::StreamExt as _;
use trace::field::ValueType;
use trace::query::{self, Column, Counter, GroupQuery, Groups, RUN_COLUMNS, find_column, run_value};
use trace::{Value, ports};

use super::{Sources, condition, failed, is_in_range};
use crate::columns::Reader;

/// Answers a question for figures: from the rows in memory, then from those in files.
pub(crate) async fn groups(sources: Sources<'_>, query: &GroupQuery) -> Result<Groups, ports::Error> {
    let mut counter = Counter::new(query);
    for live in &sources.live {
        if query::asks_for(&query.runs, &live.run, &live.calls) {
            counter.add(&|name| run_value(&live.run, name))?;
        }
    }
    let (table, mut files) = sources.runs;
    files.retain(|file| is_in_range(file, &query.runs));
    if files.is_empty() {
        return Ok(counter.finish());
    }
    let condition = condition(sources.engine, sources.calls, sources.is_newest, &query.runs).await?;
    let names = query.columns();
    let columns: Vec<&'static Column> = names
        .iter()
        .filter_map(|name| find_column(&RUN_COLUMNS, name))
        .collect();
    let selected: Vec<Expr> = columns.iter().map(|column| col(column.name)).collect();
    let rows = sources
        .engine
        .rows(table, files)
        .and_then(|rows| rows.filter(condition))
        .and_then(|rows| rows.select(selected))
        .map_err(failed)?;
    let mut rows = rows.execute_stream().await.map_err(failed)?;
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(failed)?;
        let readers: Vec<(&Column, Reader<'_>)> = columns
            .iter()
            .map(|column| (*column, Reader::of(&batch, column.name)))
            .collect();
        for row in 0..batch.num_rows() {
            counter.add(&|name| {
                let (column, reader) = readers.iter().find(|(column, _)| column.name == name)?;
                value(column, reader, row)
            })?;
        }
    }
    Ok(counter.finish())
}

fn value(column: &Column, reader: &Reader<'_>, row: usize) -> Option<Value> {
    match column.value_type {
        ValueType::Text => reader.text(row).map(Value::from),
        ValueType::Int => reader.int(row).map(Value::from),
        ValueType::Double => reader.double(row).map(Value::from),
        ValueType::Bool => reader.flag(row).map(Value::from),
        ValueType::TextList => Some(Value::TextList(reader.texts(row))),
    }
}
