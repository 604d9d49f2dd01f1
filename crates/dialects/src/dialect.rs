//! The dialects: each module reads the keys of one convention into a [`Draft`](crate::decode::draft::Draft).
//!
//! A key belongs to one convention by its first word; keys without a namespace belong to the scope that sent
//! them. What no dialect knows is kept as an attribute, for the gate to decide on.

use crate::decode::draft::Draft;
use crate::otlp::AnyValue;
use crate::value::is_empty;

mod adk;
mod anthropic;
mod claude_code;
mod codex;
mod everyframe;
mod gen_ai;
mod generic;
mod langfuse;
mod langsmith;
mod logfire;
mod mcp;
mod metadata;
mod microsoft;
mod mlflow;
mod openinference;
mod pydantic_ai;
mod sender;
mod strands;
mod traceloop;
mod vercel;

pub(crate) use claude_code::{log as claude_code_log, seed as claude_code_seed};
pub(crate) use codex::{log as codex_log, read as codex_read, seed as codex_seed, settle as codex_settle};
pub(crate) use generic::class_of_status;
pub(crate) use sender::{Scope, Sender};

/// Reads one attribute of a span.
pub(crate) fn read<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) {
    if is_empty(value) {
        return;
    }
    if read_by_scope(draft, key, value) {
        return;
    }
    let (head, rest) = key.split_once('.').unwrap_or((key, ""));
    let is_read = match head {
        "gen_ai" => gen_ai::read(draft, key, rest, value),
        "everyframe" => everyframe::read(draft, key, rest, value),
        "openinference" | "input" | "output" | "embedding" | "retrieval" | "reranker" | "prompt" | "tool"
        | "tool_call" | "graph" | "agent" | "annotations" | "evaluations" | "metadata" | "tag" => {
            openinference::read(draft, key, head, rest, value)
        }
        "llm" => {
            openinference::read(draft, key, head, rest, value) || traceloop::read_llm(draft, key, rest, value)
        }
        "trace" | "session" => {
            openinference::read_wide(draft, rest, value) || generic::read(draft, key, value)
        }
        "ai" => vercel::read(draft, key, rest, value),
        "traceloop" => traceloop::read(draft, key, rest, value),
        "langfuse" => langfuse::read(draft, key, rest, value),
        "mlflow" => mlflow::read(draft, key, rest, value),
        "langsmith" => langsmith::read(draft, key, rest, value),
        "logfire" => logfire::read(draft, rest, value),
        "pydantic_ai" => pydantic_ai::read(draft, key, rest, value),
        "gcp" => adk::read(draft, key, rest, value),
        "anthropic" => anthropic::read(draft, rest, value),
        "mcp" | "jsonrpc" => mcp::read(draft, key, value),
        _ => false,
    };
    if !is_read && !generic::read(draft, key, value) {
        draft.keep(key, value);
    }
}

/// Keys that mean something only from a certain sender.
fn read_by_scope<'a>(draft: &mut Draft<'a>, key: &'a str, value: &'a AnyValue<'a>) -> bool {
    match draft.sender.scope {
        Scope::ClaudeCode => claude_code::read(draft, key, value),
        Scope::Logfire => logfire::read_agents(draft, key, value),
        Scope::PydanticAi => pydantic_ai::read_plain(draft, key, value),
        Scope::Mlflow => mlflow::read_plain(draft, key, value),
        Scope::Microsoft => microsoft::read(draft, key, value),
        Scope::Vercel => matches!(key, "operation.name" | "resource.name"),
        _ => false,
    }
}

/// What a dialect knows only when all attributes are read.
pub(crate) fn settle<'a>(draft: &mut Draft<'a>, name: &'a str) {
    openinference::settle(draft, name);
    vercel::settle(draft);
    langfuse::settle(draft);
    mlflow::settle(draft);
    logfire::settle(draft);
    claude_code::settle(draft);
    match draft.sender.scope {
        Scope::Strands => strands::settle(draft),
        Scope::Microsoft => microsoft::settle(draft, name),
        Scope::Adk => adk::settle(draft, name),
        Scope::PydanticAi => pydantic_ai::settle(draft, name),
        _ => {}
    }
}
