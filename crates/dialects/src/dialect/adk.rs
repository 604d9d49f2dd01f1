//! Google's Agent Development Kit: its own keys, and the names of its spans before it followed the conventions.

use serde_json::Value as Json;
use trace::{Field, Kind};

use crate::decode::draft::{Draft, Rank, Slot};
use crate::otlp::AnyValue;
use crate::value::as_json;

const RANK: Rank = Rank::GEN_AI;

/// Reads a key below `gcp.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    match rest.strip_prefix("vertex.agent.") {
        Some("invocation_id") => draft.read(RANK, Field::StatedRunId, value),
        Some("session_id") => draft.read(RANK.weaker(1), Field::SessionId, value),
        Some("llm_request") => {
            let request = as_json(value);
            if let Some(model) = request.get("model").and_then(Json::as_str) {
                draft.set(RANK.weaker(1), Field::ModelRequested, model);
            }
            if let Some(contents) = request.get("contents").cloned() {
                let source = crate::decode::draft::Source::Json(contents);
                draft.offer(RANK.weaker(1), Slot::InputMessages, key, source);
            }
        }
        Some("llm_response") => {
            let response = as_json(value);
            if let Some(content) = response.get("content").cloned() {
                let source = crate::decode::draft::Source::Json(content);
                draft.offer(RANK.weaker(1), Slot::OutputMessages, key, source);
            }
        }
        Some("tool_call_args") => draft.point(RANK.weaker(1), Slot::Arguments, key, value),
        Some("tool_response") => draft.point(RANK.weaker(1), Slot::Result, key, value),
        _ => return false,
    }
    true
}

/// Kinds by the names of older versions.
pub(super) fn settle<'a>(draft: &mut Draft<'a>, name: &'a str) {
    let kind = match name {
        "invocation" => Kind::Chain,
        "call_llm" => Kind::Model,
        _ if name.starts_with("agent_run") => Kind::Agent,
        _ => return,
    };
    draft.kind(Rank::NAME, kind);
}
