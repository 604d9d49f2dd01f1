//! Metrics, as JSON.

use insight::metrics::Figure;
use serde::Serialize;
use utoipa::ToSchema;

/// Metrics over settled runs.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Metrics {
    /// Runs that were looked at.
    pub runs: usize,
    /// Whether those are all there are; if not, only the newest were looked at.
    pub is_complete: bool,
    /// All metrics; the first five are the first row of a dashboard.
    pub figures: Vec<MetricFigure>,
    /// The same by group, where `by` was given.
    pub groups: Vec<MetricGroup>,
}

/// One metric over some runs.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct MetricFigure {
    /// Its name.
    pub id: &'static str,
    /// What it is about: quality, safety, operations, product.
    pub family: &'static str,
    /// What is counted, among what.
    pub meaning: &'static str,
    /// Unit of the value: share, usd, ms, tokens.
    pub unit: &'static str,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// The figure; `null` where nothing could be counted.
    #[schema(required)]
    pub value: Option<f64>,
    /// What is above the line.
    pub numerator: f64,
    /// What is below it.
    pub denominator: u64,
    /// Runs (or executions) the metric could not judge.
    pub not_counted: u64,
    /// Whether there is enough to say anything; if not, show that instead of the figure.
    pub is_enough: bool,
    /// Filter that opens the runs counted, with the filter of the request; empty where those are all of them.
    pub filter: String,
}

/// The metrics of one group of runs.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct MetricGroup {
    /// The value they share; `null` for runs without one.
    #[schema(required)]
    pub key: Option<String>,
    /// All metrics.
    pub figures: Vec<MetricFigure>,
}

impl MetricFigure {
    /// A figure, with the filter of the request it belongs to.
    pub(crate) fn new(figure: &Figure, within: &str) -> Self {
        let metric = figure.metric;
        let filter = match (metric.filter, within) {
            ("", within) => within.to_owned(),
            (own, "") => own.to_owned(),
            (own, within) => format!("({within}) AND ({own})"),
        };
        Self {
            id: metric.id,
            family: metric.family.as_str(),
            meaning: metric.meaning,
            unit: metric.unit.as_str(),
            more_is_better: metric.more_is_better,
            value: figure.value,
            numerator: figure.numerator,
            denominator: figure.denominator,
            not_counted: figure.not_counted,
            is_enough: figure.is_enough,
            filter,
        }
    }
}
