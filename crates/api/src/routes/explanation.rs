//! The first wrong decision of a run.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use insight::explain;

use super::run::{not_found, run_id};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::work;
use crate::server::Api;
use crate::wire::explanation::Explanation;
use crate::wire::problem::Problem;

/// Candidates for the first wrong decision of a run, each with its rule, evidence, reason and confidence.
///
/// What the run changed is compared with successful runs of the same task; without one, rules look inside the run.
/// Deterministic: the same runs give the same answer. A run that reached its goal is not explained.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/explanation", tag = "answers",
    params(("run_id" = String, Path, description = "The run, percent-encoded.")),
    responses(
        (status = 200, description = "The explanation.", body = Explanation),
        (status = 404, description = "There is no such run.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn explanation(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Explanation>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let run_id = run_id(path)?;
    let asked = run_id.clone();
    let explained = work(api, move |api| async move {
        let workspace_id = &api.options.workspace_id;
        let settings = explain::Settings::default();
        Ok(explain::live::run(&*api.read, workspace_id, &asked, &api.settings, &settings).await?)
    });
    let explanation = explained.await?.ok_or_else(not_found)?;
    Ok(Json(Explanation::new(&run_id, &explanation)))
}
