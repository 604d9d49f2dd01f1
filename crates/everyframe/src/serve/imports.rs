//! How far an import got, kept beside the data it belongs to. For `everyframe import` alone, so it is not part of
//! the documented API.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use catalog::Catalog;
use catalog::import::Progress;
use serde::{Deserialize, Serialize};
use trace::Clock;

/// Longest fingerprint and longest map of names that are kept.
const FINGERPRINT_SIZE_BYTES_MAX: usize = 64;
const NAME_MAP_SIZE_BYTES_MAX: usize = 16 * 1024;

#[derive(Serialize, Deserialize)]
struct Record {
    byte_offset: u64,
    line: u64,
    records: u64,
    finished: bool,
    name_map: String,
}

#[derive(Clone)]
struct Imports {
    catalog: Catalog,
    clock: Arc<dyn Clock>,
}

/// The routes.
pub(super) fn router(catalog: Catalog, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/api/v1/imports/{file}/{options}", get(read).put(write))
        .with_state(Imports { catalog, clock })
}

async fn read(State(imports): State<Imports>, Path((file, options)): Path<(String, String)>) -> Response {
    match imports.catalog.import_progress(&file, &options).await {
        Ok(Some(progress)) => Json(Record {
            byte_offset: progress.byte_offset,
            line: progress.line,
            records: progress.records,
            finished: progress.is_finished,
            name_map: progress.name_map.to_string(),
        })
        .into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&error),
    }
}

async fn write(
    State(imports): State<Imports>,
    Path((file, options)): Path<(String, String)>,
    headers: HeaderMap,
    Json(record): Json<Record>,
) -> Response {
    // A page in a browser always names its origin here; a program has none.
    if headers.contains_key(header::ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let is_fingerprint = |text: &str| {
        text.len() <= FINGERPRINT_SIZE_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !is_fingerprint(&file) || !is_fingerprint(&options) || record.name_map.len() > NAME_MAP_SIZE_BYTES_MAX
    {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let progress = Progress {
        file_fingerprint: file.into(),
        options_fingerprint: options.into(),
        name_map: record.name_map.into(),
        byte_offset: record.byte_offset,
        line: record.line,
        records: record.records,
        is_finished: record.finished,
        updated_at: imports.clock.now(),
    };
    match imports.catalog.put_import_progress(&progress).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &catalog::Error) -> Response {
    tracing::warn!(%error, "could not read or keep the progress of an import");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
