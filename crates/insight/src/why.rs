//! Why: nine rows for a run or any span of it (goal, selected context, decision, tool call, guardrail, approval,
//! cost, latency, stop reason), each with its value and the spans it comes from, or an honest gap with what to record.
//!
//! A row never guesses: what nobody recorded is `not_recorded`, what the policy kept back is `withheld`, and what the
//! step has no need of is `not_needed`. The evidence score ([`mod@evidence`]) counts the fields an answer needs.

pub mod evidence;
mod hints;
mod rows;
#[cfg(test)]
mod tests;

use trace::{ContentId, Role, SpanId, Text, TraceId};

use crate::assemble::{Assembled, NodeId};
use crate::subject::{Part, Subject};

/// A row, in the order they are shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Question {
    /// What the run was to reach.
    Goal,
    /// What was known when it was decided.
    SelectedContext,
    /// What was decided.
    Decision,
    /// What was called for it.
    ToolCall,
    /// What a policy said.
    Guardrail,
    /// What a person said.
    Approval,
    /// What it cost.
    Cost,
    /// How long it took.
    Latency,
    /// Why it stopped.
    StopReason,
}

impl Question {
    /// All nine, in order.
    pub const ALL: &'static [Self] = &[
        Self::Goal,
        Self::SelectedContext,
        Self::Decision,
        Self::ToolCall,
        Self::Guardrail,
        Self::Approval,
        Self::Cost,
        Self::Latency,
        Self::StopReason,
    ];

    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::SelectedContext => "selected_context",
            Self::Decision => "decision",
            Self::ToolCall => "tool_call",
            Self::Guardrail => "guardrail",
            Self::Approval => "approval",
            Self::Cost => "cost",
            Self::Latency => "latency",
            Self::StopReason => "stop_reason",
        }
    }
}

/// What is there of a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum State {
    /// It is known.
    Recorded,
    /// It was recorded, and the policy kept the content back.
    Withheld,
    /// Nobody recorded it.
    NotRecorded,
    /// The step has none, and needs none.
    NotNeeded,
}

impl State {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Withheld => "withheld",
            Self::NotRecorded => "not_recorded",
            Self::NotNeeded => "not_needed",
        }
    }
}

/// A span a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its trace.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// Its place among the spans of the run, from 0 for the root.
    pub step: u32,
}

/// A body that a row rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BodyRef {
    /// The span that holds it.
    pub source: Source,
    /// What it is to that span.
    pub role: Role,
    /// Its place among the bodies of that role.
    pub position: u32,
    /// The body; `None` where it was withheld.
    pub content_id: Option<ContentId>,
    /// Its length as it arrived.
    pub size_bytes: u64,
}

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Which.
    pub question: Question,
    /// What is there of it.
    pub state: State,
    /// The value in one line: names, words, numbers; no content.
    pub value: Option<String>,
    /// Bodies that say it in full.
    pub bodies: Vec<BodyRef>,
    /// Spans it comes from, the most telling first.
    pub sources: Vec<Source>,
    /// What to record, where there is a gap.
    pub hint: Option<Hint>,
}

/// What fills a gap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// The attribute to send, as the dialect in use spells it.
    pub attribute: Text,
    /// What to do, in a sentence.
    pub says: String,
}

/// The nine rows, and what is there of the evidence they need.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// The span it is about; `None` for the run as a whole.
    pub about: Option<Source>,
    /// Always nine, in order.
    pub rows: Vec<Row>,
    /// Evidence of that span, or of the run.
    pub evidence: evidence::Evidence,
}

/// The rows of a run, or of one of its spans.
#[must_use]
pub fn of(assembled: &Assembled, about: Option<NodeId>) -> Why {
    let subject = Subject::of(assembled);
    Why {
        about: about.map(|node| rows::source(assembled, node)),
        rows: rows::of(assembled, &subject, about),
        evidence: evidence::of(assembled, &subject, about),
    }
}

/// The evidence of a run as a whole.
#[must_use]
pub fn evidence(assembled: &Assembled, subject: &Subject) -> evidence::Evidence {
    evidence::of(assembled, subject, None)
}

/// The node of a span, by its ids.
#[must_use]
pub fn find(assembled: &Assembled, trace_id: Option<TraceId>, span_id: SpanId) -> Option<NodeId> {
    assembled
        .tree
        .iter()
        .find(|(_, node)| {
            node.span().span_id == span_id && trace_id.is_none_or(|trace| trace == node.span().trace_id)
        })
        .map(|(id, _)| id)
}

/// The step a span belongs to: its own, else the one that recorded the same call, else the nearest below it.
pub(super) fn step_of(assembled: &Assembled, subject: &Subject, node: NodeId) -> Option<usize> {
    let at = |wanted: NodeId| subject.steps.iter().position(|step| step.node == wanted);
    let call = assembled.tree[node].call;
    let twin = || {
        let call = call?;
        subject
            .steps
            .iter()
            .position(|step| assembled.tree[step.node].call == Some(call))
    };
    let below = || {
        subject
            .steps
            .iter()
            .position(|step| assembled.tree.is_above(node, step.node) && step.part == Part::Decision)
    };
    at(node).or_else(twin).or_else(below)
}
