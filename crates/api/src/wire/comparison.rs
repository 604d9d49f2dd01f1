//! Two runs side by side, as JSON.

use insight::compare;
use insight::subject::{Step, Subject};
use serde::Serialize;
use utoipa::ToSchema;

/// Two runs, aligned step by step, and what differs.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// The first run.
    pub a: String,
    /// The second run.
    pub b: String,
    /// Successive rows: a step of one run, of the other, or of both.
    pub rows: Vec<ComparisonRow>,
    /// Rows left out as there are too many; the differences are those of all.
    pub rows_left_out: usize,
    /// The first row at which the runs do not do the same; `null` where they do.
    #[schema(required)]
    pub first_divergence: Option<usize>,
    /// What differs, in the order of the run: versions first, then steps, then how it ended. Never the word cause.
    pub differences: Vec<ComparisonDifference>,
    /// Differences left out as there are too many.
    pub differences_left_out: usize,
}

/// One row of two runs side by side.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComparisonRow {
    /// The step of the first run.
    #[schema(required)]
    pub a: Option<ComparisonStep>,
    /// The step of the second run.
    #[schema(required)]
    pub b: Option<ComparisonStep>,
    /// What the two differ in; empty where they do the same.
    pub differs: Vec<&'static str>,
}

/// A step, or equal ones in a row.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComparisonStep {
    /// Trace of the first of its spans.
    pub trace_id: String,
    /// The first of its spans.
    pub span_id: String,
    /// Its place among the spans of the run.
    pub step: u32,
    /// What it does.
    pub kind: &'static str,
    /// Tool, or name of the span.
    pub name: String,
    /// How the last of them ended.
    pub status: &'static str,
    /// How many equal ones are folded into it.
    pub times: usize,
}

/// One difference of two runs.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct ComparisonDifference {
    /// In what: version, context, decision, arguments, retries, guardrail, approval, status, outcome, totals.
    pub aspect: &'static str,
    /// What it is about: a field, a tool, a step.
    pub of: String,
    /// In the first run; `null` where it has none, or where only content would say.
    #[schema(required)]
    pub a: Option<String>,
    /// In the second run.
    #[schema(required)]
    pub b: Option<String>,
    /// The row it shows at.
    #[schema(required)]
    pub row: Option<usize>,
    /// Paths of arguments that differ.
    pub arguments: Vec<String>,
}

impl Comparison {
    pub(crate) fn new(one: &Subject, other: &Subject, comparison: &compare::Comparison, most: usize) -> Self {
        let rows = comparison.pairs.iter().take(most).map(|pair| ComparisonRow {
            a: pair.one.as_ref().and_then(|item| ComparisonStep::new(one, item)),
            b: pair
                .other
                .as_ref()
                .and_then(|item| ComparisonStep::new(other, item)),
            differs: pair.aspects.iter().map(|aspect| aspect.as_str()).collect(),
        });
        let differences = comparison.differences.iter().take(most);
        Self {
            a: one.run.run_id.to_string(),
            b: other.run.run_id.to_string(),
            rows: rows.collect(),
            rows_left_out: comparison.pairs.len().saturating_sub(most),
            first_divergence: comparison.first_divergence,
            differences: differences.map(ComparisonDifference::from).collect(),
            differences_left_out: comparison.differences.len().saturating_sub(most),
        }
    }
}

impl ComparisonStep {
    fn new(subject: &Subject, item: &compare::Item) -> Option<Self> {
        let step = |index: Option<&usize>| -> Option<&Step> { subject.step(*index?) };
        let first = step(item.steps.first())?;
        Some(Self {
            trace_id: first.trace_id.to_string(),
            span_id: first.span_id.to_string(),
            step: first.number,
            kind: first.kind.as_str(),
            name: first.tool().unwrap_or(&first.name).to_owned(),
            status: step(item.steps.last())?.status.as_str(),
            times: item.steps.len(),
        })
    }
}

impl From<&compare::Difference> for ComparisonDifference {
    fn from(difference: &compare::Difference) -> Self {
        Self {
            aspect: difference.aspect.as_str(),
            of: difference.of.to_string(),
            a: difference.one.clone(),
            b: difference.other.clone(),
            row: difference.pair,
            arguments: difference.arguments.iter().map(ToString::to_string).collect(),
        }
    }
}
