//! The routes. Each is thin: read the parameters, ask a port, turn the answer into its wire form.

pub(crate) mod cohorts;
pub(crate) mod compare;
pub(crate) mod explanation;
pub(crate) mod groups;
pub(crate) mod health;
pub(crate) mod ledger;
pub(crate) mod metrics;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod scores;
pub(crate) mod signals;
pub(crate) mod span;
pub(crate) mod spans;
pub(crate) mod sql;
pub(crate) mod stats;
pub(crate) mod why;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, any, get, post};

use crate::error::Error;
use crate::openapi;
use crate::reading::BODY_SIZE_BYTES_MAX;
use crate::server::Api;
use crate::ui;

/// The longest id a path may carry, in bytes; a longer one is of nothing that is stored.
pub(crate) const ID_SIZE_BYTES_MAX: usize = trace::RUN_ID_SIZE_BYTES_MAX;

pub(crate) fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/healthz", no_other_method(get(health::alive)))
        .route("/readyz", no_other_method(get(health::ready)))
        .route("/metrics", no_other_method(get(health::metrics)))
        .route("/api/v1/stats", no_other_method(get(stats::stats)))
        .route("/api/v1/runs", no_other_method(get(runs::runs)))
        .route("/api/v1/runs/{run_id}", no_other_method(get(run::run)))
        .route("/api/v1/runs/{run_id}/spans", no_other_method(get(spans::spans)))
        .route(
            "/api/v1/runs/{run_id}/explanation",
            no_other_method(get(explanation::explanation)),
        )
        .route("/api/v1/runs/{run_id}/why", no_other_method(get(why::why_rows)))
        .route(
            "/api/v1/runs/{run_id}/signals",
            no_other_method(get(signals::run_signals)),
        )
        .route(
            "/api/v1/runs/{run_id}/scores",
            no_other_method(get(scores::run_scores)),
        )
        .route(
            "/api/v1/scores",
            no_other_method(post(scores::post_scores)).layer(DefaultBodyLimit::max(BODY_SIZE_BYTES_MAX)),
        )
        .route("/api/v1/groups", no_other_method(get(groups::groups)))
        .route(
            "/api/v1/sql",
            no_other_method(post(sql::sql)).layer(DefaultBodyLimit::max(BODY_SIZE_BYTES_MAX)),
        )
        .route("/api/v1/metrics", no_other_method(get(metrics::metrics)))
        .route("/api/v1/cohorts", no_other_method(get(cohorts::cohorts)))
        .route("/api/v1/compare", no_other_method(get(compare::compare_runs)))
        .route(
            "/api/v1/spans/{trace_id}/{span_id}",
            no_other_method(get(span::span)),
        )
        .route("/api/v1/ledger", no_other_method(get(ledger::ledger)))
        .route(
            "/api/v1/openapi.json",
            no_other_method(get(openapi::document_route)),
        )
        .route("/api", any(no_route))
        .route("/api/", any(no_route))
        .route("/api/{*rest}", any(no_route))
        .route(
            "/{project}/runs/{run_id}/report",
            no_other_method(get(report::report)),
        )
        .fallback(ui::page)
        .with_state(api)
}

fn no_other_method(route: MethodRouter<Arc<Api>>) -> MethodRouter<Arc<Api>> {
    route.fallback(async || Error::MethodNotAllowed)
}

async fn no_route() -> Error {
    Error::NotFound {
        what: "such route",
        hint: "see `/api/v1/openapi.json` for all routes",
    }
}
