//! Derived rows and counts: memory first, then files, of each run the newest version.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use trace::ports::Stats;
use trace::run::{Call, Run};
use trace::{RunId, WorkspaceId};

use super::{natural, text_keys};
use crate::derived::{RunKey, hash_run};
use crate::error::Error;
use crate::inner::Inner;
use crate::list::Sources;
use crate::lookup::{self, Keys};
use crate::tables::{calls, runs};
use crate::udf;

impl Inner {
    /// Exact counts, taken under one lock so that rows moving from memory to files count once.
    pub(super) fn stats(&self) -> Stats {
        let memory = self.memory();
        let derived = self.derived();
        let mut by_kind: BTreeMap<String, i64> = BTreeMap::new();
        let mut stats = Stats {
            last_sequence: memory.applied.0,
            ..Stats::default()
        };
        let (mut supplements, mut contents, mut scores) = (0_i64, 0_i64, 0_i64);
        for table in memory.unflushed() {
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
    pub(super) async fn runs_in_files(
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

    pub(super) async fn runs_of_session(
        &self,
        workspace_id: &WorkspaceId,
        session_id: &str,
    ) -> Result<Vec<Run>, Error> {
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

    pub(super) async fn calls(&self, workspace_id: &WorkspaceId, run_id: &RunId) -> Result<Vec<Call>, Error> {
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

    /// What a question about runs is asked of.
    pub(crate) fn sources(&self) -> Sources<'_> {
        let derived = self.derived();
        // Under the lock: a run that goes to a file meanwhile is still in memory, and its row in the file hidden.
        let hidden = udf::is_newest(Arc::new(derived.hidden_in_files()), derived.superseded());
        Sources {
            engine: &self.engine,
            live: derived.live(),
            runs: (&self.tables.runs, self.tables.runs.files().to_vec()),
            calls: (&self.tables.calls, self.tables.calls.files().to_vec()),
            is_newest: hidden,
        }
    }
}
