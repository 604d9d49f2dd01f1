//! Two runs side by side: their steps aligned, where they first part, and what differs, in the order of the run.
//!
//! Steps are aligned by what they do and what they were given, not by the clock; equal calls in a row fold into one.
//! Beyond the steps, versions, models and totals are compared. What differs is said, never that it is the cause.

mod align;
mod differences;
#[cfg(test)]
mod tests;

use trace::{Field, Text};

use crate::subject::{Part, Step, Subject};

/// What two runs differ in, in the order in which it comes to matter to a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Aspect {
    /// Versions of agent, prompt, workflow, service, instructions; models.
    Version,
    /// Documents that were given, or their versions.
    Context,
    /// What was decided: a step that one run has and the other has not, or another call.
    Decision,
    /// Values of arguments.
    Arguments,
    /// How often the same was tried.
    Retries,
    /// What a policy said.
    Guardrail,
    /// What a person said.
    Approval,
    /// How a step ended.
    Status,
    /// How the run ended.
    Outcome,
    /// What it cost, how long it took.
    Totals,
}

impl Aspect {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Context => "context",
            Self::Decision => "decision",
            Self::Arguments => "arguments",
            Self::Retries => "retries",
            Self::Guardrail => "guardrail",
            Self::Approval => "approval",
            Self::Status => "status",
            Self::Outcome => "outcome",
            Self::Totals => "totals",
        }
    }
}

/// Equal calls in a row, or a single step.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// Indices of the steps, in order; at least one.
    pub steps: Vec<usize>,
    /// What is done, whatever it was given.
    action: String,
    /// The same with what it was given.
    exact: String,
}

/// One row of the alignment: a step of one run, of the other, or of both.
#[derive(Clone, PartialEq, Debug)]
pub struct Pair {
    /// Of the first run.
    pub one: Option<Item>,
    /// Of the second.
    pub other: Option<Item>,
    /// What the two differ in; empty where they do the same.
    pub aspects: Vec<Aspect>,
}

/// A difference, with the row it shows at where it is one of steps.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// In what.
    pub aspect: Aspect,
    /// What it is about: a field, a tool, a step.
    pub of: Text,
    /// In the first run; `None` where it has none.
    pub one: Option<String>,
    /// In the second.
    pub other: Option<String>,
    /// Row of the alignment.
    pub pair: Option<usize>,
    /// Paths of arguments that differ.
    pub arguments: Vec<Text>,
}

/// Two runs, compared.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// Their steps, aligned.
    pub pairs: Vec<Pair>,
    /// The first row at which they do not do the same.
    pub first_divergence: Option<usize>,
    /// What differs, in the order of the run.
    pub differences: Vec<Difference>,
}

/// Compares two runs.
#[must_use]
pub fn compare(one: &Subject, other: &Subject) -> Comparison {
    let (ones, others) = (items(one), items(other));
    let pairs: Vec<Pair> = align::align(&ones, &others)
        .into_iter()
        .map(|(left, right)| {
            let left = left.and_then(|index| ones.get(index).cloned());
            let right = right.and_then(|index| others.get(index).cloned());
            let aspects = differences::aspects(one, other, left.as_ref(), right.as_ref());
            Pair {
                one: left,
                other: right,
                aspects,
            }
        })
        .collect();
    Comparison {
        first_divergence: pairs.iter().position(|pair| !pair.aspects.is_empty()),
        differences: differences::of(one, other, &pairs),
        pairs,
    }
}

/// The steps of a run, equal calls in a row folded with the decisions between them.
fn items(subject: &Subject) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (index, step) in subject.steps.iter().enumerate() {
        let (action, exact) = (action(step), exact(step));
        // A loop is a decision and a call, again and again: both fold onto the pair before.
        let repeats = |back: usize| {
            let place = items.len().checked_sub(back);
            place.filter(|place| items.get(*place).is_some_and(|item| item.exact == exact))
        };
        let is_loop_part = step.part == Part::Action || step.part == Part::Decision;
        let before_is_pair = subject.steps.len() > 1 && is_loop_part;
        let folded = repeats(1).or_else(|| {
            let place = repeats(2).filter(|_| before_is_pair)?;
            let first = items.get(place)?.steps.len();
            let second = items.get(place + 1)?.steps.len();
            // The decision of a further round folds only where its call follows and is equal, too.
            let next_fits = match step.part {
                Part::Action => first + 1 == second || first == second,
                _ => subject.steps.get(index + 1).is_some_and(|next| {
                    items
                        .get(place + 1)
                        .is_some_and(|item| item.exact == self::exact(next))
                }),
            };
            next_fits.then_some(place)
        });
        match folded.and_then(|place| items.get_mut(place)) {
            Some(item) => item.steps.push(index),
            None => items.push(Item {
                steps: vec![index],
                action,
                exact,
            }),
        }
    }
    items
}

/// What a step does, whatever it was given.
fn action(step: &Step) -> String {
    let name = match (step.part, step.tool()) {
        (_, Some(tool)) => tool,
        (Part::Decision, _) => step.agent.as_deref().unwrap_or_default(),
        (Part::Judgement, _) => step.facts.text(Field::PolicyId).unwrap_or_default(),
        (Part::Message, _) => "",
        (Part::Action, _) => step.name.as_str(),
    };
    format!("{} {name}", step.kind)
}

/// What a step does and what it was given, or what it chose.
fn exact(step: &Step) -> String {
    let given = match step.part {
        Part::Action => step.arguments_key().unwrap_or_default().to_owned(),
        Part::Decision => step.facts.list(Field::CalledToolNames).join(","),
        Part::Judgement | Part::Message => String::new(),
    };
    format!("{} {given}", action(step))
}
