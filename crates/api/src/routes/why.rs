//! The Why rows of a run or span.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use insight::{view, why};
use trace::{SpanId, TraceId};

use super::run::{not_found, run_id};
use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::reading::{Bodies, bodies, work};
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::why::Why;

/// Most bodies whose beginnings come with the rows.
const BODIES_MAX: usize = 64;

/// Nine rows that say why, each with the spans it comes from or what to record, and the evidence score.
///
/// Without `span_id` they are those of the run as a whole.
#[utoipa::path(get, path = "/api/v1/runs/{run_id}/why", tag = "answers",
    params(
        ("run_id" = String, Path, description = "The run, percent-encoded."),
        ("span_id" = Option<String>, Query, description = "A span of the run, as 16 hex digits."),
        ("trace_id" = Option<String>, Query, description = "Trace of that span, as 32 hex digits; needed only where two traces of the run share a span id."),
    ),
    responses(
        (status = 200, description = "The rows.", body = Why),
        (status = 400, description = "A parameter cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such run, or no such span in it.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn why_rows(
    State(api): State<Arc<Api>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Why>, Error> {
    let parameters = Parameters::read(query.as_deref(), &["span_id", "trace_id"])?;
    let run_id = run_id(path)?;
    let span_id = parameters.text("span_id").map(SpanId::parse_hex).transpose();
    let span_id = span_id.map_err(|_| invalid("span_id", "is 16 hex digits", "leave it out for the run"))?;
    let trace_id = parameters.text("trace_id").map(TraceId::parse_hex).transpose();
    let trace_id = trace_id.map_err(|_| invalid("trace_id", "is 32 hex digits", "leave it out"))?;
    let asked = run_id.clone();
    let rows = work(api, move |api| async move {
        let workspace_id = &api.options.workspace_id;
        let Some(assembled) = view::run(&*api.read, workspace_id, &asked, &api.settings).await? else {
            return Ok(None);
        };
        let about = match span_id {
            Some(span_id) => match why::find(&assembled, trace_id, span_id) {
                Some(node) => Some(node),
                None => return Ok(None),
            },
            None => None,
        };
        let why = why::of(&assembled, about);
        let bodies = bodies_of_rows(&api, &why).await?;
        Ok(Some((why, bodies)))
    });
    let (why, bodies) = rows.await?.ok_or_else(not_found)?;
    Ok(Json(Why::new(&run_id, &why, &bodies)))
}

/// The bodies the rows rest on, as far as they are kept.
pub(super) async fn bodies_of_rows(api: &Api, why: &why::Why) -> Result<Bodies, Error> {
    let referred = why.rows.iter().flat_map(|row| &row.bodies);
    bodies(api, referred.filter_map(|body| body.content_id).take(BODIES_MAX)).await
}
