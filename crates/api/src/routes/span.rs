//! One span with its bodies.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use trace::{SpanId, TraceId};

use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::{bodies, whole_span};
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::span::Span;

/// One span: facts, attributes, events, links, bodies, and what the policy did to each.
///
/// It is found from the moment it was acknowledged.
#[utoipa::path(get, path = "/api/v1/spans/{trace_id}/{span_id}", tag = "runs",
    params(
        ("trace_id" = String, Path, description = "The trace, as 32 hex digits."),
        ("span_id" = String, Path, description = "The span, as 16 hex digits."),
    ),
    responses(
        (status = 200, description = "The span.", body = Span),
        (status = 404, description = "There is no such span.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn span(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Json<Span>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let ids = path.ok().and_then(|Path((trace_id, span_id))| {
        let trace_id = TraceId::parse_hex(&trace_id).ok()?;
        Some((trace_id, SpanId::parse_hex(&span_id).ok()?))
    });
    let (trace_id, span_id) = ids.ok_or_else(not_found)?;
    let workspace_id = &api.options.workspace_id;
    let records = api.read.span(workspace_id, trace_id, span_id).await?;
    let whole = whole_span(&records).ok_or_else(not_found)?;
    let content = whole.record.span.content.iter();
    let bodies = bodies(&api, content.filter_map(|reference| reference.content_id)).await?;
    Ok(Json(Span::new(&whole, &bodies)))
}

fn not_found() -> Error {
    Error::NotFound {
        what: "such span",
        hint: "a span is named by the 32 hex digits of its trace and its own 16",
    }
}
