//! Ports: what rooms ask of each other, as dyn-safe traits over plain data. Nothing here knows an engine, a
//! runtime or a wire format.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use crate::content::Content;
use crate::ids::{ContentId, ProjectId, RunId, Sequence, SpanId, Text, TraceId, WorkspaceId};
use crate::query::{GroupQuery, Groups, RunPage, RunQuery};
use crate::run::{Call, Derived, Run};
use crate::score::Score;
use crate::span::Span;
use crate::sql::Answer;
use crate::time::UnixNanos;

/// A boxed future, so that ports stay dyn-safe.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a port could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The question itself is wrong, such as a cursor of another query; mend it and ask again.
    #[error("{0}")]
    Invalid(String),
    /// A limit on time, memory or rows ended the work; narrow the question.
    #[error("{0}")]
    Limit(String),
    /// The store cannot answer now; try again later. Details are in the server's own log.
    #[error("the store is not available: {0}")]
    Unavailable(String),
}

/// A span record as it was logged, with what the store knows of it.
#[derive(Clone, PartialEq, Debug)]
pub struct LoggedSpan {
    /// Isolation boundary.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// Position in the log.
    pub sequence: Sequence,
    /// When the request arrived.
    pub received_at: UnixNanos,
    /// The record.
    pub span: Span,
    /// Set where another record of the same span disagrees on start, kind or parent; both are kept.
    pub conflict: bool,
}

/// A score as it was logged.
#[derive(Clone, PartialEq, Debug)]
pub struct LoggedScore {
    /// Isolation boundary.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// Position in the log.
    pub sequence: Sequence,
    /// When the request arrived.
    pub received_at: UnixNanos,
    /// The score.
    pub score: Score,
}

/// Exact counts of what is stored, the log included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Runs, running ones included.
    pub runs: u64,
    /// Runs that have settled.
    pub runs_settled: u64,
    /// Distinct spans, as sent: what was built from log events is not among them.
    pub spans: u64,
    /// Records of log events: what they add to spans, and spans built from them.
    pub supplements: u64,
    /// Distinct bodies.
    pub content: u64,
    /// Scores.
    pub scores: u64,
    /// Distinct spans as sent, by kind.
    pub spans_by_kind: BTreeMap<String, u64>,
    /// Bytes of all table files.
    pub table_size_bytes: u64,
    /// Bytes of the log not yet in tables.
    pub log_size_bytes: u64,
    /// Newest log position.
    pub last_sequence: u64,
}

/// Reading: everything `insight` and `api` may ask of the store. Answers hold what is only in the log, too.
pub trait ReadPort: Send + Sync {
    /// Exact counts.
    fn stats(&self) -> Pending<'_, Result<Stats, Error>>;

    /// A page of runs.
    fn runs<'a>(&'a self, query: &'a RunQuery) -> Pending<'a, Result<RunPage, Error>>;

    /// Figures over the newest rows of runs, in groups.
    fn groups<'a>(&'a self, query: &'a GroupQuery) -> Pending<'a, Result<Groups, Error>>;

    /// The newest row of these runs, in any order; those without a row are left out.
    fn runs_by_id<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_ids: &'a [RunId],
    ) -> Pending<'a, Result<Vec<Run>, Error>>;

    /// The newest rows of the runs of a session.
    fn runs_of_session<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        session_id: &'a str,
    ) -> Pending<'a, Result<Vec<Run>, Error>>;

    /// The calls of a run's newest row, by position.
    fn calls<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_id: &'a RunId,
    ) -> Pending<'a, Result<Vec<Call>, Error>>;

    /// All span records of these traces, each key once, in any order.
    fn spans_of_traces<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, Error>>;

    /// The traces that hold a span stating one of these run ids.
    fn traces_of_stated_runs<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<(Text, TraceId)>, Error>>;

    /// The records of one span: at most one `started`, `finished` or `log`, and its supplements.
    fn span<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, Error>>;

    /// Bodies, in any order; those that are gone are left out.
    fn contents<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        content_ids: &'a [ContentId],
    ) -> Pending<'a, Result<Vec<Content>, Error>>;

    /// Scores about these traces, or that state one of these run ids.
    fn scores<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<LoggedScore>, Error>>;

    /// Every trace with a span or score logged after `after`, with the newest position seen for it. Used at
    /// start to find runs whose rows are behind, and by `rebuild` with 0.
    fn traces_since(&self, after: Sequence) -> Pending<'_, Result<Vec<TouchedTrace>, Error>>;
}

/// Asking in SQL, apart from [`ReadPort`] because it needs a right of its own.
pub trait SqlPort: Send + Sync {
    /// Answers a read-only question over `runs`, `calls`, `scores` and `spans` of a workspace with at most `limit` rows,
    /// itself at most [`crate::sql::ROWS_MAX`].
    fn sql<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        question: &'a str,
        limit: usize,
    ) -> Pending<'a, Result<Answer, Error>>;
}

/// A trace that something was logged for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TouchedTrace {
    /// Isolation boundary.
    pub workspace_id: WorkspaceId,
    /// Part of it.
    pub project_id: ProjectId,
    /// The trace.
    pub trace_id: TraceId,
    /// Newest log position among its records.
    pub last_sequence: Sequence,
}

/// Writing what was derived: rows without free text, idempotent by run and version.
pub trait DerivedPort: Send + Sync {
    /// Puts new versions of runs and their calls. Rows that are not settled are held in memory only and are
    /// visible at once. Older versions than the known one are ignored.
    fn put_derived(&self, rows: Vec<Derived>) -> Pending<'_, Result<(), Error>>;

    /// Takes back rows of runs that turned out to be part of another run.
    fn retract(&self, workspace_id: WorkspaceId, run_ids: Vec<RunId>) -> Pending<'_, Result<(), Error>>;

    /// Says that every run with anything logged at or before this position has a settled row in `put_derived`.
    /// After a restart only later positions are looked at again.
    fn settled_up_to(&self, sequence: Sequence) -> Pending<'_, Result<(), Error>>;

    /// The position last given to [`Self::settled_up_to`] that is on disk.
    fn settled_position(&self) -> Pending<'_, Result<Sequence, Error>>;
}

/// Told of everything that was logged, right after it became readable. Must return at once.
pub trait LogListener: Send + Sync {
    /// These records were logged; redelivered ones are not among them.
    fn logged(&self, spans: &[Arc<LoggedSpan>], scores: &[LoggedScore]);
}
