//! Pydantic Logfire: its marks on any span, and its own telling of OpenAI Agents.

use serde_json::Value as Json;
use trace::{Field, Kind, Text};

use crate::decode::draft::{Draft, Rank, Slot};
use crate::decode::message::fold_tool_name;
use crate::otlp::AnyValue;
use crate::value::{as_bool, as_json, as_text, json_i64};

const RANK: Rank = Rank::LOGFIRE;

/// Reads a key below `logfire.`.
pub(super) fn read<'a>(draft: &mut Draft<'a>, rest: &'a str, value: &'a AnyValue<'a>) -> bool {
    match rest {
        "msg_template" => {
            if draft.sender.scope == super::Scope::Logfire {
                read_template(draft, value);
            }
            true
        }
        // A schema of the other attributes; the message itself may hold content and repeats the name.
        "json_schema" | "msg" => true,
        _ => false,
    }
}

fn read_template(draft: &mut Draft<'_>, value: &AnyValue<'_>) {
    let Some(template) = as_text(value) else {
        return;
    };
    let kind = if template.starts_with("Agent run") {
        Kind::Agent
    } else if template.starts_with("Responses API") || template.starts_with("Chat completion") {
        Kind::Model
    } else if template.starts_with("Function:") {
        Kind::Tool
    } else if template.starts_with("Handoff") {
        Kind::Handoff
    } else if template.starts_with("Guardrail") {
        Kind::Policy
    } else if template.starts_with("MCP") {
        Kind::Mcp
    } else {
        Kind::Chain
    };
    draft.kind(RANK, kind);
}

/// Reads a key without a namespace on a span of Logfire's OpenAI Agents integration.
pub(super) fn read_agents<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match key {
        "name" => draft.note(key, value),
        "input" => draft.point(RANK, Slot::Input, key, value),
        "output" => draft.point(RANK, Slot::Output, key, value),
        "raw_input" => draft.point(RANK, Slot::InputMessages, key, value),
        "response" => {
            draft.point(RANK, Slot::OutputMessages, key, value);
            read_response(draft, &as_json(value));
        }
        "events" => draft.point(RANK.weaker(1), Slot::InputMessages, key, value),
        "usage" => read_usage(draft, &as_json(value)),
        "from_agent" => draft.read(RANK, Field::HandoffFrom, value),
        "to_agent" => draft.read(RANK, Field::HandoffTo, value),
        "triggered" => {
            if let Some(is_triggered) = as_bool(value) {
                let verdict = if is_triggered { "deny" } else { "allow" };
                draft.infer(RANK, Field::PolicyVerdict, verdict);
                draft.infer(
                    RANK,
                    Field::PolicyAction,
                    if is_triggered { "block" } else { "allow" },
                );
            }
        }
        "agent_name" => draft.read(RANK, Field::AgentName, value),
        _ => return false,
    }
    true
}

fn read_response(draft: &mut Draft<'_>, response: &Json) {
    if let Some(id) = response.get("id").and_then(Json::as_str) {
        draft.set(RANK, Field::ResponseId, id);
    }
    if let Some(usage) = response.get("usage") {
        read_usage(draft, usage);
    }
}

fn read_usage(draft: &mut Draft<'_>, usage: &Json) {
    let mut set = |field, count: Option<&Json>| {
        if let Some(count) = count.and_then(json_i64) {
            draft.set(RANK, field, count);
        }
    };
    let inner = |holder: &str, key: &str| usage.get(holder).and_then(|details| details.get(key));
    set(
        Field::InputTokens,
        usage.get("input_tokens").or_else(|| usage.get("prompt_tokens")),
    );
    set(
        Field::OutputTokens,
        usage
            .get("output_tokens")
            .or_else(|| usage.get("completion_tokens")),
    );
    set(
        Field::CacheReadTokens,
        inner("input_tokens_details", "cached_tokens")
            .or_else(|| inner("prompt_tokens_details", "cached_tokens")),
    );
    set(
        Field::ReasoningTokens,
        inner("output_tokens_details", "reasoning_tokens")
            .or_else(|| inner("completion_tokens_details", "reasoning_tokens")),
    );
}

/// A name is that of the tool, the guardrail or the agent, by the kind.
pub(super) fn settle(draft: &mut Draft<'_>) {
    let Some(name) = draft.noted("name").and_then(as_text) else {
        return;
    };
    let name = Text::from(fold_tool_name(&name));
    match draft.current_kind() {
        Kind::Tool => draft.set(RANK, Field::ToolName, name),
        Kind::Policy => draft.set(RANK, Field::PolicyId, name),
        Kind::Agent => draft.set(RANK, Field::AgentName, name),
        _ => {}
    }
}
