//! MLflow tracing: every value is JSON in a text, a name comes with its quotes.

use serde_json::Value as Json;
use trace::{Field, Kind, Text};

use super::metadata::{read_entry, set_provider};
use crate::decode::draft::{Draft, Rank, Slot};
use crate::otlp::AnyValue;
use crate::value::{as_f64, as_json, as_unquoted, json_f64, json_i64, json_text};

const RANK: Rank = Rank::MLFLOW;

/// Reads a key below `mlflow.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "spanType" => read_kind(draft, value),
        "traceRequestId" => text(draft, RANK, Field::StatedRunId, value),
        "spanInputs" => draft.point(RANK, Slot::Input, key, value),
        "spanOutputs" => draft.point(RANK, Slot::Output, key, value),
        "spanFunctionName" => draft.note(key, value),
        "llm.model" => text(draft, RANK, Field::ModelAnswered, value),
        "llm.provider" => {
            if let Some(provider) = as_unquoted(value) {
                set_provider(draft, RANK, &provider);
            }
        }
        "llm.cost" | "trace.cost" => read_cost(draft, &as_json(value)),
        "chat.tokenUsage" => read_usage(draft, RANK, &as_json(value)),
        "trace.tokenUsage" => {
            draft.is_aggregate |= draft.facts.get(Field::InputTokens).is_none();
            read_usage(draft, RANK.weaker(5), &as_json(value));
        }
        "chat.tools" => draft.point(RANK, Slot::ToolDefinitions, key, value),
        "trace.user" => text(draft, RANK, Field::UserId, value),
        "trace.session" => text(draft, RANK, Field::SessionId, value),
        "linkedPrompts" => read_prompts(draft, &as_json(value)),
        "message.format" | "spanLogLevel" => {}
        _ => {
            let name = rest
                .strip_prefix("traceTag.")
                .or_else(|| rest.strip_prefix("traceMetadata."));
            return name.is_some_and(|name| read_entry(draft, RANK, name, value));
        }
    }
    true
}

/// Reads a key without a namespace on a span of MLflow: the parameters of the call as they were given.
pub(super) fn read_plain<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "model" => text(draft, RANK, Field::ModelRequested, value),
        "temperature" => {
            if let Some(temperature) = as_f64(value) {
                draft.set(RANK, Field::Temperature, temperature);
            }
        }
        "max_tokens" | "max_completion_tokens" => draft.read(RANK, Field::MaxTokens, value),
        "stream" => draft.read(RANK, Field::Streamed, value),
        "tools" => draft.point(RANK.weaker(1), Slot::ToolDefinitions, key, value),
        _ => return false,
    }
    true
}

fn text(draft: &mut Draft<'_>, rank: Rank, field: Field, value: &AnyValue<'_>) {
    if let Some(text) = as_unquoted(value) {
        draft.set(rank, field, Text::from(text));
    }
}

fn read_kind(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let kind = match as_unquoted(value).as_deref() {
        Some("LLM" | "CHAT_MODEL") => Kind::Model,
        Some("AGENT") => Kind::Agent,
        Some("TOOL") => Kind::Tool,
        Some("CHAIN" | "WORKFLOW" | "TASK" | "PARSER") => Kind::Chain,
        Some("RETRIEVER") => Kind::Retrieval,
        Some("EMBEDDING") => Kind::Embedding,
        Some("RERANKER") => Kind::Reranker,
        Some("MEMORY") => Kind::Memory,
        Some("GUARDRAIL") => Kind::Policy,
        Some("EVALUATOR") => Kind::Evaluator,
        Some("UNKNOWN") => Kind::Other,
        _ => return,
    };
    draft.kind(RANK, kind);
}

fn read_usage(draft: &mut Draft<'_>, rank: Rank, usage: &Json) {
    for (key, field) in [
        ("input_tokens", Field::InputTokens),
        ("output_tokens", Field::OutputTokens),
        ("cache_read_input_tokens", Field::CacheReadTokens),
        ("cache_creation_input_tokens", Field::CacheWriteTokens),
        ("reasoning_tokens", Field::ReasoningTokens),
    ] {
        if let Some(count) = usage.get(key).and_then(json_i64) {
            draft.set(rank, field, count);
        }
    }
}

fn read_cost(draft: &mut Draft<'_>, cost: &Json) {
    let total = json_f64(cost).or_else(|| cost.get("total_cost").and_then(json_f64));
    if let Some(total) = total {
        draft.set(RANK, Field::Cost, total);
        draft.set(RANK, Field::CostCurrency, "USD");
    }
}

fn read_prompts(draft: &mut Draft<'_>, prompts: &Json) {
    let Some(prompt) = prompts.get(0) else {
        return;
    };
    for (key, field) in [("name", Field::PromptName), ("version", Field::PromptVersion)] {
        if let Some(text) = prompt.get(key).and_then(json_text) {
            draft.set(RANK, field, Text::from(text));
        }
    }
}

/// The function's name is the tool's, or the step's.
pub(super) fn settle(draft: &mut Draft<'_>) {
    let Some(function) = draft.noted("mlflow.spanFunctionName") else {
        return;
    };
    let field = match draft.current_kind() {
        Kind::Tool => Field::ToolName,
        Kind::Policy => Field::PolicyId,
        _ => Field::StepName,
    };
    text(draft, RANK, field, function);
}
