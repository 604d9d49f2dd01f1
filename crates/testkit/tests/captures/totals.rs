//! The totals of everything in a store, as its settled runs show them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use insight::assemble::Settings;
use insight::settle::{self, Options, Service};
use testkit::{MemoryStore, SetClock, sample};
use trace::ports::ReadPort as _;
use trace::run::{Run, ToolCall};

/// The sums over some runs. `None` is unknown.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) runs: Vec<Run>,
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
    pub(crate) by_kind: BTreeMap<String, u64>,
}

/// Settles everything in a store and sums it up.
pub(crate) fn of(store: &MemoryStore) -> Totals {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let stats = runtime.block_on(async {
        let options = Options::default();
        let (_handle, inlet) = settle::channel(&options);
        let service = Service::new(
            options,
            Arc::new(Settings::default()),
            inlet,
            Arc::new(store.clone()),
            Arc::new(store.clone()),
            Arc::new(SetClock::at(sample::at_millis(86_400_000))),
        );
        service.run(tokio::time::sleep(Duration::from_secs(7_200))).await;
        store.stats().await.expect("a store in memory answers")
    });
    let mut runs: Vec<Run> = store.derived().into_iter().map(|derived| derived.run).collect();
    runs.sort_by(|one, other| (one.start, &one.run_id).cmp(&(other.start, &other.run_id)));
    assert!(runs.iter().all(|run| run.settled), "every run settles");
    Totals {
        by_kind: stats.spans_by_kind,
        ..sum(runs)
    }
}

fn sum(runs: Vec<Run>) -> Totals {
    let mut totals = Totals::default();
    for run in &runs {
        let of_run = &run.totals;
        add(&mut totals.model_calls, of_run.model_calls);
        let tokens = [
            ("input_including_cached", of_run.tokens.input),
            ("output", of_run.tokens.output),
            ("cache_read", of_run.tokens.cache_read),
            ("cache_write", of_run.tokens.cache_write),
            ("reasoning", of_run.tokens.reasoning),
        ];
        for (name, count) in tokens {
            add(totals.tokens.entry(name).or_default(), count);
        }
        totals
            .tool_calls
            .extend(of_run.tool_calls.iter().flatten().cloned());
        let texts = |list: &[trace::Text]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        totals.models_requested.extend(texts(&of_run.models_requested));
        totals.models_answered.extend(texts(&of_run.models_answered));
        totals.traces += u64::try_from(run.traces.len()).unwrap_or(u64::MAX);
        totals.spans += of_run.spans;
        totals.orphans += of_run.orphans;
        totals.errors += of_run.errors;
    }
    Totals { runs, ..totals }
}

fn add(total: &mut Option<u64>, count: Option<u64>) {
    if let Some(count) = count {
        *total = Some(total.unwrap_or(0) + count);
    }
}
