//! The same message, told in every shape, has one text.

use super::*;

const CALL: &str = r#"{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"lookup","arguments":{"a":1,"b":"x"}}]}"#;
const RESULT: &str =
    r#"{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":{"total":49.9}}]}"#;
const TEXT: &str = r#"{"role":"user","parts":[{"type":"text","content":"Hello"}]}"#;

fn check(input: &str, role: &str, expected: &[&str]) {
    let messages = split_results(read_messages(Json::String(input.to_owned()), role));
    let texts: Vec<String> = messages.into_iter().map(Message::into_text).collect();
    assert_eq!(texts, expected, "{input}");
}

#[test]
fn a_tool_call_reads_alike_in_every_shape() {
    for shape in [
        r#"[{"role":"assistant","parts":[{"type":"tool_call","id":"c1","name":"lookup","arguments":{"b":"x","a":1}}],"finish_reason":"tool_calls"}]"#,
        r#"[{"role":"assistant","parts":[{"arguments":"{\"b\": \"x\", \"a\": 1}","name":"lookup","id":"c1","type":"tool_call"}]}]"#,
        r#"{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"lookup","arguments":"{\"a\":1,\"b\":\"x\"}"}}]}"#,
        r#"{"id":"chatcmpl-1","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"lookup","arguments":"{\"a\":1,\"b\":\"x\"}"}}]}}]}"#,
        r#"[{"type":"function_call","id":"fc_1","call_id":"c1","name":"lookup","arguments":"{\"a\":1,\"b\":\"x\"}"}]"#,
        r#"{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"lookup","input":{"a":1,"b":"x"}}]}"#,
        r#"[{"toolUse":{"toolUseId":"c1","name":"lookup","input":{"a":1,"b":"x"}}}]"#,
        r#"{"role":"assistant","content":[{"type":"tool-call","toolCallId":"c1","toolName":"lookup","input":{"a":1,"b":"x"}}]}"#,
        r#"{"generations":[[{"text":"","generation_info":{"finish_reason":"tool_calls"},"type":"ChatGeneration","message":{"lc":1,"type":"constructor","id":["langchain","schema","messages","AIMessage"],"kwargs":{"content":"","type":"ai","id":"run-1","tool_calls":[{"name":"lookup","args":{"a":1,"b":"x"},"id":"c1","type":"tool_call"}]}}}]]}"#,
        r#"[{"type":"ai","data":{"content":"","tool_calls":[{"name":"lookup","args":{"a":1,"b":"x"},"id":"c1"}]}}]"#,
    ] {
        check(shape, "assistant", &[CALL]);
    }
}

#[test]
fn a_tool_result_reads_alike_in_every_shape() {
    for shape in [
        r#"[{"role":"tool","parts":[{"type":"tool_call_response","id":"c1","response":"{\"total\": 49.90}"}]}]"#,
        r#"[{"role":"user","parts":[{"type":"tool_call_response","id":"c1","result":{"total":49.9}}]}]"#,
        r#"{"role":"tool","tool_call_id":"c1","content":"{\"total\":49.9}"}"#,
        r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"{\"total\":49.9}"}]}]}"#,
        r#"[{"toolResult":{"toolUseId":"c1","status":"success","content":[{"text":"{\"total\":49.9}"}]}}]"#,
        r#"{"type":"function_call_output","call_id":"c1","output":"{\"total\":49.9}"}"#,
        r#"{"role":"tool","content":[{"type":"tool-result","toolCallId":"c1","toolName":"lookup","output":{"type":"json","value":{"total":49.9}}}]}"#,
        r#"{"lc":1,"type":"constructor","id":["langchain","schema","messages","ToolMessage"],"kwargs":{"content":"{\"total\":49.9}","type":"tool","name":"lookup","tool_call_id":"c1","status":"success"}}"#,
    ] {
        check(shape, "user", &[RESULT]);
    }
}

#[test]
fn a_text_reads_alike_in_every_shape() {
    for shape in [
        r#"[{"role":"user","parts":[{"type":"text","content":"Hello"}]}]"#,
        r#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}]}"#,
        r#"{"messages":[[{"lc":1,"type":"constructor","id":["langchain","schema","messages","HumanMessage"],"kwargs":{"content":"Hello","type":"human"}}]]}"#,
        r#"[{"text":"Hello"}]"#,
        r#"[["human","Hello"]]"#,
        "Hello",
    ] {
        check(shape, "user", &[TEXT]);
    }
}

#[test]
fn results_beside_text_become_messages_of_their_own() {
    let mixed = r#"{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"{\"total\":49.9}"},{"type":"text","text":"Hello"}]}"#;
    check(mixed, "user", &[RESULT, TEXT]);
}

#[test]
fn finish_reasons_fold() {
    for (reason, folded) in [
        ("FinishReason.TOOL_CALLS", "tool_call"),
        ("tool-calls", "tool_call"),
        ("end_turn", "stop"),
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content_filter"),
        ("paused", "paused"),
    ] {
        assert_eq!(fold_finish_reason(reason), folded);
    }
}

#[test]
fn tool_names_lose_their_server_prefix() {
    assert_eq!(fold_tool_name("mcp__shop__lookup_order"), "lookup_order");
    assert_eq!(fold_tool_name("Shop-lookup_order"), "Shop-lookup_order");
}

#[test]
fn definitions_become_flat() {
    let nested = serde_json::json!([{"type": "function", "function": {"name": "a", "parameters": {}}}]);
    let flat = serde_json::json!([{"name": "a", "type": "function", "parameters": {}}]);
    assert_eq!(canonical_definitions(nested), canonical_definitions(flat));
}
