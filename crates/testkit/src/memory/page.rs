//! A page of runs: filtered, sorted, and cut where a cursor says.

use trace::ports::Error;
use trace::query::{PAGE_SIZE_MAX, Rank, RunPage, RunQuery, asks_for, is_sortable};
use trace::run::{Derived, Run};

/// The page that is asked for. Unknown sort values come last in either direction.
pub(super) fn of<'a>(rows: impl Iterator<Item = &'a Derived>, query: &RunQuery) -> Result<RunPage, Error> {
    if !is_sortable(query.sort.column) {
        return Err(Error::Invalid(format!(
            "cannot sort by {}",
            query.sort.column.name
        )));
    }
    let mut found: Vec<&Run> = rows
        .filter(|derived| asks_for(query, &derived.run, &derived.calls))
        .map(|derived| &derived.run)
        .collect();
    found.sort_by(|one, other| Rank::of(one, query.sort).compare(&Rank::of(other, query.sort), query.sort));
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
