//! Bodies made to break a reader: no panic, no stack used up, time in proportion to size.

use super::sample;
use crate::otlp::{AnyValue, Limits, json, protobuf};

use proptest::prelude::*;
use prost::Message;

const DEPTH: usize = 100_000;

/// Puts these bytes into a length-delimited field.
fn field(tag: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    prost::encoding::encode_varint(u64::try_from(payload.len()).unwrap(), &mut bytes);
    bytes.extend(payload);
    bytes
}

/// A value that is a list of a list of a list ...: the two tags of each level around what is within.
fn nested_value(depth: usize) -> Vec<u8> {
    // Built from the inside by writing backwards, as each level needs the length of what it holds.
    let mut reversed: Vec<u8> = Vec::new();
    for _ in 0..depth {
        for tag in [0x0a, 0x2a] {
            let mut header = vec![tag];
            prost::encoding::encode_varint(u64::try_from(reversed.len()).unwrap(), &mut header);
            reversed.extend(header.iter().rev());
        }
    }
    reversed.reverse();
    reversed
}

#[test]
fn depth_costs_no_stack_in_protobuf() {
    let attribute = [field(0x0a, b"deep"), field(0x12, &nested_value(DEPTH))].concat();
    let ids = [field(0x0a, &[1; 16]), field(0x12, &[1; 8])].concat();
    let span = [ids, field(0x4a, &attribute)].concat();
    let body = field(0x0a, &field(0x12, &field(0x12, &span)));
    let read = protobuf::read_traces(&body, &Limits::default()).unwrap();
    assert_eq!(read.groups[0].records[0].cut_fields, ["deep"]);
}

#[test]
fn depth_costs_no_stack_in_json() {
    let deep = [r#"{"arrayValue":{"values":["#.repeat(DEPTH), "]}}".repeat(DEPTH)].concat();
    let body = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"0102030405060708090a0b0c0d0e0f10",
        "spanId":"0102030405060708","attributes":[{{"key":"deep","value":{deep}}}]}}]}}]}}]}}"#
    );
    let read = json::read_traces(body.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(read.groups[0].records[0].cut_fields, ["deep"]);

    for unknown in ["[", "{\"a\":"] {
        let body = format!(r#"{{"unknown":{}"#, unknown.repeat(DEPTH));
        assert!(json::read_traces(body.as_bytes(), &Limits::default()).is_err());
    }
    let body = format!(r#"{{"unknown":{}{}}}"#, "[".repeat(DEPTH), "]".repeat(DEPTH));
    assert!(json::read_traces(body.as_bytes(), &Limits::default()).is_ok());
}

#[test]
fn a_body_cut_at_any_byte_is_refused_or_shorter() {
    let request = sample::traces(vec![sample::full_span(), sample::full_span()]);
    let limits = Limits::default();
    let body = request.encode_to_vec();
    for end in 1..body.len() {
        assert!(protobuf::read_traces(&body[..end], &limits).is_err(), "{end}");
    }
    let text = serde_json::to_vec(&request).unwrap();
    for end in 0..text.len() {
        assert!(json::read_traces(&text[..end], &limits).is_err(), "{end}");
    }
    for (_, _, body) in super::captures::bodies().into_iter().take(4) {
        for end in (0..body.len()).step_by(1 + body.len() / 4_000) {
            _ = protobuf::read_traces(&body[..end], &limits);
            _ = protobuf::read_logs(&body[..end], &limits);
            _ = protobuf::count_metrics(&body[..end]);
        }
    }
}

#[test]
fn a_body_with_any_byte_changed_does_not_panic() {
    let request = sample::traces(vec![sample::full_span()]);
    let limits = Limits::default();
    for body in [request.encode_to_vec(), serde_json::to_vec(&request).unwrap()] {
        for index in 0..body.len() {
            for value in [0x00, 0x7f, 0x80, 0xff, b'"', b'\\', b'{'] {
                let mut body = body.clone();
                body[index] = value;
                _ = protobuf::read_traces(&body, &limits);
                _ = json::read_traces(&body, &limits);
            }
        }
    }
}

#[test]
fn a_body_read_as_another_signal_does_not_panic() {
    let limits = Limits::default();
    for (_, _, body) in super::captures::bodies() {
        _ = protobuf::read_traces(&body, &limits);
        _ = protobuf::read_logs(&body, &limits);
        _ = protobuf::count_metrics(&body);
        assert!(json::read_traces(&body, &limits).is_err());
    }
}

#[test]
fn no_id_of_a_whole_span_is_lost() {
    let spans: Vec<_> = (1..=200u64)
        .map(|index| {
            let mut span = sample::full_span();
            span.span_id = index.to_be_bytes().to_vec();
            span
        })
        .collect();
    let body = sample::traces(spans).encode_to_vec();
    let read = protobuf::read_traces(&body, &Limits::default()).unwrap();
    let ids = read.groups[0].records.iter().map(|span| span.span_id.to_vec());
    assert!(ids.eq((1..=200u64).map(|index| index.to_be_bytes().to_vec())));
    assert!(read.groups[0].records.iter().all(|span| matches!(
        span.attributes[0].value,
        AnyValue::Text(std::borrow::Cow::Borrowed(_))
    )));
}

proptest! {
    #[test]
    fn any_bytes_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let limits = Limits::default();
        _ = protobuf::read_traces(&body, &limits);
        _ = protobuf::read_logs(&body, &limits);
        _ = protobuf::count_metrics(&body);
        _ = json::read_traces(&body, &limits);
        _ = json::read_logs(&body, &limits);
        _ = json::count_metrics(&body);
    }

    #[test]
    fn any_spoiled_body_reads_without_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        is_json: bool,
    ) {
        let request = sample::traces(vec![sample::full_span()]);
        let mut body = if is_json { serde_json::to_vec(&request).unwrap() } else { request.encode_to_vec() };
        for (index, value) in changes {
            let index = index.index(body.len());
            body[index] = value;
        }
        let limits = Limits { nesting_max: 2, attributes_max: 4, field_size_bytes_max: 3, ..Limits::default() };
        _ = protobuf::read_traces(&body, &limits);
        _ = json::read_traces(&body, &limits);
    }
}
