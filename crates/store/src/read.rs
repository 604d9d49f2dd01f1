//! Reading: what is in memory first, then the files that may hold more, each key once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use trace::content::Content;
use trace::ports::{Error as PortError, LoggedScore, LoggedSpan, Pending, ReadPort, Stats, TouchedTrace};
use trace::query::{RunPage, RunQuery};
use trace::run::{Call, Run};
use trace::{ContentId, Field, ProjectId, RunId, Sequence, SpanId, Text, TraceId, WorkspaceId};

use crate::columns::Reader;
use crate::derived::{RunKey, hash_run};
use crate::error::Error;
use crate::inner::Inner;
use crate::list::{self, Sources};
use crate::lookup::{self, Keys};
use crate::memory::fold;
use crate::memtable::TraceKey;
use crate::store::Store;
use crate::tables::{calls, content, runs, scores};
use crate::udf;

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

impl Inner {
    /// Exact counts, taken under one lock so that rows moving from memory to files count once.
    fn stats(&self) -> Stats {
        let memory = self.memory();
        let derived = self.derived();
        let mut by_kind: BTreeMap<String, i64> = BTreeMap::new();
        let mut stats = Stats {
            last_sequence: memory.applied.0,
            ..Stats::default()
        };
        let unflushed = [Some(&memory.active), memory.flushing.as_deref()];
        let (mut supplements, mut contents, mut scores) = (0_i64, 0_i64, 0_i64);
        for table in unflushed.into_iter().flatten() {
            for (kind, count) in &table.counts.by_kind {
                *by_kind.entry((*kind).to_owned()).or_default() += count;
            }
            supplements += table.counts.supplements;
            contents += i64::try_from(table.contents.len()).unwrap_or(i64::MAX);
            scores += i64::try_from(table.scores.len()).unwrap_or(i64::MAX);
        }
        for file in self.tables.spans.files().iter() {
            for (kind, count) in &file.summary.by_kind {
                *by_kind.entry(kind.clone()).or_default() += count;
            }
            supplements += file.summary.supplements;
        }
        contents += self
            .tables
            .content
            .files()
            .iter()
            .map(|file| file.summary.distinct)
            .sum::<i64>();
        scores += self
            .tables
            .scores
            .files()
            .iter()
            .map(|file| file.summary.distinct)
            .sum::<i64>();
        let (all_runs, settled_runs) = derived.counts();
        stats.spans = natural(by_kind.values().sum());
        stats.spans_by_kind = by_kind
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| (kind, natural(count)))
            .collect();
        stats.supplements = natural(supplements);
        stats.content = natural(contents);
        stats.scores = natural(scores);
        stats.runs = natural(all_runs);
        stats.runs_settled = natural(settled_runs);
        stats.table_size_bytes = self
            .tables
            .all()
            .iter()
            .flat_map(|table| table.files().to_vec())
            .map(|file| file.size_bytes)
            .sum();
        stats
    }

    /// The newest rows of runs by a key column of `runs`, of which memory knows none.
    async fn runs_in_files(
        &self,
        workspace_id: &WorkspaceId,
        column: &'static str,
        keys: Arc<Keys>,
    ) -> Result<Vec<Run>, Error> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let table = &self.tables.runs;
        let batches = lookup::rows(table, table.files().to_vec(), column, &keys, &[]).await?;
        let mut newest: HashMap<RunId, runs::Row> = HashMap::new();
        for row in batches
            .iter()
            .flat_map(runs::read)
            .filter(|row| &row.run.workspace_id == workspace_id)
        {
            let known = newest.get(&row.run.run_id);
            if known.is_none_or(|known| known.run.version < row.run.version) {
                newest.insert(row.run.run_id.clone(), row);
            }
        }
        let superseded = self.derived().superseded();
        let is_newest = |row: &runs::Row| {
            let hash = hash_run(&row.run.workspace_id, &row.run.run_id);
            superseded
                .get(&hash)
                .is_none_or(|version| row.run.version >= *version)
        };
        let rows = newest
            .into_values()
            .filter(|row| !row.retracted && is_newest(row));
        Ok(rows.map(|row| row.run.as_ref().clone()).collect())
    }

    pub(crate) async fn runs_by_id(
        &self,
        workspace_id: &WorkspaceId,
        run_ids: &[RunId],
    ) -> Result<Vec<Run>, Error> {
        let mut found = Vec::new();
        let mut missing = Vec::new();
        {
            let derived = self.derived();
            for run_id in run_ids {
                match derived.get(&(workspace_id.clone(), run_id.clone())) {
                    Some(entry) if entry.retracted => {}
                    Some(entry) => found.push(entry.run.as_ref().clone()),
                    None if derived.may_be_in_files(&(workspace_id.clone(), run_id.clone())) => {
                        missing.push(run_id)
                    }
                    None => {}
                }
            }
        }
        let keys = text_keys(missing.iter().map(|run_id| run_id.as_str()));
        found.extend(self.runs_in_files(workspace_id, "run_id", keys).await?);
        Ok(found)
    }

    async fn runs_of_session(&self, workspace_id: &WorkspaceId, session_id: &str) -> Result<Vec<Run>, Error> {
        let in_memory = self.derived().runs_of_session(workspace_id, session_id);
        let keys = text_keys(std::iter::once(session_id));
        let in_files = self.runs_in_files(workspace_id, "session_id", keys).await?;
        let derived = self.derived();
        let key = |run: &Run| -> RunKey { (workspace_id.clone(), run.run_id.clone()) };
        let mut found: Vec<Run> = in_memory.iter().map(|run| run.as_ref().clone()).collect();
        let known: HashSet<RunId> = found.iter().map(|run| run.run_id.clone()).collect();
        found.extend(
            in_files
                .into_iter()
                .filter(|run| !known.contains(&run.run_id) && derived.get(&key(run)).is_none()),
        );
        Ok(found)
    }

    async fn calls(&self, workspace_id: &WorkspaceId, run_id: &RunId) -> Result<Vec<Call>, Error> {
        if let Some(entry) = self.derived().get(&(workspace_id.clone(), run_id.clone())) {
            return Ok(entry.calls.as_ref().clone());
        }
        let table = &self.tables.calls;
        let keys = text_keys(std::iter::once(run_id.as_str()));
        let batches = lookup::rows(table, table.files().to_vec(), "run_id", &keys, &[]).await?;
        let mut found: Vec<Call> = batches
            .iter()
            .flat_map(calls::read)
            .filter(|row| &row.workspace_id == workspace_id)
            .map(|row| row.call)
            .collect();
        let newest = found.iter().map(|call| call.version).max();
        found.retain(|call| Some(call.version) == newest);
        found.sort_by_key(|call| call.position);
        Ok(found)
    }

    pub(crate) async fn spans_of_traces(
        &self,
        workspace_id: &WorkspaceId,
        traces: &[TraceId],
    ) -> Result<Vec<Arc<LoggedSpan>>, Error> {
        let mut found = Vec::new();
        let mut in_files = Vec::new();
        {
            let memory = self.memory();
            for trace_id in traces {
                found.extend(memory.spans_of(workspace_id, *trace_id));
                let key = TraceKey {
                    workspace_id: workspace_id.clone(),
                    trace_id: *trace_id,
                };
                if memory.may_be_in_files_only(&key) {
                    in_files.push(*trace_id);
                }
            }
        }
        found.extend(self.spans_in_files(workspace_id, in_files).await?);
        Ok(fold(found))
    }

    async fn traces_of_stated_runs(
        &self,
        workspace_id: &WorkspaceId,
        stated_run_ids: &[Text],
    ) -> Result<Vec<(Text, TraceId)>, Error> {
        let mut found: HashSet<(Text, TraceId)> = HashSet::new();
        {
            let memory = self.memory();
            for table in memory.tables() {
                for run_id in stated_run_ids {
                    let traces = table.stated_runs.get(&(workspace_id.clone(), run_id.clone()));
                    found.extend(
                        traces
                            .into_iter()
                            .flatten()
                            .map(|trace_id| (run_id.clone(), *trace_id)),
                    );
                }
            }
        }
        if !stated_run_ids.is_empty() {
            let table = &self.tables.spans;
            let column = Field::StatedRunId.definition().name;
            let keys = text_keys(stated_run_ids.iter().map(Text::as_str));
            let projection: &[&str] = &["workspace_id", "trace_id", "stated_run_id"];
            for batch in lookup::rows(table, table.files().to_vec(), column, &keys, projection).await? {
                let [workspace, trace, run] =
                    ["workspace_id", "trace_id", "stated_run_id"].map(|name| Reader::of(&batch, name));
                found.extend((0..batch.num_rows()).filter_map(|row| {
                    (workspace.text(row)? == workspace_id.as_str()).then_some(())?;
                    Some((
                        run.text(row)?.into(),
                        TraceId::from_slice(trace.bytes(row)?).ok()?,
                    ))
                }));
            }
        }
        Ok(found.into_iter().collect())
    }

    async fn contents(&self, workspace_id: &WorkspaceId, ids: &[ContentId]) -> Result<Vec<Content>, Error> {
        let mut found: HashMap<ContentId, Content> = HashMap::new();
        {
            let memory = self.memory();
            for id in ids {
                let row = memory.tables().find_map(|table| table.contents.get(id));
                if let Some(row) = row.filter(|row| &row.workspace_id == workspace_id) {
                    found.insert(*id, row.content.as_ref().clone());
                }
            }
        }
        let missing: Keys = ids
            .iter()
            .filter(|id| !found.contains_key(*id))
            .map(|id| id.as_bytes().to_vec())
            .collect();
        if !missing.is_empty() {
            let table = &self.tables.content;
            let batches = lookup::rows(
                table,
                table.files().to_vec(),
                "content_id",
                &Arc::new(missing),
                &[],
            )
            .await?;
            // Ids are keyed by workspace, so a row of another one is a forgery and is left out.
            let own = batches
                .iter()
                .flat_map(content::read)
                .filter(|(owner, _)| owner == workspace_id.as_str());
            found.extend(own.map(|(_, content)| (content.content_id, content)));
        }
        Ok(found.into_values().collect())
    }

    async fn scores(
        &self,
        workspace_id: &WorkspaceId,
        traces: &[TraceId],
        stated_run_ids: &[Text],
    ) -> Result<Vec<LoggedScore>, Error> {
        let wanted = |logged: &LoggedScore| {
            let score = &logged.score;
            &logged.workspace_id == workspace_id
                && (score.trace_id.is_some_and(|trace_id| traces.contains(&trace_id))
                    || score
                        .stated_run_id
                        .as_ref()
                        .is_some_and(|run_id| stated_run_ids.contains(run_id)))
        };
        let mut found: HashMap<trace::ScoreId, LoggedScore> = HashMap::new();
        {
            let memory = self.memory();
            let scores = memory.tables().flat_map(|table| table.scores.values());
            found.extend(
                scores
                    .filter(|score| wanted(score))
                    .map(|score| (score.score.score_id, score.clone())),
            );
        }
        let table = &self.tables.scores;
        let by_trace: Keys = traces
            .iter()
            .map(|trace_id| trace_id.as_bytes().to_vec())
            .collect();
        let by_run = text_keys(stated_run_ids.iter().map(Text::as_str));
        for (column, keys) in [("trace_id", Arc::new(by_trace)), ("stated_run_id", by_run)] {
            if keys.is_empty() {
                continue;
            }
            for batch in lookup::rows(table, table.files().to_vec(), column, &keys, &[]).await? {
                let scores = scores::read(&batch).into_iter().filter(wanted);
                found.extend(scores.map(|score| (score.score.score_id, score)));
            }
        }
        Ok(found.into_values().collect())
    }

    async fn traces_since(&self, after: Sequence) -> Result<Vec<TouchedTrace>, Error> {
        type Touched = HashMap<TraceKey, (ProjectId, Sequence)>;
        fn touch(touched: &mut Touched, key: TraceKey, project_id: ProjectId, sequence: Sequence) {
            let entry = touched.entry(key).or_insert((project_id, sequence));
            entry.1 = entry.1.max(sequence);
        }
        let mut touched = Touched::new();
        {
            let memory = self.memory();
            for table in memory.tables() {
                let spans = table.traces.values().flatten().map(|row| {
                    let span = &row.span;
                    (
                        span.workspace_id.clone(),
                        span.project_id.clone(),
                        span.span.trace_id,
                        span.sequence,
                    )
                });
                let scores = table.scores.values().filter_map(|row| {
                    Some((
                        row.workspace_id.clone(),
                        row.project_id.clone(),
                        row.score.trace_id?,
                        row.sequence,
                    ))
                });
                for (workspace_id, project_id, trace_id, sequence) in spans.chain(scores) {
                    if sequence > after {
                        touch(
                            &mut touched,
                            TraceKey {
                                workspace_id,
                                trace_id,
                            },
                            project_id,
                            sequence,
                        );
                    }
                }
            }
        }
        for table in [&self.tables.spans, &self.tables.scores] {
            let newer = |file: &Arc<crate::data_file::DataFile>| {
                file.summary
                    .sequence_range
                    .is_none_or(|(_, last)| natural(last) > after.0)
            };
            let files = table
                .files()
                .iter()
                .filter(|file| newer(file))
                .map(Arc::clone)
                .collect();
            let projection: &[&str] = &["workspace_id", "project_id", "trace_id", "sequence"];
            for batch in lookup::columns(table, files, projection).await? {
                let [workspace, project, trace, sequence] =
                    ["workspace_id", "project_id", "trace_id", "sequence"]
                        .map(|name| Reader::of(&batch, name));
                for row in 0..batch.num_rows() {
                    let key = || {
                        let workspace_id = WorkspaceId::new(workspace.text(row)?);
                        Some(TraceKey {
                            workspace_id,
                            trace_id: TraceId::from_slice(trace.bytes(row)?).ok()?,
                        })
                    };
                    let sequence = Sequence(sequence.count(row).unwrap_or(0));
                    if let (true, Some(key)) = (sequence > after, key()) {
                        touch(
                            &mut touched,
                            key,
                            ProjectId::new(project.text(row).unwrap_or_default()),
                            sequence,
                        );
                    }
                }
            }
        }
        let touched = touched
            .into_iter()
            .map(|(key, (project_id, last_sequence))| TouchedTrace {
                workspace_id: key.workspace_id,
                project_id,
                trace_id: key.trace_id,
                last_sequence,
            });
        Ok(touched.collect())
    }

    /// The rows of `runs` and, where the question asks for them, of `calls`: the newest version of each run.
    fn sources(&self, asks_for_calls: bool) -> Result<Sources, Error> {
        // Memory first: a run that is written to a file meanwhile is in both, and the file's row is hidden.
        let (live_runs, live_calls, superseded) = {
            let derived = self.derived();
            let calls = if asks_for_calls {
                derived.calls()
            } else {
                Vec::new()
            };
            (derived.rows(), calls, derived.superseded())
        };
        let live: HashSet<u64> = live_runs
            .iter()
            .map(|row| hash_run(&row.run.workspace_id, &row.run.run_id))
            .collect();
        let live = Arc::new(live);
        let is_newest = || udf::is_newest(Arc::clone(&live), Arc::clone(&superseded));
        let shown: Vec<runs::Row> = live_runs.into_iter().filter(|row| !row.retracted).collect();
        let batch = runs::write(&shown).map_err(Error::columns("runs"))?;
        let is_shown = datafusion::prelude::col("retracted")
            .is_not_true()
            .and(is_newest());
        let table = &self.tables.runs;
        let runs = self.engine.rows(table, table.files().to_vec(), is_shown, batch)?;
        let calls = if asks_for_calls {
            let batch = calls::write(&live_calls).map_err(Error::columns("calls"))?;
            let table = &self.tables.calls;
            Some(
                self.engine
                    .rows(table, table.files().to_vec(), is_newest(), batch)?,
            )
        } else {
            None
        };
        Ok(Sources { runs, calls })
    }
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
        Box::pin(async {
            let sources = self
                .inner()
                .sources(list::asks_for_calls(&query.filter))
                .map_err(unavailable)?;
            list::page(sources, query).await
        })
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
