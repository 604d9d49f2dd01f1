//! Metrics over runs.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use insight::metrics::{self, GroupBy};
use trace::query::RunQuery;
use trace::run::Run;

use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::reading::work;
use crate::server::Api;
use crate::wire::metrics::{MetricFigure, MetricGroup, Metrics};
use crate::wire::problem::Problem;

/// Most runs one answer is computed from: the newest.
const RUNS_MAX: usize = 50_000;
/// Most groups of one answer: the first by key.
const GROUPS_MAX: usize = 500;

/// What agents are worth and whether they are safe: every metric over the settled runs that meet a filter.
///
/// Every figure says among how many it was counted, whether that is enough, and the filter that opens those runs.
#[utoipa::path(get, path = "/api/v1/metrics", tag = "answers",
    params(
        ("q" = Option<String>, Query, description = "A filter, as docs/reference/filters.md has it."),
        ("project" = Option<String>, Query, description = "Only runs of this project."),
        ("from" = Option<String>, Query, description = "Only runs that began at or after this."),
        ("to" = Option<String>, Query, description = "Only runs that began before this."),
        ("by" = Option<String>, Query, description = "Group by `day`, `outcome` or a field of runs, such as `agent_version`."),
    ),
    responses(
        (status = 200, description = "The metrics.", body = Metrics),
        (status = 400, description = "A parameter cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn metrics(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Metrics>, Error> {
    let parameters = Parameters::read(query.as_deref(), &["q", "project", "from", "to", "by"])?;
    let within = parameters.text("q").unwrap_or_default().to_owned();
    let by = match parameters.text("by") {
        None => None,
        Some(name) => Some(GroupBy::parse(name).ok_or_else(|| {
            invalid(
                "by",
                "is `day`, `outcome` or a field of runs",
                "such as `agent_version`",
            )
        })?),
    };
    let question = parameters.question(&api.options.workspace_id, &within)?;
    let answer = work(api, move |api| async move {
        let (runs, is_complete) = read(&api, question).await?;
        let shown = |figures: &[metrics::Figure]| -> Vec<MetricFigure> {
            let figures = figures.iter();
            figures.map(|figure| MetricFigure::new(figure, &within)).collect()
        };
        let groups = by.map_or_else(Vec::new, |by| metrics::grouped(&runs, by));
        Ok(Metrics {
            runs: runs.len(),
            is_complete,
            figures: shown(&metrics::of(&runs.iter().collect::<Vec<_>>())),
            groups: groups
                .iter()
                .take(GROUPS_MAX)
                .map(|(key, figures)| MetricGroup {
                    key: key.clone(),
                    figures: shown(figures),
                })
                .collect(),
        })
    });
    Ok(Json(answer.await?))
}

/// The newest runs that meet a question, and whether those are all.
async fn read(api: &Api, mut question: RunQuery) -> Result<(Vec<Run>, bool), Error> {
    let mut runs = Vec::new();
    loop {
        let page = api.read.runs(&question).await?;
        runs.extend(page.runs);
        match page.next {
            None => return Ok((runs, true)),
            Some(_) if runs.len() >= RUNS_MAX => return Ok((runs, false)),
            next => question.cursor = next,
        }
    }
}
