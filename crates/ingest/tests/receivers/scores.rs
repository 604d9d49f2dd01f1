//! Scores taken from inside the process: the same gate, log and ledger.

use std::sync::Arc;

use catalog::Catalog;
use catalog::ledger::{Counter, Ledger as _, Query, Signal};
use ingest::{Ingest, Limits, Ports};
use privacy::{AppendError, Intake};
use testkit::{MemoryStore, SetClock, contract, sample};
use trace::{CaptureLevel, Clock as _, UnixNanos};

use crate::log::Mood;
use crate::server::Server;

fn core(store: &MemoryStore, catalog: &Catalog, level: CaptureLevel) -> Arc<Ingest> {
    let ports = Ports {
        gate: Arc::new(sample::gate(level)),
        write: Arc::new(store.clone()),
        tally: catalog.tally(),
        clock: Arc::new(SetClock::at(sample::at_millis(0))),
    };
    Arc::new(Ingest::new(ports, Limits::default()))
}

async fn counted(catalog: &Catalog, counter: Counter) -> u64 {
    let day = SetClock::at(sample::at_millis(0)).now().day();
    let query = Query {
        workspace_id: sample::workspace(),
        from: day,
        to: day,
        key_name: None,
    };
    let entries = catalog.entries(&query).await.unwrap();
    let wanted = |line: &catalog::ledger::Line| line.signal == Signal::Scores && line.counter == counter;
    let wanted = entries.iter().filter(|entry| wanted(&entry.line));
    wanted.map(|entry| entry.count).sum()
}

#[tokio::test]
async fn the_receivers_core_keeps_the_promises_of_a_way_in() {
    let (store, catalog) = (MemoryStore::new(), Catalog::in_memory().await.unwrap());
    let core = core(&store, &catalog, CaptureLevel::Redacted);
    contract::intake(core, Arc::new(store)).await;
    assert_eq!(counted(&catalog, Counter::Received).await, 2);
    assert!(counted(&catalog, Counter::Redacted).await > 0);
}

#[tokio::test]
async fn with_capture_off_nothing_is_taken_and_the_ledger_says_so() {
    let (store, catalog) = (MemoryStore::new(), Catalog::in_memory().await.unwrap());
    let core = core(&store, &catalog, CaptureLevel::Off);
    let batch = sample::decoded([], vec![sample::score(1, None, "quality", 1.0)]);
    assert!(core.take(batch).await.unwrap().scores.is_empty());
    assert_eq!(counted(&catalog, Counter::NotKept).await, 1);
}

#[tokio::test]
async fn a_log_that_is_full_is_told_of_and_counted() {
    let server = Server::start().await;
    server.log.set(Mood::Full);
    let mut batch = sample::decoded([], vec![sample::score(1, None, "quality", 1.0)]);
    batch.received_at = UnixNanos(crate::server::NOW.0);
    let refused = server.ingest.take(batch).await;
    assert!(matches!(refused, Err(AppendError::Busy { .. })));
    assert_eq!(server.counted(Signal::Scores, Counter::RequestRefused).await, 1);
    server.stop().await;
}
