//! The explanation of a run as it is at this moment, over the read port.

use trace::ports::{Error, ReadPort};
use trace::query::{Filter, Operand, Operator, RUN_COLUMNS, RunQuery, Sort, find_column};
use trace::run::Run;
use trace::{ContentId, Field, Outcome, Role, RunId, WorkspaceId};

use super::{Explanation, PEERS_MAX, Settings, explain, words};
use crate::assemble::{self, Assembled};
use crate::subject::{Bodies, Subject};
use crate::view;

/// Most bodies that are read of one run: those of its first steps.
const BODIES_MAX: usize = 2_000;
/// Most bytes that are read of one body's run in all.
const BODIES_SIZE_BYTES_MAX: u64 = 16 * 1024 * 1024;

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
    let subject = subject(read, workspace_id, &assembled).await?;
    let peers = peers(read, workspace_id, &subject.run, assembly).await?;
    let words = words::of(&view::scores(read, workspace_id, &assembled).await?);
    Ok(Some(
        explain(&subject, &peers, settings).heard(words, &assembled.tree),
    ))
}

/// A run with the texts of its steps.
///
/// # Errors
/// What the port answers.
pub async fn subject(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    assembled: &Assembled,
) -> Result<Subject, Error> {
    let mut size_bytes = 0_u64;
    let mut ids: Vec<ContentId> = Vec::new();
    let references = assembled
        .tree
        .nodes()
        .iter()
        .flat_map(|node| &node.span().content);
    for reference in references {
        let is_wanted = matches!(reference.role, Role::OutputMessage | Role::Output | Role::Result);
        let Some(id) = reference.content_id.filter(|_| is_wanted) else {
            continue;
        };
        size_bytes = size_bytes.saturating_add(reference.size_bytes);
        if ids.len() >= BODIES_MAX || size_bytes > BODIES_SIZE_BYTES_MAX {
            break;
        }
        ids.push(id);
    }
    ids.sort_unstable();
    ids.dedup();
    let contents = match ids.as_slice() {
        [] => Vec::new(),
        ids => read.contents(workspace_id, ids).await?,
    };
    let bodies: Bodies = contents
        .into_iter()
        .map(|content| (content.content_id, content))
        .collect();
    Ok(Subject::of(assembled, &bodies))
}

/// The newest successful runs of the same task; none where the run states no task. Their texts are not read: what
/// they changed is in shapes and tokens.
///
/// # Errors
/// What the port answers.
pub async fn peers(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    run: &Run,
    assembly: &assemble::Settings,
) -> Result<Vec<Subject>, Error> {
    let Some(query) = run
        .facts
        .text(Field::TaskId)
        .and_then(|task_id| peers_query(workspace_id, run, task_id))
    else {
        return Ok(Vec::new());
    };
    let mut peers = Vec::new();
    for peer in read.runs(&query).await?.runs {
        if peer.run_id == run.run_id || peers.len() >= PEERS_MAX {
            continue;
        }
        if let Some(assembled) = view::run(read, workspace_id, &peer.run_id, assembly).await? {
            peers.push(Subject::of(&assembled, &Bodies::new()));
        }
    }
    Ok(peers)
}

fn peers_query(workspace_id: &WorkspaceId, run: &Run, task_id: &str) -> Option<RunQuery> {
    let is = |name: &str, value: &str| {
        let column = find_column(&RUN_COLUMNS, name)?;
        Some(Filter::Compare(
            column,
            Operator::Equal,
            Operand::Text(value.to_owned()),
        ))
    };
    Some(RunQuery {
        workspace_id: workspace_id.clone(),
        project_id: Some(run.project_id.clone()),
        filter: Filter::And(vec![
            is("task_id", task_id)?,
            is("outcome", Outcome::Success.as_str())?,
        ]),
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
