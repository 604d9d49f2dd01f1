//! The ledger: what arrived, and what became of it.

use std::collections::BTreeMap;

use catalog::ledger::{Counter, Entry};
use serde::Serialize;
use utoipa::ToSchema;

/// What arrived in these days, and what became of it. For each signal,
/// `received = stored + duplicate + refused + not_kept`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Ledger {
    /// First day of receipt, UTC.
    pub from: String,
    /// Last day of receipt, included.
    pub to: String,
    /// Counts of all keys and signals together.
    pub totals: Counts,
    /// Counts by key and signal.
    pub keys: Vec<Key>,
    /// Every counter with its reason: a refusal's cause, or the privacy rule that acted.
    pub reasons: Vec<Reason>,
    /// Counts by day.
    pub days: Vec<Day>,
}

/// How often each thing happened. All in records of the signal (spans, log records, data points, lines), but
/// `redacted` in values and `request_refused` in requests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct Counts {
    /// Read from requests.
    pub received: u64,
    /// Stored.
    pub stored: u64,
    /// Had been stored before.
    pub duplicate: u64,
    /// Values that the policy did not let through as sent.
    pub redacted: u64,
    /// Broke a rule and were not taken.
    pub refused: u64,
    /// In order, but of no use here.
    pub not_kept: u64,
    /// Whole requests that were turned away; how many records they held is unknown.
    pub request_refused: u64,
}

/// Counts of one ingest key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Key {
    /// Name of the key, never the key itself; `local` for requests without one.
    pub key: String,
    /// Counts of all its signals.
    pub totals: Counts,
    /// Counts by signal: traces, logs, metrics, events.
    pub signals: BTreeMap<String, Counts>,
}

/// Counts with one reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Reason {
    /// Name of the key.
    pub key: String,
    /// The signal.
    pub signal: String,
    /// The counter.
    pub counter: String,
    /// The cause or the rule.
    pub reason: String,
    /// How often.
    pub count: u64,
}

/// Counts of one day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Day {
    /// Day of receipt, UTC.
    pub day: String,
    /// Counts of all keys and signals.
    pub totals: Counts,
}

impl Counts {
    fn add(&mut self, counter: Counter, count: u64) {
        let slot = match counter {
            Counter::Received => &mut self.received,
            Counter::Stored => &mut self.stored,
            Counter::Duplicate => &mut self.duplicate,
            Counter::Redacted => &mut self.redacted,
            Counter::Refused => &mut self.refused,
            Counter::NotKept => &mut self.not_kept,
            Counter::RequestRefused => &mut self.request_refused,
        };
        *slot = slot.saturating_add(count);
    }
}

impl Ledger {
    /// The entries of these days, added up.
    #[must_use]
    pub fn new(from: trace::time::Day, to: trace::time::Day, entries: &[Entry]) -> Self {
        let mut totals = Counts::default();
        let mut keys: BTreeMap<&str, (Counts, BTreeMap<String, Counts>)> = BTreeMap::new();
        let mut reasons: BTreeMap<(&str, &str, &str, &str), u64> = BTreeMap::new();
        let mut days: BTreeMap<trace::time::Day, Counts> = BTreeMap::new();
        for Entry { line, count } in entries {
            totals.add(line.counter, *count);
            days.entry(line.day).or_default().add(line.counter, *count);
            let (of_key, of_signals) = keys.entry(line.key_name.as_str()).or_default();
            of_key.add(line.counter, *count);
            let signal = line.signal.as_str();
            of_signals
                .entry(signal.to_owned())
                .or_default()
                .add(line.counter, *count);
            if !line.reason.is_empty() {
                let reason = (
                    line.key_name.as_str(),
                    signal,
                    line.counter.as_str(),
                    line.reason.as_str(),
                );
                let known = reasons.entry(reason).or_default();
                *known = known.saturating_add(*count);
            }
        }
        Self {
            from: from.to_string(),
            to: to.to_string(),
            totals,
            keys: keys
                .into_iter()
                .map(|(key, (totals, signals))| Key {
                    key: key.to_owned(),
                    totals,
                    signals,
                })
                .collect(),
            reasons: reasons
                .into_iter()
                .map(|((key, signal, counter, reason), count)| Reason {
                    key: key.to_owned(),
                    signal: signal.to_owned(),
                    counter: counter.to_owned(),
                    reason: reason.to_owned(),
                    count,
                })
                .collect(),
            days: days
                .into_iter()
                .map(|(day, totals)| Day {
                    day: day.to_string(),
                    totals,
                })
                .collect(),
        }
    }
}
