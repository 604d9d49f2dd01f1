//! Sessions in which a run waits for its answer, or was joined from several traces: only there can a trace be
//! part of a run that it does not name itself. All other traces need no look at their session.

use std::collections::{HashMap, HashSet, VecDeque};

use trace::ports::{Error, ReadPort};
use trace::query::{Filter, Operand, Operator, PAGE_SIZE_MAX, RUN_COLUMNS, RunQuery, Sort, find_column};
use trace::run::Run;
use trace::{Field, Outcome, RunId, Sequence, Text, WorkspaceId};

use crate::runs::Part;

/// Most sessions that are remembered; the oldest go first.
const SESSIONS_MAX: usize = 200_000;
/// Most pages of waiting runs that are read of a workspace.
const PAGES_MAX: usize = 20;

pub(super) struct Sessions {
    /// Records up to here were logged before this service knew anything of their sessions.
    unknown_up_to: Sequence,
    loaded: HashSet<WorkspaceId>,
    open: HashSet<(WorkspaceId, Text)>,
    order: VecDeque<(WorkspaceId, Text)>,
}

impl Sessions {
    pub(super) fn new(unknown_up_to: Sequence) -> Self {
        Self {
            unknown_up_to,
            loaded: HashSet::new(),
            open: HashSet::new(),
            order: VecDeque::new(),
        }
    }

    /// Reads which runs of a workspace wait, the first time it is seen.
    pub(super) async fn load(
        &mut self,
        read: &dyn ReadPort,
        workspace_id: &WorkspaceId,
    ) -> Result<(), Error> {
        if self.loaded.contains(workspace_id) {
            return Ok(());
        }
        let column = |name: &str| find_column(&RUN_COLUMNS, name);
        let (Some(outcome), Some(start)) = (column("outcome"), column("start_unix_nanos")) else {
            return Ok(());
        };
        let waiting = Operand::Text(Outcome::Waiting.as_str().to_owned());
        let mut query = RunQuery {
            workspace_id: workspace_id.clone(),
            project_id: None,
            filter: Filter::Compare(outcome, Operator::Equal, waiting),
            from: None,
            to: None,
            sort: Sort {
                column: start,
                descending: true,
            },
            limit: PAGE_SIZE_MAX,
            cursor: None,
        };
        for _ in 0..PAGES_MAX {
            let page = read.runs(&query).await?;
            for run in &page.runs {
                self.remember(workspace_id, run);
            }
            match page.next {
                Some(next) => query.cursor = Some(next),
                None => break,
            }
        }
        self.loaded.insert(workspace_id.clone());
        Ok(())
    }

    /// Whether a trace may be part of a run of its session that it does not name. `rows` are the rows that the
    /// trace's own ids lead to: one that has a row of its own was not joined to another.
    pub(super) fn may_join(
        &self,
        workspace_id: &WorkspaceId,
        part: &Part,
        rows: &HashMap<RunId, Run>,
    ) -> bool {
        let Some(session) = &part.session else {
            return false;
        };
        let is_old = part
            .records
            .iter()
            .any(|record| record.sequence <= self.unknown_up_to);
        let has_row = || rows.values().any(|row| row.traces.contains(&part.trace_id));
        self.open.contains(&(workspace_id.clone(), session.clone())) || (is_old && !has_row())
    }

    /// Notes the runs that wait. True if one does in a session where none was known to.
    pub(super) fn note_waiting<'a>(
        &mut self,
        workspace_id: &WorkspaceId,
        runs: impl Iterator<Item = &'a Run>,
    ) -> bool {
        let mut is_new = false;
        for run in runs.filter(|run| run.outcome == Outcome::Waiting) {
            is_new |= self.remember(workspace_id, run);
        }
        is_new
    }

    /// Notes the runs that were joined from several traces.
    pub(super) fn note_joined<'a>(
        &mut self,
        workspace_id: &WorkspaceId,
        runs: impl Iterator<Item = &'a Run>,
    ) {
        for run in runs.filter(|run| run.traces.len() > 1) {
            self.remember(workspace_id, run);
        }
    }

    fn remember(&mut self, workspace_id: &WorkspaceId, run: &Run) -> bool {
        let Some(session) = run.facts.text(Field::SessionId) else {
            return false;
        };
        let key = (workspace_id.clone(), Text::from(session));
        if !self.open.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > SESSIONS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.open.remove(&oldest);
        }
        true
    }
}
