//! Several dialects on one span: who is believed, and what is kept or dropped of the rest.

use super::*;

#[test]
fn our_own_kind_comes_first_and_the_framework_before_the_operation() {
    let keys = json!({"everyframe.kind": "policy", "openinference.span.kind": "LLM"});
    check("x", "s", &keys, &["kind policy"]);
    let keys = json!({"gen_ai.operation.name": "embeddings", "langsmith.span.kind": "retriever"});
    check("langsmith", "s", &keys, &["kind retrieval", "dialect langsmith"]);
    let keys = json!({"gen_ai.operation.name": "execute_task", "traceloop.span.kind": "task"});
    check("x", "s", &keys, &["kind chain", "operation execute_task"]);
}

#[test]
fn each_field_comes_from_the_first_dialect_that_has_it() {
    let keys = json!({
        "gen_ai.usage.input_tokens": 7, "gen_ai.response.model": "b", "gen_ai.usage.output_tokens": 3,
        "llm.token_count.prompt": 9, "openinference.span.kind": "LLM",
    });
    check(
        "x",
        "s",
        &keys,
        &["input_tokens 9", "output_tokens 3", "model_answered b"],
    );
}

#[test]
fn names_are_the_last_resort() {
    check("x", "vector_db_retrieve docs", &json!({}), &["kind retrieval"]);
    check(
        "x",
        "execute_tool lookup",
        &json!({}),
        &["kind tool", "tool_name lookup"],
    );
    check("x", "handle_ticket", &json!({}), &["kind other", "status ok"]);
}

#[test]
fn what_nobody_knows_is_kept_short_as_an_attribute_and_long_as_content() {
    let long = "x".repeat(1_000);
    let keys = json!({"app.color": "red", "app.note": long});
    check(
        "x",
        "s",
        &keys,
        &[
            "attribute app.color",
            &format!("attribute {long}"),
            "no attribute app.note",
        ],
    );
}

#[test]
fn secrets_and_vectors_are_dropped() {
    let keys = json!({
        "llm.headers": "k", "ai.request.headers.authorization": "k", "url.full": "k", "codex.auth.x": "k",
        "langsmith.metadata.LANGSMITH_API_KEY": "k", "http.request.header.cookie": "k",
        "embedding.embeddings.0.embedding.vector": [0.1], "ai.embedding": "[0.1]",
    });
    let decoded = decode_one("x", span("s", &keys));
    assert_eq!(lines(&decoded).len(), 3, "{:?}", lines(&decoded));
}
