//! Requests built with OpenTelemetry's own generated types.

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

/// A request of one scope in one resource.
pub(crate) fn traces(spans: Vec<Span>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource()),
            scope_spans: vec![ScopeSpans {
                scope: Some(scope()),
                spans,
                schema_url: "https://opentelemetry.io/schemas/1.44.0".into(),
            }],
            ..Default::default()
        }],
    }
}

/// A request of one scope in one resource.
pub(crate) fn logs(log_records: Vec<LogRecord>) -> ExportLogsServiceRequest {
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
        dropped_attributes_count: 1,
        ..Default::default()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "openinference.instrumentation.openai".into(),
        version: "0.1.66".into(),
        attributes: vec![attribute("scope.key", Value::BoolValue(true))],
        dropped_attributes_count: 0,
    }
}

/// A span that has something in every field.
pub(crate) fn full_span() -> Span {
    Span {
        trace_id: (1..=16).collect(),
        span_id: (1..=8).collect(),
        parent_span_id: (9..=16).collect(),
        trace_state: "vendor=1".into(),
        flags: 0x101,
        name: "chat gpt-4o \u{1f980}".into(),
        kind: 3,
        start_time_unix_nano: 1_780_000_000_123_456_789,
        end_time_unix_nano: 1_780_000_001_123_456_789,
        attributes: all_values(),
        dropped_attributes_count: 1,
        events: vec![Event {
            time_unix_nano: 1_780_000_000_500_000_000,
            name: "exception".into(),
            attributes: vec![attribute("exception.type", text("TimeoutError"))],
            dropped_attributes_count: 2,
        }],
        dropped_events_count: 4,
        links: vec![Link {
            trace_id: vec![7; 16],
            span_id: vec![8; 8],
            attributes: vec![attribute("link.kind", text("resume"))],
            dropped_attributes_count: 8,
            ..Default::default()
        }],
        dropped_links_count: 16,
        status: Some(Status {
            message: "timed \"out\"\n".into(),
            code: 2,
        }),
    }
}

/// A log record that has something in every field.
pub(crate) fn full_log_record() -> LogRecord {
    LogRecord {
        time_unix_nano: 1_780_000_000_123_456_789,
        observed_time_unix_nano: 1_780_000_000_223_456_789,
        severity_number: 9,
        severity_text: "INFO".into(),
        body: Some(AnyValue {
            value: Some(Value::KvlistValue(KeyValueList {
                values: vec![attribute("content", text("hello"))],
            })),
        }),
        attributes: all_values(),
        dropped_attributes_count: 3,
        flags: 1,
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        event_name: "gen_ai.user.message".into(),
    }
}

/// An attribute of every type a value has.
pub(crate) fn all_values() -> Vec<KeyValue> {
    let list = [text("a"), Value::IntValue(i64::MIN), Value::DoubleValue(-0.5)];
    vec![
        attribute(
            "text",
            text("caf\u{e9} \u{1f980} \"quoted\" \\ \u{8}\u{c}\n\r\t\u{1}"),
        ),
        attribute("empty", text("")),
        attribute("flag", Value::BoolValue(false)),
        attribute("int", Value::IntValue(i64::MAX)),
        attribute("double", Value::DoubleValue(1.5e300)),
        attribute("bytes", Value::BytesValue(vec![0, 255, 62, 63])),
        attribute("list", list_of(list)),
        attribute("empty list", list_of([])),
        attribute(
            "map",
            Value::KvlistValue(KeyValueList {
                values: vec![
                    attribute("inner", list_of([text("b")])),
                    attribute("inner", Value::IntValue(0)),
                ],
            }),
        ),
        KeyValue {
            key: "no value".into(),
            ..Default::default()
        },
    ]
}

/// A list of values.
pub(crate) fn list_of(values: impl IntoIterator<Item = Value>) -> Value {
    Value::ArrayValue(ArrayValue {
        values: values
            .into_iter()
            .map(|value| AnyValue { value: Some(value) })
            .collect(),
    })
}

/// An attribute.
pub(crate) fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    }
}

/// A text.
pub(crate) fn text(text: &str) -> Value {
    Value::StringValue(text.into())
}

/// A list in a list in a list.
pub(crate) fn nested(depth: usize) -> Value {
    (0..depth).fold(text("innermost"), |inner, _| list_of([inner]))
}
