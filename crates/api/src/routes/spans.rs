//! The spans of a run, column by column.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};

use insight::assemble::assemble;

use super::run::{not_found, run_id};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::spans::Spans;

/// The spans of a run, depth-first, column by column. Bodies are never in it: they come span by span.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/spans", tag = "runs",
    params(("run_id" = String, Path, description = "The run, percent-encoded.")),
    responses(
        (status = 200, description = "The spans.", body = Spans),
        (status = 404, description = "There is no such run.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn spans(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Spans>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let run_id = run_id(path)?;
    let workspace_id = &api.options.workspace_id;
    let stored = api
        .read
        .runs_by_id(workspace_id, std::slice::from_ref(&run_id))
        .await?;
    let run = stored.first().ok_or_else(not_found)?;
    let spans = api.read.spans_of_traces(workspace_id, &run.traces).await?;
    let run = run.clone();
    // Work that grows with the run stays off the threads that receive and answer.
    let answer = tokio::task::spawn_blocking(move || {
        let assembled = assemble(&spans, &[], &api.settings)?;
        let calls = assembled.derived.calls.iter();
        let costs = calls
            .filter_map(|call| Some(((call.trace_id?, call.span_id?), call.cost?)))
            .collect();
        Some(Spans::new(&run, &assembled.tree, &costs, api.options.spans_max))
    });
    Ok(Json(answer.await?.ok_or_else(not_found)?))
}
