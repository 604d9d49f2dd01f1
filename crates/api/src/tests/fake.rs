//! In-memory ports that can be told to fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use catalog::ledger::{Entry, Ledger, Query};
use privacy::{AppendError, Intake, Taken};
use trace::content::Content;
use trace::ports::{Error, LoggedScore, LoggedSpan, Pending, ReadPort, SqlPort, Stats, TouchedTrace};
use trace::query::{Counter, GroupQuery, Groups, RunPage, RunQuery, run_value};
use trace::run::{Call, Run};
use trace::span::Decoded;
use trace::sql::{self, Cell};
use trace::{Clock, ContentId, Field, RunId, Sequence, SpanId, Text, TraceId, UnixNanos, WorkspaceId};

use super::sample::START;
use crate::{Api, Options};

/// What a port does when it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mood {
    #[default]
    Well,
    Unavailable,
    Invalid,
    Limit,
    Stuck,
}

#[derive(Clone, Default)]
pub(super) struct Fake {
    pub(super) mood: Mood,
    pub(super) runs: Vec<Run>,
    pub(super) calls: Vec<Call>,
    pub(super) spans: Vec<Arc<LoggedSpan>>,
    pub(super) contents: Vec<Content>,
    pub(super) entries: Vec<Entry>,
    pub(super) asked: Arc<Mutex<Vec<RunQuery>>>,
    pub(super) asked_ledger: Arc<Mutex<Vec<Query>>>,
    pub(super) not_ready: bool,
    pub(super) spans_max: Option<usize>,
    pub(super) timeout: Option<std::time::Duration>,
}

impl Fake {
    pub(super) fn api(self) -> Api {
        let is_ready = !self.not_ready;
        let mut options = Options::new(workspace());
        options.timeout = match (self.timeout, self.mood) {
            (Some(timeout), _) => timeout,
            (None, Mood::Stuck) => std::time::Duration::from_millis(50),
            (None, _) => options.timeout,
        };
        options.spans_max = self.spans_max.unwrap_or(options.spans_max);
        let fake = Arc::new(self);
        Api {
            read: fake.clone(),
            sql: fake.clone(),
            ledger: fake.clone(),
            intake: fake,
            settings: Arc::default(),
            clock: Arc::new(Noon),
            metrics: Arc::new(|| "everyframe_spans_total 3\n".to_owned()),
            is_ready: Arc::new(move || is_ready),
            options,
        }
    }

    fn answer<'a, T: Send + 'a>(&self, value: T) -> Pending<'a, Result<T, Error>> {
        let mood = self.mood;
        Box::pin(async move {
            match mood {
                Mood::Well => Ok(value),
                Mood::Unavailable => Err(Error::Unavailable("/data/secret-path is gone".to_owned())),
                Mood::Invalid => Err(Error::Invalid("the cursor belongs to another query".to_owned())),
                Mood::Limit => Err(Error::Limit("more than 1 GB of memory is needed".to_owned())),
                Mood::Stuck => std::future::pending().await,
            }
        })
    }
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> UnixNanos {
        START
    }
}

pub(super) fn workspace() -> WorkspaceId {
    WorkspaceId::new("default")
}

impl ReadPort for Fake {
    fn stats(&self) -> Pending<'_, Result<Stats, Error>> {
        self.answer(Stats {
            runs: 2,
            runs_settled: 1,
            spans: 3,
            supplements: 1,
            content: 4,
            scores: 5,
            spans_by_kind: BTreeMap::from([("agent".to_owned(), 1), ("model".to_owned(), 2)]),
            table_size_bytes: 6,
            log_size_bytes: 7,
            last_sequence: 8,
        })
    }

    fn runs<'a>(&'a self, query: &'a RunQuery) -> Pending<'a, Result<RunPage, Error>> {
        self.asked.lock().unwrap().push(query.clone());
        self.answer(RunPage {
            runs: self.runs.iter().take(query.limit as usize).cloned().collect(),
            next: query.cursor.is_none().then(|| "next-page".to_owned()),
        })
    }

    fn groups<'a>(&'a self, query: &'a GroupQuery) -> Pending<'a, Result<Groups, Error>> {
        let mut counter = Counter::new(query);
        for run in &self.runs {
            counter.add(&|name| run_value(run, name)).unwrap();
        }
        self.answer(counter.finish())
    }

    fn runs_by_id<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_ids: &'a [RunId],
    ) -> Pending<'a, Result<Vec<Run>, Error>> {
        let is_asked = |run: &&Run| run.workspace_id == *workspace_id && run_ids.contains(&run.run_id);
        self.answer(self.runs.iter().filter(is_asked).cloned().collect())
    }

    fn runs_of_session<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        session_id: &'a str,
    ) -> Pending<'a, Result<Vec<Run>, Error>> {
        let is_asked = |run: &&Run| run.facts.text(Field::SessionId) == Some(session_id);
        self.answer(self.runs.iter().filter(is_asked).cloned().collect())
    }

    fn calls<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        run_id: &'a RunId,
    ) -> Pending<'a, Result<Vec<Call>, Error>> {
        self.answer(
            self.calls
                .iter()
                .filter(|call| call.run_id == *run_id)
                .cloned()
                .collect(),
        )
    }

    fn spans_of_traces<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, Error>> {
        self.answer(
            self.spans
                .iter()
                .filter(|logged| traces.contains(&logged.span.trace_id))
                .cloned()
                .collect(),
        )
    }

    fn traces_of_stated_runs<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<(Text, TraceId)>, Error>> {
        let stated = |logged: &Arc<LoggedSpan>| {
            let stated = Text::from(logged.span.facts.text(Field::StatedRunId)?);
            stated_run_ids
                .contains(&stated)
                .then_some((stated, logged.span.trace_id))
        };
        self.answer(self.spans.iter().filter_map(stated).collect())
    }

    fn span<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, Error>> {
        let is_asked =
            |logged: &&Arc<LoggedSpan>| logged.span.trace_id == trace_id && logged.span.span_id == span_id;
        self.answer(self.spans.iter().filter(is_asked).cloned().collect())
    }

    fn contents<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        content_ids: &'a [ContentId],
    ) -> Pending<'a, Result<Vec<Content>, Error>> {
        let is_asked = |content: &&Content| content_ids.contains(&content.content_id);
        self.answer(self.contents.iter().filter(is_asked).cloned().collect())
    }

    fn scores<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        _traces: &'a [TraceId],
        _stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<LoggedScore>, Error>> {
        self.answer(Vec::new())
    }

    fn traces_since(&self, _after: Sequence) -> Pending<'_, Result<Vec<TouchedTrace>, Error>> {
        self.answer(Vec::new())
    }
}

impl Intake for Fake {
    fn take(&self, _decoded: Decoded) -> Pending<'_, Result<Taken, AppendError>> {
        let mood = self.mood;
        Box::pin(async move {
            match mood {
                Mood::Unavailable => Err(AppendError::Disk("/data/secret-path is full".to_owned())),
                Mood::Limit => Err(AppendError::TooLarge),
                Mood::Stuck => std::future::pending().await,
                Mood::Well | Mood::Invalid => Ok(Taken { scores: Vec::new() }),
            }
        })
    }
}

impl Ledger for Fake {
    fn entries<'a>(&'a self, query: &'a Query) -> Pending<'a, Result<Vec<Entry>, catalog::Error>> {
        self.asked_ledger.lock().unwrap().push(query.clone());
        Box::pin(async move { Ok(self.entries.clone()) })
    }
}

/// Answers every question with one row of each kind of value, and refuses what is not about `runs`.
impl SqlPort for Fake {
    fn sql<'a>(
        &'a self,
        _workspace_id: &'a WorkspaceId,
        question: &'a str,
        limit: usize,
    ) -> Pending<'a, Result<sql::Answer, Error>> {
        if !question.contains("runs") {
            return Box::pin(async { Err(Error::Invalid("table 'nothing' not found".to_owned())) });
        }
        let column = |name: &str, type_name: &str| sql::Column {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
        };
        let row = vec![
            Cell::Text("run-1".to_owned()),
            Cell::Int(i64::MAX),
            Cell::Double(0.5),
            Cell::Null,
            Cell::List(vec![Cell::Bool(true)]),
        ];
        self.answer(sql::Answer {
            columns: ["run_id", "start_unix_nanos", "cost", "name", "flags"]
                .map(|name| column(name, "text"))
                .to_vec(),
            rows: vec![row],
            has_more: limit == 1,
        })
    }
}
