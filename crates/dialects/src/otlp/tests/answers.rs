//! One documented answer to each odd thing a body may hold (row I8 of the threat model), the same in protobuf
//! and JSON.

use super::sample;
use crate::otlp::{AnyValue, Error, Limits, Span, StatusCode, json, protobuf};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;

use std::borrow::Cow;

const IDS: &str = r#""traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708""#;

/// Reads a span of these JSON members (next to valid ids).
fn span_of(members: &str) -> Result<Span<'static>, Error> {
    let body = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{IDS},{members}}}]}}]}}]}}"#);
    let body: &'static str = body.leak();
    let read = json::read_traces(body.as_bytes(), &Limits::default())?;
    Ok(read.groups[0].records[0].clone())
}

/// Reads an attribute's value written in JSON.
fn value_of(value: &str) -> Result<AnyValue<'static>, Error> {
    let span = span_of(&format!(r#""attributes":[{{"key":"k","value":{value}}}]"#))?;
    Ok(span.attributes[0].value.clone())
}

fn check_value(value: &str, expected: AnyValue<'static>) {
    assert_eq!(value_of(value), Ok(expected), "{value}");
}

fn check_refused(members: &str, expected: &str) {
    let error = span_of(members).unwrap_err().to_string();
    assert!(error.contains(expected), "{members}: {error}");
}

fn text(text: &'static str) -> AnyValue<'static> {
    AnyValue::Text(Cow::Borrowed(text))
}

#[test]
fn numbers_that_are_not_finite_are_no_value() {
    for written in [
        r#""NaN""#,
        r#""Infinity""#,
        r#""-Infinity""#,
        "NaN",
        "-Infinity",
        "null",
        "1e999",
    ] {
        check_value(&format!(r#"{{"doubleValue":{written}}}"#), AnyValue::Empty);
    }
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut span = sample::full_span();
        span.attributes = vec![sample::attribute("k", Value::DoubleValue(number))];
        let body = sample::traces(vec![span]).encode_to_vec();
        let read = protobuf::read_traces(&body, &Limits::default()).unwrap();
        assert_eq!(read.groups[0].records[0].attributes[0].value, AnyValue::Empty);
    }
}

#[test]
fn integers_may_be_texts_or_numbers() {
    check_value(r#"{"intValue":"9223372036854775807"}"#, AnyValue::Int(i64::MAX));
    check_value(r#"{"intValue":-9223372036854775808}"#, AnyValue::Int(i64::MIN));
    check_value(r#"{"intValue":7}"#, AnyValue::Int(7));
    let span = span_of(r#""startTimeUnixNano":1780000000123456789,"endTimeUnixNano":"18446744073709551615""#);
    let span = span.unwrap();
    assert_eq!(span.start_unix_nanos, 1_780_000_000_123_456_789);
    assert_eq!(span.end_unix_nanos, u64::MAX);
    assert_eq!(
        span_of(r#""startTimeUnixNano":1.78e18"#)
            .unwrap()
            .start_unix_nanos,
        1_780_000_000_000_000_000
    );
}

#[test]
fn an_integer_value_beyond_64_bits_is_a_double() {
    check_value(
        r#"{"intValue":"9223372036854775808"}"#,
        AnyValue::Double(9_223_372_036_854_775_808.0),
    );
    check_value(r#"{"intValue":1e21}"#, AnyValue::Double(1e21));
    check_value(r#"{"intValue":1.5}"#, AnyValue::Double(1.5));
}

#[test]
fn a_time_that_is_no_number_of_64_bits_refuses_the_body() {
    for written in [
        "-1",
        "1.5",
        r#""now""#,
        "18446744073709551616",
        r#""""#,
        "{}",
        "true",
    ] {
        check_refused(&format!(r#""startTimeUnixNano":{written}"#), "in Span at byte ");
    }
}

#[test]
fn enumerations_are_numbers_or_names() {
    let kinds = [
        ("3", 3),
        (r#""SPAN_KIND_CLIENT""#, 3),
        (r#""SPAN_KIND_INTERNAL""#, 1),
        (r#""2""#, 2),
        ("99", 99),
        (r#""SPAN_KIND_NOVEL""#, 0),
        ("null", 0),
    ];
    for (written, expected) in kinds {
        assert_eq!(
            span_of(&format!(r#""kind":{written}"#)).unwrap().kind,
            expected,
            "{written}"
        );
    }
    let codes = [
        ("2", StatusCode::Error),
        (r#""STATUS_CODE_ERROR""#, StatusCode::Error),
        (r#""STATUS_CODE_OK""#, StatusCode::Ok),
        (r#""STATUS_CODE_UNSET""#, StatusCode::Unset),
        ("7", StatusCode::Unset),
    ];
    for (written, expected) in codes {
        let span = span_of(&format!(r#""status":{{"code":{written}}}"#)).unwrap();
        assert_eq!(span.status_code, expected, "{written}");
    }
    check_refused(r#""kind":[]"#, "expected a number or a text in Span");
}

#[test]
fn names_are_read_in_snake_case_too() {
    let body = br#"{"resource_spans":[{"scope_spans":[{"spans":[{
        "trace_id":"0102030405060708090A0B0C0D0E0F10","span_id":"0102030405060708",
        "parent_span_id":"1112131415161718","start_time_unix_nano":"5","end_time_unix_nano":9,
        "attributes":[{"key":"k","value":{"array_value":{"values":[{"string_value":"a"},{"bool_value":true}]}}}],
        "dropped_attributes_count":2}]}]}]}"#;
    let read = json::read_traces(body, &Limits::default()).unwrap();
    let span = &read.groups[0].records[0];
    assert_eq!(span.trace_id[15], 16);
    assert_eq!(
        *span.parent_span_id,
        [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]
    );
    assert_eq!((span.start_unix_nanos, span.end_unix_nanos), (5, 9));
    assert_eq!(
        span.attributes[0].value,
        AnyValue::List(vec![text("a"), AnyValue::Bool(true)])
    );
    assert_eq!(span.dropped_count, 2);
}

#[test]
fn a_name_that_stands_twice_reads_as_a_field_sent_twice() {
    let twice = r#""name":"first","attributes":[{"key":"a","value":{"boolValue":true}}],
        "status":{"code":2},"name":"last","attributes":[{"key":"b"}],"status":{"message":"m"}"#;
    let span = span_of(twice).unwrap();
    assert_eq!(span.name, "last");
    assert_eq!(span.attributes.len(), 2);
    assert_eq!(
        (span.status_code, &*span.status_message),
        (StatusCode::Error, "m")
    );
    check_value(r#"{"intValue":1,"stringValue":"last"}"#, text("last"));
    check_value(
        r#"{"arrayValue":{"values":[{"intValue":1}]},"arrayValue":{"values":[{"intValue":2}]}}"#,
        AnyValue::List(vec![AnyValue::Int(1), AnyValue::Int(2)]),
    );
}

#[test]
fn protobuf_joins_a_message_that_was_sent_in_parts() {
    // A protobuf message sent in parts is the same as its parts one after another.
    let whole = sample::traces(vec![sample::full_span()]);
    let resource = whole.resource_spans[0].resource.clone().unwrap();
    let mut resource_spans = whole.resource_spans[0].encode_to_vec();
    resource_spans.push(0x0a);
    resource_spans.push(u8::try_from(resource.encoded_len()).unwrap());
    resource_spans.extend(resource.encode_to_vec());
    let mut body = vec![0x0a];
    prost::encoding::encode_varint(u64::try_from(resource_spans.len()).unwrap(), &mut body);
    body.extend(resource_spans);
    let read = protobuf::read_traces(&body, &Limits::default()).unwrap();
    assert_eq!(read.resources[0].attributes.len(), 2);
    assert_eq!(read.groups[0].records.len(), 1);
}

#[test]
fn null_is_not_set() {
    let span = span_of(
        r#""name":null,"kind":null,"attributes":null,"events":null,"status":null,"parentSpanId":null,
        "droppedEventsCount":null,"endTimeUnixNano":null"#,
    );
    let span = span.unwrap();
    assert!(span.name.is_empty() && span.attributes.is_empty() && span.parent_span_id.is_empty());
    check_value("null", AnyValue::Empty);
    check_value("{}", AnyValue::Empty);
    check_value(r#"{"stringValue":null}"#, AnyValue::Empty);
    check_value(r#"{"arrayValue":{}}"#, AnyValue::List(vec![]));
}

#[test]
fn a_lone_surrogate_is_a_replacement_character() {
    check_value(r#"{"stringValue":"a\ud800b"}"#, text("a\u{fffd}b"));
    check_value(r#"{"stringValue":"\udc00"}"#, text("\u{fffd}"));
    check_value(
        r#"{"stringValue":"\ud800\ud83e\udd80"}"#,
        text("\u{fffd}\u{1f980}"),
    );
    check_value(r#"{"stringValue":"\ud83e\udd80"}"#, text("\u{1f980}"));
    check_value(r#"{"stringValue":"\ud83e\n"}"#, text("\u{fffd}\n"));
}

#[test]
fn bytes_that_are_no_text_are_replacement_characters() {
    let mut body = sample::traces(vec![sample::full_span()]).encode_to_vec();
    let at = body.windows(5).position(|window| window == b"gpt-4").unwrap();
    body[at] = 0xff;
    let read = protobuf::read_traces(&body, &Limits::default()).unwrap();
    assert_eq!(read.groups[0].records[0].name, "chat \u{fffd}pt-4o \u{1f980}");

    let mut body = serde_json::to_vec(&sample::traces(vec![sample::full_span()])).unwrap();
    let at = body.windows(5).position(|window| window == b"gpt-4").unwrap();
    body[at] = 0xff;
    let read = json::read_traces(&body, &Limits::default()).unwrap();
    assert_eq!(read.groups[0].records[0].name, "chat \u{fffd}pt-4o \u{1f980}");
}

#[test]
fn bytes_are_base64_of_either_alphabet() {
    let bytes = AnyValue::Bytes(Cow::Borrowed(&[0xfb, 0xff, 0x00, 0x01]));
    for written in ["+/8AAQ==", "-_8AAQ==", "+/8AAQ", "-_8AAQ"] {
        check_value(&format!(r#"{{"bytesValue":"{written}"}}"#), bytes.clone());
    }
    check_refused(
        r#""attributes":[{"key":"k","value":{"bytesValue":"***"}}]"#,
        "expected base64 in AnyValue at byte ",
    );
}

#[test]
fn a_span_whose_ids_are_none_is_left_out_and_counted() {
    let spans = [
        r#""traceId":"","spanId":"0102030405060708""#,
        r#""traceId":"00000000000000000000000000000000","spanId":"0102030405060708""#,
        // Base64, as the plain protobuf mapping would have it.
        r#""traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","spanId":"AQIDBAUGBwg=""#,
        r#""traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"01""#,
        r#""traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","parentSpanId":"zz""#,
        r#""traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","parentSpanId":"0000000000000000""#,
    ];
    let spans: Vec<_> = spans.iter().map(|span| format!("{{{span}}}")).collect();
    let body = format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#,
        spans.join(",")
    );
    let read = json::read_traces(body.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(read.groups[0].records.len(), 1);
    assert!(read.groups[0].records[0].parent_span_id.is_empty());
    let counts: Vec<_> = read
        .rejected
        .iter()
        .map(|rejected| (&rejected.reason[..7], rejected.count))
        .collect();
    assert_eq!(counts, [("trace i", 3), ("span id", 1), ("parent ", 1)]);

    let mut span = sample::full_span();
    span.trace_id.pop();
    let body = sample::traces(vec![span]).encode_to_vec();
    let from_protobuf = protobuf::read_traces(&body, &Limits::default()).unwrap();
    assert_eq!(from_protobuf.rejected[0].reason, read.rejected[0].reason);
    assert!(from_protobuf.groups.is_empty() && from_protobuf.resources.is_empty());
}

#[test]
fn a_link_to_nowhere_is_dropped_and_counted() {
    let span = span_of(r#""links":[{"traceId":"00","spanId":"0102030405060708"}]"#).unwrap();
    assert_eq!((span.links.len(), span.dropped_count), (0, 1));
}

#[test]
fn a_log_record_with_ids_that_are_none_belongs_to_no_span() {
    let mut record = sample::full_log_record();
    record.trace_id = vec![0; 16];
    let body = sample::logs(vec![record]).encode_to_vec();
    let read = protobuf::read_logs(&body, &Limits::default()).unwrap();
    let record = &read.groups[0].records[0];
    assert!(record.trace_id.is_empty() && record.span_id.is_empty());
}

#[test]
fn unknown_fields_are_skipped() {
    check_value(
        r#"{"novelValue":{"a":[1,2,{"b":null}]},"intValue":1}"#,
        AnyValue::Int(1),
    );
    // Field 1000 of every wire type but groups, in front of a valid body.
    let mut body = vec![0xc0, 0x3e, 0x96, 0x01];
    body.extend([0xc1, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8]);
    body.extend([0xc2, 0x3e, 2, 0xff, 0xff]);
    body.extend([0xc5, 0x3e, 1, 2, 3, 4]);
    body.extend(sample::traces(vec![sample::full_span()]).encode_to_vec());
    let read = protobuf::read_traces(&body, &Limits::default()).unwrap();
    assert_eq!(read.groups[0].records.len(), 1);
}

#[test]
fn broken_protobuf_is_refused_with_the_place() {
    let cases: [(&[u8], &str); 10] = [
        (&[0x0b], "a group"),
        (&[0x0c], "a group"),
        (&[0x0e], "an unknown wire type"),
        (&[0x02, 0x00], "a field number out of range"),
        (&[0x80], "a number that is cut off"),
        (&[0x0a], "a number that is cut off"),
        (&[0x0a, 0x05, 0x00], "a length that reaches over the end"),
        (
            &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            "a number longer than 64 bits",
        ),
        (
            &[
                0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01,
            ],
            "a number longer than 64 bits",
        ),
        (&[0x08, 0x01], "a wire type that does not fit its field"),
    ];
    for (body, expected) in cases {
        let error = protobuf::read_traces(body, &Limits::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{body:x?}: {error}");
    }
    // The place is that within the whole body.
    let mut body = sample::traces(vec![sample::full_span()]).encode_to_vec();
    let whole = body.len();
    body.extend([0x0a, 0x02, 0x12, 0x09]);
    let error = protobuf::read_traces(&body, &Limits::default()).unwrap_err();
    assert!(
        matches!(error, Error::Protobuf { offset, .. } if offset == whole + 4),
        "{error}"
    );
}

#[test]
fn a_number_padded_with_zeros_is_the_number() {
    // Protobuf allows longer forms of a number than needed.
    let body = [0x8a, 0x80, 0x00, 0x80, 0x00];
    assert!(protobuf::read_traces(&body, &Limits::default()).is_ok());
}

#[test]
fn an_empty_body_is_an_empty_request_in_protobuf_alone() {
    let read = protobuf::read_traces(b"", &Limits::default()).unwrap();
    assert!(read.groups.is_empty());
    assert!(
        json::read_traces(b"{}", &Limits::default())
            .unwrap()
            .groups
            .is_empty()
    );
    for body in ["", " ", "null", "[]", "{} {}", "{}x", "{\"resourceSpans\":[{]}"] {
        assert!(
            json::read_traces(body.as_bytes(), &Limits::default()).is_err(),
            "{body}"
        );
    }
}

#[test]
fn an_error_never_quotes_the_body() {
    let secret = "hunter2";
    for members in [
        r#""kind":{"hunter2":1}"#,
        r#""startTimeUnixNano":"hunter2""#,
        r#""name":hunter2"#,
        r#""attributes":{"hunter2":1}"#,
    ] {
        let error = span_of(members).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

#[test]
fn a_file_tells_its_signal() {
    let cases = [
        (r#"{"resourceSpans":[]}"#, Some(json::Signal::Traces)),
        (r#"{"x":[{}],"resource_logs":null}"#, Some(json::Signal::Logs)),
        (r#"{"resourceMetrics":[]}"#, Some(json::Signal::Metrics)),
        ("{}", None),
    ];
    for (body, expected) in cases {
        assert_eq!(json::signal(body.as_bytes()), Ok(expected));
    }
    assert!(json::signal(b"[]").is_err());
}
