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
use trace::query::{Filter, RUN_COLUMNS, Sort, find_column};

/// What may be sorted by, for who named something else.
const SORT_HINT: &str = "sort by a number, a time or a text, such as `-start`, `-cost` or `duration`";

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
    if name.len() > lexer::NAME_SIZE_BYTES_MAX {
        return Err(Error::new(text, at, "this is too long for a field name"));
    }
    let Some(column) = find_column(&RUN_COLUMNS, &name.to_ascii_lowercase()) else {
        let names = RUN_COLUMNS.iter().flat_map(nearest::names);
        return Err(
            Error::new(text, at, format!("there is no field `{name}` to sort by"))
                .with_hint(nearest::did_you_mean(name, names).unwrap_or_else(|| SORT_HINT.to_owned())),
        );
    };
    if matches!(column.value_type, ValueType::TextList | ValueType::Bool) {
        return Err(Error::new(text, at, format!("`{}` has no order", column.name)).with_hint(SORT_HINT));
    }
    Ok(Sort {
        column,
        descending: trimmed.starts_with('-'),
    })
}

#[cfg(test)]
mod tests;
