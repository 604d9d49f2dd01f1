//! The promises of the ports, kept by the store: with rows in memory, and with every row in a file.

#![allow(
    clippy::expect_used,
    clippy::print_stderr,
    clippy::allow_attributes,
    reason = "a contract is broken by an error, and says so by panicking"
)]

use std::sync::Arc;
use std::time::Duration;

use privacy::{AppendError, Cleared, Receipt, WritePort};
use store::{Options, Store};
use testkit::SetClock;
use testkit::contract::{CASES, Ports};
use testkit::sample::at_millis;
use trace::ports::{DerivedPort, Error, Pending};
use trace::run::Derived;
use trace::span::Batch;
use trace::{RunId, Sequence, WorkspaceId};

/// Writes every row to its file before it says that it has it.
struct InFiles(Arc<Store>);

impl WritePort for InFiles {
    fn append(&self, batch: Cleared<Batch>) -> Pending<'_, Result<Receipt, AppendError>> {
        Box::pin(async {
            let receipt = self.0.append(batch).await;
            self.0.flush().await.expect("a flush");
            receipt
        })
    }
}

impl DerivedPort for InFiles {
    fn put_derived(&self, rows: Vec<Derived>) -> Pending<'_, Result<(), Error>> {
        Box::pin(async {
            let put = self.0.put_derived(rows).await;
            self.0.flush().await.expect("a flush");
            put
        })
    }

    fn retract(&self, workspace_id: WorkspaceId, run_ids: Vec<RunId>) -> Pending<'_, Result<(), Error>> {
        Box::pin(async {
            let retracted = self.0.retract(workspace_id, run_ids).await;
            self.0.flush().await.expect("a flush");
            retracted
        })
    }

    fn settled_up_to(&self, sequence: Sequence) -> Pending<'_, Result<(), Error>> {
        Box::pin(async move {
            let settled = self.0.settled_up_to(sequence).await;
            self.0.flush().await.expect("a flush");
            settled
        })
    }

    fn settled_position(&self) -> Pending<'_, Result<Sequence, Error>> {
        self.0.settled_position()
    }
}

/// Runs every case on a store of its own.
async fn keep(options: impl Fn(Options) -> Options, ports: impl Fn(Arc<Store>) -> Ports) {
    for case in CASES {
        let directory = tempfile::tempdir().expect("a directory");
        let mut defaults = Options::new(directory.path());
        defaults.flush_interval = Duration::from_secs(3_600);
        let clock = Arc::new(SetClock::at(at_millis(20_000)));
        let store = Store::open(options(defaults), clock).await.expect("a store");
        let store = Arc::new(store);
        // A case that fails says where; its name is printed with it.
        eprintln!("{}", case.name);
        (case.run)(ports(Arc::clone(&store))).await;
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_are_kept_in_memory() {
    let ports = |store: Arc<Store>| Ports {
        write: Arc::clone(&store) as _,
        read: Arc::clone(&store) as _,
        derived: store,
    };
    keep(|options| options, ports).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_are_kept_in_files() {
    let no_recent = |mut options: Options| {
        options.recent_runs_max = 0;
        options
    };
    let ports = |store: Arc<Store>| Ports {
        write: Arc::new(InFiles(Arc::clone(&store))),
        read: Arc::clone(&store) as _,
        derived: Arc::new(InFiles(store)),
    };
    keep(no_recent, ports).await;
}
