//! What a few captures decode to, span by span, without any content: review a change here as you review code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::otlp::{Limits, protobuf};
use crate::{KeyMap, Origin, decode_logs, decode_traces};
use trace::span::DecodedSpan;
use trace::{Field, ProjectId, UnixNanos, Value, WorkspaceId};

fn folder(capture: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures/otlp")
        .join(capture)
}

/// Facts that are the same on every span, or differ with each recording.
const LEFT_OUT: [Field; 6] = [
    Field::ServiceName,
    Field::ServiceVersion,
    Field::Environment,
    Field::ScopeVersion,
    Field::SessionId,
    Field::UserId,
];

fn view(decoded: &DecodedSpan) -> String {
    let span = &decoded.span;
    let mut view = format!("{} {:?} {} ({})", span.record, span.name, span.kind, span.status);
    for (field, value) in span.facts.iter().filter(|(field, _)| !LEFT_OUT.contains(field)) {
        let name = field.definition().name;
        let _ = match value {
            Value::Text(text) => write!(view, "\n    {name} = {text}"),
            Value::TextList(list) => write!(view, "\n    {name} = [{}]", list.join(", ")),
            Value::Int(number) => write!(view, "\n    {name} = {number}"),
            Value::Double(number) => write!(view, "\n    {name} = {number}"),
            Value::Bool(flag) => write!(view, "\n    {name} = {flag}"),
        };
    }
    for body in &decoded.bodies {
        let author = body
            .author
            .map_or_else(String::new, |author| format!(" by {author}"));
        let _ = write!(
            view,
            "\n    {} {}{author} from {}: {} bytes of {}",
            body.role,
            body.position,
            body.key,
            body.text.expose().len(),
            body.media
        );
    }
    let keys: Vec<&str> = span.attributes.iter().map(|(key, _)| key.as_str()).collect();
    if !keys.is_empty() {
        let _ = write!(view, "\n    also {}", keys.join(", "));
    }
    for event in &span.events {
        let _ = write!(view, "\n    event {}", event.name);
    }
    view
}

/// The views of a capture, each distinct one once; `None` where the captures are not at hand.
fn views(capture: &str) -> Option<String> {
    let origin = Origin {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1_800_000_000_000_000_000),
    };
    let (limits, key_map) = (Limits::default(), KeyMap::default());
    let mut views: Vec<String> = Vec::new();
    for index in 1.. {
        let Ok(body) = std::fs::read(folder(capture).join(format!("{index}.pb"))) else {
            break;
        };
        let headers = std::fs::read_to_string(folder(capture).join(format!("{index}.headers.json"))).unwrap();
        let decoded = if headers.contains("/v1/traces") {
            decode_traces(&protobuf::read_traces(&body, &limits).unwrap(), &origin, &key_map)
        } else if headers.contains("/v1/logs") {
            decode_logs(&protobuf::read_logs(&body, &limits).unwrap(), &origin, &key_map).0
        } else {
            continue;
        };
        for view in decoded.spans.iter().map(view) {
            if !views.contains(&view) {
                views.push(view);
            }
        }
    }
    (!views.is_empty()).then(|| views.join("\n"))
}

fn check(name: &str, capture: &str) {
    if let Some(views) = views(capture) {
        insta::assert_snapshot!(name, views);
    }
}

#[test]
fn a_coding_agent_with_spans_and_logs() {
    check("claude_code", "claude-code-2.1.197");
}

#[test]
fn a_graph_with_an_interrupt() {
    check("openllmetry_langgraph", "traceloop-langgraph-0.62.4");
}

#[test]
fn messages_that_come_as_log_events() {
    check("otel_events", "otelv2-2.4b0");
}

#[test]
fn attempts_that_are_spans_of_their_own() {
    check("vercel", "vercel-6.0.326");
}

#[test]
fn agents_that_hand_over() {
    check("openai_agents", "oaiagents-openinference-2.6.0");
}

#[test]
fn messages_that_come_as_span_events() {
    check("strands", "strands-1.62.0");
}
