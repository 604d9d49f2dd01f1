//! Figures over runs, in groups: how many, how long, at what cost, by time and by a column.
//!
//! What a figure means stands here once; whoever holds runs feeds them in. An unknown value is not counted, and is
//! no zero.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::{Column, RunQuery};
use crate::Value;
use crate::ids::Text;
use crate::ports;
use crate::time::UnixNanos;

/// Most groups one answer may have.
pub const GROUPS_MAX: u32 = 10_000;
/// Most groups that are counted to find those.
const GROUPS_COUNTED_MAX: usize = 200_000;
/// Most figures one question may ask for.
pub const FIGURES_MAX: usize = 10;
/// When a run began: what buckets of time are of.
const START_COLUMN: &str = "start_unix_nanos";

/// What is computed over the runs of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// How many there are.
    Runs,
    /// How many of them know this column.
    Known(&'static Column),
    /// Sum of a column of numbers, over the runs that know it.
    Sum(&'static Column),
    /// Its mean, over the runs that know it.
    Mean(&'static Column),
    /// The smallest value that at least this many percent of the known values do not exceed (nearest rank), from 1
    /// to 100.
    Percentile(&'static Column, u8),
}

impl Figure {
    /// The column it is about; `None` for the number of runs.
    #[must_use]
    pub const fn column(self) -> Option<&'static Column> {
        match self {
            Self::Runs => None,
            Self::Known(column) | Self::Sum(column) | Self::Mean(column) | Self::Percentile(column, _) => {
                Some(column)
            }
        }
    }
}

/// Figures that are asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct GroupQuery {
    /// Which runs. Its order and page are not regarded.
    pub runs: RunQuery,
    /// Column whose values make groups; a run is in the group of each item of a list.
    pub by: Option<&'static Column>,
    /// Length of the buckets of time, in nanoseconds, more than 0; they begin at whole multiples of it since 1970.
    pub every_nanos: Option<i64>,
    /// What is computed, at most [`FIGURES_MAX`].
    pub figures: Vec<Figure>,
    /// Most groups, at most [`GROUPS_MAX`]: with buckets of time, the newest; else those of the most runs.
    pub limit: u32,
}

impl GroupQuery {
    /// The columns whose values are needed.
    #[must_use]
    pub fn columns(&self) -> Vec<&'static str> {
        let figures = self.figures.iter().filter_map(|figure| figure.column());
        let mut names: Vec<&'static str> = figures.chain(self.by).map(|column| column.name).collect();
        names.push(START_COLUMN);
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// A group with its figures.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// First instant of its bucket; `None` where time makes no groups.
    pub start: Option<UnixNanos>,
    /// Value of the column of all its runs; `None` where it is unknown, or where no column makes groups.
    pub key: Option<Value>,
    /// Runs in it.
    pub runs: u64,
    /// What was asked for, in that order; `None` where nothing is known.
    pub figures: Vec<Option<f64>>,
}

/// Groups that are there, and whether more were left out.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Groups {
    /// By time, then those of the most runs first, then by key.
    pub groups: Vec<Group>,
    /// Whether there are more than the limit.
    pub has_more: bool,
}

/// A key that can be looked up.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Unknown,
    Text(Text),
    Int(i64),
    Double(u64),
    Bool(bool),
}

impl Key {
    fn new(value: Value) -> Vec<Self> {
        match value {
            Value::Text(text) => vec![Self::Text(text)],
            Value::Int(number) => vec![Self::Int(number)],
            Value::Double(number) => vec![Self::Double(number.to_bits())],
            Value::Bool(flag) => vec![Self::Bool(flag)],
            Value::TextList(items) => {
                let mut items = items;
                items.sort_unstable();
                items.dedup();
                match items.is_empty() {
                    true => vec![Self::Unknown],
                    false => items.into_iter().map(Self::Text).collect(),
                }
            }
        }
    }

    fn value(self) -> Option<Value> {
        match self {
            Self::Unknown => None,
            Self::Text(text) => Some(Value::Text(text)),
            Self::Int(number) => Some(Value::Int(number)),
            Self::Double(bits) => Some(Value::Double(f64::from_bits(bits))),
            Self::Bool(flag) => Some(Value::Bool(flag)),
        }
    }
}

#[derive(Clone)]
struct Counted {
    runs: u64,
    figures: Vec<Accumulator>,
}

#[derive(Clone)]
enum Accumulator {
    Count(u64),
    Sum(f64, u64),
    Mean(f64, u64),
    Values(Vec<f64>, u8),
}

impl Accumulator {
    const fn new(figure: Figure) -> Self {
        match figure {
            Figure::Runs | Figure::Known(_) => Self::Count(0),
            Figure::Sum(_) => Self::Sum(0.0, 0),
            Figure::Mean(_) => Self::Mean(0.0, 0),
            Figure::Percentile(_, percent) => Self::Values(Vec::new(), percent),
        }
    }

    fn add(&mut self, value: Option<&Value>) {
        match self {
            Self::Count(count) => *count += u64::from(value.is_some()),
            Self::Sum(sum, count) | Self::Mean(sum, count) => {
                if let Some(number) = value.and_then(number) {
                    *sum += number;
                    *count += 1;
                }
            }
            Self::Values(values, _) => values.extend(value.and_then(number)),
        }
    }

    fn figure(self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(as_number(count)),
            Self::Sum(sum, count) => (count > 0).then_some(sum),
            Self::Mean(sum, count) => (count > 0).then(|| sum / as_number(count)),
            Self::Values(values, percent) => percentile(values, percent),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^53 runs")]
const fn as_number(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures over counts and times need no more than 53 bits"
)]
const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        Value::Text(_) | Value::TextList(_) | Value::Bool(_) => None,
    }
}

/// The value of nearest rank: of `n` values in order, the one at `ceil(n * percent / 100)`, counted from 1.
fn percentile(mut values: Vec<f64>, percent: u8) -> Option<f64> {
    let rank = (values.len() * usize::from(percent)).div_ceil(100).max(1);
    if values.len() < rank {
        return None;
    }
    let (_, value, _) = values.select_nth_unstable_by(rank - 1, f64::total_cmp);
    Some(*value)
}

/// Takes runs and counts them.
pub struct Counter<'a> {
    query: &'a GroupQuery,
    groups: HashMap<(Option<i64>, Key), Counted>,
}

impl<'a> Counter<'a> {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new(query: &'a GroupQuery) -> Self {
        Self {
            query,
            groups: HashMap::new(),
        }
    }

    /// Counts a run. `value` gives its value of each of [`GroupQuery::columns`].
    ///
    /// # Errors
    /// [`ports::Error::Limit`] where there are too many groups to count.
    pub fn add(&mut self, value: &dyn Fn(&str) -> Option<Value>) -> Result<(), ports::Error> {
        let bucket = self.query.every_nanos.and_then(|every| {
            let Some(Value::Int(start)) = value(START_COLUMN) else {
                return None;
            };
            Some(start.saturating_sub(start.checked_rem_euclid(every)?))
        });
        let keys = match self.query.by.and_then(|column| value(column.name)) {
            None => vec![Key::Unknown],
            Some(known) => Key::new(known),
        };
        let counts_every_run = Value::Bool(true);
        let values: Vec<Option<Value>> = self
            .query
            .figures
            .iter()
            .map(|figure| match figure.column() {
                None => Some(counts_every_run.clone()),
                Some(column) => value(column.name),
            })
            .collect();
        for key in keys {
            let counted = self.groups.entry((bucket, key)).or_insert_with(|| Counted {
                runs: 0,
                figures: self.query.figures.iter().copied().map(Accumulator::new).collect(),
            });
            counted.runs += 1;
            for (accumulator, value) in counted.figures.iter_mut().zip(&values) {
                accumulator.add(value.as_ref());
            }
        }
        if self.groups.len() > GROUPS_COUNTED_MAX {
            return Err(ports::Error::Limit(format!(
                "there are more than {GROUPS_COUNTED_MAX} groups; group by a column of fewer values, by longer \
                 times, or narrow the filter"
            )));
        }
        Ok(())
    }

    /// The figures.
    #[must_use]
    pub fn finish(self) -> Groups {
        let limit = usize::try_from(self.query.limit.clamp(1, GROUPS_MAX)).unwrap_or(1);
        let mut counted: Vec<_> = self.groups.into_iter().collect();
        // The newest first, so that what the limit cuts off is the oldest.
        counted.sort_by(|((start, key), one), ((other_start, other_key), other)| {
            other_start
                .cmp(start)
                .then(other.runs.cmp(&one.runs))
                .then_with(|| compare_keys(key, other_key))
        });
        let has_more = counted.len() > limit;
        counted.truncate(limit);
        let mut groups: Vec<Group> = counted
            .into_iter()
            .map(|((start, key), counted)| Group {
                start: start.map(UnixNanos),
                key: key.value(),
                runs: counted.runs,
                figures: counted.figures.into_iter().map(Accumulator::figure).collect(),
            })
            .collect();
        groups.sort_by_key(|group| group.start);
        Groups { groups, has_more }
    }
}

/// Known keys first, in their order.
fn compare_keys(one: &Key, other: &Key) -> Ordering {
    match (one, other) {
        (Key::Unknown, Key::Unknown) => Ordering::Equal,
        (Key::Unknown, _) => Ordering::Greater,
        (_, Key::Unknown) => Ordering::Less,
        (Key::Text(one), Key::Text(other)) => one.cmp(other),
        (Key::Int(one), Key::Int(other)) => one.cmp(other),
        (Key::Double(one), Key::Double(other)) => f64::from_bits(*one).total_cmp(&f64::from_bits(*other)),
        (Key::Bool(one), Key::Bool(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}
