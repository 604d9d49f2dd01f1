//! LangSmith's OpenTelemetry mode. Its operation names mislead, so its own kind is read before them.

use serde_json::Value as Json;
use trace::{Field, Kind};

use super::metadata::{is_setting, read_entry};
use crate::decode::draft::{Draft, Rank};
use crate::otlp::AnyValue;
use crate::value::{as_json, as_text, json_i64};

const RANK: Rank = Rank::LANGSMITH;

/// Reads a key below `langsmith.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, _key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "span.kind" => {
            let kind = match as_text(value).as_deref() {
                Some("llm") => Kind::Model,
                Some("chain" | "prompt" | "parser") => Kind::Chain,
                Some("tool") => Kind::Tool,
                Some("retriever") => Kind::Retrieval,
                Some("embedding") => Kind::Embedding,
                _ => return true,
            };
            draft.kind(RANK, kind);
            true
        }
        "metadata.usage_metadata" => {
            read_usage(draft, RANK, &as_json(value));
            true
        }
        _ => rest
            .strip_prefix("metadata.")
            .is_some_and(|name| is_setting(name) || read_entry(draft, RANK, name, value)),
    }
}

/// Usage in LangChain's words. Its input is inclusive.
pub(crate) fn read_usage(draft: &mut Draft<'_>, rank: Rank, usage: &Json) {
    let mut set = |field, count: Option<&Json>| {
        if let Some(count) = count.and_then(json_i64) {
            draft.set(rank, field, count);
        }
    };
    let inner = |holder: &str, key: &str| usage.get(holder).and_then(|details| details.get(key));
    set(Field::InputTokens, usage.get("input_tokens"));
    set(Field::OutputTokens, usage.get("output_tokens"));
    set(Field::CacheReadTokens, inner("input_token_details", "cache_read"));
    set(
        Field::CacheWriteTokens,
        inner("input_token_details", "cache_creation"),
    );
    set(Field::ReasoningTokens, inner("output_token_details", "reasoning"));
}
