//! From a draft to a span: when all attributes and events are read, what follows from them is set.

use trace::span::{CAPTURE_ATTRIBUTE, DecodedSpan, Link, Span, Withheld};
use trace::{
    Clearance, Field, Kind, Media, RUN_ID_SIZE_BYTES_MAX, Record, Role, SpanId, Status, Text, TraceId, Value,
};

use super::draft::{Draft, Rank};
use super::error::{class_name, interrupt_id, is_interrupt};
use super::score::Judgement;
use super::time::Times;
use super::{content, usage};
use crate::dialect::{self, Scope};
use crate::otlp::StatusCode;

/// What identifies and frames a record; the rest is in the draft.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) parent_id: Option<SpanId>,
    pub(crate) record: Record,
    pub(crate) supplement: u64,
    pub(crate) name: &'a str,
    pub(crate) times: Times,
    pub(crate) status_code: StatusCode,
    pub(crate) status_message: &'a str,
    pub(crate) dropped_count: u32,
}

/// Makes the span.
pub(crate) fn finish<'a>(draft: Draft<'a>, frame: &Frame<'a>) -> DecodedSpan {
    finish_with_scores(draft, frame).0
}

/// Makes the span and the judgements that came with it.
pub(crate) fn finish_with_scores<'a>(
    mut draft: Draft<'a>,
    frame: &Frame<'a>,
) -> (DecodedSpan, Vec<Judgement>) {
    if !draft.is_supplement {
        settle_kind(&mut draft, frame.name);
    }
    dialect::settle(&mut draft, frame.name);
    let kind = draft.current_kind();
    settle_names(&mut draft, kind, frame.name);
    content::settle(&mut draft, kind);
    let status = settle_status(&mut draft, frame);
    usage::settle(&mut draft, kind);
    settle_unanswered(&mut draft, kind);
    settle_marks(&mut draft, frame);
    let by_keys = || match draft.kind_rank().dialect() {
        Some("otel_genai") | None if draft.is_traceloop => Some("openllmetry"),
        known => known,
    };
    let dialect = draft.sender.dialect.or_else(by_keys);
    if let Some(dialect) = dialect {
        draft.facts.set_if_unknown(Field::Dialect, dialect);
    }
    draft.facts.fill_from(&draft.sender.facts);
    if let Some(capture) = &draft.sender.capture {
        let capture = Value::Text(capture.clone());
        draft.attributes.push((CAPTURE_ATTRIBUTE.into(), capture));
    }
    let decoded = DecodedSpan {
        span: Span {
            trace_id: frame.trace_id,
            span_id: frame.span_id,
            parent_id: frame.parent_id,
            record: frame.record,
            supplement: frame.supplement,
            kind,
            name: Text::from(frame.name),
            start: frame.times.start,
            duration_nanos: frame.times.duration_nanos,
            status,
            facts: draft.facts,
            attributes: draft.attributes,
            events: draft.events,
            links: Vec::<Link>::new(),
            content: Vec::new(),
            withheld: Vec::<Withheld>::new(),
            policy_version: Text::default(),
        },
        bodies: draft.bodies,
    };
    (decoded, draft.scores)
}

/// The marks of fields that a limit of ours cut on the way in.
pub(crate) fn cut_marks<'a>(fields: impl Iterator<Item = &'a str>) -> Vec<Withheld> {
    let mark = |field: &str| Withheld {
        field: field.into(),
        clearance: Clearance::Cut,
        rule: "limit".into(),
        count: 1,
    };
    fields.map(mark).collect()
}

/// Kinds of the last resort: by name patterns, then by what our own facts say the span is about.
fn settle_kind(draft: &mut Draft<'_>, name: &str) {
    if draft.sender.scope == Scope::Codex {
        return;
    }
    let by_name = match name.split_once(' ') {
        Some(("vector_db_retrieve", _)) => Some(Kind::Retrieval),
        Some(("execute_tool", _)) => Some(Kind::Tool),
        Some(("chat", _)) => Some(Kind::Model),
        _ if name.starts_with("AutoFunctionInvocationLoop") => Some(Kind::Chain),
        _ => None,
    };
    if let Some(kind) = by_name {
        draft.kind(Rank::NAME, kind);
    }
    let by_fact = [
        (Field::ApprovalDecision, Kind::Approval),
        (Field::PolicyVerdict, Kind::Policy),
        (Field::HandoffTo, Kind::Handoff),
        (Field::StateTo, Kind::State),
    ];
    for (field, kind) in by_fact {
        if draft.facts.get(field).is_some() {
            draft.kind(Rank::GENERIC, kind);
        }
    }
}

/// A call that failed before any answer has no model that answered, whatever an instrumentor copied there.
fn settle_unanswered(draft: &mut Draft<'_>, kind: Kind) {
    let facts = &draft.facts;
    let has_answer = [Field::OutputTokens, Field::ResponseId, Field::FinishReasons]
        .iter()
        .any(|field| facts.get(*field).is_some());
    let is_copy = facts
        .text(Field::ModelAnswered)
        .is_some_and(|answered| facts.text(Field::ModelRequested) == Some(answered));
    if kind == Kind::Model && draft.is_error && is_copy && !has_answer {
        draft.facts.remove(Field::ModelAnswered);
    }
}

/// Names that stand only in the span's own name.
fn settle_names(draft: &mut Draft<'_>, kind: Kind, name: &str) {
    let field = match kind {
        Kind::Tool => Field::ToolName,
        Kind::Policy => Field::PolicyId,
        _ => return,
    };
    let last_word = name
        .strip_prefix("execute_tool ")
        .or_else(|| name.strip_prefix("run_guardrail "));
    let own = last_word.unwrap_or(name).trim_end_matches(".tool");
    let own = super::message::fold_tool_name(own);
    draft.facts.set_if_unknown(field, own);
}

fn settle_status(draft: &mut Draft<'_>, frame: &Frame<'_>) -> Status {
    let message = frame.status_message;
    draft.is_interrupt |= is_interrupt(message);
    let is_said = draft
        .bodies
        .iter()
        .any(|body| body.role == Role::ErrorMessage && body.text.expose() == message);
    if !message.is_empty() && !is_said {
        draft.body(
            Role::ErrorMessage,
            "status.message",
            Media::Text,
            message.to_owned(),
        );
    }
    if draft.is_interrupt {
        settle_interrupt(draft);
        if frame.status_code == StatusCode::Error {
            draft.facts.set(Field::StatusSent, Status::Error.as_str());
        }
        return Status::Paused;
    }
    settle_class(draft);
    let has_error = draft.facts.get(Field::ErrorClass).is_some();
    let is_over = frame.times.duration_nanos.is_some();
    let status = match (frame.status_code, draft.stated_status) {
        (StatusCode::Error, _) if is_cancelled(draft) => Status::Cancelled,
        (StatusCode::Error, _) => Status::Error,
        (_, Some(stated)) => stated,
        (StatusCode::Ok, None) => Status::Ok,
        (StatusCode::Unset, None) if has_error => Status::Error,
        (StatusCode::Unset, None) if is_over && !draft.is_supplement => Status::Ok,
        (StatusCode::Unset, None) => Status::Unknown,
    };
    if matches!(status, Status::Error | Status::Cancelled) {
        settle_exception(draft);
    }
    status
}

fn settle_class(draft: &mut Draft<'_>) {
    if let Some(Value::Text(class)) = draft.facts.remove(Field::ErrorClass) {
        draft.facts.set(Field::ErrorClass, class_name(&class));
    }
}

/// The class of an error that states none: that of its exception, else its HTTP status.
fn settle_exception(draft: &mut Draft<'_>) {
    if draft.facts.get(Field::ErrorClass).is_some() {
        return;
    }
    let by_status = draft
        .facts
        .int(Field::HttpStatus)
        .and_then(dialect::class_of_status);
    if let Some(class) = draft.exception.take() {
        // A sender that wraps every error in the same class puts the real one in front of the message.
        let real = if matches!(class.as_str(), "Exception" | "Error") {
            class_in_message(draft)
        } else {
            None
        };
        let is_inferred = real.is_some();
        draft.facts.set(Field::ErrorClass, real.unwrap_or(class));
        if is_inferred {
            draft.facts.mark_inferred(Field::ErrorClass);
        }
    } else if let Some(class) = by_status {
        draft.facts.set(Field::ErrorClass, class);
    }
}

/// `OrderServiceTimeout('order service timed out')` is of class `OrderServiceTimeout`.
fn class_in_message(draft: &Draft<'_>) -> Option<Text> {
    let body = draft.bodies.iter().find(|body| body.role == Role::ErrorMessage)?;
    let (class, rest) = body.text.expose().split_once('(')?;
    let is_name = class.starts_with(|letter: char| letter.is_ascii_uppercase())
        && class.len() <= 64
        && class
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_quoted = rest.starts_with(['\'', '"']);
    (is_name && is_quoted).then(|| Text::from(class))
}

fn is_cancelled(draft: &Draft<'_>) -> bool {
    let stated = draft.facts.text(Field::ErrorClass);
    let class = stated.or(draft.exception.as_deref());
    matches!(
        class,
        Some("CancelledError" | "Cancelled" | "cancelled" | "AbortError" | "KeyboardInterrupt")
    ) || draft.stated_status == Some(Status::Cancelled)
}

/// A wait for a person is no failure; the id of the question is evidence of an approval.
fn settle_interrupt(draft: &mut Draft<'_>) {
    draft.facts.remove(Field::ErrorClass);
    let messages = draft.bodies.iter().filter(|body| body.role == Role::ErrorMessage);
    let id = messages
        .filter_map(|body| interrupt_id(body.text.expose()))
        .next()
        .map(Text::from);
    if let Some(id) = id {
        draft.infer(Rank::GENERIC, Field::ApprovalId, id);
    }
}

fn settle_marks(draft: &mut Draft<'_>, frame: &Frame<'_>) {
    if let Some(mark) = frame.times.mark {
        draft.facts.set(Field::ClockMark, mark);
    }
    if frame.dropped_count > 0 {
        draft
            .facts
            .set(Field::DroppedCount, i64::from(frame.dropped_count));
    }
    if let Some(first) = draft.first_token_at {
        let nanos = first.since(frame.times.start);
        if nanos >= 0 {
            #[expect(clippy::cast_precision_loss, reason = "a wait is far below 2^53 nanoseconds")]
            draft
                .facts
                .set_if_unknown(Field::FirstTokenMillis, nanos as f64 / 1e6);
        }
    }
    let stated = draft
        .facts
        .text(Field::StatedRunId)
        .filter(|id| id.len() > RUN_ID_SIZE_BYTES_MAX);
    if let Some(id) = stated {
        let hash = Text::from(blake3::hash(id.as_bytes()).to_hex().as_str());
        draft.facts.set(Field::StatedRunId, hash);
    }
    if draft.kind_rank().dialect() == Some("everyframe") {
        return;
    }
    if draft.current_kind() == Kind::Policy && draft.facts.get(Field::PolicyVerdict).is_some() {
        settle_action(draft);
    }
}

/// A guardrail that only says whether it let something pass has enforced what it said.
fn settle_action(draft: &mut Draft<'_>) {
    let action = match draft.facts.text(Field::PolicyVerdict) {
        Some("allow") => "allow",
        Some("deny") if draft.facts.is_inferred(Field::PolicyVerdict) => "block",
        _ => return,
    };
    if draft.facts.get(Field::PolicyAction).is_none() {
        draft.infer(Rank::GENERIC, Field::PolicyAction, action);
    }
}
