//! What arrived, and what became of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use catalog::ledger::Query;
use trace::UnixNanos;
use trace::time::Day;

use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::server::Api;
use crate::wire::ledger::Ledger;
use crate::wire::problem::Problem;

/// Days of an answer where the request names none, the present one included.
const DAYS_DEFAULT: i64 = 30;
/// Most days of an answer.
const DAYS_MAX: i64 = 400;

/// What arrived, what was stored, what the policy redacted, and what was refused and why, by key.
#[utoipa::path(get, path = "/api/v1/ledger", tag = "stored",
    params(
        ("from" = Option<String>, Query, description = "First day of receipt, UTC: `2026-01-31`. Default: 29 days before `to`."),
        ("to" = Option<String>, Query, description = "Last day, included. Default: today."),
        ("key" = Option<String>, Query, description = "Only what came with the ingest key of this name; `local` for requests without one."),
    ),
    responses(
        (status = 200, description = "The counts of these days.", body = Ledger),
        (status = 400, description = "A parameter cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The catalog cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn ledger(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Ledger>, Error> {
    let parameters = Parameters::read(query.as_deref(), &["from", "to", "key"])?;
    let to = parameters
        .instant("to")?
        .map_or_else(|| api.clock.now().day(), UnixNanos::day);
    let from = parameters
        .instant("from")?
        .map_or(Day(to.0.saturating_sub(DAYS_DEFAULT - 1)), UnixNanos::day);
    if from > to {
        return Err(invalid(
            "to",
            "lies before `from`",
            "put the earlier day into `from`",
        ));
    }
    if to.0.saturating_sub(from.0) >= DAYS_MAX {
        let detail = format!("lies more than {DAYS_MAX} days before `to`");
        return Err(invalid("from", &detail, "ask for fewer days at a time"));
    }
    let query = Query {
        workspace_id: api.options.workspace_id.clone(),
        from,
        to,
        key_name: parameters.text("key").map(Into::into),
    };
    let entries = api.ledger.entries(&query).await?;
    Ok(Json(Ledger::new(from, to, &entries)))
}
