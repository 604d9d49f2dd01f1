//! The read port over memory.

use std::sync::Arc;

use trace::content::Content;
use trace::ports::{Error, LoggedScore, LoggedSpan, Pending, ReadPort, Stats, TouchedTrace};
use trace::query::{Counter, GroupQuery, Groups, RunPage, RunQuery, asks_for, run_value};
use trace::run::{Call, Run};
use trace::{ContentId, Field, Record, RunId, Sequence, SpanId, Text, TraceId, WorkspaceId};

use super::{MemoryStore, State, page};

impl ReadPort for MemoryStore {
    fn stats(&self) -> Pending<'_, Result<Stats, Error>> {
        Box::pin(async move { Ok(self.state().stats()) })
    }

    fn runs<'a>(&'a self, query: &'a RunQuery) -> Pending<'a, Result<RunPage, Error>> {
        Box::pin(async move {
            let rows = self.state();
            let in_workspace = rows
                .runs
                .iter()
                .filter(|((workspace_id, _), _)| *workspace_id == query.workspace_id)
                .map(|(_, derived)| derived);
            page::of(in_workspace, query)
        })
    }

    fn groups<'a>(&'a self, query: &'a GroupQuery) -> Pending<'a, Result<Groups, Error>> {
        Box::pin(async move {
            let state = self.state();
            let mut counter = Counter::new(query);
            for derived in state.runs.values() {
                if asks_for(&query.runs, &derived.run, &derived.calls) {
                    counter.add(&|name| run_value(&derived.run, name))?;
                }
            }
            Ok(counter.finish())
        })
    }

    fn runs_by_id<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_ids: &'a [RunId],
    ) -> Pending<'a, Result<Vec<Run>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let row = |run_id: &RunId| state.runs.get(&(workspace_id.clone(), run_id.clone()));
            Ok(run_ids
                .iter()
                .filter_map(row)
                .map(|derived| derived.run.clone())
                .collect())
        })
    }

    fn runs_of_session<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        session_id: &'a str,
    ) -> Pending<'a, Result<Vec<Run>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let runs = state.runs.values().map(|derived| &derived.run);
            let of_session = runs.filter(|run| {
                run.workspace_id == *workspace_id && run.facts.text(Field::SessionId) == Some(session_id)
            });
            Ok(of_session.cloned().collect())
        })
    }

    fn calls<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        run_id: &'a RunId,
    ) -> Pending<'a, Result<Vec<Call>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let row = state.runs.get(&(workspace_id.clone(), run_id.clone()));
            Ok(row.map_or_else(Vec::new, |derived| derived.calls.clone()))
        })
    }

    fn spans_of_traces<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, Error>> {
        Box::pin(async move {
            let mut traces = traces.to_vec();
            traces.sort_unstable();
            traces.dedup();
            let state = self.state();
            let records = |trace_id: &TraceId| state.records(workspace_id, *trace_id);
            Ok(traces.iter().flat_map(records).cloned().collect())
        })
    }

    fn traces_of_stated_runs<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<(Text, TraceId)>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let traces = |stated: &Text| {
                let known = state.stated_runs.get(&(workspace_id.clone(), stated.clone()));
                let pairs = known
                    .into_iter()
                    .flatten()
                    .map(|trace_id| (stated.clone(), *trace_id));
                pairs.collect::<Vec<_>>()
            };
            Ok(stated_run_ids.iter().flat_map(traces).collect())
        })
    }

    fn span<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        trace_id: TraceId,
        span_id: SpanId,
    ) -> Pending<'a, Result<Vec<Arc<LoggedSpan>>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let records = state.records(workspace_id, trace_id);
            Ok(records
                .iter()
                .filter(|record| record.span.span_id == span_id)
                .cloned()
                .collect())
        })
    }

    fn contents<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        content_ids: &'a [ContentId],
    ) -> Pending<'a, Result<Vec<Content>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let content = |id: &ContentId| state.contents.get(&(workspace_id.clone(), *id)).cloned();
            Ok(content_ids.iter().filter_map(content).collect())
        })
    }

    fn scores<'a>(
        &'a self,
        workspace_id: &'a WorkspaceId,
        traces: &'a [TraceId],
        stated_run_ids: &'a [Text],
    ) -> Pending<'a, Result<Vec<LoggedScore>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let is_asked_for = |logged: &&LoggedScore| {
                let score = &logged.score;
                let of_run = score.stated_run_id.as_ref();
                logged.workspace_id == *workspace_id
                    && (score.trace_id.is_some_and(|id| traces.contains(&id))
                        || of_run.is_some_and(|id| stated_run_ids.contains(id)))
            };
            Ok(state.scores.values().filter(is_asked_for).cloned().collect())
        })
    }

    fn traces_since(&self, after: Sequence) -> Pending<'_, Result<Vec<TouchedTrace>, Error>> {
        Box::pin(async move {
            let state = self.state();
            let touched = state
                .traces
                .iter()
                .filter(|(_, trace)| trace.last_sequence > after);
            Ok(touched
                .filter_map(|((workspace_id, trace_id), trace)| {
                    Some(TouchedTrace {
                        workspace_id: workspace_id.clone(),
                        project_id: trace.project_id.clone()?,
                        trace_id: *trace_id,
                        last_sequence: trace.last_sequence,
                    })
                })
                .collect())
        })
    }
}

impl State {
    fn records(&self, workspace_id: &WorkspaceId, trace_id: TraceId) -> &[Arc<LoggedSpan>] {
        self.traces
            .get(&(workspace_id.clone(), trace_id))
            .map_or(&[], |trace| trace.records.as_slice())
    }

    fn stats(&self) -> Stats {
        let mut stats = Stats {
            runs: count(self.runs.len()),
            runs_settled: count(self.runs.values().filter(|derived| derived.run.settled).count()),
            content: count(self.contents.len()),
            scores: count(self.scores.len()),
            last_sequence: self.sequence,
            ..Stats::default()
        };
        let records = self.traces.values().flat_map(|trace| &trace.records);
        for record in records.filter(|record| !record.conflict) {
            if matches!(record.span.record, Record::Supplement | Record::Log) {
                stats.supplements += 1;
            } else {
                stats.spans += 1;
                let kind = record.span.kind.as_str().to_owned();
                *stats.spans_by_kind.entry(kind).or_default() += 1;
            }
        }
        stats
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
