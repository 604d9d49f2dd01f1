//! The signals of a run, as JSON.

use insight::assemble::Tree;
use insight::signals::Signal;
use serde::Serialize;
use trace::RunId;
use utoipa::ToSchema;

/// The signals found on a run.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct RunSignals {
    /// The run.
    pub run_id: String,
    /// The signals, by name.
    pub signals: Vec<RunSignal>,
}

/// A signal, with the spans that show it.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct RunSignal {
    /// Its name, as in `signal:NAME`.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// What is known to mislead it.
    pub misleads: &'static str,
    /// How many spans show it.
    pub count: u32,
    /// The first of those spans.
    pub spans: Vec<SignalSpan>,
}

/// A span that shows a signal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct SignalSpan {
    /// Its trace.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
    /// Its place among the spans of the run.
    pub step: u32,
}

impl RunSignals {
    pub(crate) fn new(run_id: &RunId, signals: &[Signal], tree: &Tree) -> Self {
        let signals = signals.iter().map(|signal| RunSignal {
            name: signal.definition.name,
            meaning: signal.definition.meaning,
            misleads: signal.definition.misleads,
            count: signal.count,
            spans: signal
                .nodes
                .iter()
                .map(|node| {
                    let span = tree[*node].span();
                    SignalSpan {
                        trace_id: span.trace_id.to_string(),
                        span_id: span.span_id.to_string(),
                        step: node.position(),
                    }
                })
                .collect(),
        });
        Self {
            run_id: run_id.to_string(),
            signals: signals.collect(),
        }
    }
}
