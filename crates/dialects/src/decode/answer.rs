//! What a provider's own request and answer say beside their messages: models, id, usage, tools.
//! For senders that put the whole exchange into a span's input and output.

use serde_json::Value as Json;
use trace::{Field, Kind};

use super::draft::{Draft, Rank, Slot, Source};
use super::message::fold_finish_reason;
use crate::value::{json_f64, json_i64};

const RANK: Rank = Rank::GENERIC;

/// Learns from a request; `key` is where it stood.
pub(crate) fn learn_from_request<'a>(draft: &mut Draft<'a>, key: &'a str, request: &Json) {
    let Json::Object(entries) = request else {
        return;
    };
    let text = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|name| entries.get(*name).and_then(Json::as_str))
    };
    if let Some(model) = text(["model", "model_name"]) {
        draft.set(RANK, Field::ModelRequested, model);
    }
    if let Some(temperature) = entries.get("temperature").and_then(json_f64) {
        draft.set(RANK, Field::Temperature, temperature);
    }
    if let Some(limit) = entries.get("max_tokens").and_then(json_i64) {
        draft.set(RANK, Field::MaxTokens, limit);
    }
    if let Some(tools) = entries.get("tools").filter(|tools| tools.is_array())
        && !draft.has(Slot::ToolDefinitions)
    {
        draft.offer(RANK, Slot::ToolDefinitions, key, Source::Json(tools.clone()));
    }
}

/// Learns from an answer.
pub(crate) fn learn_from_answer(draft: &mut Draft<'_>, answer: &Json) {
    let Json::Object(entries) = answer else {
        return;
    };
    // LangChain keeps what the provider said beside the messages.
    if let Some(inner @ Json::Object(_)) = entries.get("llm_output") {
        learn_from_answer(draft, inner);
    }
    if let Some(inner) = generation_metadata(answer) {
        learn_from_answer(draft, inner);
    }
    let text = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|name| entries.get(*name).and_then(Json::as_str))
    };
    if let Some(model) = text(["model_name", "model"]) {
        draft.set(RANK, Field::ModelAnswered, model);
    }
    if let Some(id) = entries
        .get("id")
        .and_then(Json::as_str)
        .filter(|id| is_provider_id(id))
    {
        draft.set(RANK, Field::ResponseId, id);
    }
    let reason = text(["finish_reason", "stop_reason"])
        .or_else(|| answer.pointer("/choices/0/finish_reason").and_then(Json::as_str));
    if let Some(reason) = reason.filter(|_| draft.current_kind() == Kind::Model) {
        draft.set(RANK, Field::FinishReasons, vec![fold_finish_reason(reason)]);
    }
    if let Some(usage) = entries.get("usage").or_else(|| entries.get("token_usage")) {
        learn_usage(draft, usage);
    }
}

fn generation_metadata(answer: &Json) -> Option<&Json> {
    let message = answer
        .pointer("/generations/0/0/message")
        .or_else(|| answer.pointer("/generations/0/message"))?;
    message
        .pointer("/kwargs/response_metadata")
        .or_else(|| message.get("response_metadata"))
}

/// Ids that providers give to answers; a framework's own id of a message joins nothing.
fn is_provider_id(id: &str) -> bool {
    ["chatcmpl-", "cmpl-", "resp_", "msg_", "gen-"]
        .iter()
        .any(|prefix| id.starts_with(prefix))
}

/// Usage in the words of OpenAI or Anthropic.
fn learn_usage(draft: &mut Draft<'_>, usage: &Json) {
    let count = |path: &str| usage.pointer(path).and_then(json_i64);
    let counts = [
        (
            Field::InputTokens,
            count("/prompt_tokens").or_else(|| count("/input_tokens")),
        ),
        (
            Field::OutputTokens,
            count("/completion_tokens").or_else(|| count("/output_tokens")),
        ),
        (
            Field::CacheReadTokens,
            count("/prompt_tokens_details/cached_tokens")
                .or_else(|| count("/input_tokens_details/cached_tokens"))
                .or_else(|| count("/cache_read_input_tokens")),
        ),
        (Field::CacheWriteTokens, count("/cache_creation_input_tokens")),
        (
            Field::ReasoningTokens,
            count("/completion_tokens_details/reasoning_tokens")
                .or_else(|| count("/output_tokens_details/reasoning_tokens")),
        ),
    ];
    let is_anthropic = count("/cache_creation_input_tokens")
        .or_else(|| count("/cache_read_input_tokens"))
        .is_some();
    if is_anthropic && draft.facts.get(Field::InputTokens).is_none() && count("/input_tokens").is_some() {
        draft.input_count = super::draft::InputCount::Exclusive;
    }
    for (field, count) in counts {
        if let Some(count) = count {
            draft.set(RANK, field, count);
        }
    }
}
