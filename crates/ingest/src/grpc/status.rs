//! Answers of OTLP/gRPC: HTTP is always 200, how it ended stands in `grpc-status`.

use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt, Full};
use prost::Message;

use super::{CONTENT_TYPE_GRPC, frame};
use crate::answer::{Answer, GrpcCode, grpc_code};
use crate::refusal::Refusal;
use crate::wire;

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

/// The answer to an export call that was taken, wholly or in part.
pub(super) fn exported(answer: &Answer) -> Response {
    let message = wire::ExportResponse {
        partial_success: answer.partial_success(),
    };
    let mut trailers = HeaderMap::new();
    trailers.insert(STATUS, HeaderValue::from(GrpcCode::Ok as i32));
    let body = Full::new(frame::write(&message.encode_to_vec()));
    let body = body.with_trailers(std::future::ready(Some(Ok(trailers))));
    response(Body::new(body))
}

/// The answer to a call that was not taken.
pub(super) fn refused(refusal: &Refusal) -> Response {
    let code = grpc_code(refusal);
    let details = refusal
        .retry_after()
        .map(|delay| retry_info(code, refusal, delay));
    let mut response = ended(code, &refusal.to_string());
    if let Some(value) = details.and_then(|details| HeaderValue::from_str(&details).ok()) {
        response.headers_mut().insert(DETAILS, value);
    }
    if *refusal == Refusal::ContentEncoding {
        let value = HeaderValue::from_static("identity,gzip,zstd");
        response.headers_mut().insert(ACCEPT_ENCODING, value);
    }
    response
}

/// The answer to whatever is not one of our calls. Who speaks plain HTTP to this port is told where to go.
pub(super) fn unknown(is_grpc: bool) -> Response {
    if is_grpc {
        return ended(
            GrpcCode::Unimplemented,
            "no such method; this port takes the Export calls of OTLP for traces, logs and metrics",
        );
    }
    let hint =
        "this port speaks OTLP over gRPC only; send OTLP over HTTP to the HTTP port (4318 by default)\n";
    let mut response = Response::new(Body::from(hint));
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let value = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

fn retry_info(code: GrpcCode, refusal: &Refusal, delay: std::time::Duration) -> String {
    let retry_info = wire::RetryInfo {
        retry_delay: Some(wire::Duration {
            seconds: i64::try_from(delay.as_secs()).unwrap_or(i64::MAX),
            nanos: i32::try_from(delay.subsec_nanos()).unwrap_or(0),
        }),
    };
    let status = wire::Status {
        code: code as i32,
        message: refusal.to_string(),
        details: vec![wire::Any {
            type_url: RETRY_INFO.to_owned(),
            value: retry_info.encode_to_vec(),
        }],
    };
    STANDARD_NO_PAD.encode(status.encode_to_vec())
}

/// A call that ended without a message: the status stands in the headers.
fn ended(code: GrpcCode, message: &str) -> Response {
    let mut response = response(Body::empty());
    response
        .headers_mut()
        .insert(STATUS, HeaderValue::from(code as i32));
    if let Ok(value) = HeaderValue::from_str(&percent_encoded(message)) {
        response.headers_mut().insert(MESSAGE, value);
    }
    response
}

fn response(body: Body) -> Response {
    let mut response = Response::new(body);
    let value = HeaderValue::from_static(CONTENT_TYPE_GRPC);
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

/// As the gRPC protocol has it for `grpc-message`: printable ASCII stands for itself, but `%` does not.
fn percent_encoded(message: &str) -> String {
    let mut encoded = String::with_capacity(message.len());
    for byte in message.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_percent_encoded() {
        assert_eq!(percent_encoded("100 % sûr\n"), "100 %25 s%C3%BBr%0A");
    }
}
