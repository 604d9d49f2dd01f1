//! The rooms of the house behind the front doors: store, catalog, gate, settling, API.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::Api;
use axum::Router;
use catalog::Catalog;
use ingest::{Ingest, Limits, Ports, WORKSPACE_DEFAULT};
use insight::assemble::Settings;
use insight::settle;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use privacy::{Gate, Keys};
use store::Store;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use trace::{Clock, SystemClock, WorkspaceId};

use super::{Plan, imports, keys, policies, prices, until};
use crate::failure::{Failure, Result};

/// Everything behind the listeners.
pub(super) struct Rooms {
    store: Arc<Store>,
    catalog: Catalog,
    ingest: Ingest,
    settle: settle::Handle,
    settings: Arc<Settings>,
    metrics: PrometheusHandle,
    clock: Arc<dyn Clock>,
    settle_task: Task,
    catalog_task: Task,
    policy_task: Task,
}

/// A service that runs until it is told to stop.
struct Task {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Task {
    fn start<F: Future<Output = ()> + Send + 'static>(run: impl FnOnce(watch::Receiver<bool>) -> F) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self {
            stop,
            task: tokio::spawn(run(stopped)),
        }
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

impl Rooms {
    /// Opens the directory and everything that stands on it.
    pub(super) async fn open(plan: &Plan) -> Result<Self> {
        let policy = plan.kept.policy()?;
        tracing::info!(policy = %policy.version(), "policy in force");
        let metrics = recorder();
        prepare(&plan.data)?;
        let root_key = keys::open(&plan.data, plan.settings.key_file.as_deref())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = open_store(store_options(plan), &clock).await?;
        let catalog = Catalog::open(&plan.data.join(catalog::FILE_NAME))
            .await
            .map_err(|error| bad_directory(&plan.data, &error))?;
        let overrides = catalog
            .price_overrides()
            .await
            .map_err(|error| bad_directory(&plan.data, &error))?;
        let prices = prices::load(plan.settings.prices.as_deref(), overrides)?;
        let settings = Arc::new(Settings {
            prices,
            ..Settings::default()
        });
        let gate = Arc::new(Gate::new(policy, Keys::derive(root_key.bytes(), "gate")));
        let ports = Ports {
            gate: Arc::clone(&gate),
            write: Arc::clone(&store) as _,
            tally: catalog.tally(),
            clock: Arc::clone(&clock),
        };
        let options = settle_options(plan.settings.settle_after);
        let (settle, inlet) = settle::channel(&options);
        store.listen(Arc::new(settle.clone()));
        let (read, derived) = (Arc::clone(&store) as _, Arc::clone(&store) as _);
        let service = settle::Service::new(
            options,
            Arc::clone(&settings),
            inlet,
            read,
            derived,
            Arc::clone(&clock),
        );
        let flushing = catalog.clone();
        Ok(Self {
            ingest: Ingest::new(ports, Limits::default()),
            settle_task: Task::start(|stopped| service.run(until(stopped))),
            policy_task: Task::start(|stopped| {
                let file = plan.kept.file().map(Path::to_owned);
                policies::watch(file, gate, until(stopped))
            }),
            catalog_task: Task::start(|stopped| async move { flushing.run(until(stopped)).await }),
            store,
            catalog,
            settle,
            settings,
            metrics,
            clock,
        })
    }

    /// The receivers' core.
    pub(super) fn ingest(&self) -> Ingest {
        self.ingest.clone()
    }

    /// Everything that is served over HTTP.
    pub(super) fn router(&self, is_ready: &Arc<AtomicBool>) -> Router {
        let (metrics, is_ready) = (self.metrics.clone(), Arc::clone(is_ready));
        let api = Api {
            read: Arc::clone(&self.store) as _,
            sql: Arc::clone(&self.store) as _,
            intake: Arc::new(self.ingest.clone()),
            ledger: Arc::new(self.catalog.clone()),
            clock: Arc::clone(&self.clock),
            settings: Arc::clone(&self.settings),
            metrics: Arc::new(move || metrics.render()),
            is_ready: Arc::new(move || is_ready.load(Ordering::Acquire)),
            options: api::Options::new(WorkspaceId::new(WORKSPACE_DEFAULT)),
        };
        let imports = imports::router(self.catalog.clone(), Arc::clone(&self.clock));
        api.router(imports)
            .merge(ingest::http::router(self.ingest.clone()))
    }

    /// Makes the rows of all runs anew, and tells `progress` how far that is. Gives how many traces were looked
    /// at, and how many could not be read.
    pub(super) async fn rebuild(&self, mut progress: impl FnMut(usize, usize)) -> Result<(usize, usize)> {
        let broken_off = || Failure::new("rebuild_broken_off", "rebuilding the runs broke off");
        let mut watched = self.settle.rebuild().ok_or_else(broken_off)?;
        loop {
            let now = *watched.borrow_and_update();
            progress(now.done, now.total);
            if now.is_done {
                return Ok((now.done, now.failed));
            }
            watched.changed().await.map_err(|_| broken_off())?;
        }
    }

    /// Lets nothing more in, then closes room after room, the store last.
    pub(super) async fn close(self) {
        self.ingest.close().await;
        self.policy_task.stop().await;
        self.settle_task.stop().await;
        self.store.close().await;
        self.catalog_task.stop().await;
        if let Err(error) = self.catalog.close().await {
            tracing::warn!(%error, "could not flush the ledger");
        }
    }
}

fn store_options(plan: &Plan) -> store::Options {
    store::Options {
        keep_days: plan.settings.keep_days,
        keep_content_days: plan.settings.keep_content_days,
        ..store::Options::new(&plan.data)
    }
}

/// Opens the store of a directory.
async fn open_store(options: store::Options, clock: &Arc<dyn Clock>) -> Result<Arc<Store>> {
    let data = options.directory.clone();
    let opened = Store::open(options, Arc::clone(clock)).await;
    opened.map(Arc::new).map_err(|error| match error {
        store::Error::Locked => Failure::new(
            "data_in_use",
            format!("another server is running on {}", data.display()),
        )
        .hint("stop it, or give this one a directory of its own with --data"),
        error => bad_directory(&data, &error),
    })
}

fn settle_options(after_secs: u32) -> settle::Options {
    let quiet = Duration::from_secs(u64::from(after_secs));
    let defaults = settle::Options::default();
    settle::Options {
        quiet,
        quiet_max: defaults.quiet_max.max(quiet),
        open_quiet: defaults.open_quiet.max(quiet),
        ..defaults
    }
}

/// Makes the directory if it is missing, for its owner only.
fn prepare(data: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).map_err(|error| bad_directory(data, &error))
}

fn bad_directory(data: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new(
        "bad_data_directory",
        format!("cannot use the data directory {}", data.display()),
    )
    .because(error)
    .hint("check that you may write to it and that its disk has room, or name another one with --data")
}

/// The recorder of the server's own metrics. A process has one; a second server in it gets a silent one.
fn recorder() -> PrometheusHandle {
    PrometheusBuilder::new().install_recorder().unwrap_or_else(|_| {
        let recorder = PrometheusBuilder::new().build_recorder();
        recorder.handle()
    })
}
