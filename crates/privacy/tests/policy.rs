//! Policies from outside: the same batch under different policies.

use privacy::{Gate, Keys, Policy};
use trace::content::{Body, Sensitive};
use trace::span::{Batch, Decoded, DecodedSpan, Span};
use trace::*;

#[expect(clippy::unwrap_used, reason = "a policy that cannot be read ends the test")]
fn gate(policy: &str) -> Gate {
    let policy = Policy::parse(&format!("version = 1\n{policy}")).unwrap();
    Gate::new(policy, Keys::derive(&[7; 32], "gate"))
}

fn span(id: u8, facts: &[(Field, &str)]) -> Span {
    let mut span = Span {
        trace_id: TraceId::new([1; 16]),
        span_id: SpanId::new([id; 8]),
        parent_id: None,
        record: Record::Finished,
        supplement: 0,
        kind: Kind::Tool,
        name: "look up".into(),
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
    };
    for (field, value) in facts {
        span.facts.set(*field, *value);
    }
    span
}

fn body(role: Role, text: &str) -> Body {
    Body {
        role,
        position: 0,
        author: None,
        key: "k".into(),
        media: if text.starts_with('{') {
            Media::Json
        } else {
            Media::Text
        },
        text: Sensitive::new(text.to_owned()),
    }
}

fn clear(gate: &Gate, spans: Vec<(Span, Vec<Body>)>) -> Batch {
    let spans = spans
        .into_iter()
        .map(|(span, bodies)| DecodedSpan { span, bodies })
        .collect();
    gate.clear(Decoded {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("shop"),
        received_at: UnixNanos(1_763_856_000_000_000_000),
        spans,
        scores: Vec::new(),
    })
    .into_inner()
}

fn texts(batch: &Batch) -> Vec<&str> {
    let texts = batch.contents.iter();
    texts.map(|content| content.text.expose().as_str()).collect()
}

const REDACTED: &str = "[defaults]\ncapture = \"redacted\"\n";

#[test]
fn an_empty_policy_keeps_only_the_default_fields_of_the_registry() {
    let mut sent = span(1, &[(Field::ToolName, "search"), (Field::UserId, "jane@acme.io")]);
    sent.attributes = vec![
        ("app.note".into(), Value::Text("kept by nobody".into())),
        ("server.port".into(), Value::Int(443)),
    ];
    let batch = clear(
        &gate(""),
        vec![(sent.clone(), vec![body(Role::Output, "an answer")])],
    );
    let by_default = Gate::new(Policy::default(), Keys::derive(&[7; 32], "gate"));
    let expected = clear(&by_default, vec![(sent, vec![body(Role::Output, "an answer")])]);
    assert_eq!(batch.spans[0].facts, expected.spans[0].facts);
    assert_eq!(
        batch.spans[0].attributes,
        [("server.port".into(), Value::Int(443))]
    );
    assert!(texts(&batch).is_empty());
}

#[test]
fn tokens_are_equal_within_a_tenant_and_differ_across_tenants() {
    let gate = gate(REDACTED);
    let of = |tenant: &str| {
        let sent = span(1, &[(Field::TenantId, tenant), (Field::UserId, "jane")]);
        let batch = clear(&gate, vec![(sent, vec![body(Role::Output, "mail jane@acme.io")])]);
        let user = batch.spans[0].facts.text(Field::UserId).unwrap().to_owned();
        (user, texts(&batch)[0].to_owned())
    };
    assert_eq!(of("acme"), of("acme"));
    let (acme, other) = (of("acme"), of("other"));
    assert_ne!(acme.0, other.0);
    assert_ne!(acme.1, other.1);
}

#[test]
fn fields_are_dropped_and_tokenized_as_the_policy_says() {
    let gate = gate("[fields]\ndrop = [\"user_id\", \"input_tokens\"]\ntokenize = [\"agent_name\"]\n");
    let mut sent = span(1, &[(Field::UserId, "jane"), (Field::AgentName, "refunds")]);
    sent.facts.set(Field::InputTokens, 12_i64);
    let batch = clear(&gate, vec![(sent, Vec::new())]);
    let facts = &batch.spans[0].facts;
    assert_eq!(facts.text(Field::UserId), None);
    assert!(facts.get(Field::InputTokens).is_none());
    assert!(facts.text(Field::AgentName).unwrap().starts_with("id_k1_"));
    let withheld: Vec<_> = batch.spans[0]
        .withheld
        .iter()
        .map(|withheld| {
            (
                withheld.field.as_str(),
                withheld.rule.as_str(),
                withheld.clearance,
            )
        })
        .collect();
    assert!(withheld.contains(&("user_id", "policy-field", Clearance::Dropped)));
    assert!(withheld.contains(&("agent_name", "policy-field", Clearance::Tokenized)));
}

#[test]
fn own_attributes_are_kept_in_the_form_the_policy_names() {
    let gate = gate("[attributes]\n\"app.cart.items\" = \"number\"\n\"app.plan\" = \"word\"\n");
    let mut sent = span(1, &[]);
    sent.attributes = vec![
        ("app.cart.items".into(), Value::Int(3)),
        ("app.plan".into(), Value::Text("Jane Doe of 12 Elm Street".into())),
        ("app.other".into(), Value::Int(1)),
    ];
    let batch = clear(&gate, vec![(sent, Vec::new())]);
    assert_eq!(
        batch.spans[0].attributes,
        [("app.cart.items".into(), Value::Int(3))]
    );
}

#[test]
fn who_opted_out_leaves_no_span_of_their_trace() {
    let gate = gate(&format!("{REDACTED}[[opt_out]]\ntenant = \"acme\"\n"));
    let root = span(1, &[(Field::TenantId, "acme")]);
    let child = span(2, &[]);
    let mut elsewhere = span(3, &[]);
    elsewhere.trace_id = TraceId::new([2; 16]);
    let batch = clear(
        &gate,
        vec![
            (child, vec![body(Role::Output, "of acme")]),
            (root, Vec::new()),
            (elsewhere, vec![body(Role::Output, "of somebody else")]),
        ],
    );
    assert_eq!(batch.spans.len(), 1);
    assert_eq!(texts(&batch), ["of somebody else"]);
    assert_eq!(gate.counters().values(Clearance::Dropped), 2);
}

#[test]
fn a_user_may_be_named_as_sent_or_by_token() {
    let sent = || vec![(span(1, &[(Field::UserId, "jane")]), Vec::new())];
    let token = clear(&gate(""), sent()).spans[0]
        .facts
        .text(Field::UserId)
        .unwrap()
        .to_owned();
    for name in ["jane", &token] {
        let gate = gate(&format!("[[opt_out]]\nuser = \"{name}\"\n"));
        assert!(clear(&gate, sent()).spans.is_empty(), "{name}");
    }
}

#[test]
fn a_sender_may_ask_for_less_and_never_for_more() {
    let kept = |policy: &str, asked: &str| {
        let mut sent = span(1, &[]);
        sent.attributes = vec![("everyframe.capture".into(), Value::Text(asked.into()))];
        let batch = clear(&gate(policy), vec![(sent, vec![body(Role::Output, "an answer")])]);
        (batch.spans.len(), batch.contents.len())
    };
    assert_eq!(kept(REDACTED, "redacted"), (1, 1));
    assert_eq!(kept(REDACTED, "metadata"), (1, 0));
    assert_eq!(kept(REDACTED, "off"), (0, 0));
    assert_eq!(kept(REDACTED, "nonsense"), (0, 0));
    assert_eq!(kept("", "full"), (1, 0));
}

#[test]
fn what_a_policy_classifies_goes_whole_and_the_span_says_of_which_class_it_was() {
    let gate = gate(&format!(
        r#"{REDACTED}
        [[classification]]
        tool = "crm.*"
        path = "customer.*"
        class = "personal"
        [[classification]]
        tool = "crm.*"
        path = "*notes*"
        class = "confidential"
        "#
    ));
    let arguments = r#"{"customer":{"nick":"otter","tier":3},"notes":["prefers the blue door"],"limit":5}"#;
    let sent = span(1, &[(Field::ToolName, "crm.find")]);
    let said = body(Role::Output, "I looked up who prefers the blue door");
    let batch = clear(&gate, vec![(sent, vec![body(Role::Arguments, arguments), said])]);
    let texts = texts(&batch);
    let cleared: serde_json::Value = serde_json::from_str(texts[0]).unwrap();
    assert!(
        cleared["customer"]["nick"]
            .as_str()
            .unwrap()
            .starts_with("personal_k1_")
    );
    assert!(
        cleared["customer"]["tier"]
            .as_str()
            .unwrap()
            .starts_with("personal_k1_")
    );
    assert_eq!(cleared["notes"][0], "[confidential]");
    assert_eq!(cleared["limit"], 5);
    assert!(!texts[1].contains("blue door"), "{}", texts[1]);
    assert_eq!(
        batch.spans[0].facts.get(Field::ArgumentsClass),
        Some(&Value::TextList(vec!["personal".into(), "confidential".into()]))
    );
    // The shape is one of what was kept, so it has no token of what was not.
    let shape = batch.spans[0]
        .facts
        .text(Field::ArgumentsShape)
        .unwrap()
        .to_owned();
    let other = r#"{"customer":{"nick":"otter","tier":3},"notes":["something else"],"limit":5}"#;
    let sent = span(1, &[(Field::ToolName, "crm.find")]);
    let batch = clear(&gate, vec![(sent, vec![body(Role::Arguments, other)])]);
    assert_eq!(
        batch.spans[0].facts.text(Field::ArgumentsShape),
        Some(shape.as_str())
    );
}

#[test]
fn a_text_without_paths_is_of_the_strictest_class_of_its_tool() {
    let gate = gate(&format!(
        "{REDACTED}[[classification]]\ntool = \"crm\"\npath = \"deep.inside\"\nclass = \"regulated\"\n"
    ));
    let sent = span(1, &[(Field::ToolName, "crm")]);
    let batch = clear(
        &gate,
        vec![(sent, vec![body(Role::Result, "plain words, no JSON")])],
    );
    assert_eq!(texts(&batch), ["[regulated]"]);
}

#[test]
fn full_keeps_personal_data_for_a_time_and_secrets_never() {
    let gate =
        gate("[defaults]\ncapture = \"full\"\njustification = \"finding a fault\"\nuntil = 2030-01-01\n");
    let text = "mail jane@acme.io, password: Wombat7Sunrise";
    let batch = clear(&gate, vec![(span(1, &[]), vec![body(Role::Output, text)])]);
    assert_eq!(texts(&batch), ["mail jane@acme.io, password: [password]"]);
    assert!(batch.spans[0].policy_version.starts_with("full-"));
}

#[test]
fn own_rules_act_and_detectors_of_personal_data_can_be_switched_off() {
    let gate = gate(&format!(
        "{REDACTED}[detectors]\noff = [\"email\"]\n[[detectors.rule]]\nid = \"order-number\"\npattern = 'ORD-[0-9]{{8}}'\nclass = \"secret\"\nmatches = [\"ORD-12345678\"]\nmisses = [\"ORD-1\"]\n"
    ));
    let text = "jane@acme.io asks about ORD-12345678";
    let batch = clear(&gate, vec![(span(1, &[]), vec![body(Role::Output, text)])]);
    assert_eq!(texts(&batch), ["jane@acme.io asks about [order-number]"]);
    let removal = &batch.spans[0].content[0].removals[0];
    assert_eq!((removal.rule.as_str(), removal.count), ("order-number", 1));
}

#[test]
fn another_policy_acts_at_once() {
    let gate = gate(REDACTED);
    let sent = || {
        vec![(
            span(1, &[(Field::TenantId, "acme")]),
            vec![body(Role::Output, "an answer")],
        )]
    };
    let before = clear(&gate, sent());
    assert_eq!(before.contents.len(), 1);
    gate.set_policy(Policy::parse("version = 1\n[[opt_out]]\ntenant = \"acme\"\n").unwrap());
    assert!(clear(&gate, sent()).spans.is_empty());
    assert_ne!(before.spans[0].policy_version, *gate.policy().version());
}
