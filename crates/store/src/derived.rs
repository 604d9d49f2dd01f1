//! Derived rows in memory: runs that are still changing, and settled ones on their way to a file.
//!
//! Derived rows are outside the log: they can always be made again from what was logged. Rows that have not
//! settled are never written; they cover the older version of the run that a file may hold.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use trace::run::{Call, Derived, Run};
use trace::time::Day;
use trace::{Field, RunId, Sequence, Text, WorkspaceId};

use crate::list::Live;
use crate::tables::{calls, runs};

/// A run within its workspace.
pub(crate) type RunKey = (WorkspaceId, RunId);

/// The newest version of a run that memory knows.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) run: Arc<Run>,
    pub(crate) calls: Arc<Vec<Call>>,
    /// Whether a file holds an older (or this) version that is not a retraction.
    pub(crate) is_in_file: bool,
    /// Whether this version has to be written.
    pub(crate) is_dirty: bool,
    /// The run is no more.
    pub(crate) retracted: bool,
    /// Hash of its key.
    hash: u64,
}

/// Rows of one flush of derived rows.
pub(crate) struct DerivedFlush {
    pub(crate) runs: Vec<runs::Row>,
    pub(crate) calls: Vec<calls::Row>,
    pub(crate) settled: Sequence,
    versions: Vec<(RunKey, u64)>,
}

/// See the module.
#[derive(Default)]
pub(crate) struct DerivedRows {
    live: HashMap<RunKey, Entry>,
    sessions: HashMap<(WorkspaceId, Text), HashSet<RunId>>,
    recent: std::collections::VecDeque<RunKey>,
    /// Newest version in files of the runs that have more than one there, by hash of the run.
    superseded: Arc<HashMap<u64, u64>>,
    /// Everything logged up to here has a settled row in memory or in a file.
    settled: Sequence,
    /// The same, in files.
    settled_in_file: Sequence,
    /// Distinct runs in files.
    runs_in_file: i64,
    /// Hashes of all runs in files: nearly every run that settles is a new one, and must not cost a look-up.
    in_files: HashSet<u64>,
}

impl DerivedRows {
    /// Says what files hold, at start.
    pub(crate) fn know_files(
        &mut self,
        distinct: i64,
        in_files: HashSet<u64>,
        superseded: HashMap<u64, u64>,
        settled: Sequence,
    ) {
        self.runs_in_file = distinct;
        self.in_files = in_files;
        self.superseded = Arc::new(superseded);
        self.settled = settled;
        self.settled_in_file = settled;
    }

    pub(crate) fn get(&self, key: &RunKey) -> Option<&Entry> {
        self.live.get(key)
    }

    /// Whether a file may hold rows of this run.
    pub(crate) fn may_be_in_files(&self, key: &RunKey) -> bool {
        self.in_files.contains(&hash_run(&key.0, &key.1))
    }

    pub(crate) fn superseded(&self) -> Arc<HashMap<u64, u64>> {
        Arc::clone(&self.superseded)
    }

    pub(crate) fn settled_in_file(&self) -> Sequence {
        self.settled_in_file
    }

    /// Runs of a session that memory knows.
    pub(crate) fn runs_of_session(&self, workspace_id: &WorkspaceId, session_id: &str) -> Vec<Arc<Run>> {
        let key = (workspace_id.clone(), Text::from(session_id));
        let entry = |run_id: &RunId| self.live.get(&(workspace_id.clone(), run_id.clone()));
        let runs = self.sessions.get(&key).into_iter().flatten();
        runs.filter_map(entry)
            .filter(|entry| !entry.retracted)
            .map(|entry| Arc::clone(&entry.run))
            .collect()
    }

    /// Puts a version. Ignored if a newer one is known. `in_file` is the newest version in files, asked for only
    /// where memory does not know the run.
    pub(crate) fn put(&mut self, mut derived: Derived, in_file: Option<u64>) {
        let key = (derived.run.workspace_id.clone(), derived.run.run_id.clone());
        let known = self.live.get(&key);
        let newest = match known {
            Some(known) if known.retracted => None,
            Some(known) => Some(known.run.version),
            None => in_file,
        };
        if newest.is_some_and(|newest| newest >= derived.run.version) {
            return;
        }
        // A run that was retracted and came back starts again above the version that files remember.
        let in_files = self.superseded.get(&hash_run(&key.0, &key.1)).copied();
        let retracted = known
            .filter(|known| known.retracted)
            .map(|known| known.run.version);
        if let Some(newest) = in_files
            .max(retracted)
            .filter(|newest| derived.run.version <= *newest)
        {
            derived.run.version = newest + 1;
            derived
                .calls
                .iter_mut()
                .for_each(|call| call.version = newest + 1);
        }
        let is_in_file = known.map_or(in_file.is_some(), |known| known.is_in_file);
        if let Some(session_id) = derived.run.facts.text(Field::SessionId) {
            let session = (key.0.clone(), Text::from(session_id));
            self.sessions.entry(session).or_default().insert(key.1.clone());
        }
        let Derived { run, calls } = derived;
        let hash = hash_run(&key.0, &key.1);
        let entry = Entry {
            hash,
            is_dirty: run.settled,
            run: Arc::new(run),
            calls: Arc::new(calls),
            is_in_file,
            retracted: false,
        };
        self.live.insert(key, entry);
    }

    /// Takes a run back. `in_file` is its newest row in a file, where memory does not know the run.
    pub(crate) fn retract(&mut self, key: RunKey, in_file: Option<Run>) {
        let known = self.live.get(&key);
        let is_in_file = known.map_or(in_file.is_some(), |known| known.is_in_file);
        if !is_in_file {
            self.remove(&key);
            return;
        }
        let run = known.map(|known| known.run.as_ref().clone()).or(in_file);
        if let Some(mut run) = run {
            run.version += 1;
            run.settled = true;
            let entry = Entry {
                hash: hash_run(&key.0, &key.1),
                run: Arc::new(run),
                calls: Arc::default(),
                is_in_file,
                is_dirty: true,
                retracted: true,
            };
            self.live.insert(key, entry);
        }
    }

    fn remove(&mut self, key: &RunKey) {
        let Some(entry) = self.live.remove(key) else {
            return;
        };
        if let Some(session_id) = entry.run.facts.text(Field::SessionId) {
            let session = (key.0.clone(), Text::from(session_id));
            if let Some(runs) = self.sessions.get_mut(&session) {
                runs.remove(&key.1);
                if runs.is_empty() {
                    self.sessions.remove(&session);
                }
            }
        }
    }

    pub(crate) fn settled_up_to(&mut self, sequence: Sequence) {
        self.settled = self.settled.max(sequence);
    }

    /// The rows that have to be written. `None` if there are none and the settled position did not move.
    pub(crate) fn start_flush(&self) -> Option<DerivedFlush> {
        let dirty: Vec<_> = self.live.iter().filter(|(_, entry)| entry.is_dirty).collect();
        if dirty.is_empty() && self.settled == self.settled_in_file {
            return None;
        }
        Some(DerivedFlush {
            runs: dirty.iter().map(|(_, entry)| entry.row()).collect(),
            calls: dirty.iter().flat_map(|(_, entry)| entry.call_rows()).collect(),
            settled: self.settled,
            versions: dirty
                .iter()
                .map(|(key, entry)| ((*key).clone(), entry.run.version))
                .collect(),
        })
    }

    /// Says that a flush is in files, and lets go of all but the most recent runs.
    pub(crate) fn finish_flush(&mut self, flush: &DerivedFlush, recent_runs_max: usize) {
        let superseded = Arc::make_mut(&mut self.superseded);
        for row in &flush.runs {
            self.in_files
                .insert(hash_run(&row.run.workspace_id, &row.run.run_id));
            if row.supersedes {
                superseded.insert(hash_run(&row.run.workspace_id, &row.run.run_id), row.run.version);
            }
            self.runs_in_file += i64::from(!row.supersedes) - i64::from(row.retracted);
        }
        for (key, version) in &flush.versions {
            let Some(entry) = self.live.get_mut(key) else {
                continue;
            };
            entry.is_in_file = !entry.retracted;
            if entry.run.version == *version {
                entry.is_dirty = false;
                self.recent.push_back(key.clone());
            }
        }
        self.settled_in_file = flush.settled;
        while self.recent.len() > recent_runs_max {
            let Some(key) = self.recent.pop_front() else { break };
            if self
                .live
                .get(&key)
                .is_some_and(|entry| !entry.is_dirty && entry.run.settled)
            {
                self.remove(&key);
            }
        }
    }

    /// Forgets the runs of days before this one, of which files no longer have `distinct`.
    pub(crate) fn forget_expired(&mut self, distinct: i64, first_kept: Day) {
        self.runs_in_file -= distinct;
        let is_expired = |entry: &Entry| entry.is_in_file && entry.run.first_received_at.day() < first_kept;
        let expired: Vec<_> = self
            .live
            .iter()
            .filter(|(_, entry)| is_expired(entry))
            .map(|(key, _)| key.clone())
            .collect();
        for key in &expired {
            self.remove(key);
        }
    }

    /// Distinct runs, and how many of them have settled.
    pub(crate) fn counts(&self) -> (i64, i64) {
        let mut all = self.runs_in_file;
        let mut settled = self.runs_in_file;
        for entry in self.live.values() {
            if entry.retracted {
                // Once written, a retraction is counted in `runs_in_file`.
                all -= i64::from(entry.is_dirty);
                settled -= i64::from(entry.is_dirty);
                continue;
            }
            all += i64::from(!entry.is_in_file);
            settled += i64::from(entry.run.settled) - i64::from(entry.is_in_file);
        }
        (all, settled)
    }

    /// Every run memory knows, but for those taken back.
    pub(crate) fn live(&self) -> Vec<Live> {
        let shown = self.live.values().filter(|entry| !entry.retracted);
        shown
            .map(|entry| Live {
                run: Arc::clone(&entry.run),
                calls: Arc::clone(&entry.calls),
            })
            .collect()
    }

    /// Hashes of the runs of which memory has a newer row than files: a file has one, or is about to.
    pub(crate) fn hidden_in_files(&self) -> HashSet<u64> {
        let hidden = self
            .live
            .values()
            .filter(|entry| entry.is_in_file || entry.is_dirty);
        hidden.map(|entry| entry.hash).collect()
    }
}

impl Entry {
    fn row(&self) -> runs::Row {
        runs::Row {
            run: Arc::clone(&self.run),
            supersedes: self.is_in_file,
            retracted: self.retracted,
        }
    }

    fn call_rows(&self) -> impl Iterator<Item = calls::Row> + '_ {
        let row = |call: &Call| calls::Row {
            workspace_id: self.run.workspace_id.clone(),
            call: call.clone(),
        };
        self.calls.iter().map(row)
    }
}

/// The hash by which a run's superseded versions are remembered.
pub(crate) fn hash_run(workspace_id: &WorkspaceId, run_id: &RunId) -> u64 {
    hash_run_text(workspace_id.as_str(), run_id.as_str())
}

/// The same, of ids as text.
pub(crate) fn hash_run_text(workspace_id: &str, run_id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    workspace_id.hash(&mut hasher);
    run_id.hash(&mut hasher);
    hasher.finish()
}
