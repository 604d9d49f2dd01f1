//! Tests of the JSON lines.

use super::{Error, Event, Phase, read_line, read_lines, to_span};
use crate::otlp::{AnyValue, Attribute, Limits, StatusCode};

use proptest::prelude::*;
use trace::{Status, UnixNanos};

const RECEIVED_AT: UnixNanos = UnixNanos(1_780_000_000_000_000_000);

fn read(line: &str) -> Event<'_> {
    read_line(line, &Limits::default()).unwrap()
}

/// Reads a finished line with these members besides the ids.
fn finished(members: &str) -> Event<'static> {
    let line = format!(r#"{{"event":"span_finished","run_id":"r1","span_id":"s1"{members}}}"#);
    read(line.leak())
}

fn attribute<'a>(event: &'a [Attribute<'_>], key: &str) -> Option<&'a AnyValue<'a>> {
    event
        .iter()
        .find(|known| known.key == key)
        .map(|known| &known.value)
}

fn check_error(line: &str, expected: &str) {
    let error = read_line(line, &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), expected, "{line}");
    assert!(!error.hint().is_empty());
}

#[test]
fn a_started_line_is_a_span_that_runs() {
    let event = read(
        r#"{"event":"span_started","run_id":"r1","span_id":"s2","parent_id":"s1","name":"refund.create",
        "metadata":{"gen_ai.request.model":"gpt-4o","deep":{"list":[1,2.5,null,"x"]}}}"#,
    );
    assert_eq!(event.phase, Phase::Started);
    let read = to_span(event, RECEIVED_AT);
    assert_eq!(read.run_id, "r1");
    assert_eq!(read.span.name, "refund.create");
    assert_eq!(read.span.start_unix_nanos, 1_780_000_000_000_000_000);
    assert_eq!(read.span.end_unix_nanos, 0);
    assert_eq!((read.span.trace_id.len(), read.span.span_id.len()), (16, 8));
    assert_eq!(read.span.parent_span_id.len(), 8);
    assert!(!read.has_sender_time && !read.has_sender_duration);
    assert_eq!(read.status, Status::Unknown);
    assert_eq!(
        attribute(&read.span.attributes, "gen_ai.request.model"),
        Some(&AnyValue::Text("gpt-4o".into()))
    );
    let deep = AnyValue::Map(vec![Attribute {
        key: "list".into(),
        value: AnyValue::List(vec![
            AnyValue::Int(1),
            AnyValue::Double(2.5),
            AnyValue::Empty,
            AnyValue::Text("x".into()),
        ]),
    }]);
    assert_eq!(attribute(&read.span.attributes, "deep"), Some(&deep));
    assert_eq!(
        attribute(&read.span.attributes, "everyframe.run.id"),
        Some(&AnyValue::Text("r1".into()))
    );
}

#[test]
fn a_finished_line_gives_the_duration() {
    let read = to_span(finished(r#","status":"ok","latency_ms":12.5"#), RECEIVED_AT);
    assert_eq!(read.span.end_unix_nanos, 1_780_000_000_000_000_000);
    assert_eq!(read.span.end_unix_nanos - read.span.start_unix_nanos, 12_500_000);
    assert_eq!((read.status, read.span.status_code), (Status::Ok, StatusCode::Ok));
    assert!(!read.has_sender_time && read.has_sender_duration);

    let read = to_span(finished(r#","latency_ms":"3","time":1780000001"#), RECEIVED_AT);
    assert_eq!(read.span.end_unix_nanos, 1_780_000_001_000_000_000);
    assert_eq!(read.span.start_unix_nanos, 1_780_000_000_997_000_000);
    assert!(read.has_sender_time);
}

#[test]
fn both_lines_of_a_span_meet_and_spans_of_other_runs_do_not() {
    let id = |run_id: &str, span_id: &str| {
        let line = format!(r#"{{"event":"span_finished","run_id":"{run_id}","span_id":"{span_id}"}}"#);
        let span = to_span(read(line.leak()), RECEIVED_AT).span;
        (span.trace_id.into_owned(), span.span_id.into_owned())
    };
    assert_eq!(id("r1", "s1"), id("r1", "s1"));
    assert_ne!(id("r1", "s1").0, id("r2", "s1").0);
    assert_ne!(id("r1", "s1").1, id("r2", "s1").1);
    assert_ne!(id("r1", "1s").1, id("r11", "s").1);
    let hex = id("0102030405060708090A0b0c0d0e0f10", "0102030405060708");
    assert_eq!(hex, ((1..=16).collect(), (1..=8).collect()));
}

#[test]
fn a_parent_is_found_by_its_own_id() {
    let parent = to_span(finished(""), RECEIVED_AT).span;
    let line = r#"{"event":"span_started","run_id":"r1","span_id":"s2","parent_id":"s1","name":"n"}"#;
    assert_eq!(
        to_span(read(line), RECEIVED_AT).span.parent_span_id,
        parent.span_id
    );
    for none in ["null", "\"\""] {
        let event = finished(&format!(r#","parent_id":{none}"#));
        assert!(to_span(event, RECEIVED_AT).span.parent_span_id.is_empty());
    }
}

#[test]
fn counters_are_ids_too() {
    let event = read(r#"{"event":"span_started","run_id":7,"span_id":1,"name":"n"}"#);
    assert_eq!((&*event.run_id, &*event.span_id), ("7", "1"));
}

#[test]
fn times_are_read_in_the_forms_people_write() {
    let cases = [
        (r#""2026-05-28T20:26:40Z""#, 1_780_000_000_000_000_000),
        (
            r#""2026-05-28T22:26:40.000000001+02:00""#,
            1_780_000_000_000_000_001,
        ),
        // Python's isoformat() of a time without zone.
        (r#""2026-05-28T20:26:40.5""#, 1_780_000_000_500_000_000),
        (r#""2026-05-28 20:26:40""#, 1_780_000_000_000_000_000),
        ("1780000000", 1_780_000_000_000_000_000),
        ("1780000000.123457", 1_780_000_000_123_457_000),
        ("1780000000123", 1_780_000_000_123_000_000),
        ("1780000000123456", 1_780_000_000_123_456_000),
        ("1780000000123456789", 1_780_000_000_123_456_789),
        (r#""1780000000123456789""#, 1_780_000_000_123_456_789),
        ("1.78e9", 1_780_000_000_000_000_000),
    ];
    for (written, expected) in cases {
        let event = finished(&format!(r#","timestamp":{written}"#));
        assert_eq!(event.time_unix_nanos, Some(expected), "{written}");
    }
    assert_eq!(finished(r#","time":null"#).time_unix_nanos, None);
}

#[test]
fn words_for_the_end_fold_together() {
    let cases = [
        ("ok", Status::Ok),
        ("SUCCESS", Status::Ok),
        ("completed", Status::Ok),
        ("failed", Status::Error),
        ("error", Status::Error),
        ("timeout", Status::Error),
        ("canceled", Status::Cancelled),
        ("waiting_for_approval", Status::Paused),
        ("paused", Status::Paused),
        ("splendid", Status::Unknown),
    ];
    for (word, expected) in cases {
        let read = to_span(finished(&format!(r#","status":"{word}""#)), RECEIVED_AT);
        assert_eq!(read.status, expected, "{word}");
        let kept = attribute(&read.span.attributes, "status").is_some();
        assert_eq!(kept, expected == Status::Unknown, "{word}");
    }
    let read = to_span(finished(r#","status":"timed_out""#), RECEIVED_AT);
    let class = attribute(&read.span.attributes, "error.type");
    assert_eq!(class, Some(&AnyValue::Text("timeout".into())));
}

#[test]
fn an_error_is_a_text_or_a_type_and_a_message() {
    let read = to_span(finished(r#","error":"it broke""#), RECEIVED_AT);
    assert_eq!(
        (read.status, &*read.span.status_message),
        (Status::Error, "it broke")
    );
    let read = to_span(
        finished(r#","error":{"type":"TimeoutError","message":"after 3 s","retries":2}"#),
        RECEIVED_AT,
    );
    assert_eq!(read.span.status_message, "after 3 s");
    let class = attribute(&read.span.attributes, "error.type");
    assert_eq!(class, Some(&AnyValue::Text("TimeoutError".into())));
    assert_eq!(
        attribute(&read.span.attributes, "error.retries"),
        Some(&AnyValue::Int(2))
    );
    for none in ["null", "false", "\"\""] {
        let read = to_span(finished(&format!(r#","error":{none}"#)), RECEIVED_AT);
        assert_eq!(read.status, Status::Unknown, "{none}");
    }
}

#[test]
fn what_stands_a_level_too_high_is_metadata() {
    let read = to_span(
        finished(
            r#","kind":"tool","input":{"order":1},"output":"done","model":"gpt-4o","metadata":{"everyframe.kind":"model"}"#,
        ),
        RECEIVED_AT,
    );
    let attributes = &read.span.attributes;
    assert_eq!(
        attribute(attributes, "model"),
        Some(&AnyValue::Text("gpt-4o".into()))
    );
    assert_eq!(
        attribute(attributes, "output.value"),
        Some(&AnyValue::Text("done".into()))
    );
    assert!(matches!(
        attribute(attributes, "input.value"),
        Some(AnyValue::Map(_))
    ));
    // What metadata says itself is not said again.
    let kinds: Vec<_> = attributes
        .iter()
        .filter(|attribute| attribute.key == "everyframe.kind")
        .collect();
    assert_eq!(kinds.len(), 1);
    assert_eq!(kinds[0].value, AnyValue::Text("model".into()));
}

#[test]
fn errors_name_the_place_and_what_to_write() {
    check_error("", "line 1, column 1: expected an object");
    check_error("[]", "line 1, column 1: expected an object");
    check_error("{}", "line 1, column 1: event: is missing");
    check_error(
        r#"{"event":"span_begun"}"#,
        "line 1, column 10: event: is no event of this format",
    );
    check_error(
        r#"{"event":"span_finished","span_id":"s"}"#,
        "line 1, column 1: run_id: is missing",
    );
    check_error(
        r#"{"event":"span_started","run_id":"r","span_id":"s"}"#,
        "line 1, column 1: name: is missing",
    );
    let long = format!(r#"{{"run_id":"{}"}}"#, "r".repeat(1_025));
    check_error(&long, "line 1, column 11: run_id: is too long");
    check_error(r#"{"run_id":{}}"#, "line 1, column 11: run_id: is no text");
    check_error(
        r#"{"latency_ms":-1}"#,
        "line 1, column 15: latency_ms: is no duration",
    );
    check_error(r#"{"time":"yesterday"}"#, "line 1, column 9: time: is no time");
    check_error(r#"{"metadata":[]}"#, "line 1, column 13: metadata: is no object");
    check_error(
        r#"{"event":"span_started""#,
        "line 1, column 24: expected ',' or '}'",
    );
}

#[test]
fn lines_are_counted_and_empty_ones_skipped() {
    let body = "{\"event\":\"span_finished\",\"run_id\":\"r\",\"span_id\":\"s\"}\r\n\n  \n{\"event\":1}\n";
    let limits = Limits::default();
    let lines: Vec<_> = read_lines(body, &limits).collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].is_ok());
    assert!(matches!(
        lines[1],
        Err(Error::Field {
            line: 4,
            column: 10,
            field: "event",
            ..
        })
    ));
}

#[test]
fn limits_cut_visibly() {
    let limits = Limits {
        attributes_max: 2,
        nesting_max: 2,
        ..Limits::default().with_field_size_bytes_max(3)
    };
    let line = r#"{"event":"span_finished","run_id":"r","span_id":"s","input":"1234","metadata":{
        "a":"1234","b":[[1]],"c":1,"d":2}}"#;
    let event = read_line(line, &limits).unwrap();
    assert_eq!(event.metadata.len(), 2);
    assert_eq!(event.dropped_count, 2);
    assert_eq!(event.cut_fields, ["input", "a", "b"]);
}

#[test]
fn values_are_counted_over_all_lines() {
    let limits = Limits {
        values_max: 3,
        ..Limits::default()
    };
    let line = r#"{"event":"span_finished","run_id":"r","span_id":"s","metadata":{"a":[1]}}"#;
    let body = [line, line, line].join("\n");
    let lines: Vec<_> = read_lines(&body, &limits).collect();
    assert!(lines[0].is_ok());
    for (index, read) in lines.iter().enumerate().skip(1) {
        let expected = Error::TooManyValues {
            line: index + 1,
            limit: 3,
        };
        assert_eq!(read.as_ref().unwrap_err(), &expected);
        assert_eq!(expected.line(), index + 1);
    }
}

#[test]
fn depth_costs_no_stack() {
    let line = format!(
        r#"{{"event":"span_finished","run_id":"r","span_id":"s","metadata":{{"deep":{}{}}}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(read(&line).cut_fields, ["deep"]);
}

proptest! {
    #[test]
    fn any_line_reads_without_panic(line in ".{0,200}") {
        _ = read_line(&line, &Limits::default());
    }

    #[test]
    fn any_members_read_without_panic(members in r#"(,"(time|latency_ms|status|error|metadata|name|parent_id)":("[0-9T:Z+. eE-]{0,20}"|[0-9]{1,22}(\.[0-9]{1,12})?(e[0-9]{1,3})?|null|\{"a":1\}|\[\])){0,4}"#) {
        let line = format!(r#"{{"event":"span_finished","run_id":"r1","span_id":"s1"{members}}}"#);
        if let Ok(event) = read_line(&line, &Limits::default()) {
            _ = to_span(event, RECEIVED_AT);
        }
    }
}
