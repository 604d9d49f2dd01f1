//! What tells two groups of runs apart.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use insight::cohort::{self, Case, RUNS_MAX};
use trace::query::RunQuery;

use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::reading::work;
use crate::server::Api;
use crate::wire::cohorts::{CohortDifference, Cohorts};
use crate::wire::problem::Problem;

/// Most differences of one answer.
const DIFFERENCES_MAX: usize = 200;

/// What tells two groups of runs apart, such as `good=outcome:success` and `bad=outcome:failure`: at most 200 of the
/// newest runs a side.
///
/// Versions, models, tools and arguments, documents, verdicts, signals, counts, cost and duration are tested one by one,
/// with a correction for their number.
#[utoipa::path(get, path = "/api/v1/cohorts", tag = "answers",
    params(
        ("good" = String, Query, description = "A filter for the good side."),
        ("bad" = String, Query, description = "A filter for the bad side."),
        ("project" = Option<String>, Query, description = "Only runs of this project."),
        ("from" = Option<String>, Query, description = "Only runs that began at or after this."),
        ("to" = Option<String>, Query, description = "Only runs that began before this."),
    ),
    responses(
        (status = 200, description = "What tells them apart.", body = Cohorts),
        (status = 400, description = "A parameter is missing or cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn cohorts(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Cohorts>, Error> {
    let parameters = Parameters::read(query.as_deref(), &["good", "bad", "project", "from", "to"])?;
    let question = |name: &'static str| -> Result<RunQuery, Error> {
        let filter = parameters.text(name).ok_or_else(|| {
            invalid(
                name,
                "is missing",
                "give a filter for each side, such as `outcome:success`",
            )
        })?;
        Ok(RunQuery {
            limit: u32::try_from(RUNS_MAX).unwrap_or(u32::MAX),
            ..parameters.question(&api.options.workspace_id, filter)?
        })
    };
    let (good, bad) = (question("good")?, question("bad")?);
    let compared = work(Arc::clone(&api), move |api| async move {
        let (good, all_good) = side(&api, &good).await?;
        let (bad, all_bad) = side(&api, &bad).await?;
        let differences = cohort::compare(&good, &bad);
        Ok(Cohorts {
            good: good.len(),
            bad: bad.len(),
            is_complete: all_good && all_bad,
            differences_left_out: differences.len().saturating_sub(DIFFERENCES_MAX),
            differences: differences
                .iter()
                .take(DIFFERENCES_MAX)
                .map(CohortDifference::from)
                .collect(),
        })
    });
    Ok(Json(compared.await?))
}

/// The runs of a side with their features, and whether those are all.
async fn side(api: &Api, question: &RunQuery) -> Result<(Vec<Case>, bool), Error> {
    let page = api.read.runs(question).await?;
    let mut cases = Vec::with_capacity(page.runs.len());
    for run in &page.runs {
        let calls = api.read.calls(&question.workspace_id, &run.run_id).await?;
        cases.push(Case::of(run, &calls));
    }
    Ok((cases, page.next.is_none()))
}
