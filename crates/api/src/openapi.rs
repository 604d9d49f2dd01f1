//! The description of the API for programs, made from the routes and wire types; committed as
//! `docs/reference/openapi.json`.

use axum::response::IntoResponse;
use http::header;
use utoipa::OpenApi;

use crate::routes::{
    cohorts, compare, explanation, groups, health, ledger, metrics, run, runs, scores, signals, span, spans,
    sql, stats, why,
};
use crate::wire::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Everyframe",
        description = "Reading what agents did. `null` is unknown, which is not 0. Instants come as RFC 3339 and as \
            nanoseconds since 1970 in a decimal string; durations are milliseconds. Errors are problem+json with a \
            stable `code`. Answers may gain keys; a program leaves those it does not know alone.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        runs::runs,
        run::run,
        spans::spans,
        span::span,
        explanation::explanation,
        why::why_rows,
        signals::run_signals,
        scores::run_scores,
        scores::post_scores,
        compare::compare_runs,
        cohorts::cohorts,
        groups::groups,
        sql::sql,
        metrics::metrics,
        stats::stats,
        ledger::ledger,
        health::alive,
        health::ready,
        health::metrics,
    ),
    components(schemas(Problem)),
    tags(
        (name = "runs", description = "Runs and their spans."),
        (name = "answers", description = "Why a run went as it did."),
        (name = "stored", description = "What is stored, and what became of what arrived."),
        (name = "server", description = "The server itself."),
    ),
)]
struct Description;

/// The OpenAPI document as JSON, ending with a line break.
#[must_use]
pub fn document() -> String {
    let mut text = Description::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// The OpenAPI document as an answer.
pub(crate) async fn document_route() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], document())
}
