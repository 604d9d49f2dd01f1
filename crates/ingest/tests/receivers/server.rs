//! A server under test.

use std::net::SocketAddr;
use std::sync::Arc;

use catalog::Catalog;
use catalog::ledger::{Counter, Ledger, Query, Signal};
use ingest::{ConnectionLimits, Ingest, Limits, Ports};
use privacy::{Gate, Keys, Policy};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use trace::{CaptureLevel, Clock, UnixNanos, WorkspaceId};

use crate::log::Log;

/// What time it is in these tests: 2024-03-01, 12:00.
pub(crate) const NOW: UnixNanos = UnixNanos(1_709_294_400_000_000_000);

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> UnixNanos {
        NOW
    }
}

pub(crate) struct Server {
    pub(crate) http: SocketAddr,
    pub(crate) grpc: SocketAddr,
    pub(crate) log: Arc<Log>,
    pub(crate) ingest: Ingest,
    catalog: Catalog,
    stop: Vec<oneshot::Sender<()>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Limits::default(), ConnectionLimits::default()).await
    }

    pub(crate) async fn with(limits: Limits, connection_limits: ConnectionLimits) -> Self {
        Self::with_capture(limits, connection_limits, CaptureLevel::Metadata).await
    }

    pub(crate) async fn with_capture(
        limits: Limits,
        connection_limits: ConnectionLimits,
        capture: CaptureLevel,
    ) -> Self {
        let log = Arc::new(Log::new());
        let catalog = Catalog::in_memory().await.unwrap();
        let keys = Keys::derive(&[7; 32], "gate");
        let ports = Ports {
            gate: Arc::new(Gate::new(Policy::with_capture(capture), keys)),
            write: log.clone(),
            tally: catalog.tally(),
            clock: Arc::new(Stopped),
        };
        let ingest = Ingest::new(ports, limits);
        let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let grpc = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (http_address, grpc_address) = (http.local_addr().unwrap(), grpc.local_addr().unwrap());
        let (stop_http, http_stopped) = oneshot::channel::<()>();
        let (stop_grpc, grpc_stopped) = oneshot::channel::<()>();
        let router = ingest::http::router(ingest.clone());
        let tasks = vec![
            tokio::spawn(ingest::http::serve(
                http,
                router,
                connection_limits.clone(),
                async {
                    let _ = http_stopped.await;
                },
            )),
            tokio::spawn(ingest::grpc::serve(
                grpc,
                ingest.clone(),
                connection_limits,
                async {
                    let _ = grpc_stopped.await;
                },
            )),
        ];
        Self {
            http: http_address,
            grpc: grpc_address,
            log,
            ingest,
            catalog,
            stop: vec![stop_http, stop_grpc],
            tasks,
        }
    }

    /// Tells it to stop, and answers when it has.
    pub(crate) async fn stop(mut self) {
        self.stop.clear();
        for task in self.tasks.drain(..) {
            task.await.unwrap();
        }
    }

    /// What the ledger counts.
    pub(crate) async fn counted(&self, signal: Signal, counter: Counter) -> u64 {
        self.entries(signal, counter)
            .await
            .into_iter()
            .map(|(_, count)| count)
            .sum()
    }

    /// What the ledger counts, by reason.
    pub(crate) async fn entries(&self, signal: Signal, counter: Counter) -> Vec<(String, u64)> {
        let query = Query {
            workspace_id: WorkspaceId::new("default"),
            from: NOW.day(),
            to: NOW.day(),
            key_name: Some(catalog::ledger::KEY_LOCAL.into()),
        };
        let entries = self.catalog.entries(&query).await.unwrap();
        let wanted = entries
            .into_iter()
            .filter(|entry| entry.line.signal == signal && entry.line.counter == counter);
        wanted
            .map(|entry| (entry.line.reason.to_string(), entry.count))
            .collect()
    }
}
