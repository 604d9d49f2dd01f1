//! The sums over some runs, as an `expected.json` has them. The tests of the binary read the same file.

use std::collections::{BTreeMap, BTreeSet};

use trace::run::{self, ToolCall};

/// The sums over some runs. `None` is unknown.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) model_calls: Option<u64>,
    /// By the names of the expected figures.
    pub(crate) tokens: BTreeMap<&'static str, Option<u64>>,
    pub(crate) tool_calls: Vec<ToolCall>,
    pub(crate) models_requested: BTreeSet<String>,
    pub(crate) models_answered: BTreeSet<String>,
    pub(crate) traces: u64,
    pub(crate) spans: u64,
    pub(crate) orphans: u64,
    pub(crate) errors: u64,
    /// Distinct spans as sent; the store counts them.
    pub(crate) by_kind: BTreeMap<String, u64>,
}

impl Totals {
    /// Adds a run. The runs come in the order they began.
    pub(crate) fn add(&mut self, of_run: &run::Totals, traces: u64) {
        add(&mut self.model_calls, of_run.model_calls);
        let tokens = [
            ("input_including_cached", of_run.tokens.input),
            ("output", of_run.tokens.output),
            ("cache_read", of_run.tokens.cache_read),
            ("cache_write", of_run.tokens.cache_write),
            ("reasoning", of_run.tokens.reasoning),
        ];
        for (name, count) in tokens {
            add(self.tokens.entry(name).or_default(), count);
        }
        self.tool_calls
            .extend(of_run.tool_calls.iter().flatten().cloned());
        let texts = |list: &[trace::Text]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        self.models_requested.extend(texts(&of_run.models_requested));
        self.models_answered.extend(texts(&of_run.models_answered));
        self.traces += traces;
        self.spans += of_run.spans;
        self.orphans += of_run.orphans;
        self.errors += of_run.errors;
    }
}

fn add(total: &mut Option<u64>, count: Option<u64>) {
    if let Some(count) = count {
        *total = Some(total.unwrap_or(0) + count);
    }
}
