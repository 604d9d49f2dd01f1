//! Properties of the gate and the scan, over generated and hostile input.

use std::time::{Duration, Instant};

use privacy::{Gate, Keys, Policy, Surface, scan};
use proptest::prelude::*;
use trace::content::{Body, Sensitive};
use trace::span::{Batch, Decoded, DecodedSpan, Span};
use trace::*;

/// How much hostile text is scanned: the limit of a field where the build is optimised, less where it is not.
const HOSTILE_SIZE_BYTES: usize = if cfg!(debug_assertions) { 128 } else { 1024 } * 1024;
/// How long that may take on a busy machine. What is not linear takes far longer; the figure that is promised is
/// measured by `cargo bench`.
const HOSTILE_TIME_MAX: Duration = Duration::from_secs(5);

fn gate(level: CaptureLevel) -> Gate {
    Gate::new(Policy::with_capture(level), Keys::derive(&[7; 32], "gate"))
}

fn clear(gate: &Gate, name: &str, attributes: Vec<(Text, Value)>, bodies: Vec<Body>) -> Batch {
    let span = Span {
        trace_id: TraceId::new([1; 16]),
        span_id: SpanId::new([2; 8]),
        parent_id: None,
        record: Record::Finished,
        supplement: 0,
        kind: Kind::Tool,
        name: name.into(),
        start: UnixNanos(1),
        duration_nanos: None,
        status: Status::Ok,
        facts: Facts::new(),
        attributes,
        events: Vec::new(),
        links: Vec::new(),
        content: Vec::new(),
        withheld: Vec::new(),
        policy_version: Text::default(),
    };
    let decoded = Decoded {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1),
        spans: vec![DecodedSpan { span, bodies }],
        scores: Vec::new(),
    };
    gate.clear(decoded).into_inner()
}

fn body(media: Media, text: &str) -> Body {
    let text = Sensitive::new(text.to_owned());
    Body {
        role: Role::Output,
        position: 0,
        author: None,
        key: "k".into(),
        media,
        text,
    }
}

/// What is left of a text after the gate.
fn cleared(gate: &Gate, media: Media, text: &str) -> Option<String> {
    let batch = clear(gate, "x", Vec::new(), vec![body(media, text)]);
    batch
        .contents
        .into_iter()
        .next()
        .map(|content| content.text.into_exposed())
}

/// Texts as they occur: words, secrets, numbers, signs, escapes and letters of many scripts.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("password: ".to_owned()),
        Just("\"token\": \"".to_owned()),
        Just("my name is ".to_owned()),
        Just("\\\\\"".to_owned()),
        Just("\\u0040".to_owned()),
        Just("%40".to_owned()),
        Just("\u{200b}".to_owned()),
        Just("gpt-4o(".to_owned()),
        Just("jane@example.org".to_owned()),
        Just("4111 1111 1111 1111".to_owned()),
        Just("+44 20 7946 0958".to_owned()),
        Just("' + '".to_owned()),
        Just("cGFzc3dvcmQ6IGh1bnRlcjI0MiBhbmQgbW9yZQ==".to_owned()),
        "[A-Za-z0-9]{16,40}",
        "[0-9]{7,19}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_found_lies_on_character_boundaries_in_order(text in texts(), key in "[a-z_]{0,12}") {
        let mut end = 0;
        for found in scan(&text, Surface::Content, Some(&key), &[]) {
            prop_assert!(text.get(found.range()).is_some());
            prop_assert!(found.start >= end && found.start < found.end);
            end = found.end;
        }
    }

    #[test]
    fn clearing_twice_is_clearing_once(text in texts()) {
        let gate = gate(CaptureLevel::Redacted);
        let once = cleared(&gate, Media::Text, &text).unwrap_or_default();
        let twice = cleared(&gate, Media::Text, &once).unwrap_or_default();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn json_stays_json(texts in prop::collection::vec((texts(), texts()), 1..4), number in any::<u64>()) {
        let members = texts.into_iter().map(|(key, value)| (key, serde_json::Value::from(value)));
        let mut object: serde_json::Map<_, _> = members.collect();
        object.insert("card".into(), number.into());
        object.insert("list".into(), serde_json::json!([number, 4_111_111_111_111_111_u64]));
        let inner = serde_json::Value::Object(object).to_string();
        for text in [inner.clone(), serde_json::json!({ "inner": inner }).to_string()] {
            let kept = cleared(&gate(CaptureLevel::Redacted), Media::Json, &text).unwrap_or_default();
            prop_assert!(serde_json::from_str::<serde_json::Value>(&kept).is_ok(), "{} became {}", text, kept);
        }
    }

    #[test]
    fn nothing_outside_the_allowlist_survives(keys in prop::collection::vec("[a-z.]{1,20}", 1..6)) {
        let attributes = keys.iter().map(|key| (Text::from(format!("x.{key}")), Value::from("value"))).collect();
        let batch = clear(&gate(CaptureLevel::Metadata), "x", attributes, Vec::new());
        prop_assert!(batch.spans.iter().all(|span| span.attributes.is_empty()));
    }

    #[test]
    fn names_of_anything_are_cleared_once_and_for_all(name in texts()) {
        let gate = gate(CaptureLevel::Metadata);
        let name_of = |name: &str| clear(&gate, name, Vec::new(), Vec::new()).spans.remove(0).name;
        let once = name_of(&name);
        prop_assert_eq!(&once, &name_of(&once));
        prop_assert!(!once.contains("jane@example.org") && !once.contains("7946 0958"));
    }
}

#[test]
fn a_value_is_found_however_a_stream_is_cut() {
    let text = "here it is: password: Wombat7Sunrise and jane@example.org";
    let whole = scan(text, Surface::Content, None, &[]);
    for cut in 1..text.len() {
        assert_eq!(scan(text, Surface::Content, None, &[0, cut]), whole);
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    const SIZE: usize = HOSTILE_SIZE_BYTES;
    let keys = (0..SIZE / 20)
        .map(|index| format!("\"password_{index}\":{index}"))
        .collect::<Vec<_>>()
        .join(",");
    let pieces = [
        "a",
        "1",
        "{",
        "1 ",
        "\\",
        "@",
        "token:",
        "password:[",
        "cookie: a=b; ",
        "name,",
        "\"",
        "eyJ",
        "://",
        "' + '",
        "%25",
        "\u{200b}",
        "my name is ",
        "-----BEGIN PRIVATE KEY-----",
        "12.34.",
        "aA1bB2",
        "DE89",
    ];
    let texts = pieces
        .iter()
        .map(|piece| piece.repeat(SIZE / piece.len()))
        .chain([format!("{{{keys}}}")]);
    for text in texts {
        let start = Instant::now();
        let found = scan(&text, Surface::Content, None, &[]);
        assert!(
            start.elapsed() < HOSTILE_TIME_MAX,
            "{:?} {}",
            text.get(..8),
            found.len()
        );
    }
}
