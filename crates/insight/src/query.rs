//! The filter language: text in, typed [`Filter`] out, with errors that show the place and what was meant.
//!
//! ```text
//! outcome:failure agent:refund* cost>0.10 has(tool:refund.create after policy:refunds verdict:deny)
//! ```
//!
//! Terms next to each other must all hold; `OR` binds weaker than that, `NOT` and `-` stronger. Which names there
//! are, and what type and unit they have, comes from the column registry in [`trace::query`]. The parser never
//! panics, works in time linear in the text, and holds the limits on size, terms and depth; no text of a user
//! leaves it other than as an operand.

mod about;
mod error;
mod lexer;
mod nearest;
mod number;
mod parser;
pub mod reference;
mod render;
mod shape;
mod time;
mod value;

pub use error::Error;
pub use render::{render, render_sort};
pub use time::{Moment, parse_moment};

use trace::field::ValueType;
use trace::query::{Column, Figure, Filter, RUN_COLUMNS, Sort, Unit, find_column};

/// What may be sorted by, for who named something else.
const SORT_HINT: &str = "sort by a number, a time or a text, such as `-start`, `-cost` or `duration`";

/// What figures there are, for who named something else.
const FIGURE_HINT: &str = "ask for `runs`, `known(cost)`, `sum(cost)`, `mean(cost)` or `p95(duration)`";

/// Most bytes a filter may have.
pub const FILTER_SIZE_BYTES_MAX: usize = 4 * 1024;

/// The order of a list where nobody asks for another: newest first.
pub const SORT_DEFAULT: &str = "-start";

/// Reads a filter on runs. Empty text is [`Filter::All`].
///
/// # Errors
/// [`Error`] names the place, what was expected there, and the nearest word that would do.
pub fn parse(text: &str) -> Result<Filter, Error> {
    parser::parse(text)
}

/// Reads an order of runs: a column, with `-` before it for the largest first.
///
/// # Errors
/// [`Error`] where there is no such column or it has no order.
pub fn parse_sort(text: &str) -> Result<Sort, Error> {
    let trimmed = text.trim();
    let name = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let end = text.trim_end().len();
    let at = end.saturating_sub(name.len())..end;
    let column = column_at(text, at.clone(), "to sort by", SORT_HINT)?;
    if matches!(column.value_type, ValueType::TextList | ValueType::Bool) {
        return Err(Error::new(text, at, format!("`{}` has no order", column.name)).with_hint(SORT_HINT));
    }
    Ok(Sort {
        column,
        descending: trimmed.starts_with('-'),
    })
}

/// Reads the name of a column of runs, to group by.
///
/// # Errors
/// [`Error`] where there is no such column.
pub fn parse_column(text: &str) -> Result<&'static Column, Error> {
    column_at(
        text,
        0..text.len(),
        "to group by",
        "group by a field such as `agent_name`, `outcome` or `tools`",
    )
}

/// Reads a figure over runs: `runs`, or `known`, `sum`, `mean` or a percentile such as `p95` of a column, as in
/// `p95(duration)`.
///
/// # Errors
/// [`Error`] where there is no such figure or column, or the column has no numbers.
pub fn parse_figure(text: &str) -> Result<Figure, Error> {
    let wrong =
        |at: std::ops::Range<usize>, message: String| Error::new(text, at, message).with_hint(FIGURE_HINT);
    if text == "runs" {
        return Ok(Figure::Runs);
    }
    let Some((word, rest)) = text.split_once('(') else {
        return Err(wrong(0..text.len(), "this is no figure".to_owned()));
    };
    let Some(name) = rest.strip_suffix(')') else {
        return Err(wrong(text.len()..text.len(), "a `)` is missing".to_owned()));
    };
    let at = word.len() + 1..word.len() + 1 + name.len();
    let column = column_at(text, at.clone(), "to compute with", FIGURE_HINT)?;
    let is_number = matches!(column.value_type, ValueType::Int | ValueType::Double);
    if !is_number && word != "known" {
        return Err(wrong(at, format!("`{}` has no numbers", column.name)));
    }
    let percent = word.strip_prefix('p').and_then(|percent| percent.parse().ok());
    match (word, percent) {
        ("known", _) => Ok(Figure::Known(column)),
        ("sum", _) => Ok(Figure::Sum(column)),
        ("mean", _) => Ok(Figure::Mean(column)),
        (_, Some(percent @ 1..=100)) => Ok(Figure::Percentile(column, percent)),
        _ => Err(wrong(0..word.len(), format!("there is no figure `{word}`"))),
    }
}

/// Reads a length of time, such as `15m`, `1h` or `1d`, in nanoseconds: at least a second, at most 10,000 days.
#[must_use]
pub fn parse_duration_nanos(text: &str) -> Option<i64> {
    let millis = number::parse_number(text, Unit::Millis)?;
    let seconds = millis / 1_000.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is within limits that 64 bits hold"
    )]
    let nanos = (1.0..=864_000_000.0)
        .contains(&seconds)
        .then(|| (millis * 1e6).round() as i64);
    nanos
}

/// The column of runs that is named at this place.
fn column_at(
    text: &str,
    at: std::ops::Range<usize>,
    purpose: &str,
    hint: &str,
) -> Result<&'static Column, Error> {
    let name = text.get(at.clone()).unwrap_or_default();
    if name.len() > lexer::NAME_SIZE_BYTES_MAX {
        return Err(Error::new(text, at, "this is too long for a field name"));
    }
    find_column(&RUN_COLUMNS, &name.to_ascii_lowercase()).ok_or_else(|| {
        let names = RUN_COLUMNS.iter().flat_map(nearest::names);
        let hint = nearest::did_you_mean(name, names).unwrap_or_else(|| hint.to_owned());
        Error::new(text, at, format!("there is no field `{name}` {purpose}")).with_hint(hint)
    })
}

#[cfg(test)]
mod tests;
