//! The explanation of a run as it is at this moment, over the read port.

use trace::ports::{Error, ReadPort};
use trace::query::{Filter, Operand, Operator, RUN_COLUMNS, RunQuery, Sort, find_column};
use trace::run::Run;
use trace::{Field, Outcome, RunId, WorkspaceId};

use super::{Explanation, PEERS_MAX, Settings, explain, words};
use crate::assemble;
use crate::subject::Subject;
use crate::view;

/// Explains a run, with successful runs of the same task as peers, and gives what people said of it; `None` where there
/// is no such run.
///
/// # Errors
/// What the port answers.
pub async fn run(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    run_id: &RunId,
    assembly: &assemble::Settings,
    settings: &Settings,
) -> Result<Option<Explanation>, Error> {
    let Some(assembled) = view::run(read, workspace_id, run_id, assembly).await? else {
        return Ok(None);
    };
    let subject = Subject::of(&assembled);
    let peers = peers(read, workspace_id, &subject.run, assembly).await?;
    let words = words::of(&view::scores(read, workspace_id, &assembled).await?);
    Ok(Some(
        explain(&subject, &peers, settings).heard(words, &assembled.tree),
    ))
}

/// The newest successful runs of the same task; where the run states none, of the same kind of task and the same goal but
/// for case and spacing; none where it states neither.
///
/// # Errors
/// What the port answers.
pub async fn peers(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    run: &Run,
    assembly: &assemble::Settings,
) -> Result<Vec<Subject>, Error> {
    let Some(query) = peers_query(workspace_id, run) else {
        return Ok(Vec::new());
    };
    let mut peers = Vec::new();
    for peer in read.runs(&query).await?.runs {
        if peer.run_id == run.run_id || peers.len() >= PEERS_MAX {
            continue;
        }
        if let Some(assembled) = view::run(read, workspace_id, &peer.run_id, assembly).await? {
            peers.push(Subject::of(&assembled));
        }
    }
    Ok(peers)
}

fn peers_query(workspace_id: &WorkspaceId, run: &Run) -> Option<RunQuery> {
    let is = |name: &str, value: &str| {
        let column = find_column(&RUN_COLUMNS, name)?;
        Some(Filter::Compare(
            column,
            Operator::Equal,
            Operand::Text(value.to_owned()),
        ))
    };
    let same = |field: Field| is(field.definition().name, run.facts.text(field)?);
    let mut terms = vec![is("outcome", Outcome::Success.as_str())?];
    match same(Field::TaskId) {
        Some(task) => terms.push(task),
        None => {
            terms.push(same(Field::GoalToken)?);
            terms.extend(same(Field::TaskType));
        }
    }
    Some(RunQuery {
        workspace_id: workspace_id.clone(),
        project_id: Some(run.project_id.clone()),
        filter: Filter::And(terms),
        from: None,
        to: None,
        sort: Sort {
            column: find_column(&RUN_COLUMNS, "start_unix_nanos")?,
            descending: true,
        },
        limit: u32::try_from(PEERS_MAX + 1).unwrap_or(u32::MAX),
        cursor: None,
    })
}
