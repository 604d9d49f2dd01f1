//! The OpenTelemetry conventions for generative AI, in all their generations, and the many keys that frameworks
//! add under the same first word.

use trace::{Field, Kind, Role, Status, Text};

use super::metadata::set_provider;
use crate::decode::draft::{Draft, Family, Rank, Slot};
use crate::decode::message::{fold_finish_reason, fold_tool_name};
use crate::otlp::AnyValue;
use crate::value::{as_i64, as_str_list, as_text, as_unquoted};

const RANK: Rank = Rank::GEN_AI;

/// Reads a key below `gen_ai.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    let (head, tail) = rest.split_once('.').unwrap_or((rest, ""));
    match head {
        "operation" => read_operation(draft, tail, value),
        "provider" | "system" => read_provider(draft, rest, value),
        "request" => read_request(draft, tail, value),
        "response" => read_response(draft, tail, value),
        "usage" => read_usage(draft, RANK, tail, value),
        "aggregated_usage" => {
            draft.is_aggregate = true;
            read_usage(draft, RANK.weaker(4), tail, value)
        }
        "input" if tail == "messages" => point(draft, Slot::InputMessages, key, value),
        "output" if tail == "messages" => point(draft, Slot::OutputMessages, key, value),
        "system_instructions" => point(draft, Slot::Instructions, key, value),
        "agent" | "conversation" | "workflow" => read_agent(draft, rest, value),
        "tool" => read_tool(draft, key, tail, value),
        "prompt" | "completion" => read_prompt(draft, key, head, tail, value),
        "retrieval" | "memory" | "data_source" => read_retrieval(draft, key, rest, value),
        "guardrail" | "security" => read_guardrail(draft, key, rest, value),
        "task" => read_task(draft, key, tail, value),
        "content" => match tail {
            "prompt" => point(draft, Slot::InputMessages, key, value),
            "completion" => point(draft, Slot::OutputMessages, key, value),
            _ => false,
        },
        "client" if tail == "operation.time_to_first_chunk" => {
            draft.read_scaled(RANK.weaker(1), Field::FirstTokenMillis, value, 1_000.0);
            true
        }
        "server" if tail == "time_to_first_token" => {
            draft.read(RANK.weaker(2), Field::FirstTokenMillis, value);
            true
        }
        "is_streaming" => field(draft, Field::Streamed, value),
        _ => false,
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

fn read_operation(draft: &mut Draft<'_>, tail: &str, value: &AnyValue<'_>) -> bool {
    let (true, Some(operation)) = (tail == "name", as_text(value)) else {
        return false;
    };
    if let Some(kind) = kind_of(&operation) {
        draft.kind(RANK, kind);
    }
    match operation.as_ref() {
        "fetch_response" => draft.set(RANK, Field::NoInference, true),
        "plan" => draft.set(RANK, Field::StepType, "plan"),
        "create_agent" => draft.set(RANK, Field::StepType, "create_agent"),
        _ => {}
    }
    draft.set(RANK, Field::Operation, Text::from(operation));
    true
}

/// What an operation is; `None` for a word the conventions do not list.
fn kind_of(operation: &str) -> Option<Kind> {
    Some(match operation {
        "chat" | "generate_content" | "text_completion" | "fetch_response" => Kind::Model,
        "embeddings" => Kind::Embedding,
        "retrieval" => Kind::Retrieval,
        "execute_tool" => Kind::Tool,
        "invoke_agent" | "create_agent" => Kind::Agent,
        "invoke_workflow" | "plan" | "execute_event_loop_cycle" => Kind::Chain,
        "search_memory"
        | "create_memory"
        | "update_memory"
        | "upsert_memory"
        | "delete_memory"
        | "create_memory_store"
        | "delete_memory_store" => Kind::Memory,
        "run_guardrail" => Kind::Policy,
        _ => return None,
    })
}

fn read_provider(draft: &mut Draft<'_>, rest: &str, value: &AnyValue<'_>) -> bool {
    let rank = match rest {
        "provider.name" => RANK,
        "system" => RANK.weaker(1),
        _ => return false,
    };
    if let Some(provider) = as_text(value) {
        set_provider(draft, rank, &provider);
    }
    true
}

fn read_request(draft: &mut Draft<'_>, tail: &str, value: &AnyValue<'_>) -> bool {
    match tail {
        "model" => field(draft, Field::ModelRequested, value),
        "temperature" => field(draft, Field::Temperature, value),
        "max_tokens" => field(draft, Field::MaxTokens, value),
        "stream" => field(draft, Field::Streamed, value),
        "reasoning.level" => field(draft, Field::ReasoningLevel, value),
        _ => false,
    }
}

fn read_response(draft: &mut Draft<'_>, tail: &str, value: &AnyValue<'_>) -> bool {
    match tail {
        "model" => field(draft, Field::ModelAnswered, value),
        "id" => field(draft, Field::ResponseId, value),
        "finish_reasons" | "finish_reason" => {
            let reasons = as_str_list(value);
            let folded: Vec<Text> = reasons.iter().map(|reason| fold_finish_reason(reason)).collect();
            draft.set(RANK, Field::FinishReasons, folded);
            true
        }
        "time_to_first_chunk" => {
            draft.read_scaled(RANK, Field::FirstTokenMillis, value, 1_000.0);
            true
        }
        "status" => {
            draft.stated_status = match as_text(value).as_deref() {
                Some("failed") => Some(Status::Error),
                Some("cancelled") => Some(Status::Cancelled),
                _ => draft.stated_status,
            };
            false
        }
        _ => false,
    }
}

/// Token counts, in every spelling met; the newest wins.
pub(super) fn read_usage(draft: &mut Draft<'_>, rank: Rank, tail: &str, value: &AnyValue<'_>) -> bool {
    let (field, steps) = match tail {
        "input_tokens" => (Field::InputTokens, 0),
        "prompt_tokens" => (Field::InputTokens, 1),
        "output_tokens" => (Field::OutputTokens, 0),
        "completion_tokens" => (Field::OutputTokens, 1),
        "cache_read.input_tokens" => (Field::CacheReadTokens, 0),
        "cache_read_input_tokens" => (Field::CacheReadTokens, 1),
        "details.cache_read_tokens" | "details.cached_tokens" => (Field::CacheReadTokens, 2),
        "cache_write.input_tokens" => (Field::CacheWriteTokens, 0),
        "cache_creation.input_tokens" => (Field::CacheWriteTokens, 1),
        "cache_write_input_tokens" | "cache_creation_input_tokens" => (Field::CacheWriteTokens, 2),
        "details.cache_write_tokens" | "details.cache_creation_tokens" => (Field::CacheWriteTokens, 3),
        "reasoning.output_tokens" => (Field::ReasoningTokens, 0),
        "reasoning_tokens" | "reasoning_output_tokens" => (Field::ReasoningTokens, 1),
        "details.reasoning_tokens" => (Field::ReasoningTokens, 2),
        "total_tokens" => {
            draft.total_tokens = as_i64(value).or(draft.total_tokens);
            return true;
        }
        _ => return false,
    };
    draft.read(rank.weaker(steps), field, value);
    true
}

fn read_agent(draft: &mut Draft<'_>, rest: &str, value: &AnyValue<'_>) -> bool {
    match rest {
        "agent.name" => field(draft, Field::AgentName, value),
        "agent.id" => field(draft, Field::AgentId, value),
        "agent.version" => field(draft, Field::AgentVersion, value),
        "agent.call.id" => field(draft, Field::StatedRunId, value),
        "workflow.name" => field(draft, Field::WorkflowName, value),
        "conversation.compacted" => field(draft, Field::ContextCompacted, value),
        // An answer's id that is sent as a conversation changes with each turn, so it names no conversation.
        "conversation.id" if as_text(value).is_some_and(|id| is_response_id(&id)) => false,
        "conversation.id" => field(draft, Field::SessionId, value),
        _ => false,
    }
}

fn is_response_id(id: &str) -> bool {
    ["resp_", "chatcmpl-", "cmpl-"]
        .iter()
        .any(|prefix| id.starts_with(prefix))
}

fn read_tool<'a>(draft: &mut Draft<'a>, key: &'a str, tail: &str, value: &'a AnyValue<'a>) -> bool {
    match tail {
        "name" => {
            if let Some(name) = as_text(value) {
                draft.set(RANK, Field::ToolName, Text::from(fold_tool_name(&name)));
            }
            true
        }
        "call.id" => field(draft, Field::ToolCallId, value),
        "type" => field(draft, Field::ToolType, value),
        "call.arguments" => point(draft, Slot::Arguments, key, value),
        "call.result" => point(draft, Slot::Result, key, value),
        "definitions" => point(draft, Slot::ToolDefinitions, key, value),
        "status" => {
            draft.stated_status = match as_text(value).as_deref() {
                Some("error" | "failure") => Some(Status::Error),
                _ => draft.stated_status,
            };
            true
        }
        // What a tool is for and what it takes is among the definitions the model was given.
        "description" | "json_schema" => true,
        _ => false,
    }
}

/// A prompt is a name and version, the messages of an older generation, or one JSON of LangSmith's.
fn read_prompt<'a>(
    draft: &mut Draft<'a>,
    key: &'a str,
    head: &str,
    tail: &'a str,
    value: &'a AnyValue<'a>,
) -> bool {
    match (head, tail) {
        ("prompt", "") => draft.point(RANK.weaker(2), Slot::Input, key, value),
        ("completion", "") => draft.point(RANK.weaker(2), Slot::Output, key, value),
        ("prompt", "name") => return field(draft, Field::PromptName, value),
        ("prompt", "version") => return field(draft, Field::PromptVersion, value),
        ("prompt", _) if tail.starts_with("variable.") => draft.body_of(Role::Prompt, key, value),
        ("prompt", _) => return draft.index(Family::OldPrompt, tail, value),
        _ => return draft.index(Family::OldCompletion, tail, value),
    }
    true
}

fn read_retrieval<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "retrieval.query.text" | "memory.query.text" => point(draft, Slot::Query, key, value),
        "retrieval.documents" => point(draft, Slot::Documents, key, value),
        "memory.records" => point(draft, Slot::Output, key, value),
        "retrieval.top_k" => field(draft, Field::TopK, value),
        "data_source.id" => field(draft, Field::DataSourceId, value),
        "memory.store.id" => field(draft, Field::MemoryStoreId, value),
        _ => false,
    }
}

/// The draft on guardrails: what was said and what was enforced are kept apart.
fn read_guardrail<'a>(draft: &mut Draft<'a>, key: &'a str, rest: &str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "security.policy.id" => field(draft, Field::PolicyId, value),
        "guardrail.component.name" => {
            draft.read(RANK.weaker(1), Field::PolicyId, value);
            true
        }
        "security.policy.version" => field(draft, Field::PolicyVersion, value),
        "security.policy.rule.id" => field(draft, Field::PolicyRuleId, value),
        "guardrail.verdict.code" => {
            draft.read(RANK.weaker(1), Field::PolicyRuleId, value);
            true
        }
        "guardrail.verdict.type" => field(draft, Field::PolicyVerdict, value),
        "guardrail.action.type" => field(draft, Field::PolicyAction, value),
        "guardrail.verdict.reason" => {
            draft.body_of(Role::Reason, key, value);
            true
        }
        _ => false,
    }
}

/// Steps as OpenLLMetry tells of them.
fn read_task<'a>(draft: &mut Draft<'a>, key: &'a str, tail: &str, value: &'a AnyValue<'a>) -> bool {
    let rank = Rank::TRACELOOP;
    match tail {
        "name" => draft.read(rank.weaker(1), Field::StepName, value),
        "input" => draft.point(rank.weaker(1), Slot::Input, key, value),
        "output" => draft.point(rank.weaker(1), Slot::Output, key, value),
        "status" => {
            if as_unquoted(value).as_deref() == Some("failure") {
                draft.stated_status = Some(Status::Error);
            }
        }
        _ => return false,
    }
    true
}
