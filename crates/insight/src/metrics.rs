//! The registry of metrics: what agents are worth and whether they are safe, as figures over settled runs.
//!
//! Each metric has one definition that every screen, alert and answer shares: what is counted, among what, in which
//! unit, and the filter that opens the runs it counts. Runs that a metric cannot judge (no outcome, no cost) are not in
//! its denominator, and how many there are is said. Too few runs are no figure: `is_enough` says so.

mod registry;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use trace::run::Run;
use trace::time::NANOS_PER_MILLI;
use trace::{Field, Outcome, Status};

pub use registry::METRICS;

/// Runs a rate or a mean needs before it says anything.
pub const RUNS_MIN: u64 = 10;

/// What a metric is about. Families are never mixed into one number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Family {
    /// Whether the work is right.
    Quality,
    /// Whether it stays within what is allowed.
    Safety,
    /// Whether it runs, how fast and at what cost.
    Operations,
    /// Whether it is of use to people.
    Product,
}

impl Family {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quality => "quality",
            Self::Safety => "safety",
            Self::Operations => "operations",
            Self::Product => "product",
        }
    }
}

/// The unit of a figure.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Unit {
    /// A share, 0 to 1.
    Share,
    /// US dollars.
    Dollars,
    /// Milliseconds.
    Millis,
    /// Tokens.
    Tokens,
}

impl Unit {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Dollars => "usd",
            Self::Millis => "ms",
            Self::Tokens => "tokens",
        }
    }
}

/// How a metric is computed from runs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Rule {
    /// Runs of one of these outcomes among those whose outcome is known.
    Outcomes(&'static [Outcome]),
    /// Runs with a signal among all.
    Signal(&'static str),
    /// A percentile of the duration, of all runs or of successful ones.
    Latency { percent: u32, of_successes: bool },
    /// The cost of all runs divided by those that succeeded.
    CostPerSuccess,
    /// Mean tokens, input and output together, of runs where both are known.
    Tokens,
    /// Tool executions that failed among those whose end is known.
    ToolErrors,
    /// The mean evidence score.
    Evidence,
    /// Runs whose outcome is not known among all.
    OutcomeUnknown,
}

/// A metric.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Metric {
    /// Its name, for good.
    pub id: &'static str,
    /// What it is about.
    pub family: Family,
    /// Its unit.
    pub unit: Unit,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// What is counted, among what.
    pub meaning: &'static str,
    /// Filter that opens the runs counted; empty where all of them are.
    pub filter: &'static str,
    pub(crate) rule: Rule,
}

/// A metric over some runs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Figure {
    /// Which.
    pub metric: &'static Metric,
    /// The figure; `None` where nothing could be counted.
    pub value: Option<f64>,
    /// What is above the line: runs, executions, dollars, or the same as the value for percentiles and means.
    pub numerator: f64,
    /// What is below it: runs, or executions.
    pub denominator: u64,
    /// Runs the metric could not judge.
    pub not_counted: u64,
    /// Whether there is enough to say anything.
    pub is_enough: bool,
}

/// All metrics over settled runs. Runs that have not settled are left out: they may still change.
#[must_use]
pub fn of(runs: &[&Run]) -> Vec<Figure> {
    let settled: Vec<&Run> = runs.iter().copied().filter(|run| run.settled).collect();
    METRICS.iter().map(|metric| figure(metric, &settled)).collect()
}

/// What runs are grouped by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupBy {
    /// The value of a field of runs.
    Field(Field),
    /// The day they began, UTC.
    Day,
    /// How they ended.
    Outcome,
}

impl GroupBy {
    /// Reads a name: `day`, `outcome`, or a field that runs have.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "day" => Some(Self::Day),
            "outcome" => Some(Self::Outcome),
            name => Field::from_name(name)
                .filter(|field| trace::query::RUN_FIELDS.contains(field))
                .map(Self::Field),
        }
    }

    fn key(self, run: &Run) -> Option<String> {
        match self {
            Self::Field(field) => run.facts.text(field).map(str::to_owned),
            Self::Day => Some(run.start.day().to_string()),
            Self::Outcome => Some(run.outcome.to_string()),
        }
    }
}

/// All metrics, by group; `None` is the group of runs without a value. Sorted by key.
#[must_use]
pub fn grouped(runs: &[Run], by: GroupBy) -> Vec<(Option<String>, Vec<Figure>)> {
    let mut groups: BTreeMap<Option<String>, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        groups.entry(by.key(run)).or_default().push(run);
    }
    groups.into_iter().map(|(key, runs)| (key, of(&runs))).collect()
}

fn figure(metric: &'static Metric, runs: &[&Run]) -> Figure {
    let count = |is_so: &dyn Fn(&Run) -> bool| whole(runs.iter().filter(|run| is_so(run)).count());
    let all = whole(runs.len());
    match metric.rule {
        Rule::Outcomes(outcomes) => {
            let known = count(&has_outcome);
            share(
                metric,
                count(&|run| outcomes.contains(&run.outcome)),
                known,
                all - known,
            )
        }
        Rule::OutcomeUnknown => share(metric, all - count(&has_outcome), all, 0),
        Rule::Signal(name) => share(
            metric,
            count(&|run| run.signals.iter().any(|known| known == name)),
            all,
            0,
        ),
        Rule::Latency {
            percent,
            of_successes,
        } => {
            let asked = runs
                .iter()
                .filter(|run| !of_successes || run.outcome == Outcome::Success);
            let mut nanos: Vec<i64> = asked.clone().filter_map(|run| run.duration_nanos).collect();
            nanos.sort_unstable();
            let value = percentile(&nanos, percent).map(millis);
            // A percentile needs a few runs beyond it.
            let enough = RUNS_MIN.max(u64::from(100 / (100 - percent.min(99)) * 5));
            let counted = whole(nanos.len());
            single(metric, value, counted, whole(asked.count()) - counted, enough)
        }
        Rule::CostPerSuccess => {
            let costs: Vec<f64> = runs.iter().filter_map(|run| run.totals.cost).collect();
            let successes = count(&|run| run.outcome == Outcome::Success);
            let spent: f64 = costs.iter().sum();
            let is_known = successes > 0 && !costs.is_empty();
            Figure {
                metric,
                value: is_known.then(|| spent / real(successes)),
                numerator: spent,
                denominator: successes,
                not_counted: all - whole(costs.len()),
                is_enough: is_known && all >= RUNS_MIN,
            }
        }
        Rule::Tokens => {
            let tokens: Vec<f64> = runs
                .iter()
                .filter_map(|run| Some(real(run.totals.tokens.input?) + real(run.totals.tokens.output?)))
                .collect();
            let counted = whole(tokens.len());
            single(metric, mean(&tokens), counted, all - counted, RUNS_MIN)
        }
        Rule::ToolErrors => {
            let ends = runs.iter().flat_map(|run| run.totals.tool_calls.iter().flatten());
            let known: Vec<Status> = ends.clone().filter_map(|call| call.status).collect();
            let failed = whole(known.iter().filter(|status| **status == Status::Error).count());
            share(
                metric,
                failed,
                whole(known.len()),
                whole(ends.count() - known.len()),
            )
        }
        Rule::Evidence => {
            let scores: Vec<f64> = runs.iter().filter_map(|run| run.evidence_score).collect();
            let counted = whole(scores.len());
            single(metric, mean(&scores), counted, all - counted, RUNS_MIN)
        }
    }
}

const fn has_outcome(run: &Run) -> bool {
    !matches!(
        run.outcome,
        Outcome::Unknown | Outcome::Running | Outcome::Waiting
    )
}

fn share(metric: &'static Metric, numerator: u64, denominator: u64, not_counted: u64) -> Figure {
    Figure {
        metric,
        value: (denominator > 0).then(|| real(numerator) / real(denominator)),
        numerator: real(numerator),
        denominator,
        not_counted,
        is_enough: denominator >= RUNS_MIN,
    }
}

fn single(
    metric: &'static Metric,
    value: Option<f64>,
    counted: u64,
    not_counted: u64,
    enough: u64,
) -> Figure {
    Figure {
        metric,
        value,
        numerator: value.unwrap_or(0.0),
        denominator: counted,
        not_counted,
        is_enough: counted >= enough,
    }
}

/// The smallest value that at least this percentage of all values does not exceed (nearest rank).
fn percentile(sorted: &[i64], percent: u32) -> Option<i64> {
    let rank = (whole(sorted.len()) * u64::from(percent)).div_ceil(100).max(1);
    sorted.get(usize::try_from(rank).ok()? - 1).copied()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / real(whole(values.len())))
}

fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
const fn real(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "durations of up to 104 days are exact")]
fn millis(nanos: i64) -> f64 {
    nanos as f64 / NANOS_PER_MILLI as f64
}
