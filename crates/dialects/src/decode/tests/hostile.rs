//! Any attributes whatever: no panic, no span lost, and the same answer twice.

use super::*;
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any_bool(),
        (-5_i64..5).prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        prop::sample::select(vec![
            "{}",
            "[]",
            "[{}]",
            "{\"messages\":[[]]}",
            "{\"role\":1,\"content\":{}}",
            "[[\"a\",\"b\"]]",
            "{\"output\":{\"lc\":1}}",
            "{\"choices\":[{\"message\":null}]}",
            "null",
            "\"",
            "(Interrupt(",
            "{\"input\":-1,\"output\":9223372036854775807,\"input_x\":9223372036854775807}",
            "{'a': [1, (",
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|entries| Json::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_bool() -> impl Strategy<Value = Json> {
    any::<bool>().prop_map(Json::from)
}

const KEYS: [&str; 40] = [
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.prompt",
    "gen_ai.prompt.0.content",
    "gen_ai.tool.call.result",
    "gen_ai.tool.call.arguments",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.total_tokens",
    "gen_ai.operation.name",
    "llm.input_messages.0.message.role",
    "llm.input_messages.4294967296.x",
    "llm.input_messages..",
    "metadata",
    "llm.invocation_parameters",
    "openinference.span.kind",
    "output.value",
    "input.value",
    "mlflow.spanType",
    "mlflow.spanOutputs",
    "langfuse.observation.usage_details",
    "langfuse.observation.type",
    "ai.operationId",
    "ai.response.toolCalls",
    "ai.telemetry.functionId",
    "traceloop.entity.output",
    "everyframe.kind",
    "everyframe.run.id",
    "event.name",
    "error.type",
    "annotations.0.annotation.name",
    "retrieval.documents.0",
    "retrieval.documents.0.document.metadata",
    "pydantic_ai.tool.retry.attempt",
    "logfire.msg_template",
    ".",
    "",
    "gen_ai.",
    "llm.tools.0.tool.json_schema",
    "gen_ai.retrieval.documents",
];

const SCOPES: [&str; 10] = [
    "",
    "ai",
    "logfire.openai_agents",
    "com.anthropic.claude_code.tracing",
    "pydantic-ai",
    "codex",
    "strands.telemetry.tracer",
    "gcp.vertex.agent",
    "mlflow.x",
    "openinference.instrumentation.langchain",
];

const KINDS: [&str; 10] = [
    "chat",
    "execute_tool",
    "retrieval",
    "embeddings",
    "run_guardrail",
    "LLM",
    "TOOL",
    "\"LLM\"",
    "x",
    "AGENT",
];

proptest! {
    #[test]
    fn any_attributes_decode_without_losing_a_span(
        scope in prop::sample::select(SCOPES.to_vec()),
        kind in prop::sample::select(KINDS.to_vec()),
        name in ".{0,20}",
        times in any::<[u64; 2]>(),
        pairs in prop::collection::vec((prop::sample::select(KEYS.to_vec()), value()), 0..12),
    ) {
        let keys: Json = json!({"gen_ai.operation.name": kind, "openinference.span.kind": kind});
        let mut span = span("", &keys);
        span.name = name.into();
        [span.start_unix_nanos, span.end_unix_nanos] = times;
        for (key, value) in &pairs {
            span.attributes.push(Attribute { key: (*key).into(), value: to_any(value) });
        }
        span.events.push(otlp::Event {
            time_unix_nanos: times[0],
            name: pairs.first().map_or("exception", |_| "gen_ai.choice").into(),
            attributes: span.attributes.clone(),
        });
        let record = LogRecord {
            trace_id: span.trace_id.clone(),
            span_id: span.span_id.clone(),
            body: pairs.first().map_or(AnyValue::Empty, |(_, value)| to_any(value)),
            attributes: span.attributes.clone(),
            event_name: "gen_ai.client.inference.operation.details".into(),
            ..LogRecord::default()
        };
        let decoded = decode(scope, span.clone());
        prop_assert_eq!(decoded.spans.len(), 1);
        prop_assert_eq!(decoded.spans[0].span.trace_id.as_bytes().as_slice(), &*span.trace_id);
        prop_assert_eq!(decoded.spans[0].span.span_id.as_bytes().as_slice(), &*span.span_id);
        prop_assert_eq!(&decode(scope, span), &decoded);
        let (decoded, read) = log(scope, record);
        let not_kept: u64 = read.not_kept.iter().map(|refused| refused.count).sum();
        prop_assert_eq!(decoded.spans.len() as u64 + not_kept, 1);
    }
}
