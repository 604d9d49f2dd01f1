//! Each dialect by itself, on spans and records written as short JSON: what they become, fact by fact.

mod captures;
mod conventions;
mod frameworks;
mod hostile;
mod logs;
mod precedence;
mod scores;
mod status;
mod views;

use std::borrow::Cow;

use crate::otlp::{self, AnyValue, Attribute, LogRecord, Request, Resource, Scope, Span, StatusCode};
use crate::{KeyMap, LogsRead, Origin, decode_logs, decode_traces};
use serde_json::{Value as Json, json};
use trace::span::{Decoded, DecodedSpan};
use trace::{ProjectId, UnixNanos, Value, WorkspaceId};

const SECOND: u64 = 1_000_000_000;

fn origin() -> Origin {
    Origin {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1_800_000_000_000_000_000),
    }
}

fn to_any(value: &Json) -> AnyValue<'static> {
    match value {
        Json::Null => AnyValue::Empty,
        Json::Bool(flag) => AnyValue::Bool(*flag),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| AnyValue::Double(number.as_f64().unwrap()), AnyValue::Int),
        Json::String(text) => AnyValue::Text(Cow::Owned(text.clone())),
        Json::Array(items) => AnyValue::List(items.iter().map(to_any).collect()),
        Json::Object(_) => AnyValue::Map(attributes(value)),
    }
}

fn attributes(value: &Json) -> Vec<Attribute<'static>> {
    let entries = value.as_object().unwrap().iter();
    entries
        .map(|(key, value)| Attribute {
            key: Cow::Owned(key.clone()),
            value: to_any(value),
        })
        .collect()
}

fn span(name: &'static str, keys: &Json) -> Span<'static> {
    Span {
        trace_id: Cow::Owned(vec![1; 16]),
        span_id: Cow::Owned(vec![2; 8]),
        name: name.into(),
        start_unix_nanos: 100 * SECOND,
        end_unix_nanos: 102 * SECOND,
        attributes: attributes(keys),
        ..Span::default()
    }
}

fn request<T>(scope: &'static str, record: T) -> Request<'static, T> {
    Request {
        resources: vec![Resource::default()],
        groups: vec![otlp::Group {
            resource: 0,
            scope: Scope {
                name: scope.into(),
                ..Scope::default()
            },
            records: vec![record],
        }],
        rejected: Vec::new(),
    }
}

fn decode(scope: &'static str, span: Span<'static>) -> Decoded {
    decode_traces(&request(scope, span), &origin(), &KeyMap::default())
}

fn decode_one(scope: &'static str, span: Span<'static>) -> DecodedSpan {
    decode(scope, span).spans.remove(0)
}

fn log(scope: &'static str, record: LogRecord<'static>) -> (Decoded, LogsRead) {
    decode_logs(&request(scope, record), &origin(), &KeyMap::default())
}

/// All there is to know of a span, a line each.
fn lines(decoded: &DecodedSpan) -> Vec<String> {
    let span = &decoded.span;
    let mut lines = vec![format!("kind {}", span.kind), format!("status {}", span.status)];
    lines.extend(span.facts.iter().map(|(field, value)| {
        let name = field.definition().name;
        match value {
            Value::Text(text) => format!("{name} {text}"),
            Value::TextList(list) => format!("{name} {}", list.join(",")),
            Value::Int(number) => format!("{name} {number}"),
            Value::Double(number) => format!("{name} {number}"),
            Value::Bool(flag) => format!("{name} {flag}"),
        }
    }));
    lines.extend(
        decoded
            .bodies
            .iter()
            .map(|body| format!("{} {}", body.role, body.text.expose())),
    );
    lines.extend(span.attributes.iter().map(|(key, _)| format!("attribute {key}")));
    lines
}

/// Every expected line is there; a line that begins with `no ` says that nothing begins with the rest.
fn check_lines(decoded: &DecodedSpan, expected: &[&str]) {
    let lines = lines(decoded);
    for line in expected {
        let holds = match line.strip_prefix("no ") {
            Some(rest) => !lines.iter().any(|known| known.starts_with(rest)),
            None => lines.iter().any(|known| known == line),
        };
        assert!(holds, "{line:?} does not hold of {lines:#?}");
    }
}

fn check(scope: &'static str, name: &'static str, keys: &Json, expected: &[&str]) {
    check_lines(&decode_one(scope, span(name, keys)), expected);
}

#[test]
fn a_wish_for_less_capture_reaches_the_gate_from_span_and_resource() {
    let wished = |resource: Json, span_keys: Json| {
        let mut request = request("", span("chat", &span_keys));
        request.resources = vec![Resource {
            attributes: attributes(&resource),
            ..Resource::default()
        }];
        let decoded = decode_traces(&request, &origin(), &KeyMap::default());
        let attributes = decoded.spans[0].span.attributes.iter();
        attributes
            .filter(|(key, _)| key == trace::span::CAPTURE_ATTRIBUTE)
            .map(|(_, value)| value.clone())
            .collect::<Vec<_>>()
    };
    let off = Value::Text("off".into());
    assert_eq!(
        wished(json!({}), json!({"everyframe.capture": "off"})),
        vec![off.clone()]
    );
    assert_eq!(wished(json!({"everyframe.capture": "off"}), json!({})), vec![off]);
    assert!(wished(json!({"other": "off"}), json!({})).is_empty());
}
