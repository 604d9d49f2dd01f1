//! Everything in a store, settled.

use std::sync::Arc;
use std::time::Duration;

use insight::assemble::Settings;
use insight::settle::{self, Options, Service};
use testkit::{MemoryStore, SetClock, sample};
use trace::ports::ReadPort as _;
use trace::run::Run;

use crate::totals::Totals;

/// The runs of a store in the order they began, and their sums.
pub(crate) fn of(store: &MemoryStore) -> (Vec<Run>, Totals) {
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
    let mut totals = Totals {
        by_kind: stats.spans_by_kind,
        ..Totals::default()
    };
    for run in &runs {
        totals.add(&run.totals, u64::try_from(run.traces.len()).unwrap_or(u64::MAX));
    }
    (runs, totals)
}
