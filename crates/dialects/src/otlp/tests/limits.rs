//! What happens over each limit.

use super::sample;
use crate::otlp::{AnyValue, Error, Limits, LogRecord, Span, json, protobuf};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue as WireValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{self as wire, Status};
use prost::Message;

/// Reads a span from both encodings, which have to agree.
fn read(span: wire::Span, limits: &Limits) -> Span<'static> {
    let request = sample::traces(vec![span]);
    let body: &'static [u8] = request.encode_to_vec().leak();
    let text: &'static [u8] = serde_json::to_vec(&request).unwrap().leak();
    let read = protobuf::read_traces(body, limits).unwrap();
    assert_eq!(read, json::read_traces(text, limits).unwrap());
    read.groups[0].records[0].clone()
}

fn with_attributes(attributes: Vec<KeyValue>) -> wire::Span {
    wire::Span {
        attributes,
        dropped_attributes_count: 0,
        events: vec![],
        dropped_events_count: 0,
        links: vec![],
        dropped_links_count: 0,
        ..sample::full_span()
    }
}

#[test]
fn what_is_over_a_count_is_dropped_and_counted() {
    let limits = Limits {
        attributes_max: 3,
        events_max: 2,
        links_max: 1,
        ..Limits::default()
    };
    let link = Link {
        trace_id: vec![1; 16],
        span_id: vec![1; 8],
        ..Link::default()
    };
    let span = read(
        wire::Span {
            events: vec![Event::default(); 4],
            links: vec![link; 4],
            ..with_attributes(sample::all_values())
        },
        &limits,
    );
    assert_eq!(
        (span.attributes.len(), span.events.len(), span.links.len()),
        (3, 2, 1)
    );
    assert_eq!(span.dropped_count, 7 + 2 + 3);
}

#[test]
fn a_text_over_its_size_is_cut_at_a_character() {
    let limits = Limits::default().with_field_size_bytes_max(5);
    let span = read(
        wire::Span {
            status: Some(Status {
                code: 2,
                message: "123456".into(),
            }),
            ..with_attributes(vec![
                sample::attribute("long", sample::text("abcd\u{e9}f")),
                sample::attribute("fits", sample::text("abcde")),
                sample::attribute("bytes", Value::BytesValue(vec![1; 9])),
                sample::attribute("in a list", sample::list_of([sample::text("abcdef")])),
            ])
        },
        &limits,
    );
    assert_eq!(span.attributes[0].value, AnyValue::Text("abcd".into()));
    assert_eq!(span.attributes[1].value, AnyValue::Text("abcde".into()));
    assert_eq!(span.attributes[2].value, AnyValue::Bytes(vec![1; 5].into()));
    assert_eq!(span.status_message, "12345");
    assert_eq!(span.dropped_count, 0);
    let mut cut_fields = span.cut_fields.clone();
    cut_fields.sort();
    assert_eq!(cut_fields, ["bytes", "in a list", "long", "status.message"]);
}

#[test]
fn the_field_size_has_a_ceiling() {
    let limits = Limits::default().with_field_size_bytes_max(usize::MAX);
    assert_eq!(limits.field_size_bytes_max, 20 * 1024 * 1024);
}

#[test]
fn a_long_name_is_cut_and_an_attribute_with_a_long_key_dropped() {
    let span = read(
        wire::Span {
            name: "n".repeat(1_025),
            ..with_attributes(vec![
                sample::attribute(&"k".repeat(256), sample::text("kept")),
                sample::attribute(&"k".repeat(257), sample::text("dropped")),
            ])
        },
        &Limits::default(),
    );
    assert_eq!(span.name.len(), 1_024);
    assert_eq!(span.cut_fields, ["name"]);
    assert_eq!((span.attributes.len(), span.dropped_count), (1, 1));
}

#[test]
fn a_value_nested_too_deep_is_empty_there_and_marked() {
    let deepest = read(
        with_attributes(vec![sample::attribute("deep", sample::nested(31))]),
        &Limits::default(),
    );
    assert!(deepest.cut_fields.is_empty());
    let span = read(
        with_attributes(vec![sample::attribute("deep", sample::nested(32))]),
        &Limits::default(),
    );
    assert_eq!(span.cut_fields, ["deep"]);
    let mut value = &span.attributes[0].value;
    for _ in 1..32 {
        let AnyValue::List(list) = value else {
            panic!("{value:?}")
        };
        value = &list[0];
    }
    assert_eq!(*value, AnyValue::Empty);
}

#[test]
fn a_log_body_is_cut_and_named() {
    let limits = Limits::default().with_field_size_bytes_max(5);
    let request = sample::logs(vec![v1::LogRecord {
        body: Some(WireValue {
            value: Some(sample::text("123456")),
        }),
        ..v1::LogRecord::default()
    }]);
    let body = request.encode_to_vec();
    let read = protobuf::read_logs(&body, &limits).unwrap();
    assert_eq!(
        read.groups[0].records[0],
        LogRecord {
            body: AnyValue::Text("12345".into()),
            cut_fields: vec!["body".into()],
            ..LogRecord::default()
        }
    );
    assert_eq!(
        read,
        json::read_logs(&serde_json::to_vec(&request).unwrap(), &limits).unwrap()
    );
}

#[test]
fn too_many_records_refuse_the_request() {
    let limits = Limits {
        records_max: 2,
        ..Limits::default()
    };
    let mut request = sample::traces(vec![sample::full_span(); 2]);
    assert!(protobuf::read_traces(&request.encode_to_vec(), &limits).is_ok());
    request.resource_spans.push(request.resource_spans[0].clone());
    let error = protobuf::read_traces(&request.encode_to_vec(), &limits).unwrap_err();
    assert_eq!(error, Error::TooManyRecords { limit: 2 });
    assert_eq!(
        error.to_string(),
        "more than 2 records in one request: send smaller batches"
    );
    let text = serde_json::to_vec(&request).unwrap();
    assert_eq!(json::read_traces(&text, &limits).unwrap_err(), error);
}

#[test]
fn a_body_of_nothing_but_empty_values_is_refused() {
    // Two bytes on the wire are up to 60 in memory.
    let limits = Limits::default();
    let attributes = [0x4a, 0x00].repeat(4_000);
    let mut span = vec![0x12];
    prost::encoding::encode_varint(u64::try_from(attributes.len()).unwrap(), &mut span);
    span.extend(attributes);
    let spans = span.repeat(300);
    let mut scope_spans = vec![0x12];
    prost::encoding::encode_varint(u64::try_from(spans.len()).unwrap(), &mut scope_spans);
    scope_spans.extend(spans);
    let mut body = vec![0x0a];
    prost::encoding::encode_varint(u64::try_from(scope_spans.len()).unwrap(), &mut body);
    body.extend(scope_spans);
    assert_eq!(
        protobuf::read_traces(&body, &limits).unwrap_err(),
        Error::TooManyValues { limit: 1_000_000 }
    );
    let resources = [0x0a, 0x00].repeat(1_000_001);
    assert_eq!(
        protobuf::read_traces(&resources, &limits).unwrap_err(),
        Error::TooManyValues { limit: 1_000_000 }
    );
}
