//! The records of the runs that some traces belong to, and of all other traces of those runs.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trace::ports::{Error, LoggedSpan, ReadPort};
use trace::run::Run;
use trace::{Outcome, RunId, Text, TraceId, WorkspaceId};

use crate::runs::Part;

/// Most times that the traces found name further traces.
const ROUNDS_MAX: usize = 8;
/// Most traces of one gathering.
const TRACES_MAX: usize = 20_000;
/// Runs of a session that are looked at on either side of the one in question.
const SESSION_NEIGHBOURS: usize = 32;

/// What is known of some traces and of those that may belong to the same runs.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The traces that have spans.
    pub(crate) parts: HashMap<TraceId, Part>,
    /// The newest rows of runs that may be theirs.
    pub(crate) rows: HashMap<RunId, Run>,
}

/// Reads traces and all that may belong to the same runs. `asks_session` says whether the runs of a trace's
/// session have to be looked at: those that wait for an answer, and those an earlier trace was joined to.
pub(crate) async fn gather(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    traces: &[TraceId],
    asks_session: impl Fn(&Part, &HashMap<RunId, Run>) -> bool,
) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let mut asked = Asked::default();
    let mut wanted: Vec<TraceId> = traces.to_vec();
    for _ in 0..ROUNDS_MAX {
        wanted.retain(|trace_id| asked.traces.insert(*trace_id));
        if wanted.is_empty() || asked.traces.len() > TRACES_MAX {
            break;
        }
        let found = read_parts(read, workspace_id, &wanted).await?;
        wanted = further_traces(read, workspace_id, &found, &mut asked, &mut gathered.rows).await?;
        for part in &found {
            let Some(session) = part.session.clone() else {
                continue;
            };
            if asks_session(part, &gathered.rows) && asked.sessions.insert(session.clone()) {
                let rows = read.runs_of_session(workspace_id, &session).await?;
                let near = near_runs(rows, part);
                wanted.extend(near.iter().flat_map(|run| run.traces.iter().copied()));
                gathered
                    .rows
                    .extend(near.into_iter().map(|run| (run.run_id.clone(), run)));
            }
        }
        gathered
            .parts
            .extend(found.into_iter().map(|part| (part.trace_id, part)));
    }
    Ok(gathered)
}

#[derive(Default)]
struct Asked {
    traces: HashSet<TraceId>,
    stated: HashSet<Text>,
    sessions: HashSet<Text>,
}

async fn read_parts(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    traces: &[TraceId],
) -> Result<Vec<Part>, Error> {
    let records = read.spans_of_traces(workspace_id, traces).await?;
    let mut by_trace: HashMap<TraceId, Vec<Arc<LoggedSpan>>> = HashMap::with_capacity(traces.len());
    for record in records {
        by_trace.entry(record.span.trace_id).or_default().push(record);
    }
    let parts = by_trace.into_iter();
    Ok(parts
        .filter_map(|(trace_id, records)| Part::of(trace_id, records))
        .collect())
}

/// Traces that these name: by a run id they state, by taking them up again, or by a row they share.
async fn further_traces(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    parts: &[Part],
    asked: &mut Asked,
    rows: &mut HashMap<RunId, Run>,
) -> Result<Vec<TraceId>, Error> {
    let mut further: Vec<TraceId> = parts
        .iter()
        .flat_map(|part| part.resumes.iter().copied())
        .collect();
    let mut stated: Vec<Text> = parts.iter().filter_map(|part| part.stated.clone()).collect();
    stated.retain(|stated| asked.stated.insert(stated.clone()));
    if !stated.is_empty() {
        let traces = read.traces_of_stated_runs(workspace_id, &stated).await?;
        further.extend(traces.into_iter().map(|(_, trace_id)| trace_id));
    }
    let own = parts.iter().map(|part| RunId::from(part.trace_id));
    let stated: HashSet<&str> = parts.iter().flat_map(Part::all_stated).collect();
    let run_ids: HashSet<RunId> = own.chain(stated.into_iter().map(RunId::new)).collect();
    let run_ids: Vec<RunId> = run_ids
        .into_iter()
        .filter(|run_id| !rows.contains_key(run_id))
        .collect();
    for run in read.runs_by_id(workspace_id, &run_ids).await? {
        further.extend(run.traces.iter().copied());
        rows.insert(run.run_id.clone(), run);
    }
    Ok(further)
}

/// The runs of a session around a trace that wait, were joined from several traces, or hold the trace; each with
/// the run after it, which may be its answer.
fn near_runs(mut rows: Vec<Run>, part: &Part) -> Vec<Run> {
    rows.sort_by(|one, other| (one.start, &one.run_id).cmp(&(other.start, &other.run_id)));
    let place = rows.partition_point(|run| run.start < part.start);
    let first = place.saturating_sub(SESSION_NEIGHBOURS);
    let mut takes_next = false;
    let mut near = Vec::new();
    for (index, run) in rows
        .into_iter()
        .enumerate()
        .skip(first)
        .take(2 * SESSION_NEIGHBOURS)
    {
        let is_open =
            run.outcome == Outcome::Waiting || run.traces.len() > 1 || run.traces.contains(&part.trace_id);
        // The first that began after the trace may be its answer, before the trace has a row itself.
        if is_open || takes_next || index == place {
            near.push(run);
        }
        takes_next = is_open;
    }
    near
}
