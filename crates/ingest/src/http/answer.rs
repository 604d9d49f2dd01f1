//! Answers of OTLP/HTTP, in the encoding of the request.

use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use prost::Message;
use serde_json::json;

use crate::answer::{Answer, grpc_code};
use crate::received::{Encoding, Signal};
use crate::refusal::Refusal;
use crate::wire;

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The answer to an export request that was taken, wholly or in part.
pub(super) fn exported(answer: &Answer, signal: Signal, encoding: Encoding) -> Response {
    let partial = answer.partial_success();
    match encoding {
        Encoding::Protobuf => {
            let response = wire::ExportResponse {
                partial_success: partial,
            };
            response_of(StatusCode::OK, PROTOBUF, response.encode_to_vec())
        }
        Encoding::Json | Encoding::JsonLines => {
            // ProtoJSON writes 64-bit integers as text.
            let body = partial.map_or_else(
                || json!({}),
                |partial| {
                    json!({"partialSuccess": {
                        rejected_field(signal): partial.rejected.to_string(),
                        "errorMessage": partial.error_message,
                    }})
                },
            );
            response_of(StatusCode::OK, JSON, body.to_string().into_bytes())
        }
    }
}

/// The answer to JSON lines.
pub(super) fn lines(answer: &Answer) -> Response {
    let errors: Vec<_> = answer
        .line_errors
        .iter()
        .map(|error| json!({"line": error.line, "message": error.message}))
        .collect();
    let body = json!({"accepted": answer.accepted, "rejected": answer.rejected(), "errors": errors});
    let nothing_good = answer.accepted == 0 && answer.rejected() > 0;
    let status = if nothing_good {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    response_of(status, JSON, body.to_string().into_bytes())
}

/// The answer to a request that was not taken: a `google.rpc.Status`.
pub(super) fn refused(refusal: &Refusal, encoding: Encoding) -> Response {
    let code = grpc_code(refusal) as i32;
    let message = refusal.to_string();
    let (content_type, body) = match encoding {
        Encoding::Protobuf => {
            let status = wire::Status {
                code,
                message,
                details: Vec::new(),
            };
            (PROTOBUF, status.encode_to_vec())
        }
        Encoding::Json | Encoding::JsonLines => {
            let status = json!({"code": code, "message": message});
            (JSON, status.to_string().into_bytes())
        }
    };
    let mut response = response_of(status_code(refusal), content_type, body);
    if let Some(retry_after) = refusal.retry_after() {
        let secs = retry_after.as_millis().div_ceil(1000).max(1);
        if let Ok(value) = HeaderValue::from_str(&secs.to_string()) {
            response.headers_mut().insert(RETRY_AFTER, value);
        }
    }
    if *refusal == Refusal::ContentEncoding {
        let value = HeaderValue::from_static("gzip, zstd");
        response.headers_mut().insert(ACCEPT_ENCODING, value);
    }
    response
}

const fn status_code(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::TooLarge { .. } | Refusal::TooMany(_) | Refusal::Bomb { .. } => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        Refusal::ContentEncoding | Refusal::ContentType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Refusal::Malformed(_) | Refusal::Incomplete => StatusCode::BAD_REQUEST,
        Refusal::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Refusal::CrossOrigin => StatusCode::FORBIDDEN,
        Refusal::Busy { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn rejected_field(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "rejectedSpans",
        Signal::Logs | Signal::Events | Signal::Scores => "rejectedLogRecords",
        Signal::Metrics => "rejectedDataPoints",
    }
}

fn response_of(status: StatusCode, content_type: HeaderValue, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
