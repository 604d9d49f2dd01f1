//! Sample runs and spans: one of which everything is known, one of which hardly anything is.

use catalog::ledger::{Counter, Entry, Line, Signal};
use trace::content::{Content, ContentRef, Removal, Sensitive};
use trace::ports::LoggedSpan;
use trace::run::{Call, CostSource, FirstWrong, Run, Tokens, ToolCall, Totals};
use trace::span::{Event, Link, Span, Withheld};
use trace::time::Day;
use trace::{
    Author, Clearance, ContentId, Facts, Field, Kind, Media, Outcome, OutcomeSource, ProjectId, Record, Role,
    RunId, Sequence, SpanId, Status, Text, TraceId, UnixNanos, Value,
};

use std::sync::Arc;

use super::fake::{Fake, workspace};

pub(super) const TRACE: TraceId = TraceId::new([0xab; 16]);
pub(super) const START: UnixNanos = UnixNanos(1_767_225_600_123_456_789);

fn facts(list: impl IntoIterator<Item = (Field, Value)>) -> Facts {
    list.into_iter().collect()
}

pub(super) const fn span_id(number: u8) -> SpanId {
    SpanId::new([0, 0, 0, 0, 0, 0, 0, number])
}

/// A settled run with everything known that can be.
pub(super) fn known_run() -> Run {
    Run {
        workspace_id: workspace(),
        project_id: ProjectId::new("shop"),
        run_id: RunId::new("order 4412/ü?"),
        version: 2,
        settled: true,
        name: "Refund order".into(),
        start: START,
        duration_nanos: Some(38_000_500_000),
        first_received_at: START.plus_nanos(1_000_000_000),
        last_sequence: Sequence(9),
        outcome: Outcome::Failure,
        outcome_source: OutcomeSource::Score,
        facts: facts([
            (Field::SessionId, Value::from("s-1")),
            (Field::TenantId, Value::from("acme")),
            (Field::AgentName, Value::from("support")),
        ]),
        traces: vec![TRACE],
        agents: vec!["support".into()],
        tools: vec!["refund.create".into(), "search".into()],
        error_classes: vec!["Timeout".into()],
        totals: Totals {
            spans: 4,
            errors: 1,
            model_calls: Some(1),
            tokens: Tokens {
                input: Some(1_265),
                output: Some(99),
                cache_read: Some(0),
                cache_write: None,
                reasoning: None,
            },
            embedding_tokens: None,
            tool_calls: Some(vec![
                ToolCall {
                    name: Some("search".into()),
                    status: Some(Status::Ok),
                    inferred: false,
                },
                ToolCall {
                    name: None,
                    status: None,
                    inferred: true,
                },
            ]),
            cost: Some(0.0123),
            calls_without_cost: 0,
            models_requested: vec!["gpt-4o-mini".into()],
            models_answered: vec![],
            orphans: 1,
        },
        price_version: "2026-01".into(),
        goal: Some(ContentId::new([7; 16])),
        signals: vec!["loop".into()],
        evidence_score: Some(0.75),
        first_wrong: Some(FirstWrong {
            span_id: span_id(3),
            rule: "lock".into(),
            confidence: 0.9,
        }),
    }
}

/// A run of which hardly anything is known.
pub(super) fn unknown_run() -> Run {
    Run {
        run_id: RunId::from(TRACE),
        settled: false,
        version: 1,
        name: "".into(),
        duration_nanos: None,
        outcome: Outcome::Running,
        outcome_source: OutcomeSource::Inferred,
        facts: Facts::new(),
        agents: vec![],
        tools: vec![],
        error_classes: vec![],
        totals: Totals {
            spans: 1,
            ..Totals::default()
        },
        price_version: "".into(),
        goal: None,
        signals: vec![],
        evidence_score: None,
        first_wrong: None,
        ..known_run()
    }
}

pub(super) fn span(number: u8, parent: Option<u8>, kind: Kind, name: &str) -> Span {
    Span {
        trace_id: TRACE,
        span_id: span_id(number),
        parent_id: parent.map(span_id),
        record: Record::Finished,
        supplement: 0,
        kind,
        name: name.into(),
        start: START.plus_nanos(i64::from(number) * 1_000_000),
        duration_nanos: Some(2_500_000),
        status: Status::Ok,
        facts: Facts::new(),
        attributes: vec![],
        events: vec![],
        links: vec![],
        content: vec![],
        withheld: vec![],
        policy_version: "metadata-1".into(),
    }
}

pub(super) fn logged(span: Span) -> Arc<LoggedSpan> {
    Arc::new(LoggedSpan {
        workspace_id: workspace(),
        project_id: ProjectId::new("shop"),
        sequence: Sequence(9),
        received_at: START.plus_nanos(1_000_000_000),
        span,
        conflict: false,
    })
}

fn reference(position: u32, content_id: Option<ContentId>) -> ContentRef {
    ContentRef {
        role: Role::InputMessage,
        position,
        content_id,
        size_bytes: 40,
        clearance: Clearance::Redacted,
        removals: vec![Removal {
            rule: "email".into(),
            clearance: Clearance::Redacted,
            count: 1,
            size_bytes: 15,
        }],
    }
}

/// A model span with everything a span can have.
pub(super) fn rich_span() -> Span {
    Span {
        status: Status::Error,
        facts: facts([
            (Field::ModelRequested, Value::from("gpt-4o-mini")),
            (Field::InputTokens, Value::from(1_265)),
            (Field::Cost, Value::from(0.0123)),
            (Field::Streamed, Value::from(true)),
            (Field::FinishReasons, Value::from(vec![Text::from("stop")])),
            (Field::UserId, Value::from("usr_1a2b")),
        ]),
        attributes: vec![
            ("__proto__.polluted".into(), Value::from("yes")),
            ("exact".into(), Value::from(9_007_199_254_740_991)),
            ("large".into(), Value::from(9_007_199_254_740_993)),
        ],
        events: vec![Event {
            name: "retry".into(),
            time: START.plus_nanos(1),
            attributes: vec![("attempt".into(), Value::from(2))],
        }],
        links: vec![Link {
            trace_id: TRACE,
            span_id: span_id(1),
            is_resume: true,
        }],
        content: vec![
            reference(0, Some(ContentId::new([7; 16]))),
            reference(1, Some(ContentId::new([8; 16]))),
            reference(2, None),
        ],
        withheld: vec![
            Withheld {
                field: "user_id".into(),
                clearance: Clearance::Tokenized,
                rule: "person".into(),
                count: 1,
            },
            Withheld {
                field: "".into(),
                clearance: Clearance::Dropped,
                rule: "unknown_key".into(),
                count: 3,
            },
        ],
        ..span(2, Some(1), Kind::Model, "chat gpt-4o-mini")
    }
}

pub(super) fn body() -> Content {
    Content {
        content_id: ContentId::new([7; 16]),
        author: Some(Author::User),
        media: Media::Json,
        text: Sensitive::new(
            r#"{"role":"user","parts":[{"type":"text","content":"<b>hi</b> ▨"}]}"#.to_owned(),
        ),
        tenant_id: Some("acme".into()),
        scope: "s-1".into(),
        retention_class: "content".into(),
        policy_version: "metadata-1".into(),
        key_id: "".into(),
    }
}

/// A run of an agent, a model call recorded twice, a tool call in an error, and an orphan.
pub(super) fn full() -> Fake {
    let mut tool = span(4, Some(1), Kind::Tool, "refund.create");
    tool.status = Status::Error;
    tool.facts.set(Field::ToolName, "refund.create");
    tool.facts.set(Field::ErrorClass, "Timeout");
    let mut running = span(5, Some(99), Kind::Tool, "search");
    running.duration_nanos = None;
    running.record = Record::Started;
    let mut twin = span(3, Some(2), Kind::Model, "chat");
    twin.start = rich_span().start.plus_nanos(100_000);
    twin.duration_nanos = Some(2_000_000);
    twin.facts.set(Field::ModelRequested, "gpt-4o-mini");
    twin.facts.set(Field::InputTokens, 1_265);
    let mut root = span(1, None, Kind::Agent, "Refund order");
    root.start = START;
    root.facts.set(Field::StatedRunId, known_run().run_id.as_str());
    let spans = [running, tool, twin, rich_span(), root];
    Fake {
        runs: vec![known_run(), unknown_run()],
        calls: vec![Call {
            run_id: known_run().run_id,
            version: 2,
            position: 0,
            kind: Kind::Model,
            name: "chat gpt-4o-mini".into(),
            trace_id: Some(TRACE),
            span_id: Some(span_id(2)),
            members: vec![span_id(2), span_id(3)],
            start: START,
            duration_nanos: Some(2_500_000),
            status: Some(Status::Error),
            inferred: false,
            facts: Facts::new(),
            cost: Some(0.0123),
            cost_source: Some(CostSource::Computed),
        }],
        spans: spans.into_iter().map(logged).collect(),
        contents: vec![body()],
        entries: [
            (Signal::Traces, Counter::Received, "", 10),
            (Signal::Traces, Counter::Stored, "", 7),
            (Signal::Traces, Counter::Duplicate, "", 1),
            (Signal::Traces, Counter::Refused, "id_invalid", 2),
            (Signal::Traces, Counter::Redacted, "email", 4),
            (Signal::Metrics, Counter::Received, "", 3),
            (Signal::Metrics, Counter::NotKept, "metrics", 3),
            (Signal::Logs, Counter::RequestRefused, "too_large", 1),
        ]
        .into_iter()
        .map(|(signal, counter, reason, count)| Entry {
            line: Line {
                workspace_id: workspace(),
                day: Day(20_454),
                key_name: "local".into(),
                signal,
                counter,
                reason: reason.into(),
            },
            count,
        })
        .collect(),
        ..Fake::default()
    }
}
