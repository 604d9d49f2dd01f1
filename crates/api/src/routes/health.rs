//! The server's own state: alive, ready, and its metrics.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use http::header;

use crate::error::Error;
use crate::server::Api;

/// The process is there.
#[utoipa::path(get, path = "/healthz", tag = "server", responses(
    (status = 200, description = "The process is there.", body = String, content_type = "text/plain"),
))]
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The server takes and answers requests.
#[utoipa::path(get, path = "/readyz", tag = "server", responses(
    (status = 200, description = "The server takes and answers requests.", body = String, content_type = "text/plain"),
    (status = 503, description = "It is starting or stopping.", body = crate::wire::problem::Problem,
        content_type = "application/problem+json"),
))]
pub(crate) async fn ready(State(api): State<Arc<Api>>) -> Result<&'static str, Error> {
    if (api.is_ready)() {
        Ok("ready\n")
    } else {
        Err(Error::NotReady)
    }
}

/// Metrics of the server itself.
#[utoipa::path(get, path = "/metrics", tag = "server", responses(
    (status = 200, description = "Metrics of the server itself, as Prometheus text.", body = String,
        content_type = "text/plain; version=0.0.4"),
))]
pub(crate) async fn metrics(State(api): State<Arc<Api>>) -> impl IntoResponse {
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (content_type, (api.metrics)())
}
