//! A page of runs: filtered, sorted, and cut where a cursor says.

use std::cmp::Ordering;

use trace::Value;
use trace::ports::Error;
use trace::query::{PAGE_SIZE_MAX, RunPage, RunQuery};
use trace::run::{Derived, Run};

use super::filter;

/// The page that is asked for. Unknown sort values come last in either direction.
pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Derived>, query: &RunQuery) -> Result<RunPage, Error> {
    if !filter::is_sortable(query.sort.column) {
        return Err(Error::Invalid(format!(
            "cannot sort by {}",
            query.sort.column.name
        )));
    }
    let mut found: Vec<&Run> = rows
        .filter(|derived| is_in_range(&derived.run, query) && filter::meets(derived, &query.filter))
        .map(|derived| &derived.run)
        .collect();
    found.sort_by(|one, other| compare(one, other, query));
    let first = match &query.cursor {
        None => 0,
        Some(cursor) => {
            let order = format!("{}:{}:", query.sort.column.name, query.sort.descending);
            let invalid =
                || Error::Invalid("the cursor belongs to another list; start without one".to_owned());
            let last = cursor.strip_prefix(&order).ok_or_else(invalid)?;
            let place = found.iter().position(|run| run.run_id.as_str() == last);
            place.ok_or_else(invalid)? + 1
        }
    };
    let limit = usize::try_from(query.limit.clamp(1, PAGE_SIZE_MAX)).unwrap_or(1);
    let runs: Vec<Run> = found
        .iter()
        .skip(first)
        .take(limit)
        .map(|run| (*run).clone())
        .collect();
    let has_more = found.len() > first + runs.len();
    let next = runs.last().filter(|_| has_more).map(|last| {
        let sort = &query.sort;
        format!("{}:{}:{}", sort.column.name, sort.descending, last.run_id)
    });
    Ok(RunPage { runs, next })
}

fn is_in_range(run: &Run, query: &RunQuery) -> bool {
    query
        .project_id
        .as_ref()
        .is_none_or(|project_id| run.project_id == *project_id)
        && query.from.is_none_or(|from| run.start >= from)
        && query.to.is_none_or(|to| run.start < to)
}

fn compare(one: &Run, other: &Run, query: &RunQuery) -> Ordering {
    let value = |run: &Run| filter::run_value(run, query.sort.column.name);
    let by_value = match (value(one), value(other)) {
        (Some(one), Some(other)) if query.sort.descending => compare_values(&other, &one),
        (Some(one), Some(other)) => compare_values(&one, &other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    by_value.then_with(|| one.run_id.cmp(&other.run_id))
}

fn compare_values(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (Value::Int(one), Value::Int(other)) => one.cmp(other),
        (Value::Double(one), Value::Double(other)) => one.total_cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}
