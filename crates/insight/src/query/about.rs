//! What terms are about, and which fields that has.

use std::ops::Range;

use trace::query::{CALL_COLUMNS, Column, RUN_COLUMNS, find_column};

use super::lexer::NAME_SIZE_BYTES_MAX;
use super::{Error, nearest};

/// What terms are about: runs, or, inside `has(…)`, the steps of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Runs,
    Calls,
}

impl About {
    /// The column a filter names.
    pub(super) fn column(self, input: &str, name: &str, at: Range<usize>) -> Result<&'static Column, Error> {
        let fits = name.len() <= NAME_SIZE_BYTES_MAX;
        let lower = if fits {
            name.to_ascii_lowercase()
        } else {
            String::new()
        };
        if let Some(column) = find_column(self.columns(), &lower) {
            return Ok(column);
        }
        let shown: String = name.chars().take(NAME_SIZE_BYTES_MAX).collect();
        let message = match self {
            Self::Runs => format!("runs have no field `{shown}`"),
            Self::Calls => format!("steps inside `has(…)` have no field `{shown}`"),
        };
        let error = Error::new(input, at, message);
        if let Some(hint) = self.other_number(&lower).or_else(|| self.elsewhere(&lower)) {
            return Err(error.with_hint(hint));
        }
        let names = self.columns().iter().flat_map(nearest::names);
        Err(error
            .with_hint("to search for this as text, put it in quotes")
            .with_optional_hint(nearest::did_you_mean(&lower, names)))
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Self::Runs => &RUN_COLUMNS,
            Self::Calls => &CALL_COLUMNS,
        }
    }

    /// The field is here in the singular or plural: a run has `tools`, a step has a `tool`.
    fn other_number(self, name: &str) -> Option<String> {
        let other = name
            .strip_suffix('s')
            .map_or_else(|| format!("{name}s"), str::to_owned);
        find_column(self.columns(), &other).map(|_| format!("did you mean `{other}`?"))
    }

    /// The field exists, but not here.
    fn elsewhere(self, name: &str) -> Option<String> {
        match (self, name) {
            (Self::Runs, "status") => Some(
                "runs have an `outcome:`, such as `outcome:failure`; for steps write `has(status:error)`"
                    .into(),
            ),
            (Self::Calls, "outcome") => Some(
                "steps have a `status:`, such as `has(status:error)`; `outcome:` stands outside `has(…)`"
                    .into(),
            ),
            (Self::Runs, _) => find_column(&CALL_COLUMNS, name)
                .map(|_| format!("it is a field of steps: write `has({name}:…)`")),
            (Self::Calls, _) => find_column(&RUN_COLUMNS, name)
                .map(|_| format!("it is a field of runs: write `{name}:…` outside `has(…)`")),
        }
    }
}
