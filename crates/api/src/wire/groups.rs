//! Figures over runs in groups, as JSON.

use serde::Serialize;
use trace::Value;
use trace::query;
use utoipa::ToSchema;

use super::{nanos_text, rfc3339};

/// Figures over runs, in groups.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Groups {
    /// What `figures` of each group are, in their order, as it was asked for.
    pub figures: Vec<String>,
    /// By time, then those of the most runs first.
    pub groups: Vec<Group>,
    /// Whether there are more groups than the limit: with buckets of time, older ones; else those of fewer runs.
    pub has_more: bool,
}

/// A group with its figures.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct Group {
    /// First instant of its bucket of time, RFC 3339; `null` where time makes no groups.
    #[schema(required)]
    pub start: Option<String>,
    /// The same, nanoseconds since 1970.
    #[schema(required)]
    pub start_unix_nanos: Option<String>,
    /// Value all its runs share, as text; `null` where it is unknown, or no column makes groups.
    #[schema(required)]
    pub key: Option<String>,
    /// Runs in it.
    pub runs: u64,
    /// The figures; `null` where nothing is known.
    pub figures: Vec<Option<f64>>,
}

impl From<query::Group> for Group {
    fn from(group: query::Group) -> Self {
        Self {
            start: group.start.map(rfc3339),
            start_unix_nanos: group.start.map(nanos_text),
            key: group.key.as_ref().map(text),
            runs: group.runs,
            figures: group.figures,
        }
    }
}

/// A value of a group as a filter would write it.
fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.as_str().to_owned(),
        Value::TextList(texts) => texts
            .iter()
            .map(trace::Text::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        Value::Int(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
    }
}
