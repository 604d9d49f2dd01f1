//! Two groups of runs, such as those that succeeded and those that failed: what tells them apart.
//!
//! Everything a run's rows say is a feature: versions, models, tools and their arguments, documents, verdicts, signals,
//! counts, cost, duration. Each is tested by itself, the many tests are corrected for (Holm), and differences come
//! ranked with counts on both sides, an effect with its interval and an example from each side. Never the word cause.

mod features;
mod statistics;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use trace::{RunId, Text};

pub use features::Case;

/// From this corrected chance on, a difference is called significant.
pub const SIGNIFICANCE: f64 = 0.05;
/// Most runs of a side that are looked at.
pub const RUNS_MAX: usize = 200;
/// Most features that are tested.
const FEATURES_MAX: usize = 5_000;

/// What a difference is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Feature {
    /// A field, or a word such as `tool`, `document`, `signal`.
    pub name: Text,
    /// The value a run has or has not; `None` for a number that differs in size.
    pub value: Option<Text>,
}

/// How much of one side is so.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Side {
    /// Runs that have the value; for a number, runs that have one.
    pub runs: usize,
    /// Runs of the side.
    pub of: usize,
    /// The median of the number.
    pub median: Option<f64>,
}

/// A difference of the two sides.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// What it is about.
    pub feature: Feature,
    /// The good side.
    pub good: Side,
    /// The bad side.
    pub bad: Side,
    /// For a value: the share on the bad side less that on the good one. For a number: how much more often it is
    /// larger on the bad side than smaller (Cliff's delta). -1 to 1.
    pub effect: f64,
    /// Its 95 % interval.
    pub interval: (f64, f64),
    /// Chance of a difference as large where there is none (Fisher's exact test; Mann and Whitney's for numbers).
    pub chance: f64,
    /// The same, corrected for the number of features tested (Holm).
    pub corrected: f64,
    /// Whether the corrected chance is below [`SIGNIFICANCE`].
    pub is_significant: bool,
    /// A run of each side that shows it: one that has not (or has less), and one that has (or has more).
    pub example: (Option<RunId>, Option<RunId>),
}

/// What tells two groups apart, the least likely by chance first.
#[must_use]
pub fn compare(good: &[Case], bad: &[Case]) -> Vec<Difference> {
    let good = good.get(..good.len().min(RUNS_MAX)).unwrap_or_default();
    let bad = bad.get(..bad.len().min(RUNS_MAX)).unwrap_or_default();
    if good.is_empty() || bad.is_empty() {
        return Vec::new();
    }
    let mut differences = values(good, bad);
    differences.extend(numbers(good, bad));
    differences.sort_by(|one, other| {
        one.chance
            .total_cmp(&other.chance)
            .then(other.effect.abs().total_cmp(&one.effect.abs()))
            .then_with(|| one.feature.cmp(&other.feature))
    });
    correct(&mut differences);
    differences
}

fn values(good: &[Case], bad: &[Case]) -> Vec<Difference> {
    let mut counts: BTreeMap<&Feature, (usize, usize)> = BTreeMap::new();
    for feature in good.iter().flat_map(|case| &case.values) {
        counts.entry(feature).or_default().0 += 1;
    }
    for feature in bad.iter().flat_map(|case| &case.values) {
        counts.entry(feature).or_default().1 += 1;
    }
    let chances = statistics::Fisher::new(good.len(), bad.len());
    // What every run has, or one alone, tells nothing apart.
    let telling = counts
        .into_iter()
        .filter(|(_, (ours, theirs))| ours + theirs > 1 && ours + theirs < good.len() + bad.len());
    telling
        .take(FEATURES_MAX)
        .map(|(feature, (ours, theirs))| {
            let (effect, interval) = statistics::share_difference(ours, good.len(), theirs, bad.len());
            let is_more = effect >= 0.0;
            let example = |cases: &[Case], has: bool| {
                let found = cases.iter().find(|case| case.values.contains(feature) == has);
                found.map(|case| case.run_id.clone())
            };
            let side = |runs: usize, of: usize| Side {
                runs,
                of,
                median: None,
            };
            Difference {
                feature: feature.clone(),
                good: side(ours, good.len()),
                bad: side(theirs, bad.len()),
                effect,
                interval,
                chance: chances.of(ours, theirs),
                corrected: 1.0,
                is_significant: false,
                example: (example(good, !is_more), example(bad, is_more)),
            }
        })
        .collect()
}

fn numbers(good: &[Case], bad: &[Case]) -> Vec<Difference> {
    let names: BTreeSet<&Text> = good
        .iter()
        .chain(bad)
        .flat_map(|case| case.numbers.keys())
        .collect();
    names
        .into_iter()
        .filter_map(|name| {
            let known = |cases: &[Case]| -> Vec<(f64, RunId)> {
                let known = cases
                    .iter()
                    .filter_map(|case| Some((*case.numbers.get(name)?, case.run_id.clone())));
                let mut known: Vec<_> = known.collect();
                known.sort_by(|one, other| one.0.total_cmp(&other.0));
                known
            };
            let (ours, theirs) = (known(good), known(bad));
            let plain = |list: &[(f64, RunId)]| list.iter().map(|(number, _)| *number).collect::<Vec<f64>>();
            let tested = statistics::rank_sum(&plain(&ours), &plain(&theirs))?;
            let middle = |list: &[(f64, RunId)]| list.get(list.len() / 2).cloned();
            let side = |list: &[(f64, RunId)], of: usize| Side {
                runs: list.len(),
                of,
                median: middle(list).map(|(number, _)| number),
            };
            Some(Difference {
                feature: Feature {
                    name: name.clone(),
                    value: None,
                },
                good: side(&ours, good.len()),
                bad: side(&theirs, bad.len()),
                effect: tested.delta,
                interval: tested.interval,
                chance: tested.chance,
                corrected: 1.0,
                is_significant: false,
                example: (
                    middle(&ours).map(|(_, run)| run),
                    middle(&theirs).map(|(_, run)| run),
                ),
            })
        })
        .collect()
}

/// Holm's step-down correction; the differences are sorted by chance.
fn correct(differences: &mut [Difference]) {
    let mut left = u32::try_from(differences.len()).unwrap_or(u32::MAX);
    let mut highest: f64 = 0.0;
    for difference in differences {
        highest = highest.max((difference.chance * f64::from(left)).min(1.0));
        difference.corrected = highest;
        difference.is_significant = highest < SIGNIFICANCE;
        left = left.saturating_sub(1);
    }
}
