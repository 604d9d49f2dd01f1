//! How fast bodies are read: `cargo bench -p everyframe-dialects`. The figure is spans per second.

use dialects::otlp::{Limits, json, protobuf};
use dialects::{KeyMap, Origin, decode_traces};
use divan::Bencher;
use divan::counter::ItemsCount;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use trace::{ProjectId, UnixNanos, WorkspaceId};

const SPANS_PER_REQUEST: u64 = 100;
/// What a thin span has on the wire.
const SPAN_SIZE_BYTES: usize = 850;

fn main() {
    divan::main();
}

#[divan::bench]
fn protobuf_thin_spans(bencher: Bencher<'_, '_>) {
    let body = request().encode_to_vec();
    let limits = Limits::default();
    bencher
        .counter(ItemsCount::new(SPANS_PER_REQUEST))
        .bench(|| protobuf::read_traces(divan::black_box(&body), &limits));
}

#[divan::bench]
fn json_thin_spans(bencher: Bencher<'_, '_>) {
    let body = serde_json::to_vec(&request()).unwrap_or_default();
    let limits = Limits::default();
    bencher
        .counter(ItemsCount::new(SPANS_PER_REQUEST))
        .bench(|| json::read_traces(divan::black_box(&body), &limits));
}

/// What comes after the reading: into our vocabulary.
#[divan::bench]
fn decode_thin_spans(bencher: Bencher<'_, '_>) {
    let body = request().encode_to_vec();
    let Ok(request) = protobuf::read_traces(&body, &Limits::default()) else {
        return;
    };
    let origin = Origin {
        workspace_id: WorkspaceId::new("bench"),
        project_id: ProjectId::new("bench"),
        received_at: UnixNanos(1_800_000_000_000_000_000),
    };
    let key_map = KeyMap::default();
    bencher
        .counter(ItemsCount::new(SPANS_PER_REQUEST))
        .bench(|| decode_traces(divan::black_box(&request), &origin, &key_map));
}

/// For comparison: the generated structs.
#[divan::bench]
fn prost_thin_spans(bencher: Bencher<'_, '_>) {
    let body = request().encode_to_vec();
    bencher
        .counter(ItemsCount::new(SPANS_PER_REQUEST))
        .bench(|| ExportTraceServiceRequest::decode(divan::black_box(&*body)));
}

fn request() -> ExportTraceServiceRequest {
    let mut spans: Vec<_> = (1..=SPANS_PER_REQUEST).map(span).collect();
    for span in &mut spans {
        // What is missing to the size goes into one text.
        let missing = SPAN_SIZE_BYTES.saturating_sub(span.encoded_len() + 24);
        span.attributes.push(text("agent.note", &"n".repeat(missing)));
    }
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: vec![text("service.name", "support-agent")],
                ..Default::default()
            }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: "opentelemetry.instrumentation.openai_v2".into(),
                    version: "2.4b0".into(),
                    ..Default::default()
                }),
                spans,
                ..Default::default()
            }],
            ..Default::default()
        }],
    }
}

fn span(index: u64) -> Span {
    Span {
        trace_id: vec![7; 16],
        span_id: index.to_be_bytes().to_vec(),
        parent_span_id: vec![9; 8],
        name: "chat gpt-4o-mini".into(),
        kind: 3,
        start_time_unix_nano: 1_780_000_000_000_000_000 + index * 1_000_000,
        end_time_unix_nano: 1_780_000_001_000_000_000 + index * 1_000_000,
        attributes: vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", "openai"),
            text("gen_ai.request.model", "gpt-4o-mini"),
            text("gen_ai.response.model", "gpt-4o-mini-2024-07-18"),
            text("gen_ai.response.id", "chatcmpl-0123456789abcdef"),
            text("gen_ai.conversation.id", "conversation-42"),
            text("server.address", "api.openai.com"),
            int("server.port", 443),
            int("gen_ai.request.max_tokens", 1_024),
            int("gen_ai.usage.input_tokens", 1_893),
            int("gen_ai.usage.output_tokens", 126),
            int("gen_ai.usage.cache_read.input_tokens", 384),
        ],
        status: Some(Status {
            code: 1,
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn text(key: &str, text: &str) -> KeyValue {
    attribute(key, Value::StringValue(text.into()))
}

fn int(key: &str, number: i64) -> KeyValue {
    attribute(key, Value::IntValue(number))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    }
}
