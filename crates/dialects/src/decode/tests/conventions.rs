//! The conventions of OpenTelemetry in all their generations, of MCP, and our own names.

use super::*;

#[test]
fn three_generations_read_alike() {
    let expected = [
        "kind model",
        "provider openai",
        "model_requested gpt-4o",
        "input_tokens 10",
        "output_tokens 2",
        "cache_write_tokens 4",
        "token_rule as_sent",
    ];
    for keys in [
        json!({"gen_ai.operation.name": "chat", "gen_ai.system": "OpenAI", "gen_ai.request.model": "gpt-4o",
            "gen_ai.usage.prompt_tokens": 10, "gen_ai.usage.completion_tokens": 2,
            "gen_ai.usage.cache_creation_input_tokens": 4}),
        json!({"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": "10",
            "gen_ai.usage.output_tokens": 2.0, "gen_ai.usage.cache_creation.input_tokens": 4}),
        json!({"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai.responses",
            "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.output_tokens": 2, "gen_ai.usage.cache_write.input_tokens": 4}),
    ] {
        check("x", "chat gpt-4o", &keys, &expected);
    }
}

#[test]
fn an_input_below_its_cached_part_was_exclusive() {
    let keys = json!({"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.cache_read.input_tokens": 64, "gen_ai.usage.cache_write.input_tokens": 16});
    check("x", "s", &keys, &["input_tokens 90", "token_rule cache_added"]);
}

#[test]
fn fetching_an_answer_is_no_inference() {
    let keys = json!({"gen_ai.operation.name": "fetch_response", "gen_ai.usage.input_tokens": 10});
    check(
        "x",
        "s",
        &keys,
        &["kind model", "no_inference true", "no input_tokens"],
    );
}

#[test]
fn a_framework_is_no_provider_and_an_answer_no_conversation() {
    let keys = json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.conversation.id": "resp_1",
        "gen_ai.provider.name": "microsoft.agent_framework"});
    check(
        "agent_framework",
        "s",
        &keys,
        &["framework agent_framework", "no provider", "no session_id"],
    );
}

#[test]
fn documents_are_content_with_ids_and_scores_as_facts() {
    let keys = json!({"gen_ai.operation.name": "retrieval", "gen_ai.retrieval.query.text": "late",
        "gen_ai.retrieval.documents": "[{\"id\":\"P-12\",\"score\":0.91,\"content\":\"Refunds\"},{\"id\":\"P-40\"}]"});
    check(
        "x",
        "s",
        &keys,
        &[
            "kind retrieval",
            "query late",
            "document_ids P-12,P-40",
            "document_scores [0.91,null]",
            "document Refunds",
        ],
    );
}

#[test]
fn a_guardrail_says_one_thing_and_does_another() {
    let keys = json!({"gen_ai.operation.name": "run_guardrail", "gen_ai.guardrail.verdict.type": "deny",
        "gen_ai.guardrail.action.type": "allow", "gen_ai.security.policy.id": "refunds",
        "gen_ai.guardrail.verdict.reason": "over the limit"});
    check(
        "x",
        "run_guardrail limit",
        &keys,
        &[
            "kind policy",
            "policy_id refunds",
            "policy_verdict deny",
            "policy_action allow",
            "reason over the limit",
        ],
    );
}

#[test]
fn a_question_to_a_person_is_an_approval_and_a_call_over_mcp_a_tool() {
    check(
        "x",
        "s",
        &json!({"mcp.method.name": "elicitation/create"}),
        &["kind approval"],
    );
    check(
        "x",
        "s",
        &json!({"mcp.method.name": "tools/list", "mcp.session.id": "m"}),
        &["kind mcp"],
    );
    let keys = json!({"mcp.method.name": "tools/call", "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "mcp__shop__lookup"});
    check(
        "x",
        "s",
        &keys,
        &["kind tool", "mcp_method tools/call", "tool_name lookup"],
    );
}

#[test]
fn our_own_names_become_fields_and_bodies() {
    let keys = json!({
        "everyframe.run.id": "r1", "everyframe.run.task.id": "t1", "everyframe.run.goal": "Refund it",
        "everyframe.approval.decision": "edited", "everyframe.approval.wait_duration": 1.5,
        "everyframe.retry.attempt": 2, "everyframe.budget.exhausted": true, "everyframe.tool.effect": "reads",
        "everyframe.state.delta": "{\"a\":1}", "everyframe.decision.summary": "Refund", "everyframe.cost": 0.1,
    });
    check(
        "x",
        "ask",
        &keys,
        &[
            "kind approval",
            "stated_run_id r1",
            "task_id t1",
            "goal Refund it",
            "approval_decision edited",
            "approval_wait_millis 1500",
            "retry_attempt 2",
            "budget_exhausted true",
            "tool_effect reads",
            "state_delta {\"a\":1}",
            "decision_summary Refund",
            "cost 0.1",
            "no inferred",
        ],
    );
}

#[test]
fn a_senders_own_keys_are_read_as_ours() {
    let key_map = KeyMap::parse(["bench.task.id=everyframe.run.task.id"]).unwrap();
    let keys = json!({"bench.task.id": "airline-0"});
    let decoded = decode_traces(&request("x", span("s", &keys)), &origin(), &key_map);
    check_lines(&decoded.spans[0], &["task_id airline-0", "no attribute"]);
}

#[test]
fn a_long_run_id_is_replaced_by_its_hash() {
    let keys = json!({"everyframe.run.id": "r".repeat(300)});
    let decoded = decode_one("x", span("s", &keys));
    assert_eq!(
        decoded.span.facts.text(trace::Field::StatedRunId).map(str::len),
        Some(64)
    );
}
