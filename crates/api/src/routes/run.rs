//! One run with its totals.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use trace::RunId;

use super::ID_SIZE_BYTES_MAX;
use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::with_view;
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::run::Run;

/// One run: its totals, each call and token counted once; `null` is unknown, which is not 0.
///
/// A run that has not settled is assembled from what is logged at this moment.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}", tag = "runs",
    params(("run_id" = String, Path, description = "The run, percent-encoded.")),
    responses(
        (status = 200, description = "The run.", body = Run),
        (status = 404, description = "There is no such run.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn run(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Run>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let run_id = run_id(path)?;
    let workspace_id = &api.options.workspace_id;
    let stored = api
        .read
        .runs_by_id(workspace_id, std::slice::from_ref(&run_id))
        .await?;
    if let Some(settled) = stored.first().filter(|run| run.settled) {
        return Ok(Json(Run::from(settled)));
    }
    let present = with_view(api, run_id, |_, assembled| Run::from(&assembled.derived.run));
    present.await?.map(Json).ok_or_else(not_found)
}

/// The run id of a path.
pub(super) fn run_id(path: Result<Path<String>, PathRejection>) -> Result<RunId, Error> {
    path.ok()
        .map(|Path(text)| text)
        .filter(|text| !text.is_empty() && text.len() <= ID_SIZE_BYTES_MAX)
        .map(RunId::new)
        .ok_or_else(not_found)
}

/// The error for a run that is not there.
pub(super) fn not_found() -> Error {
    Error::NotFound {
        what: "such run",
        hint: "run ids are percent-encoded in paths; `GET /api/v1/runs` lists them",
    }
}
