//! Reading: what is in memory first, then the files that may hold more, each key once.

mod logged;
mod runs;

use std::sync::Arc;

use trace::content::Content;
use trace::ports::{
    Error as PortError, LoggedScore, LoggedSpan, Pending, ReadPort, SqlPort, Stats, TouchedTrace,
};
use trace::query::{GroupQuery, Groups, RunPage, RunQuery};
use trace::run::{Call, Run};
use trace::sql::Answer;
use trace::{ContentId, RunId, Sequence, SpanId, Text, TraceId, WorkspaceId};

use crate::error::Error;
use crate::list;
use crate::lookup::Keys;
use crate::sql;
use crate::store::Store;

/// Hides the cause from whoever asked, and leaves it in the server's log.
#[expect(clippy::needless_pass_by_value, reason = "it is made to be given to map_err")]
fn unavailable(error: Error) -> PortError {
    tracing::error!(error = %error.chain(), "could not read");
    PortError::Unavailable("reading failed; the server's log says why".to_owned())
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn text_keys<'a>(texts: impl Iterator<Item = &'a str>) -> Arc<Keys> {
    Arc::new(texts.map(|text| text.as_bytes().to_vec()).collect())
}

impl ReadPort for Store {
    fn stats(&self) -> Pending<'_, Result<Stats, PortError>> {
        Box::pin(async {
            let mut stats = self.inner().stats();
            stats.log_size_bytes = self.log_size_bytes();
            Ok(stats)
        })
    }

    fn runs<'a>(&'a self, query: &'a RunQuery) -> Pending<'a, Result<RunPage, PortError>> {
        Box::pin(async { list::page(self.inner().sources(), query).await })
    }

    fn groups<'a>(&'a self, query: &'a GroupQuery) -> Pending<'a, Result<Groups, PortError>> {
        Box::pin(list::groups(self.inner().sources(), query))
    }

    fn runs_by_id<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_ids: &'a [RunId],
    ) -> Pending<'a, Result<Vec<Run>, PortError>> {
        Box::pin(async {
            self.inner()
                .runs_by_id(workspace_id, run_ids)
                .await
                .map_err(unavailable)
        })
    }

    fn runs_of_session<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        session_id: &'a str,
    ) -> Pending<'a, Result<Vec<Run>, PortError>> {
        Box::pin(async {
            self.inner()
                .runs_of_session(workspace_id, session_id)
                .await
                .map_err(unavailable)
        })
    }

    fn calls<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_id: &'a RunId,
    ) -> Pending<'a, Result<Vec<Call>, PortError>> {
        Box::pin(async {
            self.inner()
                .calls(workspace_id, run_id)
                .await
                .map_err(unavailable)
        })
    }

    fn spans_of_traces<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, PortError>> {
        Box::pin(async {
            self.inner()
                .spans_of_traces(workspace_id, traces)
                .await
                .map_err(unavailable)
        })
    }

    fn traces_of_stated_runs<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<(Text, TraceId)>, PortError>> {
        Box::pin(async {
            self.inner()
                .traces_of_stated_runs(workspace_id, stated_run_ids)
                .await
                .map_err(unavailable)
        })
    }

    fn span<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, PortError>> {
        Box::pin(async move {
            let mut found = self
                .inner()
                .spans_of_traces(workspace_id, &[trace_id])
                .await
                .map_err(unavailable)?;
            found.retain(|logged| logged.span.span_id == span_id);
            Ok(found)
        })
    }

    fn contents<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        content_ids: &'a [ContentId],
    ) -> Pending<'a, Result<Vec<Content>, PortError>> {
        Box::pin(async {
            self.inner()
                .contents(workspace_id, content_ids)
                .await
                .map_err(unavailable)
        })
    }

    fn scores<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<LoggedScore>, PortError>> {
        Box::pin(async {
            self.inner()
                .scores(workspace_id, traces, stated_run_ids)
                .await
                .map_err(unavailable)
        })
    }

    fn traces_since(&self, after: Sequence) -> Pending<'_, Result<Vec<TouchedTrace>, PortError>> {
        Box::pin(async move { self.inner().traces_since(after).await.map_err(unavailable) })
    }
}

impl SqlPort for Store {
    fn sql<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        question: &'a str,
        limit: usize,
    ) -> Pending<'a, Result<Answer, PortError>> {
        Box::pin(sql::answer(self.inner(), workspace_id, question, limit))
    }
}
