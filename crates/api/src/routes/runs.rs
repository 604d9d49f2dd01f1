//! A page of runs.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use insight::query;
use trace::ContentId;
use trace::query::{PAGE_SIZE_MAX, RunQuery};
use trace::run::Run;

use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::reading::{bodies, plain_text};
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::run::{Listed, Page, Summary};

/// Rows of a page where the request names no number.
const PAGE_SIZE_DEFAULT: u32 = 50;
/// Longest beginning of a goal in a list, in characters; the span that states it has it whole.
const GOAL_CHARACTERS_MAX: usize = 300;
/// The longest cursor there is, in bytes.
const CURSOR_SIZE_BYTES_MAX: usize = 4 * 1024;

/// Runs that meet a filter.
///
/// Pages neither overlap nor leave a gap: give `next` as `cursor` and everything else as before.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs",
    params(
        ("q" = Option<String>, Query, description = "A filter, as docs/reference/filters.md has it: `outcome:failure cost>0.10`."),
        ("project" = Option<String>, Query, description = "Only runs of this project."),
        ("from" = Option<String>, Query, description = "Only runs that began at or after this: RFC 3339, a date (its first instant, UTC), or nanoseconds since 1970."),
        ("to" = Option<String>, Query, description = "Only runs that began before this, same forms."),
        ("sort" = Option<String>, Query, description = "A field of runs, with `-` before it for the largest first. Default `-start`."),
        ("limit" = Option<u32>, Query, description = "Most runs in the answer, 1 to 1000. Default 50."),
        ("cursor" = Option<String>, Query, description = "Where the page before ended: its `next`."),
    ),
    responses(
        (status = 200, description = "A page of runs.", body = Page),
        (status = 400, description = "A parameter cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The question is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
        (status = 504, description = "The answer took too long.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn runs(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Page>, Error> {
    let query = read(&api, query.as_deref())?;
    let page = api.read.runs(&query).await?;
    let goals = goals(&api, &page.runs).await?;
    let listed = |run: &Run| Listed {
        summary: Summary::from(run),
        goal: run.goal.and_then(|goal| goals.get(&goal)).cloned(),
    };
    Ok(Json(Page {
        runs: page.runs.iter().map(listed).collect(),
        next: page.next,
    }))
}

/// The beginnings of the goals of these runs, as far as they are kept: a list is read by what runs were to do.
async fn goals(api: &Api, runs: &[Run]) -> Result<HashMap<ContentId, String>, Error> {
    let goals = bodies(api, runs.iter().filter_map(|run| run.goal)).await?;
    let beginning = |text: &str| plain_text(text).chars().take(GOAL_CHARACTERS_MAX).collect();
    Ok(goals
        .iter()
        .map(|(goal, content)| (*goal, beginning(content.text.expose())))
        .collect())
}

fn read(api: &Api, query: Option<&str>) -> Result<RunQuery, Error> {
    let known = &["q", "project", "from", "to", "sort", "limit", "cursor"];
    let parameters = Parameters::read(query, known)?;
    let question = parameters.question(
        &api.options.workspace_id,
        parameters.text("q").unwrap_or_default(),
    )?;
    let sort = parameters.text("sort").unwrap_or(query::SORT_DEFAULT);
    let sort = query::parse_sort(sort).map_err(Error::InvalidSort)?;
    let cursor = parameters.text("cursor");
    if cursor.is_some_and(|cursor| cursor.len() > CURSOR_SIZE_BYTES_MAX) {
        return Err(invalid(
            "cursor",
            "is no cursor",
            "give the `next` of the page before",
        ));
    }
    let limit = parameters.number("limit", 1, PAGE_SIZE_MAX)?;
    Ok(RunQuery {
        sort,
        limit: limit.unwrap_or(PAGE_SIZE_DEFAULT),
        cursor: cursor.map(str::to_owned),
        ..question
    })
}
