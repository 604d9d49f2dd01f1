//! The named features of a decision. All are facts of the run's course, known at every capture level: what was decided
//! is seen by its size and how it is built, never by its words.

use std::collections::HashMap;

use crate::subject::effect::Effects;
use crate::subject::{Part, Step, Subject};
use trace::{Kind, Status};

/// A feature: its name in the file of weights, and what it says in a reason where it spoke for a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Feature {
    /// Name in the file.
    pub name: &'static str,
    /// A clause about the decision; empty where it would tell a reader nothing.
    pub says: &'static str,
}

macro_rules! features {
    ($($name:literal $says:literal;)+) => {
        /// All features, in the order of the weights.
        pub const FEATURES: &[Feature] = &[$(Feature { name: $name, says: $says },)+];
    };
}

features! {
    "is_first" "it is the first decision";
    "is_second" "it is the second decision";
    "is_third" "it is the third decision";
    "is_last" "it is the last decision";
    "is_before_last" "it is the last but one";
    "position_log" "";
    "position_share" "it stands late in the run";
    "is_model" "";
    "is_agent" "";
    "is_handoff" "";
    "size" "it is longer than other decisions of the run";
    "is_short" "";
    "is_error" "it ended with an error";
    "acts" "it led to an action";
    "action_failed" "the action it led to failed";
    "first_failed" "the first failed action followed from it";
    "after_failure" "it follows a failed action";
    "after_action" "it draws on the result of an action";
    "action_changes_state" "it led to a change of state";
    "first_change" "it led to the first change of state";
    "last_change" "it led to the last change of state";
    "after_message" "";
    "is_first_of_agent" "it is the first decision of its agent";
    "same_agent" "the same agent decided right before";
    "last_of_substance" "it is the last answer of any length";
    "unacted_after_action" "it answers without doing anything further";
    "delegated" "it is what another agent answered to a handoff";
    "delegated_first" "it is the first answer to a handoff";
    "delegated_log" "";
    "delegating_position_log" "";
    "delegating_agent" "";
    "model_in_delegating" "";
    "size_next" "";
    "before_message" "";
    "followed_by_same" "the same agent goes on after it";
    "code" "it contains code";
    "asks" "it raises a question";
    "listed" "it lists many items";
    "digits" "it is full of figures";
}

/// The features of one decision.
#[derive(Clone, PartialEq, Debug)]
pub struct Features([f64; FEATURES.len()]);

impl Default for Features {
    fn default() -> Self {
        Self([0.0; FEATURES.len()])
    }
}

impl Features {
    /// The values, in the order of [`FEATURES`].
    #[must_use]
    pub const fn values(&self) -> &[f64; FEATURES.len()] {
        &self.0
    }

    /// Sets a feature by name; a name that is none is ignored.
    pub fn set(&mut self, name: &str, value: f64) {
        debug_assert!(FEATURES.iter().any(|feature| feature.name == name), "{name}");
        let place = FEATURES.iter().position(|feature| feature.name == name);
        if let Some(slot) = place.and_then(|place| self.0.get_mut(place)) {
            *slot = value;
        }
    }

    fn mark(&mut self, name: &str, is_so: bool) {
        if is_so {
            self.set(name, 1.0);
        }
    }
}

/// Each decision of a run, by the index of its step, with its features.
#[must_use]
pub fn of(subject: &Subject, effects: &Effects) -> Vec<(usize, Features)> {
    let steps: Vec<usize> = subject
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| step.part == Part::Decision)
        .map(|(index, _)| index)
        .collect();
    let course = Course::of(subject, &steps, effects);
    steps
        .iter()
        .enumerate()
        .filter_map(|(place, index)| {
            let step = subject.step(*index)?;
            let mut features = Features::default();
            course.position(&mut features, place);
            course.form(&mut features, step);
            course.actions(&mut features, place, *index, effects);
            course.agents(&mut features, place, step);
            Some((*index, features))
        })
        .collect()
}

/// What the features of one decision need to know of the others.
struct Course<'a> {
    subject: &'a Subject,
    decisions: &'a [usize],
    mean_size_log: f64,
    last_of_substance: Option<usize>,
    first_failed: Option<usize>,
    has_handoffs: bool,
    /// Turn of each answer to a handoff, by its step.
    delegated: HashMap<usize, usize>,
    /// Place of the first decision of each agent.
    first_of_agent: HashMap<&'a str, usize>,
    changes: Vec<usize>,
}

impl<'a> Course<'a> {
    fn of(subject: &'a Subject, decisions: &'a [usize], effects: &Effects) -> Self {
        let sizes: Vec<f64> = decisions
            .iter()
            .filter_map(|index| subject.step(*index))
            .map(size_log)
            .collect();
        let mean_size_log = sizes.iter().sum::<f64>() / real(sizes.len().max(1));
        let is_of_substance = |index: &&usize| {
            subject
                .step(**index)
                .is_some_and(|step| size_log(step) > mean_size_log - 1.5)
        };
        let failed = subject
            .steps
            .iter()
            .find(|step| step.part == Part::Action && step.status == Status::Error);
        let is_handoff = |index: usize| {
            subject
                .step(index)
                .is_some_and(|step| step.kind == Kind::Handoff || is_passing_on(step))
        };
        // What an agent answered right after the work was handed on.
        let delegated = decisions
            .windows(2)
            .filter_map(|pair| match pair {
                [before, after] if is_handoff(*before) && !is_handoff(*after) => Some(*after),
                _ => None,
            })
            .enumerate()
            .map(|(turn, index)| (index, turn))
            .collect();
        let mut first_of_agent = HashMap::new();
        for (place, index) in decisions.iter().enumerate() {
            if let Some(agent) = subject.step(*index).and_then(|step| step.agent.as_deref()) {
                first_of_agent.entry(agent).or_insert(place);
            }
        }
        Self {
            subject,
            decisions,
            mean_size_log,
            last_of_substance: decisions.iter().rev().find(is_of_substance).copied(),
            first_failed: failed.map(|step| step.decided_by),
            has_handoffs: decisions.iter().any(|index| is_handoff(*index)),
            delegated,
            first_of_agent,
            changes: subject
                .tools()
                .filter(|(_, tool, step)| step.is_done() && effects.changes_state(tool))
                .map(|(.., step)| step.decided_by)
                .collect(),
        }
    }

    fn position(&self, features: &mut Features, place: usize) {
        let count = self.decisions.len();
        features.mark("is_first", place == 0);
        features.mark("is_second", place == 1);
        features.mark("is_third", place == 2);
        features.mark("is_last", place + 1 == count);
        features.mark("is_before_last", place + 2 == count);
        features.set("position_log", real(place).ln_1p());
        features.set("position_share", real(place) / real(count.max(2) - 1));
        let is_substance = self.decisions.get(place) == self.last_of_substance.as_ref();
        features.mark("last_of_substance", is_substance);
    }

    fn form(&self, features: &mut Features, step: &Step) {
        let is_handoff = step.kind == Kind::Handoff || is_passing_on(step);
        features.mark("is_model", step.kind == Kind::Model);
        features.mark("is_agent", step.kind == Kind::Agent);
        features.mark("is_handoff", is_handoff);
        features.mark("is_error", step.status == Status::Error);
        features.mark(
            "model_in_delegating",
            self.has_handoffs && step.kind == Kind::Model,
        );
        let size = size_log(step) - self.mean_size_log;
        features.set("size", size.clamp(-2.0, 2.0));
        features.mark("is_short", size < -1.5);
        if let Some(shape) = &step.output {
            features.mark("code", shape.code_blocks > 0);
            features.mark("asks", shape.questions > 0);
            features.set("listed", real_count(shape.items).ln_1p());
            // Per hundred bytes; of a short answer a few digits are no mass of figures.
            let digits = 100.0 * real_count(shape.digits) / (real_count(shape.bytes) + 20.0);
            features.set("digits", digits.min(10.0));
        }
    }

    fn actions(&self, features: &mut Features, place: usize, index: usize, effects: &Effects) {
        let until = self
            .decisions
            .get(place + 1)
            .copied()
            .unwrap_or(self.subject.steps.len());
        let own: Vec<&Step> = (index..until)
            .filter_map(|index| self.subject.step(index))
            .filter(|step| step.part == Part::Action && step.decided_by == index)
            .collect();
        let acts = !own.is_empty();
        features.mark("acts", acts);
        features.mark(
            "action_failed",
            own.iter().any(|step| step.status == Status::Error),
        );
        features.mark("first_failed", self.first_failed == Some(index));
        let changes = |step: &&&Step| step.tool().is_some_and(|tool| effects.changes_state(tool));
        features.mark("action_changes_state", own.iter().any(|step| changes(&step)));
        let before = index.checked_sub(1).and_then(|before| self.subject.step(before));
        let follows = before.filter(|step| step.part == Part::Action);
        features.mark("after_action", follows.is_some());
        features.mark(
            "after_failure",
            follows.is_some_and(|step| step.status == Status::Error),
        );
        features.mark("unacted_after_action", follows.is_some() && !acts);
        features.mark("first_change", self.changes.first() == Some(&index));
        features.mark("last_change", self.changes.last() == Some(&index));
        features.mark(
            "after_message",
            before.is_some_and(|step| step.part == Part::Message),
        );
        let next = self.subject.step(index + 1);
        features.mark(
            "before_message",
            next.is_some_and(|step| step.part == Part::Message),
        );
    }

    fn agents(&self, features: &mut Features, place: usize, step: &Step) {
        let agent_at = |place: usize| {
            let index = self.decisions.get(place)?;
            self.subject.step(*index)?.agent.as_deref()
        };
        let agent = step.agent.as_deref();
        let is_first = agent.is_some_and(|agent| self.first_of_agent.get(agent) == Some(&place));
        features.mark("is_first_of_agent", is_first);
        let before = place.checked_sub(1).and_then(agent_at);
        features.mark("same_agent", agent.is_some() && before == agent);
        features.mark(
            "followed_by_same",
            agent.is_some() && agent_at(place + 1) == agent,
        );
        let index = self.decisions.get(place);
        let delegated = index.and_then(|index| self.delegated.get(index).copied());
        if self.has_handoffs {
            features.set("delegating_position_log", real(place).ln_1p());
            features.mark("delegating_agent", step.kind == Kind::Agent);
        }
        let next = self
            .decisions
            .get(place + 1)
            .and_then(|index| self.subject.step(*index));
        if let Some(next) = next {
            features.set(
                "size_next",
                (size_log(next) - self.mean_size_log).clamp(-2.0, 2.0),
            );
        }
        if let Some(turn) = delegated {
            features.mark("delegated", true);
            features.mark("delegated_first", turn == 0);
            features.set("delegated_log", real(turn).ln_1p());
        }
    }
}

/// A step that only passes the work on: no call of a model, and another agent goes on.
fn is_passing_on(step: &Step) -> bool {
    step.kind == Kind::Other && step.part == Part::Decision
}

/// The size of what a step produced, as a logarithm: what matters is how many times longer.
fn size_log(step: &Step) -> f64 {
    real_count(step.output_bytes).ln_1p()
}

#[expect(clippy::cast_precision_loss, reason = "sizes and counts far below 2^52")]
const fn real_count(count: u64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "places and counts of steps")]
const fn real(count: usize) -> f64 {
    count as f64
}
