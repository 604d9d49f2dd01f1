//! What tells two groups of runs apart, as JSON.

use insight::cohort::{Difference, Side};
use serde::Serialize;
use trace::RunId;
use utoipa::ToSchema;

/// Two groups of runs, and what tells them apart.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Cohorts {
    /// Runs of the good side that were looked at.
    pub good: usize,
    /// Runs of the bad side that were looked at.
    pub bad: usize,
    /// Whether those are all that meet the filters; if not, only the newest were looked at.
    pub is_complete: bool,
    /// Differences, the least likely by chance first. Never the word cause.
    pub differences: Vec<CohortDifference>,
    /// Differences left out as there are too many.
    pub differences_left_out: usize,
}

/// One difference of two groups.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CohortDifference {
    /// A field, or a word such as tool, document, signal.
    pub name: String,
    /// The value a run has or has not; `null` for a number that differs in size.
    #[schema(required)]
    pub value: Option<String>,
    /// The good side.
    pub good: CohortSide,
    /// The bad side.
    pub bad: CohortSide,
    /// For a value: its share on the bad side less that on the good one; for a number: Cliff's delta. -1 to 1.
    pub effect: f64,
    /// Its 95 % interval, lower and upper end.
    pub interval: [f64; 2],
    /// Chance of a difference as large where there is none.
    pub chance: f64,
    /// The same, corrected for the number of differences looked at (Holm).
    pub corrected: f64,
    /// Whether the corrected chance is below 0.05.
    pub is_significant: bool,
    /// A run of the good side that has it not, or has less.
    #[schema(required)]
    pub example_good: Option<String>,
    /// A run of the bad side that has it, or has more.
    #[schema(required)]
    pub example_bad: Option<String>,
}

/// How much of a side is so.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct CohortSide {
    /// Runs that have the value; for a number, runs that have one.
    pub runs: usize,
    /// Runs of the side.
    pub of: usize,
    /// The median of the number.
    #[schema(required)]
    pub median: Option<f64>,
}

impl From<&Difference> for CohortDifference {
    fn from(difference: &Difference) -> Self {
        let (low, high) = difference.interval;
        let (good, bad) = &difference.example;
        Self {
            name: difference.feature.name.to_string(),
            value: difference.feature.value.as_ref().map(ToString::to_string),
            good: CohortSide::from(difference.good),
            bad: CohortSide::from(difference.bad),
            effect: difference.effect,
            interval: [low, high],
            chance: difference.chance,
            corrected: difference.corrected,
            is_significant: difference.is_significant,
            example_good: good.as_ref().map(RunId::to_string),
            example_bad: bad.as_ref().map(RunId::to_string),
        }
    }
}

impl From<Side> for CohortSide {
    fn from(side: Side) -> Self {
        Self {
            runs: side.runs,
            of: side.of,
            median: side.median,
        }
    }
}
