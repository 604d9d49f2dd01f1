//! Reads the query of a request: each route names its parameters, and anything else is an error that lists them.

use insight::query;
use percent_encoding::percent_decode_str;
use trace::query::{PAGE_SIZE_MAX, RunQuery};
use trace::{ProjectId, UnixNanos, WorkspaceId};

use crate::error::Error;

/// The parameters of one request, each at most once.
pub(crate) struct Parameters {
    values: Vec<(&'static str, String)>,
}

impl Parameters {
    /// Reads `query` for a route that has these parameters.
    pub(crate) fn read(query: Option<&str>, known: &'static [&'static str]) -> Result<Self, Error> {
        let mut values: Vec<(&'static str, String)> = Vec::new();
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).unwrap_or_default();
            let Some(name) = known.iter().copied().find(|known| *known == name) else {
                return Err(Error::UnknownParameter { name, known });
            };
            if values.iter().any(|(other, _)| *other == name) {
                return Err(invalid(name, "is given twice", "give it once"));
            }
            let Some(value) = decode(value) else {
                return Err(invalid(
                    name,
                    "is not UTF-8 after percent-decoding",
                    "encode it as UTF-8",
                ));
            };
            values.push((name, value));
        }
        Ok(Self { values })
    }

    /// The value of a parameter; `None` if it is missing or empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A whole number from `smallest` to `largest`.
    pub(crate) fn number(
        &self,
        name: &'static str,
        smallest: u32,
        largest: u32,
    ) -> Result<Option<u32>, Error> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let number = text
            .parse()
            .ok()
            .filter(|number| (smallest..=largest).contains(number));
        number.map(Some).ok_or_else(|| {
            let detail = format!("is a whole number from {smallest} to {largest}");
            invalid(name, &detail, "leave it out for the default")
        })
    }

    /// An instant; a date is its first instant, in UTC.
    pub(crate) fn instant(&self, name: &'static str) -> Result<Option<UnixNanos>, Error> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match insight::query::parse_moment(text) {
            Some(moment) => Ok(Some(moment.start)),
            None => Err(invalid(
                name,
                "is a time",
                "write it as `2026-01-31`, `2026-01-31T10:00Z` or nanoseconds since 1970; `+` is written `%2B`",
            )),
        }
    }
}

impl Parameters {
    /// The question for the runs that meet a filter, of `project`, `from` and `to`: the newest first, as many as a page
    /// may have.
    pub(crate) fn question(&self, workspace_id: &WorkspaceId, filter: &str) -> Result<RunQuery, Error> {
        let from = self.instant("from")?;
        let to = self.instant("to")?;
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(invalid(
                "to",
                "lies before `from`",
                "put the earlier instant into `from`",
            ));
        }
        Ok(RunQuery {
            workspace_id: workspace_id.clone(),
            project_id: self.text("project").map(ProjectId::new),
            filter: query::parse(filter).map_err(Error::InvalidFilter)?,
            from,
            to,
            sort: query::parse_sort(query::SORT_DEFAULT).map_err(Error::InvalidSort)?,
            limit: PAGE_SIZE_MAX,
            cursor: None,
        })
    }
}

/// The error for a value that cannot be read.
pub(crate) fn invalid(name: &'static str, detail: &str, hint: &str) -> Error {
    Error::InvalidParameter {
        name,
        detail: detail.to_owned(),
        hint: hint.to_owned(),
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}
