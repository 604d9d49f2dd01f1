//! Figures over runs, in groups: what facets, histograms and tiles show.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use insight::query;
use trace::query::{FIGURES_MAX, Figure, GROUPS_MAX, GroupQuery};

use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::server::Api;
use crate::wire::groups::{Group, Groups};
use crate::wire::problem::Problem;

/// Groups of an answer where the request names no number.
const GROUPS_DEFAULT: u32 = 1_000;

/// Figures over the runs that meet a filter, in groups by time, by a field, or both.
///
/// Runs that are not settled are counted, too. A run is in the group of each item of a list such as `tools`, so groups
/// of a list may hold more runs together than there are.
#[utoipa::path(get, path = "/api/v1/groups", tag = "runs",
    params(
        ("q" = Option<String>, Query, description = "A filter, as docs/reference/filters.md has it."),
        ("project" = Option<String>, Query, description = "Only runs of this project."),
        ("from" = Option<String>, Query, description = "Only runs that began at or after this."),
        ("to" = Option<String>, Query, description = "Only runs that began before this."),
        ("by" = Option<String>, Query, description = "A field of runs whose values make groups, such as `outcome` or `tools`."),
        ("every" = Option<String>, Query, description = "Length of the buckets of time, such as `15m`, `1h` or `1d`, at least `1s`. They begin at whole multiples of it since 1970, UTC."),
        ("figures" = Option<String>, Query, description = "What is computed for each group, with commas between, at most 10: `runs`, or `known`, `sum`, `mean` or a percentile such as `p95` of a field, as in `sum(cost),p95(duration)`. Percentiles are of nearest rank. Default `runs`."),
        ("limit" = Option<u32>, Query, description = "Most groups in the answer, 1 to 10000. Default 1000."),
    ),
    responses(
        (status = 200, description = "The groups.", body = Groups),
        (status = 400, description = "A parameter cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "There are too many groups.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
        (status = 504, description = "The answer took too long.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn groups(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Groups>, Error> {
    let known = &["q", "project", "from", "to", "by", "every", "figures", "limit"];
    let parameters = Parameters::read(query.as_deref(), known)?;
    let filter = parameters.text("q").unwrap_or_default();
    let figures = parameters.text("figures").unwrap_or("runs");
    let question = GroupQuery {
        runs: parameters.question(&api.options.workspace_id, filter)?,
        by: match parameters.text("by") {
            None => None,
            Some(name) => Some(query::parse_column(name).map_err(|error| unreadable("by", &error))?),
        },
        every_nanos: match parameters.text("every") {
            None => None,
            Some(text) => Some(query::parse_duration_nanos(text).ok_or_else(|| {
                invalid(
                    "every",
                    "is a length of time of at least a second",
                    "write it as `15m`, `1h` or `1d`",
                )
            })?),
        },
        figures: read_figures(figures)?,
        limit: parameters
            .number("limit", 1, GROUPS_MAX)?
            .unwrap_or(GROUPS_DEFAULT),
    };
    let answer = api.read.groups(&question).await?;
    Ok(Json(Groups {
        figures: figures
            .split(',')
            .map(|figure| figure.trim().to_owned())
            .collect(),
        groups: answer.groups.into_iter().map(Group::from).collect(),
        has_more: answer.has_more,
    }))
}

fn read_figures(text: &str) -> Result<Vec<Figure>, Error> {
    let figures: Vec<&str> = text.split(',').collect();
    if figures.len() > FIGURES_MAX {
        let detail = format!("names at most {FIGURES_MAX} figures");
        return Err(invalid("figures", &detail, "ask twice"));
    }
    figures
        .into_iter()
        .map(|figure| query::parse_figure(figure.trim()).map_err(|error| unreadable("figures", &error)))
        .collect()
}

fn unreadable(name: &'static str, error: &query::Error) -> Error {
    invalid(
        name,
        &format!("cannot be read: {error}"),
        error.hint().unwrap_or_default(),
    )
}
