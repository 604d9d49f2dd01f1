//! What a question means, for one run in memory: whether it is asked for, and where it stands in the order.
//!
//! An unknown value makes a comparison neither true nor false, and comes last in either direction of an order.

use std::cmp::Ordering;

use super::{CALL_COLUMNS, Column, Filter, Has, Operand, Operator, Pattern, RUN_COLUMNS, RunQuery, Sort};
use crate::field::ValueType;
use crate::run::{Call, Run};
use crate::{Field, RunId, Text, Value};

/// The value of a column, by name.
type Columns<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// Whether a run is asked for: by its place, its time and the filter.
#[must_use]
pub fn asks_for(query: &RunQuery, run: &Run, calls: &[Call]) -> bool {
    run.workspace_id == query.workspace_id
        && query
            .project_id
            .as_ref()
            .is_none_or(|project_id| run.project_id == *project_id)
        && query.from.is_none_or(|from| run.start >= from)
        && query.to.is_none_or(|to| run.start < to)
        && is_met(&query.filter, run, calls)
}

/// Whether a run and its calls meet a filter.
#[must_use]
pub fn is_met(filter: &Filter, run: &Run, calls: &[Call]) -> bool {
    let value = |name: &str| run_value(run, name);
    decide(filter, &RUN_COLUMNS, &value, &|has| Some(has_call(calls, has))) == Some(true)
}

/// Where a run stands in an order: by its value, then by its id.
#[derive(Clone, PartialEq, Debug)]
pub struct Rank {
    /// Value of the column that is sorted by; `None` if unknown.
    pub value: Option<Value>,
    /// Breaks ties.
    pub run_id: RunId,
}

impl Rank {
    /// The rank of a run.
    #[must_use]
    pub fn of(run: &Run, sort: Sort) -> Self {
        Self {
            value: run_value(run, sort.column.name),
            run_id: run.run_id.clone(),
        }
    }

    /// Which of two comes first.
    #[must_use]
    pub fn compare(&self, other: &Self, sort: Sort) -> Ordering {
        let by_value = match (&self.value, &other.value) {
            (Some(one), Some(other)) if sort.descending => compare_values(other, one),
            (Some(one), Some(other)) => compare_values(one, other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        by_value.then_with(|| self.run_id.as_str().cmp(other.run_id.as_str()))
    }
}

fn compare_values(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        (Value::Int(one), Value::Int(other)) => one.cmp(other),
        (Value::Double(one), Value::Double(other)) => one.total_cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}

fn has_call(calls: &[Call], has: &Has) -> bool {
    let meets = |call: &&Call, condition: &Filter| {
        let value = |name: &str| call_value(call, name);
        decide(condition, &CALL_COLUMNS, &value, &|_| None) == Some(true)
    };
    let first_after = match &has.after {
        None => None,
        Some(condition) => match calls.iter().find(|call| meets(call, condition)) {
            None => return false,
            Some(first) => Some(first.position),
        },
    };
    calls
        .iter()
        .filter(|call| first_after.is_none_or(|first| call.position > first))
        .any(|call| meets(&call, &has.condition))
}

fn decide(
    filter: &Filter,
    columns: &[Column],
    value: Columns<'_>,
    has: &dyn Fn(&Has) -> Option<bool>,
) -> Option<bool> {
    let terms = |terms: &[Filter]| -> Vec<Option<bool>> {
        terms
            .iter()
            .map(|term| decide(term, columns, value, has))
            .collect()
    };
    match filter {
        Filter::All => Some(true),
        Filter::And(inner) => {
            let terms = terms(inner);
            let has_unknown = terms.contains(&None);
            if terms.contains(&Some(false)) {
                Some(false)
            } else {
                (!has_unknown).then_some(true)
            }
        }
        Filter::Or(inner) => {
            let terms = terms(inner);
            let has_unknown = terms.contains(&None);
            if terms.contains(&Some(true)) {
                Some(true)
            } else {
                (!has_unknown).then_some(false)
            }
        }
        Filter::Not(term) => decide(term, columns, value, has).map(|holds| !holds),
        Filter::Compare(column, operator, operand) => compare(value(column.name), *operator, operand),
        Filter::Contains(text) => {
            let looked_into = columns.iter().filter(|column| column.searchable);
            Some(
                looked_into
                    .filter_map(|column| value(column.name))
                    .any(|value| contains(&value, text)),
            )
        }
        Filter::Has(condition) => has(condition),
    }
}

fn contains(value: &Value, text: &str) -> bool {
    let text = text.to_lowercase();
    match value {
        Value::Text(own) => own.to_lowercase().contains(&text),
        Value::TextList(list) => list.iter().any(|own| own.to_lowercase().contains(&text)),
        Value::Int(_) | Value::Double(_) | Value::Bool(_) => false,
    }
}

fn compare(value: Option<Value>, operator: Operator, operand: &Operand) -> Option<bool> {
    if *operand == Operand::Known {
        return Some(value.is_some());
    }
    if let (Value::TextList(list), Operand::Text(_) | Operand::Pattern(_)) = (value.as_ref()?, operand) {
        return Some(list.iter().any(|text| compare_text(text, operator, operand)));
    }
    Some(match (value?, operand) {
        (Value::Text(text), operand) => compare_text(&text, operator, operand),
        (Value::Int(number), Operand::Int(other)) => ordered(number.cmp(other), operator),
        (Value::Double(number), Operand::Double(other)) => ordered(number.total_cmp(other), operator),
        (Value::Bool(flag), Operand::Bool(other)) => ordered(flag.cmp(other), operator),
        _ => false,
    })
}

fn compare_text(text: &str, operator: Operator, operand: &Operand) -> bool {
    match operand {
        Operand::Text(other) => ordered(text.cmp(other.as_str()), operator),
        Operand::Pattern(pattern) => Pattern::new(pattern).matches(text),
        _ => false,
    }
}

fn ordered(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
    }
}

fn integer(number: u64) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn list(texts: &[Text]) -> Value {
    Value::TextList(texts.to_vec())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a duration in milliseconds needs no more than 53 bits"
)]
fn millis(nanos: i64) -> Value {
    Value::Double(nanos as f64 / 1e6)
}

/// The value of a column of `runs`; `None` if it is unknown, or if there is no such column.
#[must_use]
pub fn run_value(run: &Run, name: &str) -> Option<Value> {
    let totals = &run.totals;
    match name {
        "run_id" => Some(run.run_id.as_str().into()),
        "project_id" => Some(run.project_id.as_str().into()),
        "name" => Some(run.name.clone().into()),
        "outcome" => Some(run.outcome.as_str().into()),
        "outcome_source" => Some(run.outcome_source.as_str().into()),
        "settled" => Some(run.settled.into()),
        "start_unix_nanos" => Some(run.start.0.into()),
        "duration_millis" => run.duration_nanos.map(millis),
        "spans" => Some(integer(totals.spans)),
        "errors" => Some(integer(totals.errors)),
        "model_calls" => totals.model_calls.map(integer),
        "tool_call_count" => {
            let calls = totals.tool_calls.as_ref()?;
            Some(integer(u64::try_from(calls.len()).unwrap_or(u64::MAX)))
        }
        "input_tokens" => totals.tokens.input.map(integer),
        "output_tokens" => totals.tokens.output.map(integer),
        "cache_read_tokens" => totals.tokens.cache_read.map(integer),
        "cache_write_tokens" => totals.tokens.cache_write.map(integer),
        "reasoning_tokens" => totals.tokens.reasoning.map(integer),
        "embedding_tokens" => totals.embedding_tokens.map(integer),
        "cost" => totals.cost.map(Value::from),
        "orphans" => Some(integer(totals.orphans)),
        "agents" => Some(list(&run.agents)),
        "tools" => Some(list(&run.tools)),
        "models_requested" => Some(list(&totals.models_requested)),
        "models_answered" => Some(list(&totals.models_answered)),
        "error_classes" => Some(list(&run.error_classes)),
        "signals" => Some(list(&run.signals)),
        "evidence_score" => run.evidence_score.map(Value::from),
        "first_wrong_rule" => run.first_wrong.as_ref().map(|found| found.rule.clone().into()),
        _ => run.facts.get(Field::from_name(name)?).cloned(),
    }
}

fn call_value(call: &Call, name: &str) -> Option<Value> {
    match name {
        "kind" => Some(call.kind.as_str().into()),
        "name" => Some(call.name.clone().into()),
        "status" => call.status.map(|status| status.as_str().into()),
        "start_unix_nanos" => Some(call.start.0.into()),
        "duration_millis" => call.duration_nanos.map(millis),
        "cost" => call.cost.map(Value::from),
        "inferred_call" => Some(call.inferred.into()),
        _ => call.facts.get(Field::from_name(name)?).cloned(),
    }
}

/// Whether a column can be sorted by.
#[must_use]
pub const fn is_sortable(column: &Column) -> bool {
    !matches!(column.value_type, ValueType::TextList)
}
