//! Keys of OpenTelemetry that mean the same from every sender, and keys that must not be kept at all.

use trace::{Field, Text};

use super::metadata::read_entry;
use crate::decode::draft::{Draft, Rank};
use crate::decode::error::class_name;
use crate::otlp::AnyValue;
use crate::value::{as_i64, as_text};

const RANK: Rank = Rank::GENERIC;

/// Reads a key that no dialect claims.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    let field = match key {
        "session.id" => Field::SessionId,
        "user.id" => Field::UserId,
        "enduser.id" => {
            draft.read(RANK.weaker(1), Field::UserId, value);
            return true;
        }
        "tenant.id" => return read_entry(draft, RANK, "tenant_id", value),
        "error.type" => {
            if let Some(class) = as_text(value) {
                draft.set(RANK, Field::ErrorClass, class_name(&class));
            }
            return true;
        }
        "exception.type" => {
            if let Some(class) = as_text(value) {
                draft.exception = Some(class_name(&class));
            }
            return true;
        }
        "http.response.status_code" => Field::HttpStatus,
        "http.status_code" => {
            draft.read(RANK.weaker(1), Field::HttpStatus, value);
            return true;
        }
        "http.request.resend_count" => {
            if let Some(count) = as_i64(value) {
                draft.set(RANK, Field::ResendCount, count);
            }
            return true;
        }
        "deployment.environment.name" | "deployment.environment" => Field::Environment,
        "service.version" => Field::ServiceVersion,
        "service.name" => Field::ServiceName,
        _ => return is_dropped(key),
    };
    draft.read(RANK, field, value);
    true
}

/// Keys that hold secrets, or data of no use here, and are not kept under any policy.
fn is_dropped(key: &str) -> bool {
    matches!(
        key,
        "url.full" | "url.query" | "http.url" | "http.target" | "llm.headers"
    ) || key.starts_with("http.request.header.")
        || key.starts_with("http.response.header.")
        || key.starts_with("codex.auth.")
        || key.starts_with("rpc.grpc.request.metadata.")
        || key.starts_with("rpc.grpc.response.metadata.")
}

/// An error class from an HTTP status.
pub(crate) fn class_of_status(status: i64) -> Option<Text> {
    (status >= 400).then(|| {
        let mut class = Text::from("http_");
        class.push_str(&status.to_string());
        class
    })
}
