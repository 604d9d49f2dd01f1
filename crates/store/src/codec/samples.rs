//! Batches to test with.

use proptest::prelude::*;
use proptest::sample::select;
use trace::content::{Content, ContentRef, Removal, Sensitive};
use trace::field::ValueType;
use trace::score::Score;
use trace::span::{Batch, Event, Link, Span, Withheld};
use trace::{
    Author, Clearance, ContentId, Facts, Field, Kind, Media, ProjectId, Record, Role, ScoreId, SpanId,
    Status, Text, TraceId, UnixNanos, Value, WorkspaceId,
};

/// The batch of the committed fixtures. It is never changed: what is new gets a fixture of its own.
pub(crate) fn fixture() -> Batch {
    let trace_id = TraceId::new([0xA1; 16]);
    let mut facts = Facts::new();
    facts.set(Field::ToolName, "refund.create");
    facts.set(Field::InputTokens, 1_200);
    facts.set(Field::Cost, 0.25);
    facts.set(Field::Streamed, true);
    facts.set(Field::FinishReasons, vec![Text::from("stop"), Text::from("")]);
    Batch {
        workspace_id: WorkspaceId::new("default"),
        project_id: ProjectId::new("shop"),
        received_at: UnixNanos(1_760_000_000_000_000_001),
        spans: vec![Span {
            trace_id,
            span_id: SpanId::new([1; 8]),
            parent_id: Some(SpanId::new([2; 8])),
            record: Record::Supplement,
            supplement: u64::MAX,
            kind: Kind::Tool,
            name: "refund.create".into(),
            start: UnixNanos(-1),
            duration_nanos: Some(0),
            status: Status::Error,
            facts,
            attributes: vec![("shop.region".into(), Value::Int(i64::MIN))],
            events: vec![Event {
                name: "retry".into(),
                time: UnixNanos(7),
                attributes: vec![("list".into(), Value::TextList(vec!["é".into()]))],
            }],
            links: vec![Link {
                trace_id,
                span_id: SpanId::new([3; 8]),
                is_resume: true,
            }],
            content: vec![reference()],
            withheld: vec![Withheld {
                field: "user_id".into(),
                clearance: Clearance::Tokenized,
                rule: "person".into(),
                count: 2,
            }],
            policy_version: "p1".into(),
        }],
        contents: vec![Content {
            content_id: ContentId::new([9; 16]),
            author: Some(Author::Tool),
            media: Media::Json,
            text: Sensitive::new(r#"{"order":"▨"}"#.to_owned()),
            tenant_id: None,
            scope: "session-1".into(),
            retention_class: "standard".into(),
            policy_version: "p1".into(),
            key_id: Text::default(),
        }],
        scores: vec![Score {
            score_id: ScoreId::new([4; 16]),
            trace_id: Some(trace_id),
            span_id: None,
            stated_run_id: Some("run-1".into()),
            response_id: None,
            name: "helpful".into(),
            value: Some(-0.5),
            label: Some("no".into()),
            source: Some("human".into()),
            time: UnixNanos(8),
            content: vec![reference()],
        }],
    }
}

fn reference() -> ContentRef {
    ContentRef {
        role: Role::Arguments,
        position: 3,
        content_id: Some(ContentId::new([9; 16])),
        size_bytes: 20,
        clearance: Clearance::Redacted,
        removals: vec![Removal {
            rule: "email".into(),
            clearance: Clearance::Redacted,
            count: 1,
            size_bytes: 7,
        }],
    }
}

/// Spans as they come without content, such as the load of the throughput bar has them.
pub(crate) fn thin(spans: u32) -> Batch {
    let mut batch = Batch {
        spans: Vec::new(),
        contents: Vec::new(),
        scores: Vec::new(),
        ..fixture()
    };
    // Ids that do not compress, as real ones do not.
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    for index in 0..spans {
        let mut trace_id = [0; 16];
        trace_id[..8].copy_from_slice(&random());
        trace_id[8..].copy_from_slice(&random());
        let mut facts = Facts::new();
        facts.set(Field::SessionId, format!("conversation-{}", index / 10).as_str());
        facts.set(Field::ServiceName, "support-agent");
        facts.set(Field::Environment, "production");
        facts.set(Field::AgentName, "refunds");
        facts.set(Field::Provider, "openai");
        facts.set(Field::ModelRequested, "gpt-5-mini");
        facts.set(Field::ModelAnswered, "gpt-5-mini-2026-02-01");
        facts.set(
            Field::ResponseId,
            format!("chatcmpl-{:x}", u64::from_le_bytes(random())).as_str(),
        );
        facts.set(Field::FinishReasons, vec![Text::from("stop")]);
        facts.set(Field::InputTokens, 900 + i64::from(index));
        facts.set(Field::OutputTokens, 77);
        batch.spans.push(Span {
            trace_id: TraceId::new(trace_id),
            span_id: SpanId::new(random()),
            parent_id: Some(SpanId::new(random())),
            record: Record::Finished,
            supplement: 0,
            kind: Kind::Model,
            name: "chat gpt-5-mini".into(),
            start: UnixNanos(1_760_000_000_000_000_000 + i64::from(index) * 1_234_567),
            duration_nanos: Some(1_000_000_007),
            status: Status::Ok,
            facts,
            attributes: vec![("shop.region".into(), Value::from("eu-west-1"))],
            events: Vec::new(),
            links: Vec::new(),
            content: Vec::new(),
            withheld: Vec::new(),
            policy_version: "metadata-1".into(),
        });
    }
    batch
}

fn text() -> impl Strategy<Value = Text> {
    "\\PC{0,30}".prop_map(Text::from)
}

fn nanos() -> impl Strategy<Value = UnixNanos> {
    any::<i64>().prop_map(UnixNanos)
}

fn span_id() -> impl Strategy<Value = SpanId> {
    any::<[u8; 8]>().prop_map(SpanId::new)
}

fn trace_id() -> impl Strategy<Value = TraceId> {
    any::<[u8; 16]>().prop_map(TraceId::new)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::Text),
        prop::collection::vec(text(), 0..4).prop_map(Value::TextList),
        any::<i64>().prop_map(Value::Int),
        // Numbers of facts are finite; equality is what the test compares by.
        (-1e300..1e300).prop_map(Value::Double),
        any::<bool>().prop_map(Value::Bool),
    ]
}

fn attributes() -> impl Strategy<Value = Vec<(Text, Value)>> {
    prop::collection::vec((text(), value()), 0..4)
}

fn fact() -> impl Strategy<Value = (Field, Value)> {
    (select(Field::ALL), value()).prop_map(|(field, wished)| {
        let value = match field.definition().value_type {
            wished_type if wished_type == wished.value_type() => wished,
            ValueType::Text => Value::from("word"),
            ValueType::TextList => Value::TextList(vec!["a".into(), Text::default()]),
            ValueType::Int => Value::Int(-7),
            ValueType::Double => Value::Double(0.1),
            ValueType::Bool => Value::Bool(false),
        };
        (field, value)
    })
}

fn references() -> impl Strategy<Value = Vec<ContentRef>> {
    let removal = (text(), select(Clearance::ALL), any::<u32>(), any::<u64>()).prop_map(
        |(rule, clearance, count, size_bytes)| Removal {
            rule,
            clearance,
            count,
            size_bytes,
        },
    );
    let reference = (
        select(Role::ALL),
        any::<u32>(),
        any::<Option<[u8; 16]>>(),
        any::<u64>(),
        select(Clearance::ALL),
        prop::collection::vec(removal, 0..3),
    )
        .prop_map(
            |(role, position, content_id, size_bytes, clearance, removals)| ContentRef {
                role,
                position,
                content_id: content_id.map(ContentId::new),
                size_bytes,
                clearance,
                removals,
            },
        );
    prop::collection::vec(reference, 0..3)
}

fn span() -> impl Strategy<Value = Span> {
    let event = (text(), nanos(), attributes()).prop_map(|(name, time, attributes)| Event {
        name,
        time,
        attributes,
    });
    let link = (trace_id(), span_id(), any::<bool>()).prop_map(|(trace_id, span_id, is_resume)| Link {
        trace_id,
        span_id,
        is_resume,
    });
    let withheld =
        (text(), select(Clearance::ALL), text(), any::<u32>()).prop_map(|(field, clearance, rule, count)| {
            Withheld {
                field,
                clearance,
                rule,
                count,
            }
        });
    let head = (
        (trace_id(), span_id(), prop::option::of(span_id())),
        (
            select(Record::ALL),
            any::<u64>(),
            select(Kind::ALL),
            select(Status::ALL),
        ),
        (text(), nanos(), any::<Option<i64>>(), text()),
    );
    let body = (
        prop::collection::vec(fact(), 0..12).prop_map(|facts| facts.into_iter().collect::<Facts>()),
        attributes(),
        prop::collection::vec(event, 0..3),
        prop::collection::vec(link, 0..3),
        references(),
        prop::collection::vec(withheld, 0..3),
    );
    (head, body).prop_map(|((ids, words, times), body)| {
        let ((trace_id, span_id, parent_id), (record, supplement, kind, status)) = (ids, words);
        let (name, start, duration_nanos, policy_version) = times;
        let (facts, attributes, events, links, content, withheld) = body;
        Span {
            trace_id,
            span_id,
            parent_id,
            record,
            supplement,
            kind,
            name,
            start,
            duration_nanos,
            status,
            facts,
            attributes,
            events,
            links,
            content,
            withheld,
            policy_version,
        }
    })
}

fn content() -> impl Strategy<Value = Content> {
    let what = (
        any::<[u8; 16]>(),
        prop::option::of(select(Author::ALL)),
        select(Media::ALL),
        "\\PC{0,300}",
    );
    let (scope, rest) = (text(), (prop::option::of(text()), text(), text(), text()));
    (what, scope, rest).prop_map(|(what, scope, rest)| {
        let (content_id, author, media, text) = what;
        let (tenant_id, retention_class, policy_version, key_id) = rest;
        Content {
            content_id: ContentId::new(content_id),
            author,
            media,
            text: Sensitive::new(text),
            tenant_id,
            scope,
            retention_class,
            policy_version,
            key_id,
        }
    })
}

fn score() -> impl Strategy<Value = Score> {
    let ids = (
        any::<[u8; 16]>(),
        prop::option::of(trace_id()),
        prop::option::of(span_id()),
    );
    let texts = (text(), prop::array::uniform4(prop::option::of(text())));
    let rest = (prop::option::of(-1e9..1e9), nanos(), references());
    (ids, texts, rest).prop_map(
        |((score_id, trace_id, span_id), (name, texts), (value, time, content))| {
            let [stated_run_id, response_id, label, source] = texts;
            Score {
                score_id: ScoreId::new(score_id),
                trace_id,
                span_id,
                stated_run_id,
                response_id,
                name,
                value,
                label,
                source,
                time,
                content,
            }
        },
    )
}

/// Any batch.
pub(crate) fn batch() -> impl Strategy<Value = Batch> {
    let head = (text(), text(), nanos());
    let lists = (
        prop::collection::vec(span(), 0..5),
        prop::collection::vec(content(), 0..3),
        prop::collection::vec(score(), 0..3),
    );
    (head, lists).prop_map(
        |((workspace_id, project_id, received_at), (spans, contents, scores))| Batch {
            workspace_id: WorkspaceId::new(workspace_id),
            project_id: ProjectId::new(project_id),
            received_at,
            spans,
            contents,
            scores,
        },
    )
}
