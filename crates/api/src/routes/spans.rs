//! The spans of a run, column by column.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::IntoResponse;
use http::header;

use trace::run::{Call, Derived};
use trace::{SpanId, TraceId};

use super::run::{not_found, run_id};
use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::with_view;
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
) -> Result<impl IntoResponse, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let run_id = run_id(path)?;
    let stored = api.read.calls(&api.options.workspace_id, &run_id).await?;
    let spans = with_view(api, run_id, move |api, assembled| {
        let Derived { run, calls } = &assembled.derived;
        // A settled run keeps the prices it was settled with.
        let calls = if run.settled { &stored } else { calls };
        let costs = calls.iter().flat_map(costs).collect();
        let spans = Spans::new(run, &assembled.tree, &costs, api.options.spans_max);
        serde_json::to_vec(&spans).unwrap_or_default()
    });
    let body = spans.await?.ok_or_else(not_found)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

/// What a call cost, by each span that recorded it: which of them counts is for the tree to say.
fn costs(call: &Call) -> impl Iterator<Item = ((TraceId, SpanId), f64)> {
    let known = call.trace_id.zip(call.cost);
    let members = call.members.iter();
    known
        .into_iter()
        .flat_map(move |(trace_id, cost)| members.clone().map(move |member| ((trace_id, *member), cost)))
}
