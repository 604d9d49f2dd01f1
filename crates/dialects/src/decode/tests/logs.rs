//! Log records: joined to spans, turned into spans, or counted.

use super::*;

fn record(keys: &Json) -> LogRecord<'static> {
    LogRecord {
        time_unix_nanos: 100 * SECOND,
        attributes: attributes(keys),
        ..LogRecord::default()
    }
}

#[test]
fn a_message_event_adds_to_its_span() {
    let record = LogRecord {
        trace_id: Cow::Owned(vec![1; 16]),
        span_id: Cow::Owned(vec![2; 8]),
        event_name: "gen_ai.choice".into(),
        body: to_any(
            &json!({"index": 0, "finish_reason": "tool_calls", "message": {"tool_calls": [
            {"id": "c1", "function": {"name": "f", "arguments": "{}"}}]}}),
        ),
        ..record(&json!({}))
    };
    let (decoded, read) = log("x", record.clone());
    assert_eq!(read.joined, 1);
    check_lines(
        &decoded.spans[0],
        &[
            "called_tool_names f",
            "finish_reasons tool_call",
            "event_name gen_ai.choice",
            "output_form messages",
        ],
    );
    let again = log("x", record).0.spans.remove(0).span.key();
    assert_eq!(again, decoded.spans[0].span.key());
}

#[test]
fn a_body_may_be_json_in_a_text() {
    let record = LogRecord {
        trace_id: Cow::Owned(vec![1; 16]),
        span_id: Cow::Owned(vec![2; 8]),
        body: AnyValue::Text(r#"{"role":"user","content":"Hello"}"#.into()),
        ..record(&json!({"event.name": "gen_ai.user.message", "CHAT_MESSAGE_INDEX": 3}))
    };
    let (decoded, _) = log("semantic_kernel.x", record);
    check_lines(
        &decoded.spans[0],
        &[
            "log_sequence 3",
            r#"input_message {"role":"user","parts":[{"type":"text","content":"Hello"}]}"#,
        ],
    );
}

#[test]
fn other_records_are_counted_not_kept() {
    let (decoded, read) = log("app", record(&json!({"event.name": "button.clicked"})));
    assert!(decoded.spans.is_empty());
    assert_eq!(read.not_kept[0].count, 1);
    let (_, read) = log("app", record(&json!({"event.name": "gen_ai.choice"})));
    assert!(read.not_kept[0].reason.contains("no span"));
}

#[test]
fn a_source_location_is_no_event_name() {
    let keys = json!({"event.name": "codex.tool_result", "conversation.id": "c1", "tool_name": "shell",
        "call_id": "call_1", "arguments": "{\"command\":[\"ls\"]}", "output": "a.txt", "success": "true",
        "duration_ms": "20"});
    let record = LogRecord {
        event_name: "event codex-rs/otel/src/lib.rs:10".into(),
        ..record(&keys)
    };
    let (decoded, _) = log("codex_exec", record);
    check_lines(
        &decoded.spans[0],
        &[
            "kind tool",
            "status ok",
            "tool_name shell",
            "tool_call_id call_1",
            "session_id c1",
            "result a.txt",
        ],
    );
    assert_eq!(decoded.spans[0].span.duration_nanos, Some(20_000_000));
}

#[test]
fn codex_calls_are_counted_at_the_end_of_their_stream() {
    let completed = json!({"event.name": "codex.sse_event", "event.kind": "response.completed",
        "conversation.id": "c1", "model": "gpt-5", "input_token_count": "100", "output_token_count": "20",
        "cached_token_count": "64", "reasoning_token_count": "8", "tool_token_count": "120"});
    let (decoded, _) = log("codex_exec", record(&completed));
    check_lines(
        &decoded.spans[0],
        &[
            "kind model",
            "status ok",
            "input_tokens 100",
            "output_tokens 20",
            "cache_read_tokens 64",
            "reasoning_tokens 8",
            "model_requested gpt-5",
            "token_rule as_sent",
        ],
    );
    let without = json!({"event.name": "codex.sse_event", "event.kind": "response.completed",
        "conversation.id": "c1"});
    assert_eq!(log("codex_exec", record(&without)).1.became_spans, 0);
    let failed = json!({"event.name": "codex.api_request", "conversation.id": "c1", "attempt": 1,
        "http.response.status_code": 429});
    let (decoded, _) = log("codex_exec", record(&failed));
    check_lines(
        &decoded.spans[0],
        &[
            "kind model",
            "status error",
            "error_class http_429",
            "retry_attempt 1",
        ],
    );
}

#[test]
fn a_run_is_built_from_logs_where_no_trace_context_is() {
    let scope = "com.anthropic.claude_code.events";
    let prompt = json!({"event.name": "user_prompt", "prompt.id": "p1", "session.id": "s1",
        "event.sequence": 0, "prompt": "Say hello"});
    let call = json!({"event.name": "api_request", "prompt.id": "p1", "session.id": "s1", "model": "claude-x",
        "event.sequence": 1, "input_tokens": "100", "cache_read_tokens": "64", "output_tokens": "5",
        "duration_ms": "250", "cost_usd": 0.01});
    let decision = json!({"event.name": "tool_decision", "prompt.id": "p1", "session.id": "s1",
        "event.sequence": 2, "decision": "reject", "source": "user_reject", "tool_name": "Bash",
        "tool_use_id": "t1"});
    let root = log(scope, record(&prompt)).0.spans.remove(0);
    let call = log(scope, record(&call)).0.spans.remove(0);
    let decision = log(scope, record(&decision)).0.spans.remove(0);
    check_lines(
        &root,
        &[
            "kind agent",
            "stated_run_id p1",
            "session_id s1",
            "input Say hello",
        ],
    );
    check_lines(
        &call,
        &[
            "kind model",
            "status ok",
            "input_tokens 164",
            "cost 0.01",
            "model_answered claude-x",
        ],
    );
    check_lines(
        &decision,
        &["kind approval", "approval_decision rejected", "tool_call_id t1"],
    );
    assert_eq!(call.span.parent_id, Some(root.span.span_id));
    assert_eq!(decision.span.trace_id, root.span.trace_id);
    assert_eq!(call.span.end(), Some(UnixNanos(100_000_000_000)));
}
