//! What was logged: records, bodies and scores, from memory and from the files that may hold more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trace::content::Content;
use trace::ports::{LoggedScore, LoggedSpan, TouchedTrace};
use trace::{ContentId, Field, ProjectId, Sequence, Text, TraceId, WorkspaceId};

use super::{natural, text_keys};
use crate::columns::Reader;
use crate::error::Error;
use crate::inner::Inner;
use crate::lookup::{self, Keys};
use crate::memory::fold;
use crate::memtable::TraceKey;
use crate::tables::{content, scores};

impl Inner {
    pub(super) async fn spans_of_traces(
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

    pub(super) async fn traces_of_stated_runs(
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

    pub(super) async fn contents(
        &self,
        workspace_id: &WorkspaceId,
        ids: &[ContentId],
    ) -> Result<Vec<Content>, Error> {
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

    pub(super) async fn scores(
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

    pub(super) async fn traces_since(&self, after: Sequence) -> Result<Vec<TouchedTrace>, Error> {
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
}
