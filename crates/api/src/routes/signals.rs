//! The signals of a run.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use insight::signals;
use insight::subject::Subject;
use insight::subject::effect::Effects;
use insight::view;

use super::run::{not_found, run_id};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::work;
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::signals::RunSignals;

/// The signals of a run as it is at this moment, each with the spans that show it.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/signals", tag = "answers",
    params(("run_id" = String, Path, description = "The run, percent-encoded.")),
    responses(
        (status = 200, description = "The signals.", body = RunSignals),
        (status = 404, description = "There is no such run.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn run_signals(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<RunSignals>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let run_id = run_id(path)?;
    let found = work(api, move |api| async move {
        let workspace_id = &api.options.workspace_id;
        let Some(assembled) = view::run(&*api.read, workspace_id, &run_id, &api.settings).await? else {
            return Ok(None);
        };
        let scores = view::scores(&*api.read, workspace_id, &assembled).await?;
        let subject = Subject::of(&assembled);
        let effects = Effects::learn([&subject], &BTreeMap::new());
        let found = signals::of(&assembled, &subject, &effects, &scores);
        Ok(Some(RunSignals::new(&run_id, &found, &assembled.tree)))
    });
    found.await?.map(Json).ok_or_else(not_found)
}
