//! Requests to send.

use std::io::Write;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;

use crate::server::NOW;

pub(crate) const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");

pub(crate) fn text(key: &str, value: &str) -> KeyValue {
    let value = AnyValue {
        value: Some(Value::StringValue(value.to_owned())),
    };
    KeyValue {
        key: key.to_owned(),
        value: Some(value),
        ..KeyValue::default()
    }
}

pub(crate) fn int(key: &str, value: i64) -> KeyValue {
    let value = AnyValue {
        value: Some(Value::IntValue(value)),
    };
    KeyValue {
        key: key.to_owned(),
        value: Some(value),
        ..KeyValue::default()
    }
}

pub(crate) fn trace_id(number: u64) -> Vec<u8> {
    [[0xaa; 8], number.to_be_bytes()].concat()
}

/// A span of a tool with a number of its own.
pub(crate) fn span(number: u64) -> Span {
    let started = u64::try_from(NOW.0).unwrap() - 1_000_000_000;
    Span {
        trace_id: trace_id(number),
        span_id: (number + 1).to_be_bytes().to_vec(),
        name: "execute_tool lookup".to_owned(),
        kind: 1,
        start_time_unix_nano: started,
        end_time_unix_nano: started + 5_000_000,
        attributes: vec![
            text("gen_ai.operation.name", "execute_tool"),
            text("gen_ai.tool.name", "lookup"),
            int("everyframe.retry.attempt", 2),
        ],
        ..Span::default()
    }
}

pub(crate) fn traces_of(resource: Vec<KeyValue>, spans: Vec<Span>) -> ExportTraceServiceRequest {
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: resource,
                ..Resource::default()
            }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: "tests".to_owned(),
                    ..InstrumentationScope::default()
                }),
                spans,
                ..ScopeSpans::default()
            }],
            ..ResourceSpans::default()
        }],
    }
}

pub(crate) fn traces(spans: Vec<Span>) -> ExportTraceServiceRequest {
    traces_of(vec![text("service.name", "shop")], spans)
}

/// Spans with numbers of their own.
pub(crate) fn numbered(numbers: std::ops::Range<u64>) -> ExportTraceServiceRequest {
    traces(numbers.map(span).collect())
}

pub(crate) fn logs() -> ExportLogsServiceRequest {
    let record = LogRecord {
        time_unix_nano: u64::try_from(NOW.0).unwrap(),
        event_name: "gen_ai.choice".to_owned(),
        trace_id: trace_id(1),
        span_id: 2_u64.to_be_bytes().to_vec(),
        attributes: vec![text("gen_ai.system", "openai")],
        ..LogRecord::default()
    };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            scope_logs: vec![ScopeLogs {
                log_records: vec![record],
                ..ScopeLogs::default()
            }],
            ..ResourceLogs::default()
        }],
    }
}

/// Two metrics with three data points.
pub(crate) fn metrics() -> ExportMetricsServiceRequest {
    let point = NumberDataPoint::default();
    let gauge = Gauge {
        data_points: vec![point.clone()],
    };
    let sum = Sum {
        data_points: vec![point.clone(), point],
        ..Sum::default()
    };
    let metric = |data| Metric {
        name: "tokens".to_owned(),
        data: Some(data),
        ..Metric::default()
    };
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            scope_metrics: vec![ScopeMetrics {
                metrics: vec![metric(Data::Gauge(gauge)), metric(Data::Sum(sum))],
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    }
}

pub(crate) fn protobuf(message: &impl Message) -> Bytes {
    message.encode_to_vec().into()
}

pub(crate) fn json(message: &impl serde::Serialize) -> Bytes {
    serde_json::to_vec(message).unwrap().into()
}

pub(crate) fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap().into()
}

pub(crate) fn zstd(body: &[u8]) -> Bytes {
    zstd::encode_all(body, 1).unwrap().into()
}
