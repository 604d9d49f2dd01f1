//! When which trace is looked at again. Pure but for the instants it is given.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;
use trace::{Outcome, Sequence};

use super::Options;
use super::inbox::{Touch, TraceKey};

/// Traces whose earlier settling is remembered, so that one that keeps coming back is waited for longer.
const SETTLED_REMEMBERED_MAX: usize = 100_000;

/// A trace whose run has not settled.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// Oldest log position that no settled row covers.
    pub(super) oldest: Sequence,
    /// When something was last logged for it; `None` where that was before the service started.
    pub(super) touched_at: Option<Instant>,
    /// Records since it was opened.
    pub(super) records: usize,
    /// Whether its run had ended when it was last assembled; `None` before that.
    pub(super) has_ended: Option<bool>,
    /// When its row has to be written again, as something was logged since.
    refresh_at: Option<Instant>,
    refreshed_at: Option<Instant>,
    refresh_interval: Duration,
    quiet: Duration,
    /// Whether only scores opened it: its run was at rest, and its row is written anew without waiting.
    is_only_judged: bool,
    retry_at: Option<Instant>,
}

impl Open {
    /// How long nothing must have been logged for it.
    fn rest(&self, options: &Options, has_ended: bool) -> Duration {
        match (self.is_only_judged, has_ended) {
            (true, _) => Duration::ZERO,
            (false, true) => self.quiet,
            (false, false) => options.open_quiet.max(self.quiet),
        }
    }

    fn due(&self, options: &Options) -> Option<Instant> {
        let touched_at = self.touched_at?;
        let rest = self.rest(options, self.has_ended != Some(false));
        let due = touched_at.checked_add(rest).unwrap_or(touched_at);
        let due = self.refresh_at.map_or(due, |refresh_at| refresh_at.min(due));
        Some(self.retry_at.map_or(due, |retry_at| retry_at.max(due)))
    }

    /// Whether nothing was logged for it for long enough.
    pub(super) fn is_quiet(&self, now: Instant, options: &Options, has_ended: bool) -> bool {
        let rest = self.rest(options, has_ended);
        self.touched_at
            .is_some_and(|touched_at| now.saturating_duration_since(touched_at) >= rest)
    }
}

/// See the module.
#[derive(Default)]
pub(super) struct Agenda {
    open: HashMap<TraceKey, Open>,
    /// When traces that have no row yet are due: they come first, the newest and the oldest in turn, so that a run
    /// is seen soon however much waits, and none waits for good.
    first: BTreeSet<(Instant, TraceKey)>,
    /// Due times; one may be stale, and is then put right when it comes up.
    queue: BinaryHeap<Reverse<(Instant, TraceKey)>>,
    /// Quiet times of traces that settled, so that each re-opening doubles them.
    settled: HashMap<TraceKey, Duration>,
    settled_order: VecDeque<TraceKey>,
}

impl Agenda {
    pub(super) fn get(&self, key: &TraceKey) -> Option<&Open> {
        self.open.get(key)
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// The oldest log position that no settled row covers.
    pub(super) fn oldest(&self) -> Option<Sequence> {
        self.open.values().map(|open| open.oldest).min()
    }

    /// Notes that something was logged for a trace.
    pub(super) fn touch(&mut self, key: TraceKey, touch: Touch, now: Instant, options: &Options) {
        let before = self.settled.get(&key).copied();
        let doubled = before.map_or(options.quiet, |quiet| {
            quiet.saturating_mul(2).min(options.quiet_max)
        });
        let open = self.open.entry(key.clone()).or_insert_with(|| Open {
            oldest: touch.oldest,
            touched_at: Some(now),
            records: 0,
            has_ended: None,
            refresh_at: None,
            refreshed_at: None,
            refresh_interval: options.refresh_first,
            quiet: before.unwrap_or(options.quiet),
            is_only_judged: true,
            retry_at: None,
        });
        if touch.has_spans && open.is_only_judged {
            open.is_only_judged = false;
            open.quiet = doubled;
        }
        open.oldest = open.oldest.min(touch.oldest);
        open.touched_at = Some(now);
        open.retry_at = None;
        open.records = open.records.saturating_add(touch.records);
        let soon = now + options.refresh_delay;
        let regular = open.refreshed_at.map_or(soon, |refreshed_at| {
            soon.max(refreshed_at + open.refresh_interval)
        });
        let refresh_at = if touch.root_ended { soon } else { regular };
        let is_earlier = open.refresh_at.is_none_or(|known| refresh_at < known);
        if is_earlier {
            open.refresh_at = Some(refresh_at);
            if open.refreshed_at.is_none() {
                self.first.insert((refresh_at, key));
            } else {
                self.queue.push(Reverse((refresh_at, key)));
            }
        }
    }

    /// Opens a trace that something was logged for at an unknown time, to be looked at right away.
    pub(super) fn open_unknown(&mut self, key: TraceKey, oldest: Sequence, now: Instant, options: &Options) {
        let is_new = !self.open.contains_key(&key);
        self.touch(key.clone(), Touch::of_one(oldest), now, options);
        if let Some(open) = self.open.get_mut(&key).filter(|_| is_new) {
            open.touched_at = None;
            open.refresh_at = None;
            self.queue.push(Reverse((now, key)));
        }
    }

    /// When the next trace is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let first = self.first.first().map(|(due, _)| *due);
        let next = self.queue.peek().map(|Reverse((due, _))| *due);
        first.into_iter().chain(next).min()
    }

    /// Takes traces that are due, as many as one batch may hold: those without a row first, but never all of the
    /// batch, so that the others come up too. With more open traces than there is room for, those due next are
    /// taken early.
    pub(super) fn take_due(&mut self, now: Instant, options: &Options) -> Vec<TraceKey> {
        let mut batch = Vec::new();
        let mut records = 0_usize;
        while batch.len() < options.batch_traces.div_ceil(2) && records < options.batch_records / 2 {
            let Some(key) = self.take_first(now, batch.len() % 2 == 0) else {
                break;
            };
            if let Some(open) = self.open.get(&key).filter(|open| open.refreshed_at.is_none()) {
                records = records.saturating_add(open.records);
                batch.push(key);
            }
        }
        while batch.len() < options.batch_traces && records < options.batch_records {
            let is_crowded = self.open.len() > options.open_traces_max + batch.len();
            let is_due = self
                .queue
                .peek()
                .is_some_and(|Reverse((due, _))| *due <= now || is_crowded);
            if !is_due {
                break;
            }
            let Some(Reverse((_, key))) = self.queue.pop() else {
                break;
            };
            let Some(open) = self.open.get(&key) else { continue };
            match open.due(options) {
                Some(due) if due > now && !is_crowded => self.queue.push(Reverse((due, key))),
                _ => {
                    records = records.saturating_add(open.records);
                    batch.push(key);
                }
            }
        }
        batch.sort_unstable();
        batch.dedup();
        batch
    }

    /// Takes a trace without a row that is due, the newest or the oldest of them.
    fn take_first(&mut self, now: Instant, newest: bool) -> Option<TraceKey> {
        let next = match newest {
            false => self.first.first().filter(|(due, _)| *due <= now),
            // Those not yet due were touched within the last moment, so there are few to pass over.
            true => self.first.iter().rev().find(|(due, _)| *due <= now),
        };
        let next = next.cloned()?;
        self.first.remove(&next);
        Some(next.1)
    }

    /// Whether there are more open traces than there is room for.
    pub(super) fn is_crowded(&self, options: &Options) -> bool {
        self.open.len() > options.open_traces_max
    }

    /// Notes that a run has a row which may still change. `idle` is how long nothing was logged, for traces that
    /// were opened without knowing that.
    pub(super) fn refreshed(
        &mut self,
        keys: &[TraceKey],
        has_ended: bool,
        idle: Duration,
        now: Instant,
        options: &Options,
    ) {
        let mut rest_at = now + options.refresh_first;
        for key in keys {
            let Some(open) = self.open.get_mut(key) else {
                continue;
            };
            open.has_ended = Some(has_ended);
            open.touched_at
                .get_or_insert_with(|| now.checked_sub(idle).unwrap_or(now));
            if open.refreshed_at.is_some() {
                open.refresh_interval = open.refresh_interval.saturating_mul(2).min(options.refresh_max);
            }
            open.refreshed_at = Some(now);
            open.refresh_at = None;
            open.retry_at = None;
            rest_at = open.due(options).map_or(rest_at, |due| rest_at.max(due));
        }
        // A run comes to rest with its last trace: until then the others have nothing to do.
        self.retry(keys, rest_at);
    }

    /// Notes that the run of a trace has settled.
    pub(super) fn settled(&mut self, key: &TraceKey) {
        let Some(open) = self.open.remove(key) else { return };
        if self.settled.insert(key.clone(), open.quiet).is_none() {
            self.settled_order.push_back(key.clone());
        }
        while self.settled_order.len() > SETTLED_REMEMBERED_MAX {
            if let Some(oldest) = self.settled_order.pop_front() {
                self.settled.remove(&oldest);
            }
        }
    }

    /// Lets go of a trace that has no span.
    pub(super) fn forget(&mut self, key: &TraceKey) {
        self.open.remove(key);
    }

    /// Looks at traces again at this time, unless something is logged for them before.
    pub(super) fn retry(&mut self, keys: &[TraceKey], at: Instant) {
        for key in keys {
            if let Some(open) = self.open.get_mut(key) {
                open.retry_at = Some(at);
                self.queue.push(Reverse((at, key.clone())));
            }
        }
    }
}

/// The outcome of a run that is settled though nothing says that it ended: it is not known to run either.
pub(super) const fn outcome_at_rest(outcome: Outcome, has_ended: bool) -> Outcome {
    match outcome {
        Outcome::Running if !has_ended => Outcome::Unknown,
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    use trace::WorkspaceId;

    use super::*;

    fn key(number: u64) -> TraceKey {
        TraceKey {
            workspace_id: WorkspaceId::new("default"),
            trace_id: testkit::sample::trace_id(number),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_trace_is_not_kept_waiting_by_many_that_have_to_settle() {
        let options = Options::default();
        let mut agenda = Agenda::default();
        let many: Vec<TraceKey> = (1..=5_000).map(key).collect();
        let ended = Touch {
            root_ended: true,
            ..Touch::of_one(Sequence(1))
        };
        for key in &many {
            agenda.touch(key.clone(), ended, Instant::now(), &options);
        }
        tokio::time::advance(options.refresh_delay).await;
        let mut first_rows = 0;
        while first_rows < many.len() {
            let batch = agenda.take_due(Instant::now(), &options);
            first_rows += batch.len();
            agenda.refreshed(&batch, true, Duration::ZERO, Instant::now(), &options);
        }
        tokio::time::advance(options.quiet + options.refresh_delay).await;
        agenda.touch(key(9_999), ended, Instant::now(), &options);
        tokio::time::advance(options.refresh_delay).await;
        let batch = agenda.take_due(Instant::now(), &options);
        assert!(
            batch.contains(&key(9_999)),
            "its first row comes before the others settle"
        );
        assert!(batch.len() > 1, "and the others come up too");
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_trace_is_not_kept_waiting_by_many_that_wait_for_their_first_row() {
        let options = Options::default();
        let mut agenda = Agenda::default();
        let ended = Touch {
            root_ended: true,
            ..Touch::of_one(Sequence(1))
        };
        for number in 1..=5_000 {
            agenda.touch(key(number), ended, Instant::now(), &options);
            tokio::time::advance(std::time::Duration::from_micros(10)).await;
        }
        tokio::time::advance(options.refresh_delay).await;
        agenda.touch(key(9_999), ended, Instant::now(), &options);
        tokio::time::advance(options.refresh_delay).await;
        let batch = agenda.take_due(Instant::now(), &options);
        assert!(batch.contains(&key(9_999)), "the newest comes at once");
        assert!(batch.contains(&key(1)), "and the oldest does not wait for good");
        let mut seen = batch.len();
        loop {
            let batch = agenda.take_due(Instant::now(), &options);
            if batch.is_empty() {
                break;
            }
            seen += batch.len();
        }
        assert_eq!(seen, 5_001, "each comes up once");
    }
}
