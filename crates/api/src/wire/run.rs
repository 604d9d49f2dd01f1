//! Runs: the row of a list, and the whole totals of one.

use serde::Serialize;
use serde_json::{Map, Value as Json};
use trace::{Text, run};
use utoipa::ToSchema;

use super::{facts, millis, nanos_text, rfc3339};

/// Currency of every cost.
const CURRENCY: &str = "USD";

/// A page of runs.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Page {
    /// The runs, in the order asked for.
    pub runs: Vec<Listed>,
    /// Give this as `cursor` for the next page; `null` at the end.
    #[schema(required)]
    pub next: Option<String>,
}

/// One run in a list, with what it was to do.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Listed {
    /// The run.
    #[serde(flatten)]
    pub summary: Summary,
    /// The beginning of its goal, in words; `null` where none was recorded, or the policy withheld it.
    #[schema(required)]
    pub goal: Option<String>,
}

/// What is known of a run at a glance.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Summary {
    /// The run. Any text: percent-encode it in a path.
    pub run_id: String,
    /// Project it belongs to.
    pub project_id: String,
    /// Name of its root span, or of its topmost one where the root never came.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it had gone quiet when this was written; until then everything here may still change.
    pub settled: bool,
    /// Grows each time the run is assembled anew.
    pub version: u64,
    /// When it began.
    pub start: String,
    /// When it began, in nanoseconds since 1970.
    pub start_unix_nanos: String,
    /// How long it took; `null` while it runs.
    #[schema(required)]
    pub duration_millis: Option<f64>,
    /// Spans, as sent.
    pub spans: u64,
    /// Traces it is made of.
    pub traces: usize,
    /// Spans whose parent never arrived.
    pub orphans: u64,
    /// Spans that ended with an error.
    pub errors: u64,
    /// Distinct model calls, answered or failed.
    #[schema(required)]
    pub model_calls: Option<u64>,
    /// Tool executions.
    #[schema(required)]
    pub tool_call_count: Option<usize>,
    /// Tokens of those model calls.
    pub tokens: Tokens,
    /// Input tokens of embedding calls, which are in no other count.
    #[schema(required)]
    pub embedding_tokens: Option<u64>,
    /// Cost of the calls that have one.
    #[schema(required)]
    pub cost: Option<f64>,
    /// Currency of the cost.
    #[schema(required)]
    pub currency: Option<String>,
    /// Model calls whose cost is not known: where this is not 0, the cost is not that of the whole run.
    pub calls_without_cost: u64,
    /// Version of the price table the costs were computed with.
    #[schema(required)]
    pub price_version: Option<String>,
    /// Models.
    pub models: Models,
    /// Agents that took part.
    pub agents: Vec<String>,
    /// Tools that were called.
    pub tools: Vec<String>,
    /// Classes of its errors.
    pub error_classes: Vec<String>,
    /// Signals found.
    pub signals: Vec<String>,
    /// Share of the evidence its spans need that is there, 0 to 1; `null` until it was computed.
    #[schema(required)]
    pub evidence_score: Option<f64>,
    /// Best candidate for the first wrong decision.
    #[schema(required)]
    pub first_wrong: Option<FirstWrong>,
    /// Fields that hold for the whole run, by name: session, tenant, agent, versions, task, environment.
    pub facts: Map<String, Json>,
}

/// One run with all its totals.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Run {
    /// What a list shows of it.
    #[serde(flatten)]
    pub summary: Summary,
    /// The tool executions, in the order they began; `null` where nothing tells of tools.
    #[schema(required)]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// The traces it is made of, in the order they began.
    pub trace_ids: Vec<String>,
    /// The goal, as the id of a body; `null` where there is none or it was withheld.
    #[schema(required)]
    pub goal_content_id: Option<String>,
    /// When its first span was received.
    pub first_received: String,
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// success, partial, failure, escalated, abandoned, denied, budget_exhausted, timed_out, cancelled, waiting,
    /// running or unknown.
    pub value: &'static str,
    /// Who says so: stated, score or inferred.
    pub source: &'static str,
}

/// Tokens of the distinct model calls of a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// Given to models, cached ones included.
    #[schema(required)]
    pub input: Option<u64>,
    /// Produced, reasoning included.
    #[schema(required)]
    pub output: Option<u64>,
    /// Part of the input read from a cache.
    #[schema(required)]
    pub cache_read: Option<u64>,
    /// Part of the input written to a cache.
    #[schema(required)]
    pub cache_write: Option<u64>,
    /// Part of the output spent on reasoning.
    #[schema(required)]
    pub reasoning: Option<u64>,
}

/// Models of a run, each once, sorted; `null` where nobody said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Models {
    /// Asked for.
    #[schema(required)]
    pub requested: Option<Vec<String>>,
    /// That answered.
    #[schema(required)]
    pub answered: Option<Vec<String>>,
}

/// One tool execution.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ToolCall {
    /// The tool; `null` where nobody said or the policy withheld it.
    #[schema(required)]
    pub name: Option<String>,
    /// How it ended; `null` where only the conversation shows that it ran.
    #[schema(required)]
    pub status: Option<&'static str>,
    /// Whether it was inferred from the conversation, as no span shows it.
    pub inferred: bool,
}

/// Best candidate for the first wrong decision of a run.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct FirstWrong {
    /// The span that decided.
    pub span_id: String,
    /// The rule that found it.
    pub rule: String,
    /// How sure, 0 to 1.
    pub confidence: f64,
}

impl From<&run::Run> for Summary {
    fn from(run: &run::Run) -> Self {
        let totals = &run.totals;
        Self {
            run_id: run.run_id.to_string(),
            project_id: run.project_id.to_string(),
            name: run.name.to_string(),
            outcome: Outcome {
                value: run.outcome.as_str(),
                source: run.outcome_source.as_str(),
            },
            settled: run.settled,
            version: run.version,
            start: rfc3339(run.start),
            start_unix_nanos: nanos_text(run.start),
            duration_millis: run.duration_nanos.map(millis),
            spans: totals.spans,
            traces: run.traces.len(),
            orphans: totals.orphans,
            errors: totals.errors,
            model_calls: totals.model_calls,
            tool_call_count: totals.tool_calls.as_ref().map(Vec::len),
            tokens: Tokens {
                input: totals.tokens.input,
                output: totals.tokens.output,
                cache_read: totals.tokens.cache_read,
                cache_write: totals.tokens.cache_write,
                reasoning: totals.tokens.reasoning,
            },
            embedding_tokens: totals.embedding_tokens,
            cost: totals.cost,
            currency: totals.cost.map(|_| CURRENCY.to_owned()),
            calls_without_cost: totals.calls_without_cost,
            price_version: Some(run.price_version.to_string()).filter(|version| !version.is_empty()),
            models: Models {
                requested: known(&totals.models_requested),
                answered: known(&totals.models_answered),
            },
            agents: texts(&run.agents),
            tools: texts(&run.tools),
            error_classes: texts(&run.error_classes),
            signals: texts(&run.signals),
            evidence_score: run.evidence_score,
            first_wrong: run.first_wrong.as_ref().map(|candidate| FirstWrong {
                span_id: candidate.span_id.to_string(),
                rule: candidate.rule.to_string(),
                confidence: candidate.confidence,
            }),
            facts: facts::object(&run.facts),
        }
    }
}

impl From<&run::Run> for Run {
    fn from(run: &run::Run) -> Self {
        let tool_call = |call: &run::ToolCall| ToolCall {
            name: call.name.as_ref().map(ToString::to_string),
            status: call.status.map(trace::Status::as_str),
            inferred: call.inferred,
        };
        let tool_calls = run.totals.tool_calls.as_ref();
        Self {
            summary: Summary::from(run),
            tool_calls: tool_calls.map(|calls| calls.iter().map(tool_call).collect()),
            trace_ids: run.traces.iter().map(ToString::to_string).collect(),
            goal_content_id: run.goal.map(|content_id| content_id.to_string()),
            first_received: rfc3339(run.first_received_at),
        }
    }
}

fn texts(list: &[Text]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// A run always has a model where it has a model call: no name means that nobody said it.
fn known(list: &[Text]) -> Option<Vec<String>> {
    Some(texts(list)).filter(|names| !names.is_empty())
}
