//! OpenLLMetry: workflows, tasks and tools, and the `llm.*` keys of its older versions.

use trace::{Field, Kind, Role, Text};

use super::metadata::read_entry;
use crate::decode::draft::{Draft, Family, Rank, Slot};
use crate::decode::message::fold_finish_reason;
use crate::otlp::AnyValue;
use crate::value::{as_i64, as_str_list, as_text};

const RANK: Rank = Rank::TRACELOOP;

/// Reads a key below `traceloop.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    draft.is_traceloop = true;
    match rest {
        "span.kind" => {
            match as_text(value).as_deref() {
                Some("workflow" | "task") => draft.kind(RANK, Kind::Chain),
                Some("agent") => draft.kind(RANK, Kind::Agent),
                Some("tool") => draft.kind(RANK, Kind::Tool),
                _ => {}
            }
            true
        }
        "workflow.name" => field(draft, Field::WorkflowName, value),
        "entity.name" => field(draft, Field::StepName, value),
        "entity.version" => field(draft, Field::WorkflowVersion, value),
        "entity.input" => point(draft, Slot::Input, key, value),
        "entity.output" => point(draft, Slot::Output, key, value),
        "prompt.key" => field(draft, Field::PromptName, value),
        "prompt.version" => field(draft, Field::PromptVersion, value),
        "prompt.version_name" => {
            draft.read(RANK.weaker(1), Field::PromptVersion, value);
            true
        }
        "prompt.template" | "prompt.template_variables" => {
            draft.body_of(Role::Prompt, key, value);
            true
        }
        _ => match rest.strip_prefix("association.properties.") {
            Some(name) => read_entry(draft, RANK, name, value),
            None => false,
        },
    }
}

fn field(draft: &mut Draft<'_>, field: Field, value: &AnyValue<'_>) -> bool {
    draft.read(RANK, field, value);
    true
}

fn point<'a>(draft: &mut Draft<'a>, slot: Slot, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    draft.point(RANK, slot, key, value);
    true
}

/// Reads a key below `llm.` that OpenInference does not claim.
pub(super) fn read_llm<'a>(
    draft: &mut Draft<'a>,
    key: &'a str,
    rest: &'a str,
    value: &'a AnyValue<'a>,
) -> bool {
    match rest {
        "request.type" => {
            match as_text(value).as_deref() {
                Some("chat" | "completion") => draft.kind(RANK, Kind::Model),
                Some("embedding") => draft.kind(RANK, Kind::Embedding),
                Some("rerank") => draft.kind(RANK, Kind::Reranker),
                _ => {}
            }
            true
        }
        "usage.total_tokens" => {
            draft.total_tokens = as_i64(value).or(draft.total_tokens);
            true
        }
        "usage.reasoning_tokens" => field(draft, Field::ReasoningTokens, value),
        "usage.cache_read_input_tokens" => field(draft, Field::CacheReadTokens, value),
        "usage.cache_creation_input_tokens" => field(draft, Field::CacheWriteTokens, value),
        "is_streaming" => field(draft, Field::Streamed, value),
        "user" => field(draft, Field::UserId, value),
        "request.model" => field(draft, Field::ModelRequested, value),
        "response.model" => field(draft, Field::ModelAnswered, value),
        "response.finish_reason" | "response.stop_reason" => {
            let reasons = as_str_list(value);
            let folded: Vec<Text> = reasons.iter().map(|reason| fold_finish_reason(reason)).collect();
            draft.set(RANK, Field::FinishReasons, folded);
            true
        }
        "headers" => true,
        _ => match rest.strip_prefix("request.functions.") {
            Some(path) => draft.index(Family::OldFunction, path, value),
            None if rest.starts_with("prompts") || rest.starts_with("completions") => {
                draft.body_of(Role::Attribute, key, value);
                true
            }
            None => false,
        },
    }
}
