//! The same request reads the same from protobuf and from JSON.

use super::sample;
use crate::otlp::{AnyValue, Limits, StatusCode, json, protobuf};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue as WireValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::metrics::v1 as metrics;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use proptest::collection::vec;
use proptest::prelude::*;
use prost::Message;

#[test]
fn a_span_with_everything_reads_the_same() {
    let request = sample::traces(vec![sample::full_span()]);
    let bytes = request.encode_to_vec();
    let text = serde_json::to_vec(&request).unwrap();
    let limits = Limits::default();
    let read = protobuf::read_traces(&bytes, &limits).unwrap();
    assert_eq!(read, json::read_traces(&text, &limits).unwrap());

    let span = &read.groups[0].records[0];
    assert_eq!(*span.trace_id, *(1..=16).collect::<Vec<u8>>());
    assert_eq!(*span.span_id, *(1..=8).collect::<Vec<u8>>());
    assert_eq!(*span.parent_span_id, *(9..=16).collect::<Vec<u8>>());
    assert_eq!(span.name, "chat gpt-4o \u{1f980}");
    assert_eq!(span.kind, 3);
    assert_eq!(span.start_unix_nanos, 1_780_000_000_123_456_789);
    assert_eq!(span.end_unix_nanos, 1_780_000_001_123_456_789);
    assert_eq!(span.status_code, StatusCode::Error);
    assert_eq!(span.status_message, "timed \"out\"\n");
    assert_eq!(span.dropped_count, 1 + 2 + 4 + 8 + 16);
    assert_eq!(span.events[0].name, "exception");
    assert_eq!(span.links[0].attributes.len(), 1);
    assert_eq!(span.attributes.len(), 10);
    assert_eq!(span.attributes[3].value, AnyValue::Int(i64::MAX));
    assert_eq!(span.attributes[9].value, AnyValue::Empty);
    assert_eq!(read.resources[0].dropped_count, 1);
    assert_eq!(read.groups[0].scope.version, "0.1.66");
}

#[test]
fn a_log_record_with_everything_reads_the_same() {
    let request = sample::logs(vec![sample::full_log_record()]);
    let bytes = request.encode_to_vec();
    let text = serde_json::to_vec(&request).unwrap();
    let limits = Limits::default();
    let read = protobuf::read_logs(&bytes, &limits).unwrap();
    assert_eq!(read, json::read_logs(&text, &limits).unwrap());

    let record = &read.groups[0].records[0];
    assert_eq!(record.event_name, "gen_ai.user.message");
    assert_eq!(record.severity, 9);
    assert_eq!(record.observed_unix_nanos, 1_780_000_000_223_456_789);
    assert!(matches!(&record.body, AnyValue::Map(entries) if entries[0].key == "content"));
    assert_eq!(record.dropped_count, 3);
}

#[test]
fn metrics_count_the_same() {
    let metric = |data| metrics::Metric {
        name: "gen_ai.client.token.usage".into(),
        data: Some(data),
        ..Default::default()
    };
    let request = ExportMetricsServiceRequest {
        resource_metrics: vec![metrics::ResourceMetrics {
            scope_metrics: vec![metrics::ScopeMetrics {
                metrics: vec![
                    metric(metrics::metric::Data::Histogram(metrics::Histogram {
                        data_points: vec![metrics::HistogramDataPoint::default(); 3],
                        ..Default::default()
                    })),
                    metric(metrics::metric::Data::Sum(metrics::Sum {
                        data_points: vec![metrics::NumberDataPoint::default(); 2],
                        ..Default::default()
                    })),
                    metric(metrics::metric::Data::ExponentialHistogram(
                        metrics::ExponentialHistogram {
                            data_points: vec![metrics::ExponentialHistogramDataPoint::default()],
                            ..Default::default()
                        },
                    )),
                    metrics::Metric::default(),
                ],
                ..Default::default()
            }],
            ..Default::default()
        }],
    };
    let count = protobuf::count_metrics(&request.encode_to_vec()).unwrap();
    assert_eq!((count.metrics, count.data_points), (4, 6));
    let text = serde_json::to_vec(&request).unwrap();
    assert_eq!(json::count_metrics(&text).unwrap(), count);
}

#[test]
fn resources_and_scopes_keep_their_records_apart() {
    let mut request = sample::traces(vec![sample::full_span()]);
    let mut other = request.resource_spans[0].clone();
    other.resource = None;
    other.scope_spans.push(other.scope_spans[0].clone());
    // Nothing in it: it takes no place.
    request.resource_spans.push(Default::default());
    request.resource_spans.push(other);
    let bytes = request.encode_to_vec();
    let text = serde_json::to_vec(&request).unwrap();
    let limits = Limits::default();
    let read = protobuf::read_traces(&bytes, &limits).unwrap();
    assert_eq!(read, json::read_traces(&text, &limits).unwrap());
    assert_eq!(read.resources.len(), 2);
    let indices: Vec<_> = read.groups.iter().map(|group| group.resource).collect();
    assert_eq!(indices, [0, 1, 1]);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        ".{0,12}".prop_map(Value::StringValue),
        any::<bool>().prop_map(Value::BoolValue),
        any::<i64>().prop_map(Value::IntValue),
        // What JSON writes for a number that is not finite is another matter: see `answers`.
        any::<f64>()
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Value::DoubleValue),
        vec(any::<u8>(), 0..8).prop_map(Value::BytesValue),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(sample::list_of),
            vec((".{0,8}", inner), 0..4).prop_map(|entries| {
                let values = entries
                    .into_iter()
                    .map(|(key, value)| sample::attribute(&key, value))
                    .collect();
                Value::KvlistValue(KeyValueList { values })
            }),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let attribute = (".{0,16}", proptest::option::of(any_value())).prop_map(|(key, value)| KeyValue {
        key,
        value: value.map(|value| WireValue { value: Some(value) }),
        ..Default::default()
    });
    vec(attribute, 0..5)
}

fn span() -> impl Strategy<Value = Span> {
    let ids = (vec(any::<u8>(), 16), vec(any::<u8>(), 8), vec(any::<u8>(), 0..9));
    let events = vec((any::<u64>(), ".{0,8}", attributes()), 0..3);
    let links = vec((vec(any::<u8>(), 16), vec(any::<u8>(), 8), attributes()), 0..3);
    let ends = (
        ".{0,20}",
        0..6i32,
        any::<u64>(),
        any::<u64>(),
        0..4i32,
        ".{0,12}",
        any::<u32>(),
    );
    (ids, attributes(), events, links, ends).prop_map(|(ids, attributes, events, links, ends)| Span {
        trace_id: ids.0,
        span_id: ids.1,
        parent_span_id: ids.2,
        attributes,
        events: events
            .into_iter()
            .map(|(time_unix_nano, name, attributes)| Event {
                time_unix_nano,
                name,
                attributes,
                ..Default::default()
            })
            .collect(),
        links: links
            .into_iter()
            .map(|(trace_id, span_id, attributes)| Link {
                trace_id,
                span_id,
                attributes,
                ..Default::default()
            })
            .collect(),
        name: ends.0,
        kind: ends.1,
        start_time_unix_nano: ends.2,
        end_time_unix_nano: ends.3,
        status: Some(Status {
            code: ends.4,
            message: ends.5,
        }),
        dropped_events_count: ends.6,
        ..Default::default()
    })
}

proptest! {
    #[test]
    fn any_request_reads_the_same(spans in vec(span(), 0..4)) {
        let request = sample::traces(spans);
        let bytes = request.encode_to_vec();
        let text = serde_json::to_vec(&request).unwrap();
        let limits = Limits::default();
        let read = protobuf::read_traces(&bytes, &limits).unwrap();
        prop_assert_eq!(&read, &json::read_traces(&text, &limits).unwrap());
        let left_out: u64 = read.rejected.iter().map(|rejected| rejected.count).sum();
        let kept: usize = read.groups.iter().map(|group| group.records.len()).sum();
        prop_assert_eq!(usize::try_from(left_out).unwrap() + kept, request.resource_spans[0].scope_spans[0].spans.len());
    }
}
