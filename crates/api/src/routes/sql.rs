//! Questions in SQL.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use http::HeaderMap;
use trace::{ports, sql};

use crate::error::Error;
use crate::parameters::Parameters;
use crate::reading::{json_body, work};
use crate::server::Api;
use crate::wire::problem::Problem;
use crate::wire::sql::{SqlAnswer, SqlQuestion};

/// Rows of an answer where the request names no number.
const ROWS_DEFAULT: u32 = 1_000;

/// Answers a read-only question in SQL over the runs, calls, scores and spans of the workspace, those in memory
/// included. Each run, call and span stands there once, in its newest form; content does not.
///
/// Statements that change something, functions that are not on the list of docs/reference/sql.md, and questions that need
/// too much time or memory are refused.
#[utoipa::path(post, path = "/api/v1/sql", tag = "runs",
    request_body = SqlQuestion,
    responses(
        (status = 200, description = "The answer.", body = SqlAnswer),
        (status = 400, description = "The question cannot be read, or may not be asked.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The request is too large.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The question needs too much memory.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot answer now.", body = Problem, content_type = "application/problem+json"),
        (status = 504, description = "The answer took too long.", body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn sql(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<SqlAnswer>, Error> {
    Parameters::read(query.as_deref(), &[])?;
    let body = json_body(&headers, body)?;
    let question: SqlQuestion = serde_json::from_slice(&body).map_err(|error| Error::InvalidBody {
        place: format!("line {}, column {}", error.line(), error.column()),
        detail: "is not as it should be".to_owned(),
        hint: "send `{\"query\":\"SELECT …\",\"limit\":1000}`".to_owned(),
    })?;
    let limit = usize::try_from(question.limit.unwrap_or(ROWS_DEFAULT)).unwrap_or(sql::ROWS_MAX);
    if !(1..=sql::ROWS_MAX).contains(&limit) {
        return Err(Error::InvalidBody {
            place: "limit".to_owned(),
            detail: format!("is a whole number from 1 to {}", sql::ROWS_MAX),
            hint: format!("leave it out for {ROWS_DEFAULT}"),
        });
    }
    let answer = work(api, move |api| async move {
        let answer = api
            .sql
            .sql(&api.options.workspace_id, &question.query, limit)
            .await;
        answer.map_err(|error| match error {
            ports::Error::Invalid(reason) => Error::InvalidSql(reason),
            other => other.into(),
        })
    });
    Ok(Json(answer.await?.into()))
}
