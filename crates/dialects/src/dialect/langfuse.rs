//! Langfuse's own SDK.

use serde_json::Value as Json;
use trace::{Field, Kind, Media, Role, Status, Text};

use super::metadata::{read_entry, read_object};
use crate::decode::draft::{Draft, InputCount, Rank, Slot};
use crate::decode::time::parse_time;
use crate::otlp::AnyValue;
use crate::value::{as_json, as_unquoted, json_f64, json_i64};

const RANK: Rank = Rank::LANGFUSE;

/// Reads a key below `langfuse.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "observation.type" => read_kind(draft, value),
        "observation.input" => draft.point(RANK, Slot::Input, key, value),
        "observation.output" => draft.point(RANK, Slot::Output, key, value),
        "trace.input" => draft.point(RANK.weaker(3), Slot::Input, key, value),
        "trace.output" => draft.point(RANK.weaker(3), Slot::Output, key, value),
        "observation.level" => {
            if as_unquoted(value).as_deref() == Some("ERROR") {
                draft.stated_status = Some(Status::Error);
            }
        }
        "observation.status_message" => {
            if let Some(message) = as_unquoted(value) {
                draft.body(Role::ErrorMessage, key, Media::Text, message.into_owned());
            }
        }
        "observation.model.name" => draft.note("langfuse.model", value),
        "observation.model.parameters" => read_parameters(draft, value),
        "observation.usage_details" => read_usage(draft, &as_json(value)),
        "observation.cost_details" => read_cost(draft, &as_json(value)),
        "observation.completion_start_time" => {
            draft.first_token_at = as_unquoted(value).and_then(|text| parse_time(&text));
        }
        "observation.prompt.name" => draft.read(RANK, Field::PromptName, value),
        "observation.prompt.version" => draft.read(RANK, Field::PromptVersion, value),
        "environment" => draft.read(RANK, Field::Environment, value),
        "release" => draft.read(RANK, Field::ServiceVersion, value),
        "version" => draft.read(RANK, Field::WorkflowVersion, value),
        "trace.name" => draft.read(RANK, Field::WorkflowName, value),
        "session.id" => draft.read(RANK, Field::SessionId, value),
        "user.id" => draft.read(RANK, Field::UserId, value),
        "observation.metadata" | "trace.metadata" => return read_object(draft, RANK, key, value),
        _ => {
            let name = rest
                .strip_prefix("observation.metadata.")
                .or_else(|| rest.strip_prefix("trace.metadata."));
            return name.is_some_and(|name| read_entry(draft, RANK, name, value));
        }
    }
    true
}

fn read_kind(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let kind = match as_unquoted(value).as_deref() {
        Some("generation") => Kind::Model,
        Some("agent") => Kind::Agent,
        Some("tool") => Kind::Tool,
        Some("chain" | "span") => Kind::Chain,
        Some("retriever") => Kind::Retrieval,
        Some("evaluator") => Kind::Evaluator,
        Some("guardrail") => Kind::Policy,
        Some("embedding") => Kind::Embedding,
        Some("event") => Kind::Other,
        _ => return,
    };
    draft.kind(RANK, kind);
}

fn read_parameters(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let parameters = as_json(value);
    let entry = |key: &str| parameters.get(key);
    if let Some(temperature) = entry("temperature").and_then(json_f64) {
        draft.set(RANK, Field::Temperature, temperature);
    }
    if let Some(limit) = entry("max_tokens").and_then(json_i64) {
        draft.set(RANK, Field::MaxTokens, limit);
    }
    if let Some(model) = entry("model").and_then(Json::as_str) {
        draft.set(RANK, Field::ModelRequested, model);
    }
}

/// With a key `input`, the other input keys are separate buckets and so are those of the output; with
/// `prompt_tokens` the counts are OpenAI's own and inclusive.
fn read_usage(draft: &mut Draft<'_>, usage: &Json) {
    let Json::Object(entries) = usage else {
        return;
    };
    let sum = |is_meant: &dyn Fn(&str) -> bool| {
        let counts = entries
            .iter()
            .filter(|(key, _)| is_meant(key))
            .filter_map(|(_, value)| json_i64(value));
        counts.fold(None, |sum: Option<i64>, count| {
            Some(sum.unwrap_or(0).saturating_add(count))
        })
    };
    let is_bucket = |key: &str| !key.contains("priority");
    let is_written = |key: &str| key.contains("creation") || key.contains("write");
    let cache_write = sum(&|key| key.contains("cache") && is_written(key));
    let cache_read = sum(&|key| key.contains("cache") && !is_written(key));
    let reasoning = sum(&|key| key.contains("reasoning"));
    let (input, output) = match (
        entries.get("input").and_then(json_i64),
        entries.get("output").and_then(json_i64),
    ) {
        (None, None) => {
            let count = |keys: [&str; 2]| keys.iter().find_map(|key| entries.get(*key).and_then(json_i64));
            (
                count(["prompt_tokens", "input_tokens"]),
                count(["completion_tokens", "output_tokens"]),
            )
        }
        (input, output) => {
            draft.input_count = InputCount::MadeInclusive;
            let more = sum(&|key| is_bucket(key) && (key.starts_with("input_") || key.starts_with("cache_")));
            let more_output = sum(&|key| is_bucket(key) && key.starts_with("output_"));
            let is_added = more.is_some_and(|more| more > 0);
            draft.set(
                RANK,
                Field::TokenRule,
                if is_added { "cache_added" } else { "as_sent" },
            );
            let add = |count: Option<i64>, more: Option<i64>| {
                count.map(|count| count.saturating_add(more.unwrap_or(0)))
            };
            (add(input, more), add(output, more_output))
        }
    };
    let counts = [
        (Field::InputTokens, input),
        (Field::OutputTokens, output),
        (Field::CacheReadTokens, cache_read),
        (Field::CacheWriteTokens, cache_write),
        (Field::ReasoningTokens, reasoning),
    ];
    for (field, count) in counts {
        if let Some(count) = count {
            draft.set(RANK, field, count);
        }
    }
}

fn read_cost(draft: &mut Draft<'_>, cost: &Json) {
    let Json::Object(entries) = cost else {
        return;
    };
    let total = entries.get("total").and_then(json_f64);
    let sum = || {
        entries
            .values()
            .filter_map(json_f64)
            .reduce(|sum, part| sum + part)
    };
    if let Some(total) = total.or_else(sum) {
        draft.set(RANK, Field::Cost, total);
        draft.set(RANK, Field::CostCurrency, "USD");
    }
}

/// The one model name is the model that answered once an answer came, before that the one asked for.
pub(super) fn settle(draft: &mut Draft<'_>) {
    let Some(model) = draft
        .noted("langfuse.model")
        .and_then(as_unquoted)
        .map(Text::from)
    else {
        return;
    };
    let is_answered =
        !draft.is_error && (draft.has(Slot::Output) || draft.facts.get(Field::OutputTokens).is_some());
    let field = if is_answered {
        Field::ModelAnswered
    } else {
        Field::ModelRequested
    };
    draft.set(RANK.weaker(1), field, model);
}
