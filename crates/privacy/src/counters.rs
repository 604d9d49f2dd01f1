//! Counts of what the gate did, by rule and field; never what it did it to.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use trace::Clearance;

/// How often one rule did one thing to one field since the start of the process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count {
    /// The rule.
    pub rule: &'static str,
    /// The field, role, or part of a span it acted on.
    pub field: &'static str,
    /// What was done.
    pub clearance: Clearance,
    /// Values.
    pub values: u64,
}

/// What the gate did since the start of the process.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Spans that passed.
    pub spans: u64,
    /// Bodies that passed, stored or not.
    pub bodies: u64,
    /// Bodies cleared by their twin, without a scan.
    pub bodies_by_twin: u64,
    /// By rule, field and what was done, sorted. Rules and fields are closed sets, so this is bounded.
    pub counts: Vec<Count>,
}

impl Counters {
    /// Values something was done to, over all rules and fields.
    #[must_use]
    pub fn values(&self, clearance: Clearance) -> u64 {
        self.counts
            .iter()
            .filter(|count| count.clearance == clearance)
            .map(|count| count.values)
            .sum()
    }
}

/// Counts of one batch, gathered without a lock.
#[derive(Default, Debug)]
pub(crate) struct Tally {
    pub(crate) spans: u64,
    pub(crate) bodies: u64,
    pub(crate) bodies_by_twin: u64,
    counts: BTreeMap<(&'static str, &'static str, Clearance), u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, rule: &'static str, field: &'static str, clearance: Clearance, values: u64) {
        *self.counts.entry((rule, field, clearance)).or_default() += values;
    }
}

/// The sum over all batches.
#[derive(Default, Debug)]
pub(crate) struct Totals(Mutex<Tally>);

impl Totals {
    pub(crate) fn merge(&self, tally: Tally) {
        let mut total = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        total.spans += tally.spans;
        total.bodies += tally.bodies;
        total.bodies_by_twin += tally.bodies_by_twin;
        for (key, values) in tally.counts {
            *total.counts.entry(key).or_default() += values;
        }
    }

    pub(crate) fn snapshot(&self) -> Counters {
        let total = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Counters {
            spans: total.spans,
            bodies: total.bodies,
            bodies_by_twin: total.bodies_by_twin,
            counts: total
                .counts
                .iter()
                .map(|((rule, field, clearance), values)| Count {
                    rule,
                    field,
                    clearance: *clearance,
                    values: *values,
                })
                .collect(),
        }
    }
}
