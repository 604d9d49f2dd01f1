//! Codex: its log events tell of the run; its spans are internals of the program.

use trace::{Field, Kind, Role, Status, Text};

use super::metadata::set_provider;
use crate::decode::draft::{Draft, Rank, Slot};
use crate::decode::log::{Reading, Record, RecordSpan};
use crate::decode::message::fold_tool_name;
use crate::otlp::AnyValue;
use crate::value::{as_bool, as_i64, as_text};

const RANK: Rank = Rank::CLAUDE_CODE;

/// Reads a key of a log record of Codex.
pub(crate) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "conversation.id" => draft.read(RANK, Field::SessionId, value),
        "model" => draft.read(RANK, Field::ModelRequested, value),
        "slug" => draft.read(RANK.weaker(1), Field::ModelRequested, value),
        "provider_name" => {
            if let Some(provider) = as_text(value) {
                set_provider(draft, RANK, &provider);
            }
        }
        "reasoning_effort" => draft.read(RANK, Field::ReasoningLevel, value),
        "input_token_count" => draft.read(RANK, Field::InputTokens, value),
        "output_token_count" => draft.read(RANK, Field::OutputTokens, value),
        "cached_token_count" => draft.read(RANK, Field::CacheReadTokens, value),
        "cache_write_token_count" => draft.read(RANK, Field::CacheWriteTokens, value),
        "reasoning_token_count" => draft.read(RANK, Field::ReasoningTokens, value),
        // The total of the call, whatever its name says.
        "tool_token_count" => {}
        "attempt" => {
            if let Some(attempt) = as_i64(value) {
                draft.infer(RANK, Field::RetryAttempt, attempt);
            }
        }
        "success" => {
            if let Some(is_success) = as_bool(value) {
                draft.stated_status = Some(if is_success { Status::Ok } else { Status::Error });
            }
        }
        "error.message" => draft.body_of(Role::ErrorMessage, key, value),
        "prompt" => draft.point(RANK, Slot::Input, key, value),
        "tool_name" => {
            if let Some(name) = as_text(value) {
                draft.set(RANK, Field::ToolName, Text::from(fold_tool_name(&name)));
            }
        }
        "call_id" => draft.read(RANK, Field::ToolCallId, value),
        "arguments" => draft.point(RANK, Slot::Arguments, key, value),
        "output" => draft.point(RANK, Slot::Result, key, value),
        "decision" | "source" | "duration_ms" => draft.note(key, value),
        "event.name" | "event.kind" | "event.timestamp" => {}
        "user.email" | "user.account_id" => {}
        _ => return false,
    }
    true
}

/// A decision, in our words.
pub(crate) fn settle(draft: &mut Draft<'_>) {
    if draft.current_kind() != Kind::Approval {
        return;
    }
    let stated = draft
        .noted("decision")
        .and_then(as_text)
        .map(|word| word.to_ascii_lowercase());
    let decision = match stated.as_deref() {
        Some(word) if word.starts_with("approved") || word.starts_with("accept") => Some("approved"),
        Some("denied" | "rejected" | "reject" | "deny") => Some("rejected"),
        Some("abort" | "aborted" | "cancelled") => Some("cancelled"),
        Some("timeout" | "expired" | "timed_out") => Some("expired"),
        _ => None,
    };
    if let Some(decision) = decision {
        draft.infer(RANK, Field::ApprovalDecision, decision);
    }
    if let Some(source) = draft.noted("source").and_then(as_text) {
        draft.infer(
            RANK,
            Field::ApprovalSource,
            Text::from(source.to_ascii_lowercase()),
        );
    }
}

/// What a log event of Codex becomes.
pub(crate) fn log<'a>(record: &Record<'a>) -> Reading<'a> {
    let span = |kind, name, status, has_duration| RecordSpan {
        kind,
        name,
        status,
        has_duration,
        prepare: None,
    };
    match record.name {
        "codex.conversation_starts" => {
            Reading::Root(span(Kind::Agent, "codex.conversation", Status::Unknown, false))
        }
        "codex.user_prompt" => Reading::Supplement,
        "codex.sse_event" => stream_event(record),
        "codex.api_request" => {
            let status = record.value("http.response.status_code").and_then(as_i64);
            let is_failed =
                status.is_some_and(|status| status >= 400) || record.value("error.message").is_some();
            if is_failed {
                Reading::Span(span(Kind::Model, "codex.api_request", Status::Error, true))
            } else {
                Reading::Nothing("the event repeats what the end of its stream says")
            }
        }
        "codex.tool_decision" => {
            Reading::Span(span(Kind::Approval, "codex.tool_decision", Status::Ok, false))
        }
        "codex.tool_result" => Reading::Span(span(Kind::Tool, "codex.tool_result", Status::Unknown, true)),
        _ => Reading::Nothing("the event tells of no step of a run"),
    }
}

/// Only the end of a stream that carries the usage is the call; each stream ends with two records.
fn stream_event<'a>(record: &Record<'a>) -> Reading<'a> {
    let kind = record.value("event.kind").and_then(as_text);
    match kind.as_deref() {
        Some("response.completed") if record.value("input_token_count").is_some() => {
            Reading::Span(RecordSpan {
                kind: Kind::Model,
                name: "codex.response",
                status: Status::Ok,
                has_duration: true,
                prepare: Some(|draft, _| draft.set(RANK, Field::OutputPresent, true)),
            })
        }
        Some("response.failed") => Reading::Span(RecordSpan {
            kind: Kind::Model,
            name: "codex.response",
            status: Status::Error,
            has_duration: true,
            prepare: None,
        }),
        _ => Reading::Nothing("the event is a part of a stream"),
    }
}

/// Ids that hold the records of one conversation together where no trace context does.
pub(crate) fn seed(record: &Record<'_>) -> Option<String> {
    let conversation = record.value("conversation.id").and_then(as_text)?;
    Some(format!("codex:{conversation}"))
}
