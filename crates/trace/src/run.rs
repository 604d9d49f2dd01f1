//! A run as answers need it: one row of totals, and one row per distinct call. Derived, versioned, rebuildable.

use crate::facts::Facts;
use crate::ids::{ContentId, ProjectId, RunId, Sequence, SpanId, Text, TraceId, WorkspaceId};
use crate::time::UnixNanos;
use crate::words::{Kind, Outcome, OutcomeSource, Status};

/// Tokens of the distinct model calls of a run. `None` is unknown, which is not zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tokens {
    /// Given to models, cached ones included.
    pub input: Option<u64>,
    /// Produced, reasoning included.
    pub output: Option<u64>,
    /// Part of the input read from a cache.
    pub cache_read: Option<u64>,
    /// Part of the input written to a cache.
    pub cache_write: Option<u64>,
    /// Part of the output spent on reasoning.
    pub reasoning: Option<u64>,
}

/// One tool execution of a run, in the order they began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToolCall {
    /// The tool; `None` where the policy withheld it or nobody said.
    pub name: Option<Text>,
    /// How it ended; `None` where only the conversation shows that it ran.
    pub status: Option<Status>,
    /// Whether it was inferred from the conversation, as no span shows it.
    pub inferred: bool,
}

/// The totals of a run. Each call and token counts once, however many instrumentations recorded it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Totals {
    /// Spans, as sent.
    pub spans: u64,
    /// Spans that ended with an error.
    pub errors: u64,
    /// Distinct model calls, answered or failed; `None` where no span or log shows any model call.
    pub model_calls: Option<u64>,
    /// Tokens of those calls.
    pub tokens: Tokens,
    /// Input tokens of embedding calls, kept apart.
    pub embedding_tokens: Option<u64>,
    /// Tool executions; `None` where nothing tells of tools.
    pub tool_calls: Option<Vec<ToolCall>>,
    /// Cost of the calls that have one; `None` where none has.
    pub cost: Option<f64>,
    /// Model calls whose cost is not known, so that a sum is never taken for the whole.
    pub calls_without_cost: u64,
    /// Models that were asked for, each once, sorted.
    pub models_requested: Vec<Text>,
    /// Models that answered, each once, sorted.
    pub models_answered: Vec<Text>,
    /// Spans whose parent never arrived.
    pub orphans: u64,
}

/// One row of `runs`: the newest version of what a run was.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// Isolation boundary.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// The run.
    pub run_id: RunId,
    /// Grows with each time the run is assembled anew.
    pub version: u64,
    /// Whether this row was written after the run had gone quiet; until then it may still change.
    pub settled: bool,
    /// Name of its root, or of its topmost span where the root never came.
    pub name: Text,
    /// When it began.
    pub start: UnixNanos,
    /// How long it took; `None` while it runs.
    pub duration_nanos: Option<i64>,
    /// When its first span was received; decides the partition of the row, for good.
    pub first_received_at: UnixNanos,
    /// Newest log position among its spans and scores.
    pub last_sequence: Sequence,
    /// How it ended.
    pub outcome: Outcome,
    /// Who says so.
    pub outcome_source: OutcomeSource,
    /// Fields that hold for the whole run: session, tenant, agent, versions, task, environment.
    pub facts: Facts,
    /// Traces it is made of, in the order they began.
    pub traces: Vec<TraceId>,
    /// Agents that took part, each once, sorted.
    pub agents: Vec<Text>,
    /// Tools that were called, each once, sorted.
    pub tools: Vec<Text>,
    /// Classes of its errors, each once, sorted.
    pub error_classes: Vec<Text>,
    /// Totals.
    pub totals: Totals,
    /// Version of the price table its costs were computed with; empty where none was.
    pub price_version: Text,
    /// The goal, as content.
    pub goal: Option<ContentId>,
    /// Names of the signals found, each once, sorted.
    pub signals: Vec<Text>,
    /// Share of the evidence its spans need that is there, 0 to 1; `None` until it was computed.
    pub evidence_score: Option<f64>,
    /// Best candidate for the first wrong decision; `None` where nothing was found or looked for.
    pub first_wrong: Option<FirstWrong>,
}

/// The best candidate for the first wrong decision of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct FirstWrong {
    /// The span that decided.
    pub span_id: SpanId,
    /// The rule that found it.
    pub rule: Text,
    /// How sure, 0 to 1.
    pub confidence: f64,
}

/// One row of `calls`: a distinct step of kind model, tool, retrieval, embedding, policy or approval.
/// Spans that recorded the same step are its members; one is primary and counts.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The run.
    pub run_id: RunId,
    /// Version of the run this row belongs to.
    pub version: u64,
    /// Place among the calls of the run, by start, from 0.
    pub position: u32,
    /// What it does.
    pub kind: Kind,
    /// Name of the primary span.
    pub name: Text,
    /// Trace of the primary span; `None` for a call inferred from the conversation.
    pub trace_id: Option<TraceId>,
    /// The primary span; `None` for a call inferred from the conversation.
    pub span_id: Option<SpanId>,
    /// All spans that recorded it, the primary one among them.
    pub members: Vec<SpanId>,
    /// When it began.
    pub start: UnixNanos,
    /// How long it took.
    pub duration_nanos: Option<i64>,
    /// How it ended; `None` where only the conversation shows it.
    pub status: Option<Status>,
    /// Whether it was inferred.
    pub inferred: bool,
    /// Fields of the primary span, gaps filled from the other members.
    pub facts: Facts,
    /// Its cost in US dollars.
    pub cost: Option<f64>,
    /// Whether that cost was reported by the sender or computed by us.
    pub cost_source: Option<CostSource>,
}

crate::words::words! {
    /// Who says what a call cost.
    CostSource {
        /// The sender.
        Reported = "reported",
        /// The price table.
        Computed = "computed",
    }
}

/// A run and its calls, as written together.
#[derive(Clone, PartialEq, Debug)]
pub struct Derived {
    /// The run.
    pub run: Run,
    /// Its calls.
    pub calls: Vec<Call>,
}
