//! What each framework and tracing product adds to the conventions or says in its own words.

use super::*;

#[test]
fn langfuse_counts_cached_tokens_apart() {
    let keys = json!({
        "langfuse.observation.type": "generation", "langfuse.observation.model.name": "gpt-4o-2024-08-06",
        "langfuse.observation.usage_details":
            "{\"input\":10,\"output\":5,\"input_cache_read\":4,\"output_reasoning\":2,\"total\":21}",
        "langfuse.observation.cost_details": "{\"input\":0.1,\"output\":0.2,\"total\":0.3}",
        "langfuse.observation.completion_start_time": "\"1970-01-01T00:01:40.250Z\"",
        "langfuse.observation.input": "[{\"role\":\"user\",\"content\":\"Hello\"}]",
        "langfuse.observation.output": "{\"role\":\"assistant\",\"content\":\"Hi\"}",
        "langfuse.trace.name": "support", "session.id": "s1", "langfuse.environment": "staging",
    });
    check(
        "langfuse-sdk",
        "s",
        &keys,
        &[
            "kind model",
            "dialect langfuse",
            "model_answered gpt-4o-2024-08-06",
            "input_tokens 14",
            "output_tokens 7",
            "cache_read_tokens 4",
            "reasoning_tokens 2",
            "token_rule cache_added",
            "cost 0.3",
            "first_token_millis 250",
            "output_form messages",
            "session_id s1",
            "environment staging",
            r#"input_message {"role":"user","parts":[{"type":"text","content":"Hello"}]}"#,
            r#"output_message {"role":"assistant","parts":[{"type":"text","content":"Hi"}]}"#,
        ],
    );
}

#[test]
fn langfuse_with_openais_words_is_inclusive() {
    let keys = json!({"langfuse.observation.type": "generation",
        "langfuse.observation.usage_details": "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}"});
    check(
        "langfuse-sdk",
        "s",
        &keys,
        &["input_tokens 10", "output_tokens 5", "token_rule as_sent"],
    );
}

#[test]
fn langfuse_wraps_functions() {
    let keys = json!({"langfuse.observation.type": "tool",
        "langfuse.observation.input": "{\"args\": [], \"kwargs\": {\"id\": \"7\"}}",
        "langfuse.observation.output": "{\"total\": 1}"});
    check(
        "langfuse-sdk",
        "lookup",
        &keys,
        &[
            "kind tool",
            "tool_name lookup",
            r#"arguments {"id":"7"}"#,
            r#"result {"total":1}"#,
            "output_present true",
        ],
    );
}

#[test]
fn what_a_guardrail_returned_is_its_verdict() {
    let keys = json!({"langfuse.observation.type": "guardrail",
        "langfuse.observation.output": "{\"allowed\": false}"});
    check(
        "langfuse-sdk",
        "limit",
        &keys,
        &[
            "kind policy",
            "policy_id limit",
            "policy_verdict deny",
            "policy_action block",
            "inferred policy_verdict,policy_action",
        ],
    );
}

#[test]
fn logfire_tells_of_agents_by_its_templates() {
    let scope = "logfire.openai_agents";
    let keys = json!({"logfire.msg_template": "Function: {name}", "name": "lookup", "input": "{\"id\":1}",
        "output": "{\"total\": 1}"});
    check(
        scope,
        "s",
        &keys,
        &["kind tool", "tool_name lookup", r#"arguments {"id":1}"#],
    );
    let keys = json!({"logfire.msg_template": "Handoff: {from_agent} -> {to_agent}", "from_agent": "a",
        "to_agent": "b"});
    check(
        scope,
        "s",
        &keys,
        &["kind handoff", "handoff_from a", "handoff_to b"],
    );
    let keys = json!({"logfire.msg_template": "Guardrail {name!r} {triggered=}", "name": "abuse",
        "triggered": true});
    check(
        scope,
        "s",
        &keys,
        &["kind policy", "policy_id abuse", "policy_verdict deny"],
    );
    let keys = json!({"logfire.msg_template": "Responses API with {gen_ai.request.model!r}",
        "gen_ai.request.model": "gpt-4o", "usage": "{\"input_tokens\": 7, \"output_tokens\": 2,
        \"input_tokens_details\": {\"cached_tokens\": 3}}", "response": "{\"id\":\"resp_1\",\"output\":[
        {\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi\"}]}]}"});
    check(
        scope,
        "s",
        &keys,
        &[
            "kind model",
            "response_id resp_1",
            "input_tokens 7",
            "cache_read_tokens 3",
            r#"output_message {"role":"assistant","parts":[{"type":"text","content":"Hi"}]}"#,
        ],
    );
}

#[test]
fn adk_states_its_run() {
    let keys = json!({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lookup",
        "gen_ai.tool.type": "FunctionTool", "gcp.vertex.agent.invocation_id": "e-1",
        "error.type": "TOOL_ERROR"});
    check(
        "gcp.vertex.agent",
        "execute_tool lookup",
        &keys,
        &[
            "kind tool",
            "status error",
            "error_class TOOL_ERROR",
            "stated_run_id e-1",
            "framework google_adk",
        ],
    );
    let keys = json!({"gen_ai.system": "gcp.vertex.agent",
        "gcp.vertex.agent.llm_request": "{\"model\":\"gemini-2\",\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}",
        "gcp.vertex.agent.llm_response": "{\"content\":{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]}}"});
    check(
        "gcp.vertex.agent",
        "call_llm",
        &keys,
        &[
            "kind model",
            "no provider",
            "model_requested gemini-2",
            "called_tool_names f",
            r#"input_message {"role":"user","parts":[{"type":"text","content":"Hello"}]}"#,
        ],
    );
}

#[test]
fn semantic_kernel_writes_one_finish_reason() {
    let keys =
        json!({"gen_ai.operation.name": "chat", "gen_ai.response.finish_reason": "FinishReason.TOOL_CALLS"});
    check(
        "semantic_kernel.connectors.ai",
        "s",
        &keys,
        &["finish_reasons tool_call", "framework semantic_kernel"],
    );
    check(
        "semantic_kernel.x",
        "AutoFunctionInvocationLoop",
        &json!({}),
        &["kind chain"],
    );
}

#[test]
fn openllmetry_of_old_flattens_its_messages() {
    let keys = json!({
        "llm.request.type": "chat", "gen_ai.system": "Anthropic", "llm.usage.total_tokens": 12,
        "gen_ai.usage.prompt_tokens": 10, "gen_ai.usage.completion_tokens": 2,
        "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "Hello",
        "gen_ai.prompt.1.role": "assistant", "gen_ai.prompt.1.tool_calls.0.id": "c1",
        "gen_ai.prompt.1.tool_calls.0.name": "f", "gen_ai.prompt.1.tool_calls.0.arguments": "{\"a\": 1}",
        "gen_ai.prompt.10.role": "user", "gen_ai.prompt.10.content": "last",
        "gen_ai.prompt.2.role": "tool", "gen_ai.prompt.2.tool_call_id": "c1", "gen_ai.prompt.2.content": "ok",
        "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "Hi",
        "gen_ai.completion.0.finish_reason": "end_turn",
        "llm.request.functions.0.name": "f", "llm.request.functions.0.parameters": "{}",
    });
    let decoded = decode_one(
        "opentelemetry.instrumentation.anthropic",
        span("anthropic.chat", &keys),
    );
    check_lines(
        &decoded,
        &[
            "kind model",
            "provider anthropic",
            "answered_tool_ids c1",
            "answered_tool_names f",
            "finish_reasons stop",
            r#"output_message {"role":"assistant","parts":[{"type":"text","content":"Hi"}]}"#,
            r#"tool_definitions [{"name":"f","parameters":{}}]"#,
        ],
    );
    let last = decoded
        .bodies
        .iter()
        .rfind(|body| body.role == trace::Role::InputMessage)
        .unwrap();
    assert_eq!(
        last.text.expose(),
        r#"{"role":"user","parts":[{"type":"text","content":"last"}]}"#
    );
    assert_eq!(last.position, 3);
}

#[test]
fn pydantic_ai_sums_on_the_agent_and_tells_of_retries() {
    let keys = json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.aggregated_usage.input_tokens": 100,
        "gen_ai.agent.call.id": "run-1", "final_result": "Done"});
    check(
        "pydantic-ai",
        "s",
        &keys,
        &["usage_scope aggregate", "stated_run_id run-1", "output Done"],
    );
    let keys = json!({"gen_ai.operation.name": "execute_tool", "pydantic_ai.tool.retry.cause": "model_retry",
        "pydantic_ai.tool.retry.attempt": 1, "pydantic_ai.tool.retry.max_retries": 2});
    check(
        "pydantic-ai",
        "s",
        &keys,
        &[
            "retry_reason tool_error",
            "retry_attempt 1",
            "retry_max_attempts 2",
        ],
    );
    check(
        "pydantic-ai",
        "agent run",
        &json!({"model_name": "gpt-4o"}),
        &["kind agent"],
    );
}

#[test]
fn claude_code_leaves_cached_tokens_out() {
    let keys = json!({"span.type": "llm_request", "model": "claude", "input_tokens": 100, "output_tokens": 5,
        "cache_read_tokens": 64, "cache_creation_tokens": 16, "attempt": 2, "success": true});
    check(
        "com.anthropic.claude_code.tracing",
        "s",
        &keys,
        &[
            "kind model",
            "input_tokens 180",
            "token_rule cache_added",
            "retry_attempt 2",
            "inferred retry_attempt",
        ],
    );
    let keys = json!({"span.type": "tool.blocked_on_user", "decision": "reject", "source": "user_temporary",
        "duration_ms": 1500});
    check(
        "com.anthropic.claude_code.tracing",
        "s",
        &keys,
        &[
            "kind approval",
            "approval_decision rejected",
            "approval_source user_temporary",
            "approval_wait_millis 1500",
        ],
    );
    check(
        "com.anthropic.claude_code.tracing",
        "s",
        &json!({"span.type": "tool.execution"}),
        &["kind other"],
    );
}

#[test]
fn the_anthropic_sdk_counts_what_it_sent_again() {
    let keys = json!({"gen_ai.operation.name": "chat", "http.request.resend_count": 1,
        "anthropic.message.stop_reason": "tool_use"});
    check(
        "com.anthropic.sdk.python",
        "s",
        &keys,
        &[
            "resend_count 1",
            "finish_reasons tool_call",
            "dialect anthropic_sdk",
        ],
    );
}

#[test]
fn mlflow_quotes_everything() {
    let keys = json!({"mlflow.spanType": "\"CHAT_MODEL\"", "model": "\"gpt-4o\"", "temperature": "0.2",
        "mlflow.chat.tokenUsage": "{\"input_tokens\": 10, \"output_tokens\": 2, \"cache_read_input_tokens\": 4}",
        "mlflow.traceRequestId": "\"tr-1\"", "mlflow.llm.model": "\"gpt-4o-2024-08-06\"",
        "mlflow.llm.cost": "{\"total_cost\": 0.5}"});
    check(
        "mlflow.tracing.provider",
        "s",
        &keys,
        &[
            "kind model",
            "model_requested gpt-4o",
            "model_answered gpt-4o-2024-08-06",
            "temperature 0.2",
            "input_tokens 10",
            "stated_run_id tr-1",
            "cost 0.5",
        ],
    );
}
