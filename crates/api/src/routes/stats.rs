//! Exact counts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};

use crate::error::Error;
use crate::parameters::Parameters;
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::stats::Stats;

/// Exact counts of what is stored.
#[utoipa::path(get, path = "/api/v1/stats", tag = "stored", responses(
    (status = 200, description = "Exact counts, the log included.", body = Stats),
    (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn stats(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Stats>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    Ok(Json(api.read.stats().await?.into()))
}
