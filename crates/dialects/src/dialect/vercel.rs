//! The Vercel AI SDK. What it stamps under `gen_ai.*` is read by that module.

use serde_json::Value as Json;
use trace::{Field, Kind, Text};

use super::metadata::{read_entry, set_provider};
use crate::decode::draft::{Draft, Rank, Slot, Source};
use crate::decode::message::{fold_finish_reason, fold_tool_name};
use crate::otlp::AnyValue;
use crate::value::{as_json, as_text};

const RANK: Rank = Rank::VERCEL;

/// Reads a key below `ai.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    match (head, tail) {
        ("operationId", "") => read_operation(draft, value),
        ("model", "id") => draft.read(RANK, Field::ModelRequested, value),
        ("model", "provider") => {
            if let Some(provider) = as_text(value) {
                set_provider(draft, RANK, &provider);
            }
        }
        ("response", _) => return read_response(draft, key, tail, value),
        ("usage", _) => return read_usage(draft, tail, value),
        ("prompt", "") => draft.point(RANK, Slot::Input, key, value),
        ("prompt", "messages") => draft.point(RANK, Slot::InputMessages, key, value),
        ("prompt", "tools") => draft.point(RANK, Slot::ToolDefinitions, key, value),
        ("toolCall", "name") => {
            if let Some(name) = as_text(value) {
                draft.set(RANK, Field::ToolName, Text::from(fold_tool_name(&name)));
            }
        }
        ("toolCall", "id") => draft.read(RANK, Field::ToolCallId, value),
        ("toolCall", "args" | "input") => draft.point(RANK, Slot::Arguments, key, value),
        ("toolCall", "result" | "output") => draft.point(RANK, Slot::Result, key, value),
        ("telemetry", "functionId") => draft.note(key, value),
        ("telemetry", _) => {
            return tail
                .strip_prefix("metadata.")
                .is_some_and(|name| read_entry(draft, RANK, name, value));
        }
        ("value" | "values" | "documents", "") => draft.point(RANK, Slot::Input, key, value),
        // Vectors are of no use to an explanation, and headers may hold secrets.
        ("embedding" | "embeddings", _) | ("request", _) => {}
        _ => return false,
    }
    true
}

fn read_operation(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let Some(operation) = as_text(value) else {
        return;
    };
    let name = operation.strip_prefix("ai.").unwrap_or(&operation);
    let (head, step) = name.split_once('.').unwrap_or((name, ""));
    let kind = match (head, step) {
        (_, "doEmbed") => Kind::Embedding,
        ("toolCall", _) => Kind::Tool,
        (_, "doRerank") => Kind::Reranker,
        (_, step) if step.starts_with("doGenerate") || step.starts_with("doStream") => Kind::Model,
        ("generateText" | "streamText" | "generateObject" | "streamObject", "") => Kind::Agent,
        ("rerank", _) => Kind::Reranker,
        _ => Kind::Chain,
    };
    draft.kind(RANK, kind);
    draft.is_aggregate |= matches!(kind, Kind::Agent | Kind::Chain);
    draft.set(RANK, Field::Operation, Text::from(operation));
}

fn read_response<'a>(draft: &mut Draft<'a>, key: &'a str, tail: &str, value: &'a AnyValue<'a>) -> bool {
    match tail {
        "id" => draft.read(RANK, Field::ResponseId, value),
        "model" => draft.read(RANK, Field::ModelAnswered, value),
        "finishReason" => {
            if let Some(reason) = as_text(value) {
                draft.set(RANK, Field::FinishReasons, vec![fold_finish_reason(&reason)]);
            }
        }
        "msToFirstChunk" => draft.read(RANK, Field::FirstTokenMillis, value),
        "text" | "object" | "toolCalls" | "reasoning" => draft.note(key, value),
        _ => return false,
    }
    true
}

fn read_usage(draft: &mut Draft<'_>, tail: &str, value: &AnyValue<'_>) -> bool {
    let (field, steps) = match tail {
        "inputTokens" => (Field::InputTokens, 0),
        "promptTokens" => (Field::InputTokens, 1),
        "tokens" => (Field::InputTokens, 2),
        "outputTokens" => (Field::OutputTokens, 0),
        "completionTokens" => (Field::OutputTokens, 1),
        "inputTokenDetails.cacheReadTokens" => (Field::CacheReadTokens, 0),
        "cachedInputTokens" => (Field::CacheReadTokens, 1),
        "inputTokenDetails.cacheWriteTokens" => (Field::CacheWriteTokens, 0),
        "outputTokenDetails.reasoningTokens" => (Field::ReasoningTokens, 0),
        "reasoningTokens" => (Field::ReasoningTokens, 1),
        "totalTokens" => return true,
        _ => return false,
    };
    draft.read(RANK.weaker(steps), field, value);
    true
}

/// The answer comes in pieces: put together as one message.
pub(super) fn settle(draft: &mut Draft<'_>) {
    if let Some(function) = draft.noted("ai.telemetry.functionId") {
        let field = match draft.current_kind() {
            Kind::Agent | Kind::Model | Kind::Tool => Field::AgentName,
            _ => Field::WorkflowName,
        };
        draft.read(RANK, field, function);
    }
    let mut parts = Vec::new();
    for (key, kind) in [
        ("ai.response.reasoning", "reasoning"),
        ("ai.response.text", "text"),
    ] {
        if let Some(text) = draft.noted(key).and_then(as_text) {
            parts.push(serde_json::json!({"type": kind, "content": text}));
        }
    }
    if let Some(object) = draft.noted("ai.response.object").and_then(as_text) {
        parts.push(serde_json::json!({"type": "text", "content": object}));
    }
    if let Some(Json::Array(calls)) = draft.noted("ai.response.toolCalls").map(as_json) {
        parts.extend(calls.into_iter().map(|mut call| {
            if let Json::Object(entries) = &mut call {
                entries.insert("type".to_owned(), Json::from("tool-call"));
            }
            call
        }));
    }
    if !parts.is_empty() {
        let message = serde_json::json!([{"role": "assistant", "parts": parts}]);
        let slot = if draft.current_kind() == Kind::Model {
            Slot::OutputMessages
        } else {
            Slot::Output
        };
        draft.offer(RANK, slot, "ai.response", Source::Json(message));
    }
}
