//! The steps a support agent takes, in the names of OpenTelemetry's GenAI conventions where they have one, and
//! in ours where they have none.

use serde_json::{Value, json};

use super::telemetry::{Attributes, End, Recorder};

const INSTRUCTIONS: &str = "You are the support agent of a kitchenware shop. Follow the refund policy you \
    retrieved. Amounts are in euros. Never promise what a tool has not confirmed.";

/// A model to call.
#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) provider: &'static str,
    pub(super) requested: &'static str,
    pub(super) answered: &'static str,
}

/// The agent's usual model.
pub(super) const USUAL: Model = Model {
    provider: "openai",
    requested: "gpt-4.1-mini",
    answered: "gpt-4.1-mini-2025-04-14",
};
/// The model for hard cases.
pub(super) const CAREFUL: Model = Model {
    provider: "anthropic",
    requested: "claude-sonnet-4-5",
    answered: "claude-sonnet-4-5-20250929",
};

/// What a model was asked, what it answered, and what it used.
pub(super) struct Turn {
    pub(super) model: Model,
    pub(super) millis: i64,
    /// Input, the cached part of it, output.
    pub(super) tokens: (u64, u64, u64),
    pub(super) asked: Vec<Value>,
    pub(super) answer: Value,
    /// Summary, action, alternatives, confidence.
    pub(super) decision: Option<(&'static str, &'static str, &'static [&'static str], f64)>,
}

/// A message a person or the model wrote.
pub(super) fn says(role: &str, text: &str) -> Value {
    json!({"role": role, "parts": [{"type": "text", "content": text}]})
}

/// A model's request for a tool.
pub(super) fn asks_for(tool: &str, call_id: &str, arguments: &Value) -> Value {
    json!({"role": "assistant", "finish_reason": "tool_call", "parts": [
        {"type": "tool_call", "id": call_id, "name": tool, "arguments": arguments},
    ]})
}

/// A tool's answer, as the model is shown it.
pub(super) fn told(call_id: &str, result: &Value) -> Value {
    json!({"role": "tool", "parts": [{"type": "tool_call_response", "id": call_id, "response": result}]})
}

/// A call of a model.
pub(super) fn model(recorder: &mut Recorder, turn: &Turn) {
    let finish = turn
        .answer
        .get("finish_reason")
        .and_then(Value::as_str)
        .unwrap_or("stop");
    let (input, cached, output) = turn.tokens;
    let mut attributes: Attributes = vec![
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.provider.name", json!(turn.model.provider)),
        ("gen_ai.request.model", json!(turn.model.requested)),
        ("gen_ai.response.model", json!(turn.model.answered)),
        ("gen_ai.request.temperature", json!(0.2)),
        ("gen_ai.response.finish_reasons", json!([finish])),
        ("gen_ai.usage.input_tokens", json!(input)),
        ("gen_ai.usage.cache_read.input_tokens", json!(cached)),
        ("gen_ai.usage.output_tokens", json!(output)),
        ("gen_ai.prompt.name", json!("support/refunds")),
        ("gen_ai.prompt.version", json!("14")),
        (
            "gen_ai.system_instructions",
            json!([{"type": "text", "content": INSTRUCTIONS}]),
        ),
        ("gen_ai.input.messages", Value::Array(turn.asked.clone())),
        ("gen_ai.output.messages", json!([turn.answer])),
    ];
    if let Some((summary, action, alternatives, confidence)) = turn.decision {
        attributes.extend([
            ("everyframe.decision.summary", json!(summary)),
            ("everyframe.decision.action", json!(action)),
            ("everyframe.decision.alternatives", json!(alternatives)),
            ("everyframe.decision.confidence", json!(confidence)),
        ]);
    }
    recorder.step(
        &format!("chat {}", turn.model.requested),
        turn.millis,
        End::Ok,
        attributes,
    );
}

/// A document of the policy handbook.
pub(super) struct Document {
    pub(super) id: &'static str,
    pub(super) version: &'static str,
    pub(super) score: f64,
    pub(super) text: &'static str,
}

/// A search in the policy handbook.
pub(super) fn retrieval(recorder: &mut Recorder, query: &str, documents: &[&Document]) {
    let found: Vec<Value> = documents
        .iter()
        .map(|document| {
            json!({
                "id": document.id,
                "version": document.version,
                "score": document.score,
                "content": document.text,
            })
        })
        .collect();
    let attributes = vec![
        ("gen_ai.operation.name", json!("retrieval")),
        ("gen_ai.data_source.id", json!("policy_handbook")),
        ("gen_ai.retrieval.top_k", json!(2)),
        ("gen_ai.retrieval.query.text", json!(query)),
        // Not a list of texts, so it is sent as one JSON text.
        (
            "gen_ai.retrieval.documents",
            json!(Value::Array(found).to_string()),
        ),
    ];
    recorder.step("retrieval policy_handbook", 46, End::Ok, attributes);
}

/// A tool, with what it does to the world.
#[derive(Clone, Copy)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) effect: &'static str,
    pub(super) class: &'static [&'static str],
}

pub(super) const LOOKUP_ORDER: Tool = Tool {
    name: "lookup_order",
    effect: "reads",
    class: &["internal"],
};
pub(super) const SEARCH_ORDERS: Tool = Tool {
    name: "search_orders",
    effect: "reads",
    class: &["personal"],
};
pub(super) const REFUND_ORDER: Tool = Tool {
    name: "refund_order",
    effect: "changes_state",
    class: &["internal"],
};
pub(super) const ISSUE_CREDIT: Tool = Tool {
    name: "issue_credit",
    effect: "changes_state",
    class: &["internal"],
};

/// An execution of a tool.
pub(super) fn tool(
    recorder: &mut Recorder,
    tool: Tool,
    call_id: &str,
    arguments: &Value,
    result: std::result::Result<&Value, (&'static str, &'static str)>,
    more: Attributes,
) {
    let mut attributes = vec![
        ("gen_ai.operation.name", json!("execute_tool")),
        ("gen_ai.tool.name", json!(tool.name)),
        ("gen_ai.tool.type", json!("function")),
        ("gen_ai.tool.call.id", json!(call_id)),
        ("gen_ai.tool.call.arguments", json!(arguments.to_string())),
        ("everyframe.tool.version", json!("3")),
        ("everyframe.tool.effect", json!(tool.effect)),
        ("everyframe.tool.arguments.class", json!(tool.class)),
    ];
    let end = match result {
        Ok(result) => {
            attributes.push(("gen_ai.tool.call.result", json!(result.to_string())));
            End::Ok
        }
        Err((class, message)) => End::Error(class, message),
    };
    attributes.extend(more);
    let millis = if matches!(end, End::Ok) { 118 } else { 2_004 };
    recorder.step(&format!("execute_tool {}", tool.name), millis, end, attributes);
}

/// A guardrail that judged a tool call: rule, verdict, action, reason.
pub(super) fn guardrail(recorder: &mut Recorder, rule: &str, verdict: &str, action: &str, reason: &str) {
    let attributes = vec![
        ("everyframe.kind", json!("policy")),
        ("everyframe.policy.id", json!("refunds")),
        ("everyframe.policy.version", json!("7")),
        ("everyframe.policy.rule.id", json!(rule)),
        ("everyframe.policy.verdict", json!(verdict)),
        ("everyframe.policy.action", json!(action)),
        ("everyframe.policy.reason", json!(reason)),
    ];
    recorder.step("guardrail refunds", 2, End::Ok, attributes);
}

/// A change of the ticket's state.
pub(super) fn state(recorder: &mut Recorder, from: &str, to: &str, delta: &Value) {
    let attributes = vec![
        ("everyframe.kind", json!("state")),
        ("everyframe.state.from", json!(from)),
        ("everyframe.state.to", json!(to)),
        ("everyframe.state.delta", json!(delta.to_string())),
    ];
    recorder.step("ticket", 1, End::Ok, attributes);
}
