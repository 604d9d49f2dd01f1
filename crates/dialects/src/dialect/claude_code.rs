//! Claude Code: spans told apart by `span.type`, and log events that tell of the same calls.

use trace::{Field, Kind, Role, Status, Text};

use crate::decode::draft::{Draft, InputCount, Rank, Slot};
use crate::decode::log::{Reading, Record, RecordSpan};
use crate::decode::message::{fold_finish_reason, fold_tool_name};
use crate::otlp::AnyValue;
use crate::value::{as_bool, as_i64, as_text};

const RANK: Rank = Rank::CLAUDE_CODE;

/// Reads a key of a span or log record of Claude Code.
pub(crate) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "span.type" => read_kind(draft, value),
        // A record of an answered request names the model that answered.
        "model" if draft.is_supplement || draft.facts.get(Field::ModelAnswered).is_some() => {}
        "model" => draft.read(RANK.weaker(1), Field::ModelRequested, value),
        "input_tokens" => count(draft, Field::InputTokens, value),
        "output_tokens" => count(draft, Field::OutputTokens, value),
        "cache_read_tokens" => count(draft, Field::CacheReadTokens, value),
        "cache_creation_tokens" => count(draft, Field::CacheWriteTokens, value),
        "ttft_ms" => draft.read(RANK, Field::FirstTokenMillis, value),
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
        "status_code" => draft.read(RANK, Field::HttpStatus, value),
        "error" | "error_message" => draft.body_of(Role::ErrorMessage, key, value),
        "stop_reason" => {
            if let Some(reason) = as_text(value) {
                draft.set(RANK, Field::FinishReasons, vec![fold_finish_reason(&reason)]);
            }
        }
        "cost_usd" => {
            draft.read(RANK, Field::Cost, value);
            draft.set(RANK, Field::CostCurrency, "USD");
        }
        "user_prompt" | "prompt" => draft.point(RANK, Slot::Input, key, value),
        "response" | "tool_output" | "tool_result" => draft.point(RANK, Slot::Output, key, value),
        "tool_name" => {
            if let Some(name) = as_text(value) {
                draft.set(RANK, Field::ToolName, Text::from(fold_tool_name(&name)));
            }
        }
        "tool_use_id" => draft.read(RANK, Field::ToolCallId, value),
        "tool_input" => draft.point(RANK, Slot::Arguments, key, value),
        "tool_parameters" => draft.point(RANK.weaker(1), Slot::Arguments, key, value),
        "full_command" | "file_path" => draft.point(RANK.weaker(2), Slot::Arguments, key, value),
        "decision" | "source" | "duration_ms" => draft.note(key, value),
        "prompt.id" => draft.read(RANK, Field::StatedRunId, value),
        "event.sequence" => draft.read(RANK, Field::LogSequence, value),
        "event.name" | "event.timestamp" | "cost_usd_micros" => {}
        // Says who the person is, beside the user id.
        "user.email" | "user.account_uuid" | "user.account_id" => {}
        _ => return false,
    }
    true
}

fn count(draft: &mut Draft<'_>, field: Field, value: &AnyValue<'_>) {
    draft.input_count = InputCount::Exclusive;
    draft.read(RANK, field, value);
}

fn read_kind(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let kind = match as_text(value).as_deref() {
        Some("interaction") => Kind::Agent,
        Some("llm_request") => Kind::Model,
        Some("tool") => Kind::Tool,
        Some("tool.blocked_on_user") => Kind::Approval,
        _ => Kind::Other,
    };
    draft.kind(RANK, kind);
}

/// A decision and how long it was waited for.
pub(super) fn settle(draft: &mut Draft<'_>) {
    if draft.current_kind() != Kind::Approval && !draft.is_supplement {
        return;
    }
    let decision = match draft.noted("decision").and_then(as_text).as_deref() {
        Some("accept" | "accepted" | "approved") => Some("approved"),
        Some("reject" | "rejected" | "denied") => Some("rejected"),
        Some("abort" | "cancelled") => Some("cancelled"),
        _ => None,
    };
    if let Some(decision) = decision {
        draft.infer(RANK, Field::ApprovalDecision, decision);
    }
    if let Some(source) = draft
        .noted("source")
        .and_then(as_text)
        .filter(|source| source != "unknown")
    {
        draft.infer(RANK, Field::ApprovalSource, Text::from(source));
    }
    if draft.current_kind() == Kind::Approval
        && let Some(wait) = draft.noted("duration_ms")
    {
        draft.read(RANK, Field::ApprovalWaitMillis, wait);
    }
}

/// What a log event of Claude Code becomes.
///
/// Each event that tells of a call becomes a span of its own, below the interaction it belongs to; where real
/// spans came too, the same tokens and ids show that they are the same call. What belongs to the interaction
/// itself is added to it.
pub(crate) fn log<'a>(record: &Record<'a>) -> Reading<'a> {
    let name = record.name.strip_prefix("claude_code.").unwrap_or(record.name);
    let span = |kind, name| RecordSpan {
        kind,
        name,
        status: Status::Unknown,
        has_duration: true,
        prepare: None,
    };
    match name {
        "api_request" => {
            let mut span = span(Kind::Model, "claude_code.api_request");
            span.status = Status::Ok;
            span.prepare = Some(|draft, record| {
                if let Some(model) = record.value("model") {
                    draft.read(RANK, Field::ModelAnswered, model);
                }
                draft.set(RANK, Field::Provider, "anthropic");
                draft.set(RANK, Field::OutputPresent, true);
            });
            Reading::Span(span)
        }
        "api_error" => {
            let mut span = span(Kind::Model, "claude_code.api_error");
            span.status = Status::Error;
            span.prepare = Some(|draft, _| draft.set(RANK, Field::Provider, "anthropic"));
            Reading::Span(span)
        }
        "tool_result" => {
            let mut span = span(Kind::Tool, "claude_code.tool_result");
            span.prepare = Some(|draft, record| {
                let size = record.value("tool_result_size_bytes").and_then(as_i64);
                if let Some(size) = size {
                    draft.set(RANK, Field::OutputPresent, size > 0);
                }
            });
            Reading::Span(span)
        }
        "tool_decision" => {
            let mut span = span(Kind::Approval, "claude_code.tool_decision");
            span.status = Status::Ok;
            span.has_duration = false;
            Reading::Span(span)
        }
        "user_prompt" => Reading::Root(RecordSpan {
            kind: Kind::Agent,
            name: "claude_code.interaction",
            status: Status::Unknown,
            has_duration: false,
            prepare: None,
        }),
        "assistant_response" => Reading::Supplement,
        _ => Reading::Nothing("the event tells of no step of a run"),
    }
}

/// Ids that hold the records of one run together where no trace context does.
pub(crate) fn seed(record: &Record<'_>) -> Option<String> {
    let text = |key| record.value(key).and_then(as_text);
    let run = text("prompt.id").or_else(|| text("session.id"))?;
    Some(format!("claude_code:{run}"))
}
