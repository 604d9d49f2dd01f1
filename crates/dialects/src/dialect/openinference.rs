//! OpenInference: kinds, flattened messages, and `input.value` / `output.value` on every kind of span.

use serde_json::Value as Json;
use trace::{Field, Kind, Role, Text};

use super::metadata::{read_object, set_provider};
use crate::decode::draft::{Draft, Family, Rank, Slot};
use crate::decode::message::{fold_finish_reason, fold_tool_name};
use crate::otlp::AnyValue;
use crate::value::{as_json, as_str, as_text, json_f64, json_i64};

const RANK: Rank = Rank::OPENINFERENCE;

/// Reads a key of OpenInference; `head` is its first word.
pub(super) fn read<'a>(
    draft: &mut Draft<'a>,
    key: &'a str,
    head: &str,
    rest: &'a str,
    value: &'a AnyValue<'a>,
) -> bool {
    match (head, rest) {
        ("openinference", "span.kind") => read_kind(draft, value),
        ("input", "value") => draft.point(RANK, Slot::Input, key, value),
        ("output", "value") => draft.point(RANK, Slot::Output, key, value),
        ("input" | "output", "mime_type") => {}
        ("metadata", "") => return read_object(draft, RANK, key, value),
        ("llm", _) => return read_llm(draft, key, rest, value),
        ("tool" | "tool_call", _) => return read_tool(draft, key, head, rest, value),
        ("agent", "name") => draft.read(RANK, Field::AgentName, value),
        ("graph", "node.name") => draft.read(RANK, Field::StepName, value),
        ("graph", "node.id") => draft.read(RANK.weaker(1), Field::StepName, value),
        ("prompt", "id") => draft.read(RANK, Field::PromptName, value),
        ("embedding", "model_name") => draft.note(key, value),
        ("embedding", "invocation_parameters") => read_parameters(draft, value),
        ("embedding", _) => return read_family(draft, rest, "embeddings.", Family::EmbeddedText, value),
        ("retrieval", _) => return read_family(draft, rest, "documents.", Family::Document, value),
        ("reranker", "query") => draft.point(RANK, Slot::Query, key, value),
        ("reranker", "model_name") => draft.read(RANK, Field::ModelRequested, value),
        ("reranker", "top_k") => draft.read(RANK, Field::TopK, value),
        ("reranker", _) => {
            return read_family(draft, rest, "input_documents.", Family::RerankedInput, value)
                || read_family(draft, rest, "output_documents.", Family::RerankedOutput, value);
        }
        ("annotations", _) => return draft.index(Family::Annotation, rest, value),
        ("evaluations", _) => return draft.index(Family::Evaluation, rest, value),
        _ => return false,
    }
    true
}

/// Judgements of the whole trace or session.
pub(super) fn read_wide<'a>(draft: &mut Draft<'a>, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    read_family(draft, rest, "annotations.", Family::TraceAnnotation, value)
        || read_family(draft, rest, "evaluations.", Family::TraceEvaluation, value)
}

fn read_family<'a>(
    draft: &mut Draft<'a>,
    rest: &'a str,
    prefix: &str,
    family: Family,
    value: &'a AnyValue<'a>,
) -> bool {
    rest.strip_prefix(prefix)
        .is_some_and(|path| draft.index(family, path, value))
}

fn read_kind(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let kind = match as_text(value).map(|word| word.to_ascii_uppercase()).as_deref() {
        Some("AGENT") => Kind::Agent,
        Some("LLM") => Kind::Model,
        Some("TOOL") => Kind::Tool,
        Some("CHAIN" | "PROMPT") => Kind::Chain,
        Some("RETRIEVER") => Kind::Retrieval,
        Some("EMBEDDING") => Kind::Embedding,
        Some("RERANKER") => Kind::Reranker,
        Some("GUARDRAIL") => Kind::Policy,
        Some("EVALUATOR") => Kind::Evaluator,
        _ => return,
    };
    draft.kind(RANK, kind);
}

fn read_llm<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    match (head, tail) {
        ("input_messages", _) => return draft.index(Family::InputMessage, tail, value),
        ("output_messages", _) => return draft.index(Family::OutputMessage, tail, value),
        ("tools", _) => return draft.index(Family::Tool, tail, value),
        ("prompts", "") => draft.point(RANK.weaker(1), Slot::InputMessages, key, value),
        ("prompts", _) => return draft.index(Family::PromptText, tail, value),
        ("choices", _) => return draft.index(Family::Choice, tail, value),
        ("model_name", "") => draft.note(key, value),
        ("request", "model_name") => draft.read(RANK, Field::ModelRequested, value),
        ("response", "model_name") => draft.read(RANK, Field::ModelAnswered, value),
        ("provider", "") => provider(draft, RANK, value),
        ("system", "") => provider(draft, RANK.weaker(1), value),
        ("finish_reason", "") => {
            if let Some(reason) = as_text(value) {
                draft.set(RANK, Field::FinishReasons, vec![fold_finish_reason(&reason)]);
            }
        }
        ("invocation_parameters", "") => read_parameters(draft, value),
        ("token_count", _) => return read_tokens(draft, tail, value),
        ("cost", "total") => {
            draft.read(RANK, Field::Cost, value);
            draft.set(RANK, Field::CostCurrency, "USD");
        }
        ("prompt_template", "version") => draft.read(RANK, Field::PromptVersion, value),
        ("prompt_template", "name") => draft.read(RANK, Field::PromptName, value),
        ("prompt_template", _) => draft.body_of(Role::Prompt, key, value),
        _ => return false,
    }
    true
}

fn provider(draft: &mut Draft<'_>, rank: Rank, value: &AnyValue<'_>) {
    if let Some(stated) = as_text(value) {
        set_provider(draft, rank, &stated);
    }
}

fn read_tokens(draft: &mut Draft<'_>, tail: &str, value: &AnyValue<'_>) -> bool {
    let (field, steps) = match tail {
        "prompt" => (Field::InputTokens, 0),
        "completion" => (Field::OutputTokens, 0),
        "prompt_details.cache_read" => (Field::CacheReadTokens, 0),
        "prompt_details.cache_input" => (Field::CacheReadTokens, 1),
        "prompt_details.cache_write" => (Field::CacheWriteTokens, 0),
        "completion_details.reasoning" => (Field::ReasoningTokens, 0),
        "total" => {
            draft.total_tokens = crate::value::as_i64(value).or(draft.total_tokens);
            return true;
        }
        _ => return false,
    };
    draft.read(RANK.weaker(steps), field, value);
    true
}

/// Parameters of the call. Some instrumentors put the whole answer here: then its model is the one that answered.
fn read_parameters(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let Json::Object(entries) = as_json(value) else {
        return;
    };
    let text = |key: &str| entries.get(key).and_then(Json::as_str).map(Text::from);
    let model = text("model").or_else(|| text("model_name"));
    let answer = text("id").filter(|_| entries.contains_key("created_at") || entries.contains_key("object"));
    match (answer, model) {
        (Some(id), model) => {
            draft.set(RANK.weaker(2), Field::ResponseId, id);
            if let Some(model) = model {
                draft.set(RANK.weaker(4), Field::ModelAnswered, model);
            }
        }
        (None, Some(model)) => draft.set(RANK.weaker(2), Field::ModelRequested, model),
        (None, None) => {}
    }
    if let Some(temperature) = entries.get("temperature").and_then(json_f64) {
        draft.set(RANK, Field::Temperature, temperature);
    }
    if let Some(limit) = ["max_tokens", "max_completion_tokens", "max_output_tokens"]
        .iter()
        .find_map(|key| entries.get(*key).and_then(json_i64))
    {
        draft.set(RANK, Field::MaxTokens, limit);
    }
    if let Some(is_streamed) = entries.get("stream").and_then(Json::as_bool) {
        draft.set(RANK, Field::Streamed, is_streamed);
    }
}

fn read_tool<'a>(
    draft: &mut Draft<'a>,
    key: &'a str,
    head: &str,
    rest: &str,
    value: &'a AnyValue<'a>,
) -> bool {
    match (head, rest) {
        ("tool", "name") | ("tool_call", "function.name") => {
            if let Some(name) = as_text(value) {
                draft.set(RANK, Field::ToolName, Text::from(fold_tool_name(&name)));
            }
        }
        ("tool_call", "id") | ("tool", "id") => draft.read(RANK, Field::ToolCallId, value),
        ("tool_call", "function.arguments") => draft.point(RANK, Slot::Arguments, key, value),
        // What a tool is for and what it takes is among the definitions the model was given.
        ("tool", "description" | "parameters" | "json_schema") => {}
        _ => return false,
    }
    true
}

/// A handoff comes as a tool span, an agent of a graph as a node, and the model's name without saying which.
pub(super) fn settle<'a>(draft: &mut Draft<'a>, name: &'a str) {
    if draft.kind_rank() != RANK {
        return;
    }
    match draft.current_kind() {
        Kind::Tool if name.starts_with("handoff to ") && draft.facts.get(Field::ToolName).is_none() => {
            settle_handoff(draft, name);
        }
        Kind::Agent => {
            if let Some(node) = draft.facts.text(Field::StepName).map(Text::from) {
                let is_graph_step = draft.facts.text(Field::Framework) == Some("langgraph");
                if !is_graph_step {
                    draft.set(RANK.weaker(1), Field::AgentName, node);
                }
            }
            draft.is_aggregate |= draft.facts.get(Field::InputTokens).is_some();
        }
        Kind::Chain => draft.is_aggregate |= draft.facts.get(Field::InputTokens).is_some(),
        Kind::Model | Kind::Embedding => settle_model(draft),
        _ => {}
    }
}

fn settle_handoff<'a>(draft: &mut Draft<'a>, name: &'a str) {
    draft.set_kind(Kind::Handoff);
    let text = |draft: &Draft<'a>, slot| match draft.peek(slot) {
        Some(crate::decode::draft::Source::Value(value)) => as_str(value).map(Text::from),
        _ => None,
    };
    if let Some(from) = text(draft, Slot::Input) {
        draft.set(RANK, Field::HandoffFrom, from);
    }
    let to = text(draft, Slot::Output).or_else(|| name.strip_prefix("handoff to ").map(Text::from));
    if let Some(to) = to {
        draft.set(RANK, Field::HandoffTo, to);
    }
    draft.take(Slot::Input);
    draft.take(Slot::Output);
}

/// `llm.model_name` is the model that answered if that was known, else the one that was asked for, and does not say
/// which. Equal to the one asked for, it says nothing of an answer; alone, a dated name is an answer's.
fn settle_model(draft: &mut Draft<'_>) {
    let is_embedding = draft.current_kind() == Kind::Embedding;
    let key = if is_embedding {
        "embedding.model_name"
    } else {
        "llm.model_name"
    };
    let Some(name) = draft.noted(key).and_then(as_text).map(Text::from) else {
        return;
    };
    let is_failed = draft.is_error && draft.facts.get(Field::OutputTokens).is_none();
    let is_answer = match draft.facts.text(Field::ModelRequested) {
        _ if is_failed => false,
        _ if is_embedding => true,
        Some(asked) => asked != name,
        None => is_dated(&name),
    };
    let field = if is_answer {
        Field::ModelAnswered
    } else {
        Field::ModelRequested
    };
    draft.set(RANK.weaker(5), field, name);
}

/// Whether a model's name ends with a date: `gpt-4o-mini-2024-07-18`, `claude-sonnet-4-5-20250929`.
fn is_dated(name: &str) -> bool {
    let digits = name
        .bytes()
        .rev()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b'-');
    digits.filter(u8::is_ascii_digit).take(8).count() == 8
}
