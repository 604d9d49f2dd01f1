//! A run as it is at this moment, assembled from what is logged: the totals are right as soon as its spans are
//! acknowledged, settled or not.

use std::sync::Arc;

use trace::ports::{Error, LoggedScore, LoggedSpan, ReadPort};
use trace::{RunId, Text, TraceId, WorkspaceId};

use crate::assemble::{Assembled, Settings, assemble};
use crate::gather::gather;
use crate::runs;

/// Assembles a run. `run_id` may be its own id, the hex of one of its traces, or a run id its sender stated.
/// `None` where there is no such run.
///
/// The row's version and whether it has settled are those of the stored row, where that holds the same records.
///
/// # Errors
/// What the port answers.
pub async fn run(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    run_id: &RunId,
    settings: &Settings,
) -> Result<Option<Assembled>, Error> {
    let row = read
        .runs_by_id(workspace_id, std::slice::from_ref(run_id))
        .await?
        .into_iter()
        .next();
    let mut traces: Vec<TraceId> = row.iter().flat_map(|row| row.traces.iter().copied()).collect();
    traces.extend(TraceId::parse_hex(run_id.as_str()));
    let stated = [Text::from(run_id.as_str())];
    let stating = read.traces_of_stated_runs(workspace_id, &stated).await?;
    traces.extend(stating.into_iter().map(|(_, trace_id)| trace_id));
    traces.sort_unstable();
    traces.dedup();
    // Without a row of its own, a trace may be part of a run that waited for it.
    let asks_session = row.is_none();
    let gathered = gather(read, workspace_id, &traces, |_, _| asks_session).await?;
    let groups = runs::join(gathered.parts.into_values().collect(), settings);
    let mut found: Option<Assembled> = None;
    for group in groups {
        let is_asked_for = group.iter().any(|part| traces.contains(&part.trace_id));
        if !is_asked_for {
            continue;
        }
        let ids: Vec<TraceId> = group.iter().map(|part| part.trace_id).collect();
        let records: Vec<_> = group.into_iter().flat_map(|part| part.records).collect();
        let stated = stated_ids(&records, &ids);
        let scores = read.scores(workspace_id, &ids, &stated).await?;
        let Some(assembled) = assemble(&records, &scores, settings) else {
            continue;
        };
        let is_it = assembled.derived.run.run_id == *run_id;
        if is_it || found.is_none() {
            found = Some(assembled);
        }
        if is_it {
            break;
        }
    }
    if let (Some(found), Some(row)) = (&mut found, row) {
        let run = &mut found.derived.run;
        if run.run_id == row.run_id {
            let is_current = run.last_sequence == row.last_sequence;
            run.version = row.version;
            run.settled = row.settled && is_current;
            run.first_received_at = run.first_received_at.min(row.first_received_at);
            if is_current {
                (run.signals, run.evidence_score, run.first_wrong) =
                    (row.signals, row.evidence_score, row.first_wrong);
                if row.settled {
                    (run.outcome, run.outcome_source) = (row.outcome, row.outcome_source);
                }
            }
        }
    }
    Ok(found)
}

/// The scores about a run and its spans.
///
/// # Errors
/// What the port answers.
pub async fn scores(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    assembled: &Assembled,
) -> Result<Vec<LoggedScore>, Error> {
    let records: Vec<_> = assembled
        .tree
        .nodes()
        .iter()
        .map(|node| Arc::clone(&node.record))
        .collect();
    let traces = &assembled.derived.run.traces;
    read.scores(workspace_id, traces, &stated_ids(&records, traces))
        .await
}

/// The ids a score may name this run by: what its spans state, and the hex of its traces.
pub(crate) fn stated_ids(records: &[Arc<LoggedSpan>], traces: &[TraceId]) -> Vec<Text> {
    let stated = records
        .iter()
        .filter_map(|record| record.span.facts.text(trace::Field::StatedRunId).map(Text::from));
    let mut ids: Vec<Text> = stated
        .chain(
            traces
                .iter()
                .map(|trace_id| Text::from(RunId::from(*trace_id).as_str())),
        )
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
