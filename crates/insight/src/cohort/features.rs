//! What a run's rows say of it, as features.

use std::collections::{BTreeMap, BTreeSet};

use trace::query::RUN_FIELDS;
use trace::run::{Call, Run};
use trace::time::NANOS_PER_MILLI;
use trace::{Field, Kind, RunId, Status, Text};

use super::Feature;
use crate::subject::shape::Shape;

/// Fields that name one run, person or conversation: they tell every run apart and nothing else.
const NAMES_OF_ONE: &[Field] = &[
    Field::StatedRunId,
    Field::SessionId,
    Field::UserId,
    Field::TaskId,
    Field::StopReason,
];
/// Most values of one kind that are taken from a run.
const VALUES_MAX: usize = 200;

/// A run, as its features.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// The run.
    pub run_id: RunId,
    /// Values it has.
    pub(super) values: BTreeSet<Feature>,
    /// Numbers it has, by name.
    pub(super) numbers: BTreeMap<Text, f64>,
}

impl Case {
    /// A run without features.
    #[must_use]
    pub const fn new(run_id: RunId) -> Self {
        Self {
            run_id,
            values: BTreeSet::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// The features of a run and its calls.
    #[must_use]
    pub fn of(run: &Run, calls: &[Call]) -> Self {
        let mut case = Self::new(run.run_id.clone());
        for field in RUN_FIELDS.iter().filter(|field| !NAMES_OF_ONE.contains(field)) {
            if let Some(value) = run.facts.text(*field) {
                case.add(field.definition().name, value);
            }
        }
        let lists = [
            ("model", &run.totals.models_requested),
            ("agent", &run.agents),
            ("tool", &run.tools),
            ("signal", &run.signals),
            ("error_class", &run.error_classes),
        ];
        for (name, list) in lists {
            list.iter()
                .take(VALUES_MAX)
                .for_each(|value| case.add(name, value));
        }
        case.number("cost", run.totals.cost);
        case.number("duration_millis", run.duration_nanos.map(millis));
        case.number("model_calls", run.totals.model_calls.map(real));
        case.number("input_tokens", run.totals.tokens.input.map(real));
        case.number("output_tokens", run.totals.tokens.output.map(real));
        case.number("errors", Some(real(run.totals.errors)));
        case.number("spans", Some(real(run.totals.spans)));
        let count =
            |is_so: &dyn Fn(&&Call) -> bool| u64::try_from(calls.iter().filter(is_so).count()).unwrap_or(0);
        let retries = count(&|call| {
            call.facts
                .int(Field::RetryAttempt)
                .is_some_and(|attempt| attempt > 1)
        });
        let tools = count(&|call| call.kind == Kind::Tool);
        case.number("retries", Some(real(retries)));
        case.number("tool_calls", Some(real(tools)));
        calls.iter().take(VALUES_MAX).for_each(|call| case.call(call));
        case
    }

    /// A value the run has.
    pub fn add(&mut self, name: &str, value: &str) {
        self.values.insert(Feature {
            name: name.into(),
            value: Some(value.into()),
        });
    }

    /// A number the run has, where it is known.
    pub fn number(&mut self, name: &str, number: Option<f64>) {
        if let Some(number) = number.filter(|number| number.is_finite()) {
            self.numbers.insert(name.into(), number);
        }
    }

    fn call(&mut self, call: &Call) {
        let fact = |field| call.facts.text(field);
        let tool = fact(Field::ToolName).unwrap_or(&call.name);
        match call.kind {
            Kind::Tool => {
                if let Some(version) = fact(Field::ToolVersion) {
                    self.add("tool_version", &format!("{tool} {version}"));
                }
                if call.status == Some(Status::Error) {
                    self.add("failed_tool", tool);
                }
                let shape = fact(Field::ArgumentsShape).and_then(Shape::parse);
                for leaf in shape.iter().flat_map(Shape::leaves).take(VALUES_MAX) {
                    self.add("argument", &format!("{tool} {}", leaf.path));
                }
            }
            Kind::Retrieval => {
                let versions = call.facts.list(Field::DocumentVersions);
                let documents = call.facts.list(Field::DocumentIds).iter().enumerate();
                for (place, id) in documents.take(VALUES_MAX) {
                    match versions.get(place).filter(|version| !version.is_empty()) {
                        Some(version) => self.add("document", &format!("{id} {version}")),
                        None => self.add("document", id),
                    }
                }
            }
            Kind::Policy => {
                let rule = fact(Field::PolicyRuleId)
                    .or_else(|| fact(Field::PolicyId))
                    .unwrap_or("policy");
                if let Some(verdict) = fact(Field::PolicyVerdict) {
                    self.add("verdict", &format!("{rule} {verdict}"));
                }
            }
            Kind::Approval => {
                if let Some(decision) = fact(Field::ApprovalDecision) {
                    self.add("approval", decision);
                }
            }
            Kind::Model => {
                for field in [Field::PromptVersion, Field::ReasoningLevel] {
                    if let Some(value) = fact(field) {
                        self.add(field.definition().name, value);
                    }
                }
            }
            _ => {}
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
const fn real(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "durations of up to 104 days are exact")]
fn millis(nanos: i64) -> f64 {
    nanos as f64 / NANOS_PER_MILLI as f64
}
