//! Pages of runs: a typed filter becomes a plan over `runs`, and conditions on calls over `calls`.
//!
//! Paging is by key: a page ends at a sort value and a run id, and the next begins after them, so that pages
//! neither overlap nor leave a gap, whatever arrives in between.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, col};
use serde::{Deserialize, Serialize};
use trace::field::ValueType;
use trace::ports;
use trace::query::{
    CALL_COLUMNS, Column, Filter, Has, Operand, Operator, PAGE_SIZE_MAX, RUN_COLUMNS, RunPage, RunQuery, Sort,
};

use crate::columns::Reader;
use crate::error::Error;
use crate::tables::runs;
use crate::udf;

/// Most runs a condition on calls may lead to; more ends in an error that says so.
const CALL_MATCHES_MAX: usize = 1_000_000;

/// Where a page ended.
#[derive(Serialize, Deserialize)]
struct Cursor {
    column: String,
    descending: bool,
    /// Sort value of the last row.
    value: CursorValue,
    run_id: String,
}

#[derive(Serialize, Deserialize, Clone)]
enum CursorValue {
    Unknown,
    Int(i64),
    Double(f64),
    Text(String),
}

impl CursorValue {
    fn literal(&self) -> Expr {
        match self {
            Self::Unknown => lit(datafusion::scalar::ScalarValue::Null),
            Self::Int(number) => lit(*number),
            Self::Double(number) => lit(*number),
            Self::Text(text) => lit(text.clone()),
        }
    }
}

/// The rows that a question about runs is asked of.
pub(crate) struct Sources {
    pub(crate) runs: DataFrame,
    /// Only where a condition asks for them.
    pub(crate) calls: Option<DataFrame>,
}

/// Whether a filter has conditions on calls.
pub(crate) fn asks_for_calls(filter: &Filter) -> bool {
    let mut pending = vec![filter];
    while let Some(filter) = pending.pop() {
        match filter {
            Filter::And(terms) | Filter::Or(terms) => pending.extend(terms),
            Filter::Not(term) => pending.push(term),
            Filter::Has(_) => return true,
            Filter::All | Filter::Compare(..) | Filter::Contains(_) => {}
        }
    }
    false
}

/// Answers a question.
pub(crate) async fn page(sources: Sources, query: &RunQuery) -> Result<RunPage, ports::Error> {
    let limit = usize::try_from(query.limit.clamp(1, PAGE_SIZE_MAX)).unwrap_or(1);
    let Sources { runs, calls } = sources;
    let filter = resolve(calls.as_ref(), query, &query.filter).await?;
    let mut frame = runs.filter(filter).map_err(failed)?;
    if let Some(cursor) = &query.cursor {
        let cursor = decode_cursor(cursor, query.sort)?;
        frame = frame.filter(after(&cursor)).map_err(failed)?;
    }
    let by_value = col(query.sort.column.name).sort(!query.sort.descending, false);
    let frame = frame
        .sort(vec![by_value, col("run_id").sort(true, false)])
        .and_then(|frame| frame.limit(0, Some(limit + 1)))
        .map_err(failed)?;
    let batches = frame.collect().await.map_err(failed)?;
    let mut cursors = Vec::new();
    let mut found = Vec::new();
    for batch in &batches {
        cursors.extend((0..batch.num_rows()).map(|row| cursor_of(batch, row, query.sort)));
        found.extend(runs::read(batch).into_iter().map(|row| row.run.as_ref().clone()));
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = if has_more {
        cursors
            .into_iter()
            .nth(limit - 1)
            .map(|cursor| encode_cursor(&cursor))
    } else {
        None
    };
    Ok(RunPage { runs: found, next })
}

fn failed(error: datafusion::error::DataFusionError) -> ports::Error {
    let error = Error::from(error);
    tracing::error!(error = %error.chain(), "could not answer a question about runs");
    ports::Error::Unavailable("the query failed; the server's log says why".to_owned())
}

/// The workspace, project and time range, which are added below the query language, and the filter.
async fn resolve(calls: Option<&DataFrame>, query: &RunQuery, filter: &Filter) -> Result<Expr, ports::Error> {
    let mut matches = HashMap::new();
    if let Some(calls) = calls {
        find_calls(calls, query, filter, &mut matches).await?;
    }
    let mut condition = in_workspace(query);
    if let Some(project_id) = &query.project_id {
        condition = condition.and(col("project_id").eq(lit(project_id.as_str())));
    }
    if let Some(from) = query.from {
        condition = condition.and(col("start_unix_nanos").gt_eq(lit(from.0)));
    }
    if let Some(to) = query.to {
        condition = condition.and(col("start_unix_nanos").lt(lit(to.0)));
    }
    Ok(condition.and(expression(filter, &RUN_COLUMNS, &matches)))
}

fn in_workspace(query: &RunQuery) -> Expr {
    col("workspace_id").eq(lit(query.workspace_id.as_str()))
}

/// Runs that meet a condition on calls, by where the condition lies in memory.
type CallMatches = HashMap<usize, Arc<HashSet<String>>>;

fn place(has: &Has) -> usize {
    std::ptr::from_ref(has).addr()
}

/// Finds the runs that meet each condition on calls, before the runs themselves are asked for.
async fn find_calls(
    calls: &DataFrame,
    query: &RunQuery,
    filter: &Filter,
    matches: &mut CallMatches,
) -> Result<(), ports::Error> {
    let mut pending = vec![filter];
    while let Some(filter) = pending.pop() {
        match filter {
            Filter::And(terms) | Filter::Or(terms) => pending.extend(terms),
            Filter::Not(term) => pending.push(term),
            Filter::Has(has) => {
                let runs = runs_with(calls, query, has).await?;
                matches.insert(place(has), Arc::new(runs));
            }
            Filter::All | Filter::Compare(..) | Filter::Contains(_) => {}
        }
    }
    Ok(())
}

async fn runs_with(calls: &DataFrame, query: &RunQuery, has: &Has) -> Result<HashSet<String>, ports::Error> {
    let found = positions(calls, query, &has.condition).await?;
    let Some(after) = &has.after else {
        return Ok(found.into_iter().map(|(run_id, _)| run_id).collect());
    };
    let mut earliest: HashMap<String, i64> = HashMap::new();
    for (run_id, position) in positions(calls, query, after).await? {
        let known = earliest.entry(run_id).or_insert(position);
        *known = position.min(*known);
    }
    let is_later =
        |(run_id, position): &(String, i64)| earliest.get(run_id).is_some_and(|first| position > first);
    Ok(found
        .into_iter()
        .filter(is_later)
        .map(|(run_id, _)| run_id)
        .collect())
}

async fn positions(
    calls: &DataFrame,
    query: &RunQuery,
    condition: &Filter,
) -> Result<Vec<(String, i64)>, ports::Error> {
    let condition = in_workspace(query).and(expression(condition, &CALL_COLUMNS, &HashMap::new()));
    let frame = calls
        .clone()
        .filter(condition)
        .and_then(|frame| frame.select_columns(&["run_id", "position"]))
        .and_then(|frame| frame.limit(0, Some(CALL_MATCHES_MAX + 1)))
        .map_err(failed)?;
    let mut found = Vec::new();
    for batch in frame.collect().await.map_err(failed)? {
        let (run_id, position) = (Reader::of(&batch, "run_id"), Reader::of(&batch, "position"));
        found.extend(
            (0..batch.num_rows()).filter_map(|row| Some((run_id.text(row)?.to_owned(), position.int(row)?))),
        );
    }
    if found.len() > CALL_MATCHES_MAX {
        return Err(ports::Error::Limit(format!(
            "more than {CALL_MATCHES_MAX} calls meet a condition inside has(…); make it narrower"
        )));
    }
    Ok(found)
}

fn expression(filter: &Filter, columns: &'static [Column], matches: &CallMatches) -> Expr {
    match filter {
        Filter::All => lit(true),
        Filter::And(terms) => terms
            .iter()
            .map(|term| expression(term, columns, matches))
            .reduce(Expr::and)
            .unwrap_or_else(|| lit(true)),
        Filter::Or(terms) => terms
            .iter()
            .map(|term| expression(term, columns, matches))
            .reduce(Expr::or)
            .unwrap_or_else(|| lit(false)),
        Filter::Not(term) => Expr::Not(Box::new(expression(term, columns, matches))),
        Filter::Compare(column, operator, operand) => compare(column, *operator, operand),
        Filter::Contains(text) => contains(text, columns),
        Filter::Has(has) => {
            let found = matches.get(&place(has)).cloned().unwrap_or_default();
            udf::is_one_of("run_id", found)
        }
    }
}

fn contains(text: &str, columns: &'static [Column]) -> Expr {
    let pattern = format!("*{text}*");
    let looks_into = |column: &Column| match column.value_type {
        ValueType::TextList => udf::list_matches(column.name, &pattern),
        _ => udf::text_matches(column.name, &pattern),
    };
    let known = |condition: Expr| condition.is_true();
    columns
        .iter()
        .filter(|column| column.searchable)
        .map(|column| known(looks_into(column)))
        .reduce(Expr::or)
        .unwrap_or_else(|| lit(false))
}

fn compare(column: &'static Column, operator: Operator, operand: &Operand) -> Expr {
    let is_list = column.value_type == ValueType::TextList;
    let value = match operand {
        Operand::Known => return col(column.name).is_not_null(),
        Operand::Pattern(pattern) if is_list => return udf::list_matches(column.name, pattern),
        Operand::Pattern(pattern) => return udf::text_matches(column.name, pattern),
        Operand::Text(text) if is_list => return udf::list_contains(column.name, text),
        Operand::Text(text) => lit(text.clone()),
        Operand::Int(number) => lit(*number),
        Operand::Double(number) => lit(*number),
        Operand::Bool(flag) => lit(*flag),
    };
    let column = col(column.name);
    match operator {
        Operator::Equal => column.eq(value),
        Operator::Less => column.lt(value),
        Operator::LessOrEqual => column.lt_eq(value),
        Operator::Greater => column.gt(value),
        Operator::GreaterOrEqual => column.gt_eq(value),
    }
}

/// Rows after the cursor: unknown values come last in either direction.
fn after(cursor: &Cursor) -> Expr {
    let later_id = col("run_id").gt(lit(cursor.run_id.clone()));
    let column = col(&cursor.column);
    if matches!(cursor.value, CursorValue::Unknown) {
        return column.is_null().and(later_id);
    }
    let value = cursor.value.literal();
    let further = if cursor.descending {
        column.clone().lt(value.clone())
    } else {
        column.clone().gt(value.clone())
    };
    further
        .or(column.clone().eq(value).and(later_id))
        .or(column.is_null())
}

fn cursor_of(batch: &RecordBatch, row: usize, sort: Sort) -> Cursor {
    let reader = Reader::of(batch, sort.column.name);
    let value = reader
        .int(row)
        .map(CursorValue::Int)
        .or_else(|| reader.double(row).map(CursorValue::Double))
        .or_else(|| reader.text(row).map(|text| CursorValue::Text(text.to_owned())))
        .or_else(|| reader.flag(row).map(|flag| CursorValue::Int(i64::from(flag))))
        .unwrap_or(CursorValue::Unknown);
    let run_id = Reader::of(batch, "run_id")
        .text(row)
        .unwrap_or_default()
        .to_owned();
    Cursor {
        column: sort.column.name.to_owned(),
        descending: sort.descending,
        value,
        run_id,
    }
}

/// A cursor is opaque to callers: hex of JSON, safe in a URL.
fn encode_cursor(cursor: &Cursor) -> String {
    use std::fmt::Write as _;
    let json = serde_json::to_vec(cursor).unwrap_or_default();
    json.iter()
        .fold(String::with_capacity(2 * json.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn decode_cursor(text: &str, sort: Sort) -> Result<Cursor, ports::Error> {
    let invalid =
        || ports::Error::Invalid("the cursor is not one of this list's; start without one".to_owned());
    let digits: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let cursor: Cursor = digits
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or_else(invalid)?;
    if cursor.column != sort.column.name || cursor.descending != sort.descending {
        return Err(ports::Error::Invalid(
            "the cursor belongs to another sort order; start without one".to_owned(),
        ));
    }
    Ok(cursor)
}
