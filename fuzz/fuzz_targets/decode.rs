//! The mapping of every dialect: whatever attributes a span has, it is kept, under its own ids, without a panic.
//!
//! The input is lines, so that the fuzzer's changes stay close to meaning: the scope, the span's name, then
//! `key=value` for attributes, and `!name` for an event that takes the attributes after it. A value is an integer
//! or a flag if it reads as one, a list if it has `|` in it, else a text.
#![no_main]

use dialects::otlp::{AnyValue, Attribute, Event, Group, LogRecord, Request, Resource, Scope, Span};
use dialects::{KeyMap, Origin, decode_logs, decode_traces};
use libfuzzer_sys::fuzz_target;
use trace::{ProjectId, UnixNanos, WorkspaceId};

fuzz_target!(|text: &str| {
    let origin = Origin {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1_780_000_000_000_000_000),
    };
    let key_map = KeyMap::default();
    let mut lines = text.lines();
    let scope = Scope {
        name: lines.next().unwrap_or_default().into(),
        ..Scope::default()
    };
    let span = span(lines);
    let log_record = LogRecord {
        event_name: span.name.clone(),
        attributes: span.attributes.clone(),
        body: span
            .attributes
            .first()
            .map(|first| first.value.clone())
            .unwrap_or_default(),
        trace_id: span.trace_id.clone(),
        span_id: span.span_id.clone(),
        ..LogRecord::default()
    };

    let decoded = decode_traces(&request(scope.clone(), span), &origin, &key_map);
    let kept = decoded.spans.first().expect("a span is never dropped");
    assert_eq!(kept.span.trace_id.as_bytes(), &[1; 16]);
    assert_eq!(kept.span.span_id.as_bytes(), &[2; 8]);

    let (decoded, read) = decode_logs(&request(scope, log_record), &origin, &key_map);
    let left_out: u64 = read.not_kept.iter().map(|rejected| rejected.count).sum();
    assert_eq!(read.joined + read.became_spans + read.scores + left_out, 1);
    assert_eq!(decoded.spans.len() as u64, read.joined + read.became_spans);
});

fn request<T>(scope: Scope<'_>, record: T) -> Request<'_, T> {
    Request {
        resources: vec![Resource::default()],
        groups: vec![Group {
            resource: 0,
            scope,
            records: vec![record],
        }],
        rejected: Vec::new(),
    }
}

fn span<'a>(mut lines: std::str::Lines<'a>) -> Span<'a> {
    let mut span = Span {
        trace_id: vec![1; 16].into(),
        span_id: vec![2; 8].into(),
        name: lines.next().unwrap_or_default().into(),
        start_unix_nanos: 1_780_000_000_000_000_000,
        end_unix_nanos: 1_780_000_001_000_000_000,
        ..Span::default()
    };
    for line in lines {
        if let Some(name) = line.strip_prefix('!') {
            span.events.push(Event {
                name: name.into(),
                ..Event::default()
            });
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let attribute = Attribute {
            key: key.into(),
            value: value_of(value),
        };
        match span.events.last_mut() {
            Some(event) => event.attributes.push(attribute),
            None => span.attributes.push(attribute),
        }
    }
    span
}

fn value_of(written: &str) -> AnyValue<'_> {
    if let Ok(number) = written.parse() {
        return AnyValue::Int(number);
    }
    if let Ok(flag) = written.parse() {
        return AnyValue::Bool(flag);
    }
    if written.contains('|') && !written.starts_with(['{', '[', '"']) {
        return AnyValue::List(written.split('|').map(value_of).collect());
    }
    AnyValue::Text(written.into())
}
