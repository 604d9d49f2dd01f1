//! What all parts of the open store share.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use trace::ports::{LogListener, LoggedSpan};
use trace::{Clock, TraceId, WorkspaceId};

use crate::derived::DerivedRows;
use crate::engine::Engine;
use crate::error::Error;
use crate::lookup::{self, Keys};
use crate::memory::Memory;
use crate::options::Options;
use crate::table::Table;
use crate::tables::spans;

/// The five tables.
pub(crate) struct Tables {
    pub(crate) spans: Table,
    pub(crate) content: Table,
    pub(crate) scores: Table,
    pub(crate) runs: Table,
    pub(crate) calls: Table,
}

impl Tables {
    pub(crate) fn all(&self) -> [&Table; 5] {
        [&self.spans, &self.content, &self.scores, &self.runs, &self.calls]
    }
}

/// See the module. Locks are taken in the order `memory`, `derived`, and never held across an await.
pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tables: Tables,
    pub(crate) engine: Engine,
    memory: RwLock<Memory>,
    derived: RwLock<DerivedRows>,
    listener: RwLock<Option<Arc<dyn LogListener>>>,
    /// Told when there is enough to flush.
    pub(crate) flush_wanted: tokio::sync::Notify,
}

impl Inner {
    pub(crate) fn new(
        options: Options,
        clock: Arc<dyn Clock>,
        tables: Tables,
        memory: Memory,
        derived: DerivedRows,
    ) -> Result<Self, Error> {
        Ok(Self {
            options,
            clock,
            tables,
            engine: Engine::new()?,
            memory: RwLock::new(memory),
            derived: RwLock::new(derived),
            listener: RwLock::default(),
            flush_wanted: tokio::sync::Notify::new(),
        })
    }

    pub(crate) fn memory(&self) -> RwLockReadGuard<'_, Memory> {
        self.memory.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn memory_mut(&self) -> RwLockWriteGuard<'_, Memory> {
        self.memory.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn derived(&self) -> RwLockReadGuard<'_, DerivedRows> {
        self.derived.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn derived_mut(&self) -> RwLockWriteGuard<'_, DerivedRows> {
        self.derived.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn listen(&self, listener: Arc<dyn LogListener>) {
        *self.listener.write().unwrap_or_else(PoisonError::into_inner) = Some(listener);
    }

    pub(crate) fn listener(&self) -> Option<Arc<dyn LogListener>> {
        self.listener
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The records that files hold of these traces of a workspace; a key may be there more than once.
    pub(crate) async fn spans_in_files(
        &self,
        workspace_id: &WorkspaceId,
        traces: impl IntoIterator<Item = TraceId>,
    ) -> Result<Vec<Arc<LoggedSpan>>, Error> {
        let keys: Keys = traces
            .into_iter()
            .map(|trace_id| trace_id.as_bytes().to_vec())
            .collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let table = &self.tables.spans;
        let files = table.files().to_vec();
        let batches = lookup::rows(table, files, "trace_id", &Arc::new(keys), &[]).await?;
        let mut found = Vec::new();
        let mut unread = 0;
        for batch in &batches {
            let (rows, failed) = spans::read(batch);
            unread += failed;
            found.extend(
                rows.into_iter()
                    .filter(|logged| &logged.workspace_id == workspace_id),
            );
        }
        if unread > 0 {
            tracing::error!(
                rows = unread,
                "rows of the table spans cannot be read by this version"
            );
        }
        Ok(found)
    }
}
