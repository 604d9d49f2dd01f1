//! The routes. Each is thin: read the parameters, ask a port, turn the answer into its wire form.

pub(crate) mod cohorts;
pub(crate) mod compare;
pub(crate) mod explanation;
pub(crate) mod health;
pub(crate) mod ledger;
pub(crate) mod metrics;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod signals;
pub(crate) mod span;
pub(crate) mod spans;
pub(crate) mod stats;
pub(crate) mod why;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, any, get};

use crate::error::Error;
use crate::openapi;
use crate::server::Api;
use crate::ui;

/// The longest id a path may carry, in bytes; a longer one is of nothing that is stored.
pub(crate) const ID_SIZE_BYTES_MAX: usize = trace::RUN_ID_SIZE_BYTES_MAX;

pub(crate) fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/healthz", only_get(get(health::alive)))
        .route("/readyz", only_get(get(health::ready)))
        .route("/metrics", only_get(get(health::metrics)))
        .route("/api/v1/stats", only_get(get(stats::stats)))
        .route("/api/v1/runs", only_get(get(runs::runs)))
        .route("/api/v1/runs/{run_id}", only_get(get(run::run)))
        .route("/api/v1/runs/{run_id}/spans", only_get(get(spans::spans)))
        .route(
            "/api/v1/runs/{run_id}/explanation",
            only_get(get(explanation::explanation)),
        )
        .route("/api/v1/runs/{run_id}/why", only_get(get(why::why_rows)))
        .route(
            "/api/v1/runs/{run_id}/signals",
            only_get(get(signals::run_signals)),
        )
        .route("/api/v1/metrics", only_get(get(metrics::metrics)))
        .route("/api/v1/cohorts", only_get(get(cohorts::cohorts)))
        .route("/api/v1/compare", only_get(get(compare::compare_runs)))
        .route("/api/v1/spans/{trace_id}/{span_id}", only_get(get(span::span)))
        .route("/api/v1/ledger", only_get(get(ledger::ledger)))
        .route("/api/v1/openapi.json", only_get(get(openapi::document_route)))
        .route("/api", any(no_route))
        .route("/api/", any(no_route))
        .route("/api/{*rest}", any(no_route))
        .route("/{project}/runs/{run_id}/report", only_get(get(report::report)))
        .fallback(ui::page)
        .with_state(api)
}

fn only_get(route: MethodRouter<Arc<Api>>) -> MethodRouter<Arc<Api>> {
    route.fallback(async || Error::MethodNotAllowed)
}

async fn no_route() -> Error {
    Error::NotFound {
        what: "such route",
        hint: "see `/api/v1/openapi.json` for all routes",
    }
}
