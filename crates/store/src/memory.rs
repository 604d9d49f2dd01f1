//! All that is known in memory of what was logged: the rows not yet in files, those flushed of late, and what is
//! needed to tell a redelivered record from a new one without reading files.
//!
//! One thread applies what was logged, in order, so nothing here races with itself; readers take the lock for a
//! look-up. Flushed rows stay for a while: a run settles some seconds after its last span, and would otherwise be
//! read back from the files it was just written to.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use trace::content::ContentRef;
use trace::ports::{LoggedScore, LoggedSpan};
use trace::span::{Batch, Span};
use trace::time::{Day, NANOS_PER_DAY};
use trace::{ContentId, ScoreId, Sequence, TraceId, UnixNanos, WorkspaceId};

use crate::judge::{Verdict, is_same_conflict, judge};
use crate::memtable::{Memtable, TraceKey};
use crate::tables::content;

/// Memory that flushed rows may keep.
const RECENT_SIZE_BYTES_MAX: usize = 192 * 1024 * 1024;
/// How long they are kept at most: several times what a run takes to settle.
const RECENT_AGE_MAX: Duration = Duration::from_secs(60);
/// A sender's clock further ahead than this may have dated a span of an earlier day into the present one.
const CLOCK_AHEAD_NANOS: i64 = 3_600 * 1_000_000_000;

/// What applying a batch made of it.
#[derive(Default)]
pub(crate) struct Applied {
    /// Records that were new, as they now stand.
    pub(crate) spans: Vec<Arc<LoggedSpan>>,
    /// Scores that were new.
    pub(crate) scores: Vec<LoggedScore>,
}

/// See the module.
pub(crate) struct Memory {
    pub(crate) active: Memtable,
    pub(crate) flushing: Option<Arc<Memtable>>,
    recent: VecDeque<(Instant, Arc<Memtable>)>,
    recent_size_bytes: usize,
    /// Hashes of traces with rows in the files of the open days that are in memory no more, by day of receipt.
    cold_traces: BTreeMap<Day, HashSet<u64>>,
    /// First instant of the open days: a span that began earlier may be in any file.
    open_since: UnixNanos,
    /// Ids of stored bodies, by the day they were received; an id holds for one day.
    stored_contents: BTreeMap<Day, HashSet<ContentId>>,
    /// Ids of stored scores.
    stored_scores: HashSet<ScoreId>,
    /// Newest position that was applied.
    pub(crate) applied: Sequence,
}

impl Memory {
    pub(crate) fn new(open_since: UnixNanos) -> Self {
        Self {
            active: Memtable::default(),
            flushing: None,
            recent: VecDeque::new(),
            recent_size_bytes: 0,
            cold_traces: BTreeMap::new(),
            open_since,
            stored_contents: BTreeMap::new(),
            stored_scores: HashSet::new(),
            applied: Sequence::default(),
        }
    }

    /// Says that a file of this open day holds this trace.
    pub(crate) fn know_cold_trace(&mut self, day: Day, key: &TraceKey) {
        self.cold_traces.entry(day).or_default().insert(hash(key));
    }

    fn is_cold(&self, key: &TraceKey) -> bool {
        let hash = hash(key);
        self.cold_traces.values().any(|traces| traces.contains(&hash))
    }

    pub(crate) fn know_stored_contents(&mut self, day: Day, ids: impl IntoIterator<Item = ContentId>) {
        self.stored_contents.entry(day).or_default().extend(ids);
    }

    pub(crate) fn know_stored_scores(&mut self, ids: impl IntoIterator<Item = ScoreId>) {
        self.stored_scores.extend(ids);
    }

    /// The tables in memory, newest rows first.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Memtable> {
        std::iter::once(&self.active)
            .chain(self.flushing.as_deref())
            .chain(self.recent.iter().rev().map(|(_, table)| table.as_ref()))
    }

    /// Whether rows of this trace may be in files only.
    pub(crate) fn may_be_in_files_only(&self, key: &TraceKey) -> bool {
        let began_late = self
            .tables()
            .flat_map(|table| table.spans_of(key))
            .all(|logged| self.is_of_open_days(logged.span.start, logged.received_at));
        let is_known = self.tables().any(|table| table.traces.contains_key(key));
        !is_known || !began_late || self.is_cold(key)
    }

    fn is_of_open_days(&self, start: UnixNanos, received_at: UnixNanos) -> bool {
        start >= self.open_since && start.since(received_at) <= CLOCK_AHEAD_NANOS
    }

    /// The traces of a batch whose known records must be read from files before it can be applied.
    pub(crate) fn traces_to_look_up(&self, batch: &Batch) -> HashSet<TraceId> {
        let needs_look_up = |span: &&Span| {
            let key = TraceKey {
                workspace_id: batch.workspace_id.clone(),
                trace_id: span.trace_id,
            };
            !self.is_of_open_days(span.start, batch.received_at) || self.is_cold(&key)
        };
        batch
            .spans
            .iter()
            .filter(needs_look_up)
            .map(|span| span.trace_id)
            .collect()
    }

    /// Applies a logged batch. `looked_up` holds the records that files have of [`Self::traces_to_look_up`].
    pub(crate) fn apply(
        &mut self,
        batch: Batch,
        sequence: Sequence,
        looked_up: &HashMap<TraceId, Vec<Arc<LoggedSpan>>>,
    ) -> Applied {
        let Batch {
            workspace_id,
            project_id,
            received_at,
            spans,
            contents,
            scores,
        } = batch;
        let mut applied = Applied::default();
        let mut referenced: HashSet<ContentId> = HashSet::new();
        self.active.opened_at.get_or_insert(received_at);
        for span in spans {
            let logged = LoggedSpan {
                workspace_id: workspace_id.clone(),
                project_id: project_id.clone(),
                sequence,
                received_at,
                span,
                conflict: false,
            };
            if let Some(logged) = self.apply_span(logged, looked_up) {
                referenced.extend(content_ids(&logged.span.content));
                applied.spans.push(logged);
            }
        }
        for score in scores {
            if self.is_known_score(score.score_id) {
                continue;
            }
            referenced.extend(content_ids(&score.content));
            let logged = LoggedScore {
                workspace_id: workspace_id.clone(),
                project_id: project_id.clone(),
                sequence,
                received_at,
                score,
            };
            self.active.put_score(logged.clone());
            applied.scores.push(logged);
        }
        for body in contents {
            if referenced.contains(&body.content_id)
                && !self.is_known_content(body.content_id, received_at.day())
            {
                self.active.put_content(content::Row {
                    workspace_id: workspace_id.clone(),
                    project_id: project_id.clone(),
                    sequence,
                    received_at,
                    content: Arc::new(body),
                });
            }
        }
        self.active.last_sequence = sequence;
        self.applied = sequence;
        applied
    }

    fn apply_span(
        &mut self,
        mut logged: LoggedSpan,
        looked_up: &HashMap<TraceId, Vec<Arc<LoggedSpan>>>,
    ) -> Option<Arc<LoggedSpan>> {
        let key = TraceKey {
            workspace_id: logged.workspace_id.clone(),
            trace_id: logged.span.trace_id,
        };
        let span_key = logged.span.key();
        let known: Vec<Arc<LoggedSpan>> = self
            .tables()
            .flat_map(|table| table.spans_of(&key))
            .chain(looked_up.get(&key.trace_id).into_iter().flatten())
            .filter(|known| known.span.key() == span_key)
            .map(Arc::clone)
            .collect();
        let newest = known.iter().find(|known| !known.conflict);
        let replaced = match newest.map(|newest| (newest, judge(newest, &logged))) {
            None => None,
            Some((_, Verdict::Redelivered)) => return None,
            Some((newest, Verdict::Later)) => {
                logged.span.complete_from(&newest.span);
                Some(Arc::clone(newest))
            }
            Some((_, Verdict::Conflict)) => {
                if known
                    .iter()
                    .any(|known| known.conflict && is_same_conflict(known, &logged))
                {
                    return None;
                }
                logged.conflict = true;
                None
            }
        };
        let logged = Arc::new(logged);
        self.active.put_span(Arc::clone(&logged), replaced.as_ref());
        Some(logged)
    }

    fn is_known_score(&self, id: ScoreId) -> bool {
        self.stored_scores.contains(&id) || self.tables().any(|table| table.scores.contains_key(&id))
    }

    fn is_known_content(&self, id: ContentId, day: Day) -> bool {
        self.stored_contents
            .get(&day)
            .is_some_and(|ids| ids.contains(&id))
            || self.tables().any(|table| table.contents.contains_key(&id))
    }

    /// Takes the rows in memory to be flushed; readers still see them. `None` if there are none, or if an
    /// earlier flush is not done.
    pub(crate) fn start_flush(&mut self) -> Option<Arc<Memtable>> {
        if self.active.is_empty() || self.flushing.is_some() {
            return None;
        }
        let table = Arc::new(std::mem::take(&mut self.active));
        self.flushing = Some(Arc::clone(&table));
        Some(table)
    }

    /// Says that the rows being flushed are in files.
    pub(crate) fn finish_flush(&mut self, today: Day) {
        let Some(table) = self.flushing.take() else { return };
        for row in table.contents.values() {
            self.stored_contents
                .entry(row.received_at.day())
                .or_default()
                .insert(row.content.content_id);
        }
        self.stored_contents.retain(|day, _| day.0 >= today.0 - 1);
        self.stored_scores.extend(table.scores.keys());
        self.recent_size_bytes += table.size_bytes;
        self.recent.push_back((Instant::now(), table));
        self.open_since = self
            .open_since
            .max(UnixNanos((today.0 - 1).saturating_mul(NANOS_PER_DAY)));
        self.cold_traces.retain(|day, _| day.0 >= today.0 - 1);
        self.forget_recent();
    }

    /// Lets go of flushed rows that are too many, or that nobody is likely to ask for any more.
    pub(crate) fn forget_recent(&mut self) {
        while let Some((flushed_at, table)) = self.recent.front() {
            let is_old = flushed_at.elapsed() > RECENT_AGE_MAX;
            if self.recent_size_bytes <= RECENT_SIZE_BYTES_MAX && !is_old {
                break;
            }
            self.recent_size_bytes = self.recent_size_bytes.saturating_sub(table.size_bytes);
            let day = table.opened_at.map_or(Day(0), UnixNanos::day);
            self.cold_traces
                .entry(day)
                .or_default()
                .extend(table.traces.keys().map(hash));
            self.recent.pop_front();
        }
    }

    /// The tables whose rows are in no file yet.
    pub(crate) fn unflushed(&self) -> impl Iterator<Item = &Memtable> {
        std::iter::once(&self.active).chain(self.flushing.as_deref())
    }

    /// Bytes of rows that only the log holds durably.
    pub(crate) fn unflushed_size_bytes(&self) -> usize {
        self.unflushed().map(|table| table.size_bytes).sum()
    }

    /// Records in memory of a trace; a key may stand there more than once, newest first.
    pub(crate) fn spans_of(&self, workspace_id: &WorkspaceId, trace_id: TraceId) -> Vec<Arc<LoggedSpan>> {
        let key = TraceKey {
            workspace_id: workspace_id.clone(),
            trace_id,
        };
        self.tables()
            .flat_map(|table| table.spans_of(&key))
            .map(Arc::clone)
            .collect()
    }
}

fn content_ids(references: &[ContentRef]) -> impl Iterator<Item = ContentId> + '_ {
    references.iter().filter_map(|reference| reference.content_id)
}

fn hash(key: &TraceKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Each key once: the newest record that is not a conflict, and every conflict.
pub(crate) fn fold(records: Vec<Arc<LoggedSpan>>) -> Vec<Arc<LoggedSpan>> {
    let mut newest: HashMap<trace::span::SpanKey, usize> = HashMap::new();
    let mut folded: Vec<Arc<LoggedSpan>> = Vec::with_capacity(records.len());
    for record in records {
        let key = record.span.key();
        if record.conflict {
            let is_known = folded
                .iter()
                .any(|known| known.conflict && known.span.key() == key && is_same_conflict(known, &record));
            if !is_known {
                folded.push(record);
            }
            continue;
        }
        match newest.get(&key).and_then(|index| folded.get_mut(*index)) {
            Some(known) => {
                if record.sequence > known.sequence {
                    *known = record;
                }
            }
            None => {
                newest.insert(key, folded.len());
                folded.push(record);
            }
        }
    }
    folded
}
