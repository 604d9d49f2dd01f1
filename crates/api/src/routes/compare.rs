//! Two runs side by side.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use insight::subject::Subject;
use insight::{compare, view};
use trace::RunId;

use super::ID_SIZE_BYTES_MAX;
use super::run::not_found;
use crate::error::Error;
use crate::parameters::{Parameters, invalid};
use crate::reading::work;
use crate::server::Api;
use crate::wire::comparison::Comparison;
use crate::wire::problem::Problem;

/// Most rows, and most differences, of one answer.
const ROWS_MAX: usize = 5_000;

/// Two runs, aligned by what their steps do and were given, with the first divergence and what differs.
///
/// Equal calls in a row fold into one row. Runs are compared by shapes and tokens, so it works without content.
#[utoipa::path(get, path = "/api/v1/compare", tag = "answers",
    params(
        ("a" = String, Query, description = "The first run, percent-encoded."),
        ("b" = String, Query, description = "The second run, percent-encoded."),
    ),
    responses(
        (status = 200, description = "The runs, compared.", body = Comparison),
        (status = 400, description = "A parameter is missing or cannot be read.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such run.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn compare_runs(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Comparison>, Error> {
    let parameters = Parameters::read(query.as_deref(), &["a", "b"])?;
    let run_id = |name: &'static str| match parameters.text(name) {
        None => Err(invalid(name, "is missing", "name two runs: `?a=RUN&b=RUN`")),
        Some(text) if text.len() > ID_SIZE_BYTES_MAX => Err(not_found()),
        Some(text) => Ok(RunId::new(text)),
    };
    let (one, other) = (run_id("a")?, run_id("b")?);
    let compared = work(api, move |api| async move {
        let (Some(one), Some(other)) = (subject(&api, &one).await?, subject(&api, &other).await?) else {
            return Ok(None);
        };
        let comparison = compare::compare(&one, &other);
        Ok(Some(Comparison::new(&one, &other, &comparison, ROWS_MAX)))
    });
    compared.await?.map(Json).ok_or_else(not_found)
}

async fn subject(api: &Api, run_id: &RunId) -> Result<Option<Subject>, Error> {
    let assembled = view::run(&*api.read, &api.options.workspace_id, run_id, &api.settings).await?;
    Ok(assembled.map(|assembled| Subject::of(&assembled)))
}
