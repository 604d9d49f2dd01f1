//! The gate from outside: decoded batches in, cleared batches out.

use privacy::{Gate, Keys, Policy};
use trace::content::{Body, Sensitive};
use trace::field::ValueType;
use trace::score::{DecodedScore, Score};
use trace::span::{Batch, Decoded, DecodedSpan, Event, Link, Span};
use trace::*;

/// Put together here, so that the source holds no such text.
fn canary() -> String {
    ["CANARY", "7f3a91d2c4"].join("-")
}

fn gate(level: CaptureLevel) -> Gate {
    Gate::new(Policy::with_capture(level), Keys::derive(&[7; 32], "gate"))
}

fn span(name: &str) -> Span {
    Span {
        trace_id: TraceId::new([1; 16]),
        span_id: SpanId::new([2; 8]),
        parent_id: None,
        record: Record::Finished,
        supplement: 0,
        kind: Kind::Tool,
        name: name.into(),
        start: UnixNanos(1_763_856_000_000_000_000),
        duration_nanos: Some(5),
        status: Status::Ok,
        facts: Facts::new(),
        attributes: Vec::new(),
        events: Vec::new(),
        links: Vec::new(),
        content: Vec::new(),
        withheld: Vec::new(),
        policy_version: Text::default(),
    }
}

fn body(role: Role, text: &str) -> Body {
    let media = if text.starts_with(['{', '[']) {
        Media::Json
    } else {
        Media::Text
    };
    Body {
        role,
        position: 0,
        author: None,
        key: "k".into(),
        media,
        text: Sensitive::new(text.to_owned()),
    }
}

fn decoded(spans: Vec<DecodedSpan>) -> Decoded {
    Decoded {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1_763_856_000_000_000_000),
        spans,
        scores: Vec::new(),
    }
}

fn clear_one(gate: &Gate, span: Span, bodies: Vec<Body>) -> Batch {
    gate.clear(decoded(vec![DecodedSpan { span, bodies }]))
        .into_inner()
}

/// Everything of a batch that will be stored, in one text.
fn stored(batch: &Batch) -> String {
    let bodies: Vec<_> = batch
        .contents
        .iter()
        .map(|content| content.text.expose().as_str())
        .collect();
    format!("{batch:?} {}", bodies.join("\n"))
}

fn assert_holds_none(batch: &Batch, value: &str) {
    let stored = stored(batch);
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for form in [value, &hex, &hex.to_uppercase(), &percent] {
        assert!(!stored.contains(form), "{stored}");
    }
    assert!(!stored.contains("7f3a91d2c4"), "{stored}");
}

/// A span that holds a text in every place that can hold one.
fn full_of(text: &str) -> (Span, Vec<Body>) {
    let mut full = span(text);
    for field in Field::ALL {
        match field.definition().value_type {
            ValueType::Text => full.facts.set(*field, text),
            ValueType::TextList => full.facts.set(*field, vec![Text::from(text)]),
            ValueType::Int => full.facts.set(*field, 4_111_111_111_111_111_i64),
            ValueType::Double => full.facts.set(*field, 4_111_111_111_111_111.0),
            ValueType::Bool => full.facts.set(*field, true),
        }
    }
    let attributes = |prefix: &str| {
        let known = [
            "server.port",
            "telemetry.sdk.name",
            "gen_ai.output.type",
            "ai.model.id",
            "event_loop.cycle_id",
        ];
        let mut attributes: Vec<(Text, Value)> = known
            .iter()
            .map(|key| ((*key).into(), Value::from(text)))
            .collect();
        attributes.push((format!("{prefix}{text}").into(), Value::from(text)));
        attributes.push(("server.port".into(), Value::from(4_111_111_111_111_111_i64)));
        attributes.push(("unknown".into(), Value::from(vec![Text::from(text)])));
        attributes
    };
    full.attributes = attributes("");
    full.events.push(Event {
        name: text.into(),
        time: UnixNanos(5),
        attributes: attributes("event."),
    });
    full.links.push(Link {
        trace_id: TraceId::new([3; 16]),
        span_id: SpanId::new([4; 8]),
        is_resume: false,
    });
    let json = format!(r#"{{"{text}":{{"note":"{text}","n":[1,"{text}"]}}}}"#);
    let bodies = Role::ALL
        .iter()
        .map(|role| Body {
            key: text.into(),
            ..body(*role, &json)
        })
        .collect();
    (full, bodies)
}

#[test]
fn at_metadata_a_canary_in_every_field_reaches_nothing() {
    for text in [
        canary(),
        format!("order {}", canary()),
        format!("{0}.{0}", canary()),
        "4111 1111 1111 1111".into(),
    ] {
        let (span, bodies) = full_of(&text);
        let score = Score {
            score_id: ScoreId::new([5; 16]),
            trace_id: Some(span.trace_id),
            span_id: None,
            stated_run_id: Some(text.as_str().into()),
            response_id: Some(text.as_str().into()),
            name: text.as_str().into(),
            value: Some(1.0),
            label: Some(text.as_str().into()),
            source: Some(text.as_str().into()),
            time: UnixNanos(1),
            content: Vec::new(),
        };
        let mut batch = decoded(vec![DecodedSpan { span, bodies }]);
        batch.scores.push(DecodedScore {
            score,
            bodies: vec![body(Role::Explanation, &text)],
        });
        let cleared = gate(CaptureLevel::Metadata).clear(batch).into_inner();
        assert_holds_none(&cleared, &text);
        assert!(cleared.contents.is_empty());
        assert_eq!(cleared.spans.len(), 1);
        assert_eq!(cleared.scores.len(), 1);
    }
}

#[test]
fn who_judged_is_kept_as_an_id_or_as_a_token() {
    let judged_by = |source: &str| {
        let mut batch = decoded(Vec::new());
        batch.scores.push(DecodedScore {
            score: Score {
                score_id: ScoreId::new([5; 16]),
                trace_id: None,
                span_id: None,
                stated_run_id: Some("run-7".into()),
                response_id: None,
                name: "quality".into(),
                value: Some(1.0),
                label: None,
                source: Some(source.into()),
                time: UnixNanos(1),
                content: Vec::new(),
            },
            bodies: Vec::new(),
        });
        let cleared = gate(CaptureLevel::Metadata).clear(batch).into_inner();
        let cleared = cleared.scores[0].source.clone();
        cleared.unwrap_or_default().to_string()
    };
    assert_eq!(judged_by("human"), "human");
    assert_eq!(judged_by("human:anna"), "human:anna");
    let token = judged_by("human:anna.schmidt@example.com");
    assert!(token.starts_with("human:") && !token.contains("anna"), "{token}");
    assert_eq!(judged_by("somebody who knows"), "");
}

#[test]
fn the_default_policy_keeps_only_documented_keys() {
    let mut sent = span("chat gpt-4o");
    sent.attributes = vec![
        ("server.port".into(), Value::from(8080)),
        ("my.note".into(), Value::from("hello")),
        ("other.flag".into(), Value::from(true)),
        ("telemetry.sdk.language".into(), Value::from("python")),
    ];
    let cleared = clear_one(&gate(CaptureLevel::Metadata), sent, Vec::new());
    let keys: Vec<_> = cleared.spans[0]
        .attributes
        .iter()
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(keys, ["server.port", "telemetry.sdk.language"]);
    let withheld = &cleared.spans[0].withheld;
    assert_eq!(withheld.len(), 1);
    assert_eq!(
        (
            withheld[0].field.as_str(),
            withheld[0].rule.as_str(),
            withheld[0].count
        ),
        ("attributes", "unknown-key", 2)
    );
}

#[test]
fn ordinary_facts_stay_as_they_were() {
    let mut sent = span("execute_tool lookup_order");
    for (field, text) in [
        (Field::ToolName, "lookup_order"),
        (Field::AgentName, "support-agent"),
        (Field::ModelRequested, "gpt-4o-mini-2024-07-18"),
        (Field::ModelAnswered, "claude-sonnet-4-5-20250929"),
        (Field::SessionId, "sess-42"),
        (Field::StatedRunId, "01a203e9-7e09-7541-8ae2-30d26273d6ae"),
        (Field::TenantId, "acme"),
        (Field::ToolCallId, "call_FApEDaUHdL2hx8FNbu5UCMb8"),
        (Field::ServiceVersion, "1.4.2"),
        (Field::Environment, "staging"),
        (Field::ErrorClass, "BadRequestError"),
        (Field::Scope, "opentelemetry.instrumentation.openai_v2"),
        (Field::Provider, "gcp.vertex_ai"),
        (Field::CostCurrency, "USD"),
        (Field::RetryReason, "rate_limited"),
    ] {
        sent.facts.set(field, text);
    }
    sent.facts
        .set(Field::FinishReasons, vec![Text::from("tool_call")]);
    sent.facts.set(Field::InputTokens, 1_000_000);
    let cleared = clear_one(&gate(CaptureLevel::Metadata), sent.clone(), Vec::new());
    assert_eq!(cleared.spans[0].facts, sent.facts);
    assert_eq!(cleared.spans[0].name, sent.name);
    assert!(cleared.spans[0].withheld.is_empty());
    assert_eq!(cleared.spans[0].policy_version, *Policy::default().version());
}

#[test]
fn persons_become_tokens_that_join_within_a_tenant_only() {
    let user = |tenant: Option<&str>| {
        let mut sent = span("x");
        sent.facts.set(Field::UserId, "u-1001");
        if let Some(tenant) = tenant {
            sent.facts.set(Field::TenantId, tenant);
        }
        let cleared = clear_one(&gate(CaptureLevel::Metadata), sent, Vec::new());
        cleared.spans[0].facts.text(Field::UserId).unwrap().to_owned()
    };
    assert!(user(None).starts_with("user_k1_"));
    assert_eq!(user(Some("a")), user(Some("a")));
    assert_ne!(user(Some("a")), user(Some("b")));
    assert_ne!(user(Some("a")), user(None));
}

#[test]
fn at_metadata_bodies_leave_a_size_and_a_shape() {
    let arguments = r#"{"order_id":"7781","amount":49.9}"#;
    let sent = vec![
        body(Role::Arguments, arguments),
        body(Role::Instructions, "You are kind."),
    ];
    let cleared = clear_one(&gate(CaptureLevel::Metadata), span("x"), sent);
    let cleared = &cleared.spans[0];
    assert_eq!(cleared.content[0].content_id, None);
    assert_eq!(cleared.content[0].clearance, Clearance::Dropped);
    assert_eq!(cleared.content[0].size_bytes, arguments.len() as u64);
    assert!(
        cleared
            .facts
            .text(Field::ArgumentsShape)
            .unwrap()
            .starts_with(r#"[["order_id","text",4,""#)
    );
    assert!(
        cleared
            .facts
            .text(Field::ArgumentsToken)
            .unwrap()
            .starts_with("arguments_k1_")
    );
    assert!(
        cleared
            .facts
            .text(Field::InstructionsHash)
            .unwrap()
            .starts_with("instructions_k1_")
    );
}

#[test]
fn at_redacted_content_is_kept_without_what_must_go() {
    let secret = ["gh", "p_", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"].concat();
    let text = format!(
        r#"{{"note":"mail jane@example.org now","header":"Bearer {secret}","card":4111111111111111,"n":7}}"#
    );
    let cleared = clear_one(
        &gate(CaptureLevel::Redacted),
        span("x"),
        vec![body(Role::Arguments, &text)],
    );
    let content = cleared.contents[0].text.expose();
    assert!(
        !content.contains(&secret) && !content.contains("jane@") && !content.contains("4111"),
        "{content}"
    );
    assert!(
        content.contains("mail email_k1_")
            && content.contains("[github-pat]")
            && content.contains(r#""n":7"#),
        "{content}"
    );
    assert!(
        serde_json::from_str::<serde_json::Value>(content).is_ok(),
        "{content}"
    );
    let reference = &cleared.spans[0].content[0];
    assert_eq!(reference.clearance, Clearance::Redacted);
    let rules: Vec<_> = reference
        .removals
        .iter()
        .map(|removal| removal.rule.as_str())
        .collect();
    assert_eq!(rules, ["email", "github-pat", "credit-card"]);
    assert_eq!(reference.content_id, Some(cleared.contents[0].content_id));
}

#[test]
fn the_same_body_is_stored_once_and_scanned_once() {
    let gate = gate(CaptureLevel::Redacted);
    let bodies = || vec![body(Role::InputMessage, "hello jane@example.org")];
    let spans = (0..3)
        .map(|_| DecodedSpan {
            span: span("x"),
            bodies: bodies(),
        })
        .collect();
    let first = gate.clear(decoded(spans)).into_inner();
    assert_eq!(first.contents.len(), 1);
    let again = clear_one(&gate, span("x"), bodies());
    assert_eq!(again.contents[0].content_id, first.contents[0].content_id);
    assert_eq!(gate.counters().bodies_by_twin, 3);
    assert_eq!(gate.counters().bodies, 4);
}

#[test]
fn what_a_key_gave_away_is_taken_out_wherever_it_echoes() {
    let secret = "Wombat7Sunrise";
    for level in [CaptureLevel::Metadata, CaptureLevel::Redacted] {
        let mut noisy = span(&format!("login {secret}"));
        noisy.events.push(Event {
            name: format!("try {secret}").into(),
            time: UnixNanos(1),
            attributes: Vec::new(),
        });
        let bodies = vec![
            body(
                Role::Arguments,
                &format!(r#"{{"user":"a","password":"{secret}"}}"#),
            ),
            body(Role::ErrorMessage, &format!("login with {secret} failed")),
        ];
        let other = DecodedSpan {
            span: span(&format!("parent of {secret}")),
            bodies: Vec::new(),
        };
        let cleared = gate(level)
            .clear(decoded(vec![other, DecodedSpan { span: noisy, bodies }]))
            .into_inner();
        assert!(!stored(&cleared).contains(secret), "{}", stored(&cleared));
    }
}

#[test]
fn a_field_over_its_limit_is_cut_and_marked() {
    let text = "word ".repeat(300_000);
    let cleared = clear_one(
        &gate(CaptureLevel::Redacted),
        span("x"),
        vec![body(Role::Output, &text)],
    );
    let reference = &cleared.spans[0].content[0];
    assert_eq!(reference.clearance, Clearance::Cut);
    assert_eq!(reference.size_bytes, 1_500_000);
    assert_eq!(
        cleared.contents[0].text.expose().len(),
        privacy::FIELD_SIZE_BYTES_MAX
    );
    let many = (0..12)
        .map(|position| Body {
            position,
            ..body(Role::Document, &text)
        })
        .collect();
    let cleared = clear_one(&gate(CaptureLevel::Redacted), span("x"), many);
    let kept = cleared.spans[0]
        .content
        .iter()
        .filter(|reference| reference.content_id.is_some())
        .count();
    assert_eq!(kept, 8);
}

#[test]
fn clearing_what_was_cleared_changes_nothing() {
    let (sent, _) = full_of(&canary());
    let gate = gate(CaptureLevel::Metadata);
    let once = clear_one(&gate, sent, Vec::new());
    let again = clear_one(&gate, once.spans[0].clone(), Vec::new());
    assert_eq!(once.spans[0].facts, again.spans[0].facts);
    assert_eq!(once.spans[0].name, again.spans[0].name);
    assert_eq!(once.spans[0].attributes, again.spans[0].attributes);
}

#[test]
fn hashes_that_a_dialect_made_are_keyed() {
    let mut sent = span("x");
    sent.supplement = 77;
    let first = clear_one(&gate(CaptureLevel::Metadata), sent.clone(), Vec::new()).spans[0].supplement;
    let again = clear_one(&gate(CaptureLevel::Metadata), sent, Vec::new()).spans[0].supplement;
    assert!(first != 77 && first != 0 && first == again);
}

#[test]
fn at_off_nothing_is_kept() {
    let cleared = clear_one(&gate(CaptureLevel::Off), span("x"), vec![body(Role::Output, "x")]);
    assert!(cleared.spans.is_empty() && cleared.contents.is_empty());
}
