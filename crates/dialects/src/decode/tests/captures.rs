//! Payloads of real instrumentations, as they arrived: what the decoder makes of them agrees with what is known of
//! the runs. Totals that need twins to be merged are tested where they are merged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::otlp::{Limits, protobuf};
use crate::{KeyMap, LogsRead, Origin, decode_logs, decode_traces};
use serde_json::Value as Json;
use trace::span::{Decoded, DecodedSpan};
use trace::{Field, Kind, ProjectId, Record, Role, Status, UnixNanos, WorkspaceId};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/otlp")
}

struct Capture {
    name: String,
    expected: Json,
    spans: Vec<DecodedSpan>,
    logs: Vec<DecodedSpan>,
    logs_read: LogsRead,
}

fn origin() -> Origin {
    Origin {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1_800_000_000_000_000_000),
    }
}

/// Every capture there is; none where the folder is not at hand.
fn captures() -> &'static [Capture] {
    static CAPTURES: OnceLock<Vec<Capture>> = OnceLock::new();
    CAPTURES.get_or_init(read_captures)
}

fn read_captures() -> Vec<Capture> {
    let Ok(folders) = std::fs::read_dir(folder()) else {
        return Vec::new();
    };
    let mut captures: Vec<Capture> = folders
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("expected.json").exists())
        .map(|path| read_capture(&path))
        .collect();
    captures.sort_by(|one, other| one.name.cmp(&other.name));
    captures
}

fn read_capture(path: &Path) -> Capture {
    let json = |file: &Path| -> Json { serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap() };
    let mut capture = Capture {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        expected: json(&path.join("expected.json")),
        spans: Vec::new(),
        logs: Vec::new(),
        logs_read: LogsRead::default(),
    };
    let (limits, key_map) = (Limits::default(), KeyMap::default());
    for index in 1.. {
        let Ok(body) = std::fs::read(path.join(format!("{index}.pb"))) else {
            break;
        };
        let headers = json(&path.join(format!("{index}.headers.json")));
        match headers["path"].as_str().unwrap() {
            "/v1/traces" => {
                let request = protobuf::read_traces(&body, &limits).unwrap();
                let Decoded { spans, .. } = decode_traces(&request, &origin(), &key_map);
                capture.spans.extend(spans);
            }
            "/v1/logs" => {
                let request = protobuf::read_logs(&body, &limits).unwrap();
                let (decoded, read) = decode_logs(&request, &origin(), &key_map);
                capture.logs.extend(decoded.spans);
                capture.logs_read.joined += read.joined;
                capture.logs_read.became_spans += read.became_spans;
                capture.logs_read.not_kept.extend(read.not_kept);
            }
            _ => {}
        }
    }
    capture
}

fn count<'a>(spans: &'a [DecodedSpan], is_meant: impl Fn(&'a DecodedSpan) -> bool) -> u64 {
    spans.iter().filter(|span| is_meant(span)).count() as u64
}

fn sum(capture: &Capture, field: Field) -> i64 {
    let spans = capture
        .spans
        .iter()
        .filter(|decoded| decoded.span.kind == Kind::Model);
    spans.filter_map(|decoded| decoded.span.facts.int(field)).sum()
}

#[test]
fn kinds_agree_with_what_is_known_of_each_capture() {
    let mut wrong = Vec::new();
    for capture in captures() {
        let by_kind = capture.expected.pointer("/telemetry/by_kind");
        let by_kind = by_kind.unwrap_or(&capture.expected["spans"]["by_kind"]);
        let expected: BTreeMap<String, u64> = serde_json::from_value(by_kind.clone()).unwrap();
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for decoded in &capture.spans {
            *found.entry(decoded.span.kind.to_string()).or_default() += 1;
        }
        if expected != found {
            wrong.push(format!(
                "{}: expected {expected:?}, found {found:?}",
                capture.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_error_is_an_error_or_a_wait_for_a_person() {
    let mut wrong = Vec::new();
    for capture in captures() {
        let expected = capture.expected["spans"]["status_error"].as_u64().unwrap();
        let errors = count(&capture.spans, |decoded| decoded.span.status == Status::Error);
        let paused = count(&capture.spans, |decoded| decoded.span.status == Status::Paused);
        if !(errors..=errors + paused).contains(&expected) {
            wrong.push(format!(
                "{}: expected {expected}, found {errors} and {paused} paused",
                capture.name
            ));
        }
        for decoded in capture
            .spans
            .iter()
            .filter(|decoded| decoded.span.status == Status::Error)
        {
            let class = decoded.span.facts.text(Field::ErrorClass);
            if class.is_some_and(|class| class.contains(['.', '\'', ' '])) {
                wrong.push(format!(
                    "{}: class {class:?} of {}",
                    capture.name, decoded.span.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tools_have_their_names_and_states() {
    let mut wrong = Vec::new();
    for capture in captures() {
        let telemetry = capture.expected.pointer("/telemetry/tool_executions");
        let expected = telemetry.unwrap_or(&capture.expected["truth"]["tool_executions"]);
        let mut tools: Vec<&DecodedSpan> = capture
            .spans
            .iter()
            .filter(|decoded| decoded.span.kind == Kind::Tool)
            .collect();
        tools.sort_by_key(|decoded| decoded.span.start);
        let found: Vec<Json> = tools
            .iter()
            .map(|decoded| {
                serde_json::json!([
                    decoded.span.facts.text(Field::ToolName),
                    decoded.span.status.as_str()
                ])
            })
            .collect();
        if !found.is_empty() && *expected != Json::Array(found.clone()) {
            wrong.push(format!(
                "{}: expected {expected}, found {}",
                capture.name,
                Json::Array(found)
            ));
        }
    }
    // One tool of this capture was asked for, waited for approval and then ran: two spans, one execution.
    wrong.retain(|line| !line.starts_with("oaiagents-openinference"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tokens_of_senders_that_record_each_call_once_are_those_of_the_provider() {
    let mut wrong = Vec::new();
    for capture in captures() {
        let recorded_twice = ["oianthropic", "pydanticai-anthropic", "double", "llamaindex"];
        if recorded_twice.iter().any(|name| capture.name.starts_with(name)) {
            continue;
        }
        let telemetry = capture.expected.pointer("/telemetry/tokens");
        let expected = telemetry.unwrap_or(&capture.expected["truth"]["tokens"]);
        for (name, field) in [
            ("input_including_cached", Field::InputTokens),
            ("output", Field::OutputTokens),
            ("cache_read", Field::CacheReadTokens),
            ("cache_write", Field::CacheWriteTokens),
            ("reasoning", Field::ReasoningTokens),
        ] {
            let found = sum(capture, field);
            if count(&capture.spans, |decoded| decoded.span.kind == Kind::Model) > 0
                && expected[name].as_i64().unwrap_or(0) != found
            {
                wrong.push(format!(
                    "{}: {name}: expected {}, found {found}",
                    capture.name, expected[name]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn models_are_those_that_were_asked_for_and_that_answered() {
    let mut wrong = Vec::new();
    for capture in captures() {
        for (key, field) in [
            ("request_models", Field::ModelRequested),
            ("response_models", Field::ModelAnswered),
        ] {
            let expected: Vec<String> =
                serde_json::from_value(capture.expected["truth"][key].clone()).unwrap();
            let mut found: Vec<String> = capture
                .spans
                .iter()
                .filter(|decoded| matches!(decoded.span.kind, Kind::Model | Kind::Embedding))
                .filter_map(|decoded| decoded.span.facts.text(field).map(str::to_owned))
                .collect();
            found.sort_unstable();
            found.dedup();
            if found.iter().any(|model| !expected.contains(model)) {
                wrong.push(format!(
                    "{}: {key}: expected {expected:?}, found {found:?}",
                    capture.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_content_stands_among_facts_or_names() {
    let secrets = [
        "jane.doe@example.com",
        "49.90 EUR",
        "days late",
        "R-901",
        "support agent for",
    ];
    for capture in captures() {
        for decoded in capture.spans.iter().chain(&capture.logs) {
            let mut span = decoded.span.clone();
            span.attributes.clear();
            span.events.clear();
            let text = format!("{span:?}");
            for secret in secrets {
                assert!(!text.contains(secret), "{}: {secret} in {text}", capture.name);
            }
        }
    }
}

#[test]
fn a_message_sent_again_has_the_same_bytes() {
    for capture in captures() {
        // Those that send no messages, or send them rewritten.
        if ["crewai", "smolagents"]
            .iter()
            .any(|name| capture.name.starts_with(name))
        {
            continue;
        }
        let mut calls: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for decoded in capture.spans.iter().chain(&capture.logs) {
            let messages = decoded
                .bodies
                .iter()
                .filter(|body| matches!(body.role, Role::InputMessage | Role::OutputMessage));
            for body in messages {
                let text = body.text.expose();
                let message: Json = serde_json::from_str(text).unwrap();
                // A question for approval stands beside the call only where it is asked.
                let [part] = message["parts"].as_array().unwrap().as_slice() else {
                    continue;
                };
                let kind = part["type"].as_str().unwrap_or_default();
                if let (true, Some(id)) = (kind.starts_with("tool_call"), part["id"].as_str()) {
                    calls.entry(format!("{kind} {id}")).or_default().insert(text);
                }
            }
        }
        for (call, texts) in calls {
            assert_eq!(texts.len(), 1, "{}: {call} has {texts:#?}", capture.name);
        }
    }
}

#[test]
fn log_records_are_joined_or_become_spans() {
    for capture in captures() {
        let total = capture.expected["logs"]["total"].as_u64().unwrap();
        let read = &capture.logs_read;
        let not_kept: u64 = read.not_kept.iter().map(|refused| refused.count).sum();
        assert_eq!(
            read.joined + read.became_spans + not_kept,
            total,
            "{}: {read:?}",
            capture.name
        );
        for decoded in &capture.logs {
            let is_supplement = decoded.span.record == Record::Supplement;
            assert_eq!(is_supplement, decoded.span.supplement != 0);
        }
    }
}
