//! Writes the seed corpora: `cargo run --bin seeds` in this folder. Made from code, so that no capture of anyone's
//! is among them; a new target adds its own function here.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;

use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let traces = [
        traces(vec![]),
        traces(vec![span()]),
        traces(vec![span(), Span::default()]),
    ];
    let logs = [
        logs(vec![]),
        logs(vec![log_record()]),
        logs(vec![log_record(), LogRecord::default()]),
    ];
    for (index, request) in traces.iter().enumerate() {
        write("otlp_protobuf_traces", index, &request.encode_to_vec())?;
        write("otlp_json", index, &serde_json::to_vec(request)?)?;
    }
    for (index, request) in logs.iter().enumerate() {
        write("otlp_protobuf_logs", index, &request.encode_to_vec())?;
        write("otlp_json", traces.len() + index, &serde_json::to_vec(request)?)?;
    }
    write("otlp_json", 6, METRICS.as_bytes())?;
    write("otlp_json", 7, SNAKE_CASE.as_bytes())?;
    for (index, line) in LINES.iter().enumerate() {
        write("events_line", index, line.as_bytes())?;
    }
    for (index, filter) in FILTERS.iter().enumerate() {
        write("filter", index, filter.as_bytes())?;
    }
    write("log_reader", 0, LOG_SEGMENT)?;
    write("log_record", 0, LOG_RECORD)?;
    for (index, lines) in SPANS.iter().enumerate() {
        write("decode", index, lines.as_bytes())?;
    }
    Ok(())
}

fn write(target: &str, index: usize, bytes: &[u8]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(format!("{index:02}")), bytes)
}

/// Filters with every part of the language in them.
const FILTERS: [&str; 6] = [
    "outcome:failure agent:refund* cost>0.10 has(tool:refund.create after policy:refunds verdict:deny)",
    "outcome:(failure OR denied) -tool!=a,b NOT (errors:3.. OR duration:..1m30s)",
    "start:2026-01-01..2026-01-31 start>=2026-01-31T10:00:00.25+02:00 start<1700000000000000000",
    "name:\"say \\\"hi\\\" \"*\"x\" session:* \"or\" free text settled:yes",
    "has(status:error kind:tool) has(input_tokens>1.5k) evidence:0.5 cost:$1..$2.5k",
    "-start",
];

/// The stored forms of the log that must load for good.
const LOG_SEGMENT: &[u8] =
    include_bytes!("../../crates/store/tests/fixtures/log-v1/00000000000000000001-3bd2dc201b8af46f.log");
const LOG_RECORD: &[u8] = include_bytes!("../../crates/store/tests/fixtures/record-v1.bin");

const METRICS: &str = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","sum":{"dataPoints":[{"asInt":"1"}]}}]}]}]}"#;

const SNAKE_CASE: &str = r#"{"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"0102030405060708090A0b0c0d0e0f10","span_id":"0102030405060708","kind":"SPAN_KIND_CLIENT","start_time_unix_nano":1.78e18,"attributes":[{"key":"k","value":{"double_value":"NaN"}},{"key":"s","value":{"string_value":"\ud83e\udd80\ud800\n"}}],"status":{"code":"STATUS_CODE_ERROR"}}]}]}]}"#;

const LINES: [&str; 4] = [
    r#"{"event":"span_started","run_id":"r1","span_id":"s1","parent_id":null,"name":"plan","metadata":{}}"#,
    r#"{"event":"span_finished","run_id":"r1","span_id":"s1","name":"plan","status":"ok","latency_ms":12.5}"#,
    r#"{"event":"span_finished","run_id":"0102030405060708090a0b0c0d0e0f10","span_id":7,"kind":"tool","time":"2026-05-28T20:26:40.5+02:00","error":{"type":"TimeoutError","message":"m"},"input":{"a":[1,2.5,true,null]},"output":"x","metadata":{"gen_ai.request.model":"gpt-4o"}}"#,
    "{\"event\":\"span_started\",\"run_id\":\"r\",\"span_id\":\"a\",\"name\":\"n\",\"timestamp\":1780000000.25}\n\n{\"event\":1}\n",
];

/// Spans of several dialects, as the target `decode` reads them.
const SPANS: [&str; 8] = [
    "opentelemetry.instrumentation.openai_v2\nchat gpt-4o\ngen_ai.operation.name=chat\ngen_ai.provider.name=openai\ngen_ai.request.model=gpt-4o\ngen_ai.response.model=gpt-4o-2024-08-06\ngen_ai.usage.input_tokens=10\ngen_ai.usage.output_tokens=2\ngen_ai.usage.cache_read.input_tokens=4\ngen_ai.response.finish_reasons=stop|length\ngen_ai.input.messages=[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"hi\"},{\"type\":\"tool_call_response\",\"id\":\"1\",\"result\":{}}]}]\ngen_ai.output.messages=[{\"role\":\"assistant\",\"finish_reason\":\"tool_call\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"1\",\"name\":\"f\",\"arguments\":\"{}\"}]}]\ngen_ai.system_instructions=[{\"type\":\"text\",\"content\":\"be good\"}]\n!exception\nexception.type=<class 'm.TimeoutError'>\nexception.message=m\nexception.stacktrace=s",
    "openinference.instrumentation.openai\nChatCompletion\nopeninference.span.kind=LLM\nllm.model_name=gpt-4o\nllm.token_count.prompt=10\nllm.token_count.completion=2\nllm.token_count.prompt_details.cache_read=4\nllm.input_messages.0.message.role=user\nllm.input_messages.0.message.content=hi\nllm.output_messages.0.message.tool_calls.0.tool_call.function.name=f\nllm.output_messages.0.message.tool_calls.0.tool_call.function.arguments={}\nllm.tools.0.tool.json_schema={}\ninput.value={\"a\":1}\ninput.mime_type=application/json\nmetadata={\"langgraph_step\":1}\nretrieval.documents.0.document.id=d\nretrieval.documents.0.document.score=1",
    "opentelemetry.instrumentation.langchain\nrun.workflow\ntraceloop.span.kind=workflow\ntraceloop.entity.name=run\ntraceloop.entity.input={\"inputs\":{}}\ngen_ai.prompt.0.role=user\ngen_ai.prompt.0.content=hi\ngen_ai.completion.0.finish_reason=stop\ngen_ai.completion.0.tool_calls.0.name=f\nllm.usage.total_tokens=12",
    "mlflow\npredict\nmlflow.spanType=\"CHAT_MODEL\"\nmlflow.spanInputs={\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}\nmlflow.spanOutputs={\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\nmlflow.chat.tokenUsage={\"input_tokens\":10,\"output_tokens\":2,\"total_tokens\":12}",
    "ai\nai.generateText.doGenerate\nai.operationId=ai.generateText.doGenerate\nai.model.id=gpt-4o\nai.model.provider=openai.responses\nai.usage.inputTokens=10\nai.usage.outputTokens=2\nai.prompt.messages=[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]\nai.response.text=x\nai.response.toolCalls=[{\"toolCallId\":\"1\",\"toolName\":\"f\",\"input\":\"{}\"}]\nai.prompt.tools={\"name\":\"f\"}|{\"name\":\"g\"}\nai.response.finishReason=tool-calls",
    "com.anthropic.claude_code.tracing\nclaude_code.llm_request\nspan.type=llm_request\nmodel=claude-sonnet-4-5\ninput_tokens=10\noutput_tokens=2\ncache_read_tokens=4\nttft_ms=12\nattempt=2\nsuccess=true\nevent.name=api_request",
    "langfuse-sdk\ngeneration\nlangfuse.observation.type=generation\nlangfuse.observation.model.name=gpt-4o\nlangfuse.observation.usage_details={\"input\":10,\"output\":2}\nlangfuse.observation.cost_details={\"total\":0.1}\nlangfuse.observation.input=\"hi\"\nlangfuse.observation.output={\"role\":\"assistant\",\"content\":\"x\"}",
    "mine\nstep\neveryframe.kind=policy\neveryframe.run.id=r1\neveryframe.run.outcome=denied\neveryframe.policy.id=refunds\neveryframe.policy.verdict=deny\neveryframe.approval.decision=rejected\neveryframe.retry.attempt=2\neveryframe.retry.of.span_id=0102030405060708\neveryframe.state.delta={\"a\":1}\neveryframe.decision.alternatives=a|b\neveryframe.evidence.document_ids=d1|d2",
];

fn traces(spans: Vec<Span>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource()),
            scope_spans: vec![ScopeSpans {
                scope: Some(scope()),
                spans,
                ..Default::default()
            }],
            ..Default::default()
        }],
    }
}

fn logs(log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource()),
            scope_logs: vec![ScopeLogs {
                scope: Some(scope()),
                log_records,
                ..Default::default()
            }],
            ..Default::default()
        }],
    }
}

fn resource() -> Resource {
    Resource {
        attributes: vec![attribute("service.name", text("support-agent"))],
        ..Default::default()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "scope".into(),
        version: "1.0".into(),
        attributes: attributes(),
        dropped_attributes_count: 1,
    }
}

fn span() -> Span {
    Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        parent_span_id: vec![3; 8],
        name: "chat gpt-4o".into(),
        kind: 3,
        start_time_unix_nano: 1_780_000_000_000_000_000,
        end_time_unix_nano: 1_780_000_001_000_000_000,
        attributes: attributes(),
        events: vec![Event {
            name: "exception".into(),
            attributes: attributes(),
            ..Default::default()
        }],
        links: vec![Link {
            trace_id: vec![4; 16],
            span_id: vec![5; 8],
            attributes: attributes(),
            ..Default::default()
        }],
        dropped_links_count: 1,
        status: Some(Status {
            message: "timed out".into(),
            code: 2,
        }),
        ..Default::default()
    }
}

fn log_record() -> LogRecord {
    LogRecord {
        time_unix_nano: 1_780_000_000_000_000_000,
        severity_number: 9,
        body: Some(AnyValue {
            value: Some(text("{\"content\":\"hello\"}")),
        }),
        attributes: attributes(),
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        event_name: "gen_ai.user.message".into(),
        ..Default::default()
    }
}

fn attributes() -> Vec<KeyValue> {
    let list = ArrayValue {
        values: vec![
            AnyValue {
                value: Some(text("a")),
            },
            AnyValue { value: None },
        ],
    };
    let map = KeyValueList {
        values: vec![attribute("inner", Value::DoubleValue(0.5))],
    };
    vec![
        attribute("text", text("caf\u{e9}")),
        attribute("flag", Value::BoolValue(true)),
        attribute("int", Value::IntValue(-1)),
        attribute("bytes", Value::BytesValue(vec![0, 255])),
        attribute("list", Value::ArrayValue(list)),
        attribute("map", Value::KvlistValue(map)),
    ]
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    }
}

fn text(text: &str) -> Value {
    Value::StringValue(text.into())
}
