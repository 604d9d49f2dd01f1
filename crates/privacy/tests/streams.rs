//! Streams through the gate: however a text is cut into parts, no part keeps a piece of what must go.

use privacy::{Gate, Keys, Policy};
use trace::content::{Body, Sensitive};
use trace::span::{Decoded, DecodedSpan, Span};
use trace::*;

fn span() -> Span {
    Span {
        trace_id: TraceId::new([1; 16]),
        span_id: SpanId::new([2; 8]),
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
    }
}

/// The stored texts of a span whose answer came in these parts.
fn stored(parts: &[&str]) -> Vec<String> {
    let bodies = parts.iter().zip(0..).map(|(text, position)| Body {
        role: Role::Attribute,
        position,
        author: None,
        key: "delta".into(),
        media: Media::Text,
        text: Sensitive::new((*text).to_owned()),
    });
    let gate = Gate::new(
        Policy::with_capture(CaptureLevel::Redacted),
        Keys::derive(&[7; 32], "gate"),
    );
    let cleared = gate.clear(Decoded {
        workspace_id: WorkspaceId::new("w"),
        project_id: ProjectId::new("p"),
        received_at: UnixNanos(1_763_856_000_000_000_000),
        spans: vec![DecodedSpan {
            span: span(),
            bodies: bodies.collect(),
        }],
        scores: Vec::new(),
    });
    let batch = cleared.get();
    let text_of = |id: &ContentId| {
        let content = batch.contents.iter().find(|content| content.content_id == *id);
        content.map(|content| content.text.expose().clone())
    };
    let references = batch.spans.iter().flat_map(|span| &span.content);
    references
        .filter_map(|reference| text_of(reference.content_id.as_ref()?))
        .collect()
}

/// Whether a text holds more than six bytes of a value in a row.
fn leaks(text: &str, value: &str) -> bool {
    let pieces = value.as_bytes().windows(7);
    pieces
        .map(String::from_utf8_lossy)
        .any(|piece| text.contains(piece.as_ref()))
}

#[test]
fn no_part_keeps_a_piece_of_a_secret_wherever_the_stream_was_cut() {
    let secret = ["sk-ant-api03-", "Zq8Lw2Xc5Vb7Nm1Kj4Hg6Fd9Sa3Qe0Rt8Yu5Io2Pl7Mk"].concat();
    let text = format!("the key is {secret} and the mail jane.doe@example.org, so far");
    for size in [1, 2, 3, 5, 7, 11, 16, 24, 40] {
        let letters: Vec<char> = text.chars().collect();
        let parts: Vec<String> = letters.chunks(size).map(|part| part.iter().collect()).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let stored = stored(&parts);
        for part in &stored {
            assert!(!leaks(part, &secret), "{size}: {part}");
        }
        let joined = stored.concat();
        assert!(
            !leaks(&joined, &secret) && !leaks(&joined, "jane.doe@example.org"),
            "{size}: {joined}"
        );
    }
}

#[test]
fn what_is_in_no_danger_stays_where_it_was() {
    assert_eq!(
        stored(&["first the tests, ", "then the notes"]),
        ["first the tests, ", "then the notes"]
    );
}

#[test]
fn a_value_in_the_overlap_of_two_portions_is_taken_out_once() {
    let filler = "words and more words. ".repeat(50_000);
    let stored = stored(&[&filler, "mail jane.doe@exam", "ple.org today"]);
    let joined = stored.concat();
    assert!(!joined.contains("jane.doe"));
    assert_eq!(joined.matches("email_k1_").count(), 1);
}
