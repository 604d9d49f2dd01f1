//! The composition of the API: ports in, a router out.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use catalog::ledger::Ledger;
use privacy::Intake;
use trace::ports::{ReadPort, SqlPort};
use trace::{Clock, WorkspaceId};

use crate::guard::{self, Guard};
use crate::routes;

/// What can be set about the API.
#[derive(Clone, Debug)]
pub struct Options {
    /// The workspace everything is read from, until keys decide it.
    pub workspace_id: WorkspaceId,
    /// Host names to answer under, besides those of loopback; without a port.
    pub hosts: Vec<String>,
    /// Longest time an answer may take.
    pub timeout: Duration,
    /// Most requests under way at once; more are told to come back.
    pub requests_max: usize,
    /// Most spans in one answer; a run with more says how many are left out.
    pub spans_max: usize,
}

impl Options {
    /// Defaults for a workspace: 10 s, 64 requests, 100,000 spans, loopback names.
    #[must_use]
    pub const fn new(workspace_id: WorkspaceId) -> Self {
        Self {
            workspace_id,
            hosts: Vec::new(),
            timeout: Duration::from_secs(10),
            requests_max: 64,
            spans_max: 100_000,
        }
    }
}

/// The API, before it is served.
#[derive(Clone)]
pub struct Api {
    /// Everything that was logged and derived.
    pub read: Arc<dyn ReadPort>,
    /// The same, asked in SQL.
    pub sql: Arc<dyn SqlPort>,
    /// The way in for scores: through the gate to disk.
    pub intake: Arc<dyn Intake>,
    /// What arrived and what became of it.
    pub ledger: Arc<dyn Ledger>,
    /// What runs are assembled with, where one is asked for that has not settled.
    pub settings: Arc<insight::assemble::Settings>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Gives the server's own metrics as Prometheus text.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Whether the server takes and answers requests.
    pub is_ready: Arc<dyn Fn() -> bool + Send + Sync>,
    /// What can be set.
    pub options: Options,
}

impl Api {
    /// The routes: everything under `/api`, and `/healthz`, `/readyz` and `/metrics`. What no route takes gets the
    /// page, so it can be merged with routers that have no fallback of their own. `beside` are further routes that
    /// are guarded as these are.
    pub fn router(self, beside: Router) -> Router {
        let guard = Arc::new(Guard::new(
            &self.options.hosts,
            self.options.timeout,
            self.options.requests_max,
        ));
        let routes = routes::router(Arc::new(self)).merge(beside);
        routes.layer(axum::middleware::from_fn_with_state(guard, guard::keep))
    }
}
