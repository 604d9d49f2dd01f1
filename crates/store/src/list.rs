//! Pages of runs: a typed filter becomes a plan over `runs`, and conditions on calls over `calls`.
//!
//! Paging is by key: a page ends at a sort value and a run id, and the next begins after them, so that pages
//! neither overlap nor leave a gap, whatever arrives in between.

mod cursor;
mod groups;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{DataFrame, col};
use trace::field::ValueType;
use trace::query::{
    self, CALL_COLUMNS, Column, Filter, Has, Operand, Operator, PAGE_SIZE_MAX, RUN_COLUMNS, Rank, RunPage,
    RunQuery, Sort,
};
use trace::run::{Call, Run};
use trace::{Value, ports};

use crate::columns::Reader;
use crate::data_file::DataFile;
use crate::engine::Engine;
use crate::error::Error;
use crate::table::Table;
use crate::tables::runs;
use crate::udf;

pub(crate) use groups::groups;

/// When a run began: what lists are sorted by unless asked otherwise, and what files have the range of.
const START_COLUMN: &str = "start_unix_nanos";
/// Most runs a condition on calls may lead to; more ends in an error that says so.
const CALL_MATCHES_MAX: usize = 1_000_000;

/// Files that are asked at first; each further step asks twice as many.
const FILES_FIRST: usize = 2;

/// What a question about runs is asked of.
pub(crate) struct Sources<'a> {
    pub(crate) engine: &'a Engine,
    /// Runs that memory knows, with their calls.
    pub(crate) live: Vec<Live>,
    /// Table of runs, and its files.
    pub(crate) runs: (&'a Table, Vec<Arc<DataFile>>),
    /// Table of calls, and its files.
    pub(crate) calls: (&'a Table, Vec<Arc<DataFile>>),
    /// Holds for rows of files that show the newest version of their run.
    pub(crate) is_newest: Expr,
}

/// A run in memory.
pub(crate) struct Live {
    pub(crate) run: Arc<Run>,
    pub(crate) calls: Arc<Vec<Call>>,
}

/// Rows that may be in a page, in order, never more than one beyond it.
struct Candidates<'a> {
    query: &'a RunQuery,
    limit: usize,
    rows: Vec<(Rank, Arc<Run>)>,
}

impl Candidates<'_> {
    fn add(&mut self, rows: impl Iterator<Item = (Rank, Arc<Run>)>) {
        let sort = self.query.sort;
        let order = |one: &(Rank, Arc<Run>), other: &(Rank, Arc<Run>)| one.0.compare(&other.0, sort);
        self.rows.extend(rows);
        if self.rows.len() > self.limit + 1 {
            self.rows.select_nth_unstable_by(self.limit, order);
            self.rows.truncate(self.limit + 1);
        }
        self.rows.sort_unstable_by(order);
    }

    /// Whether no file that is left can change the page: all its rows come after the last of it.
    fn are_final(&self, left: &[Arc<DataFile>]) -> bool {
        if self.query.sort.column.name != START_COLUMN {
            return left.is_empty();
        }
        let Some(Value::Int(last)) = self.rows.get(self.limit).and_then(|(rank, _)| rank.value.clone())
        else {
            return left.is_empty();
        };
        left.iter().all(|file| {
            let Some((first_start, last_start)) = file.summary.start_range else {
                return false;
            };
            match self.query.sort.descending {
                true => last_start < last,
                false => first_start > last,
            }
        })
    }

    fn into_page(mut self) -> RunPage {
        let has_more = self.rows.len() > self.limit;
        self.rows.truncate(self.limit);
        let next = self.rows.last().filter(|_| has_more);
        let next = next.map(|(rank, _)| cursor::encode(rank, self.query.sort));
        let runs = self
            .rows
            .into_iter()
            .map(|(_, run)| run.as_ref().clone())
            .collect();
        RunPage { runs, next }
    }
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

/// Answers a question: from the rows in memory, then from file after file until the page cannot change any more.
pub(crate) async fn page(sources: Sources<'_>, query: &RunQuery) -> Result<RunPage, ports::Error> {
    let cursor = query.cursor.as_deref();
    let after = cursor
        .map(|cursor| cursor::decode(cursor, query.sort))
        .transpose()?;
    let mut candidates = Candidates {
        query,
        limit: usize::try_from(query.limit.clamp(1, PAGE_SIZE_MAX)).unwrap_or(1),
        rows: Vec::new(),
    };
    let is_after = |rank: &Rank| {
        after
            .as_ref()
            .is_none_or(|after| rank.compare(after, query.sort).is_gt())
    };
    let asked_for = sources
        .live
        .into_iter()
        .filter(|live| query::asks_for(query, &live.run, &live.calls));
    let ranked = asked_for.map(|live| (Rank::of(&live.run, query.sort), live.run));
    candidates.add(ranked.filter(|(rank, _)| is_after(rank)));

    let (table, files) = sources.runs;
    let mut files: Vec<_> = files
        .into_iter()
        .filter(|file| is_in_range(file, query))
        .collect();
    if files.is_empty() {
        return Ok(candidates.into_page());
    }
    let mut condition = condition(sources.engine, sources.calls, sources.is_newest, query).await?;
    if let Some(after) = &after {
        condition = condition.and(comes_after(after, query.sort));
    }
    // Newest last, so that they are taken from the end.
    files.sort_by_key(|file| {
        file.summary
            .start_range
            .map(|(first, last)| match query.sort.descending {
                true => last,
                false => -first,
            })
    });
    let mut step = match query.sort.column.name {
        START_COLUMN => FILES_FIRST,
        _ => files.len(),
    };
    while !candidates.are_final(&files) {
        let asked = files.split_off(files.len().saturating_sub(step));
        let rows = best(sources.engine, table, asked, &condition, &candidates)
            .await
            .map_err(failed)?;
        candidates.add(rows.into_iter());
        step = step.saturating_mul(2);
    }
    Ok(candidates.into_page())
}

/// What holds for the rows of files that are asked for, and are the newest of their run.
async fn condition(
    engine: &Engine,
    (calls, call_files): (&Table, Vec<Arc<DataFile>>),
    is_newest: Expr,
    query: &RunQuery,
) -> Result<Expr, ports::Error> {
    let calls = match asks_for_calls(&query.filter) {
        false => None,
        true => {
            let rows = engine.rows(calls, call_files);
            let rows = rows.and_then(|rows| rows.filter(is_newest.clone()));
            Some(rows.map_err(failed)?)
        }
    };
    let asked_for = resolve(calls.as_ref(), query).await?;
    Ok(asked_for.and(is_newest).and(col("retracted").is_not_true()))
}

/// The rows of these files that come first.
async fn best(
    engine: &Engine,
    table: &Table,
    files: Vec<Arc<DataFile>>,
    condition: &Expr,
    candidates: &Candidates<'_>,
) -> datafusion::error::Result<Vec<(Rank, Arc<Run>)>> {
    let sort = candidates.query.sort;
    let by_value = col(sort.column.name).sort(!sort.descending, false);
    let frame = engine
        .rows(table, files)?
        .filter(condition.clone())?
        .sort(vec![by_value, col("run_id").sort(true, false)])?
        .limit(0, Some(candidates.limit + 1))?;
    let batches = frame.collect().await?;
    let rows = batches.iter().flat_map(runs::read);
    Ok(rows.map(|row| (Rank::of(&row.run, sort), row.run)).collect())
}

/// Whether a file may have rows of the time that is asked for.
fn is_in_range(file: &DataFile, query: &RunQuery) -> bool {
    file.summary.start_range.is_none_or(|(first, last)| {
        query.from.is_none_or(|from| last >= from.0) && query.to.is_none_or(|to| first < to.0)
    })
}

fn failed(error: datafusion::error::DataFusionError) -> ports::Error {
    let error = Error::from(error);
    tracing::error!(error = %error.chain(), "could not answer a question about runs");
    ports::Error::Unavailable("the query failed; the server's log says why".to_owned())
}

/// The workspace, project and time range, which are added below the query language, and the filter.
async fn resolve(calls: Option<&DataFrame>, query: &RunQuery) -> Result<Expr, ports::Error> {
    let mut matches = HashMap::new();
    if let Some(calls) = calls {
        find_calls(calls, query, &query.filter, &mut matches).await?;
    }
    let mut condition = in_workspace(query);
    if let Some(project_id) = &query.project_id {
        condition = condition.and(col("project_id").eq(lit(project_id.as_str())));
    }
    if let Some(from) = query.from {
        condition = condition.and(col(START_COLUMN).gt_eq(lit(from.0)));
    }
    if let Some(to) = query.to {
        condition = condition.and(col(START_COLUMN).lt(lit(to.0)));
    }
    Ok(condition.and(expression(&query.filter, &RUN_COLUMNS, &matches)))
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

/// Rows after the end of the page before: unknown values come last in either direction.
fn comes_after(end: &Rank, sort: Sort) -> Expr {
    let later_id = col("run_id").gt(lit(end.run_id.as_str()));
    let column = col(sort.column.name);
    let value = match &end.value {
        None => return column.is_null().and(later_id),
        Some(Value::Text(text)) => lit(text.as_str()),
        Some(Value::Int(number)) => lit(*number),
        Some(Value::Double(number)) => lit(*number),
        Some(Value::Bool(flag)) => lit(*flag),
        Some(Value::TextList(_)) => return lit(false),
    };
    let further = if sort.descending {
        column.clone().lt(value.clone())
    } else {
        column.clone().gt(value.clone())
    };
    further
        .or(column.clone().eq(value).and(later_id))
        .or(column.is_null())
}
