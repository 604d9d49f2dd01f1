//! How a run ended, and who says so: stated by the sender, else by a score that the configuration names, else
//! inferred from the spans.
//!
//! Inferred is only what the spans show. A run that came to its end without an error is a `success` only where
//! its root says "ok" (OpenTelemetry: validated by the developer, not merely unset) and the last model call was
//! answered in full; else it is `unknown`. That a run ended well is not the same as that its goal was met.

use std::collections::HashSet;

use trace::ports::LoggedScore;
use trace::query::Pattern;
use trace::{Field, Kind, Outcome, OutcomeSource, Record, Status};

use super::tree::{NodeId, Tree};
use super::{Settings, Step};

/// Which scores state the outcome of the run they judge.
#[derive(Clone, PartialEq, Debug)]
pub struct OutcomeScores {
    /// Names, with `*` for any run of characters; between words stands `_`.
    pub names: Vec<Pattern>,
}

impl Default for OutcomeScores {
    /// Names that say whether the goal was met, as benchmarks and evaluation tools write them. A score on
    /// quality ("relevance", "toxicity") judges an answer, not the goal, and is none of these.
    fn default() -> Self {
        let names = [
            "outcome",
            "*_outcome",
            "outcome_*",
            "*success*",
            "*reward*",
            "*resolved*",
            "*solved*",
            "*task_completion*",
            "*task_completed*",
            "*goal_achieved*",
            "*goal_accuracy*",
            "*goal_completion*",
            "answer_match",
            "exact_match",
            "answer_correct*",
        ];
        Self {
            names: names.map(Pattern::new).to_vec(),
        }
    }
}

impl OutcomeScores {
    /// Whether a score of this name states an outcome.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        let name = name.replace([' ', '-', '.', '/'], "_");
        self.names.iter().any(|pattern| pattern.matches(&name))
    }
}

/// The outcome of a run, with its source.
pub(super) fn of(
    tree: &Tree,
    steps: &[Step],
    scores: &[LoggedScore],
    has_ended: bool,
    settings: &Settings,
) -> (Outcome, OutcomeSource) {
    if let Some(outcome) = stated(tree) {
        return (outcome, OutcomeSource::Stated);
    }
    if let Some(outcome) = scored(tree, scores, &settings.outcome_scores) {
        return (outcome, OutcomeSource::Score);
    }
    (inferred(tree, steps, has_ended), OutcomeSource::Inferred)
}

/// What the topmost span says that says anything: the last to begin, as a later part knows more than an earlier.
/// That a part waits or runs holds only until the next part begins.
fn stated(tree: &Tree) -> Option<Outcome> {
    let last_top = tree
        .tops()
        .map(|(id, _)| id)
        .max_by_key(|id| tree[*id].span().start);
    tree.iter()
        .filter_map(|(id, node)| {
            let outcome = Outcome::parse(node.span().facts.text(Field::StatedOutcome)?)?;
            Some((id, node, outcome))
        })
        .filter(|(id, _, outcome)| {
            let is_open = matches!(outcome, Outcome::Waiting | Outcome::Running);
            !is_open || last_top.is_none_or(|top| top == *id || tree.is_above(top, *id))
        })
        .min_by_key(|(id, node, _)| (node.depth, std::cmp::Reverse((node.span().start, *id))))
        .map(|(.., outcome)| outcome)
}

/// What the scores about the whole run say: a person's word before a program's, then the newest.
fn scored(tree: &Tree, scores: &[LoggedScore], states_outcome: &OutcomeScores) -> Option<Outcome> {
    scores
        .iter()
        .filter(|logged| states_outcome.holds(&logged.score.name) && is_about_run(tree, logged))
        .filter_map(|logged| {
            let score = &logged.score;
            let outcome = match score.label.as_deref().and_then(of_label) {
                Some(outcome) => outcome,
                None => of_value(score.value?)?,
            };
            Some((
                (score.is_by_person(), score.time, logged.sequence, score.score_id),
                outcome,
            ))
        })
        .max_by_key(|(order, _)| *order)
        .map(|(_, outcome)| outcome)
}

fn is_about_run(tree: &Tree, logged: &LoggedScore) -> bool {
    let Some(span_id) = logged.score.span_id else {
        return logged.score.response_id.is_none() || logged.score.stated_run_id.is_some();
    };
    tree.tops().any(|(_, node)| {
        node.span().span_id == span_id
            && logged
                .score
                .trace_id
                .is_none_or(|trace| trace == node.span().trace_id)
    })
}

fn of_label(label: &str) -> Option<Outcome> {
    let word = label.trim().to_lowercase().replace([' ', '-'], "_");
    Outcome::parse(&word).or(match word.as_str() {
        "pass" | "passed" | "succeeded" | "successful" | "solved" | "resolved" | "correct" | "completed"
        | "complete" | "achieved" | "true" | "yes" => Some(Outcome::Success),
        "fail" | "failed" | "unsuccessful" | "unsolved" | "unresolved" | "incorrect" | "incomplete"
        | "wrong" | "false" | "no" => Some(Outcome::Failure),
        "partially_correct" | "partial_success" | "partially_completed" => Some(Outcome::Partial),
        _ => None,
    })
}

/// A share of the goal: 1 is all of it, 0 nothing. Any other number is in a unit that only its maker knows.
fn of_value(value: f64) -> Option<Outcome> {
    if (value - 1.0).abs() <= 1e-9 {
        return Some(Outcome::Success);
    }
    if value.abs() <= 1e-9 {
        return Some(Outcome::Failure);
    }
    (value > 0.0 && value < 1.0).then_some(Outcome::Partial)
}

fn inferred(tree: &Tree, steps: &[Step], has_ended: bool) -> Outcome {
    if !has_ended {
        return Outcome::Running;
    }
    if waits(tree, steps) {
        return Outcome::Waiting;
    }
    let tops = tree
        .tops()
        .filter(|(_, node)| node.is_sent() || node.span().kind == Kind::Agent);
    let Some((_, top)) = tops.max_by_key(|(id, node)| (node.span().start, *id)) else {
        return Outcome::Unknown;
    };
    let last_model = steps.iter().rev().find(|step| step.kind == Kind::Model);
    let last_failed = last_model.is_some_and(|step| step.status == Some(Status::Error));
    match top.span().status {
        Status::Cancelled => Outcome::Cancelled,
        Status::Paused => Outcome::Waiting,
        Status::Error => why_failed(tree, top.span().facts.text(Field::ErrorClass)),
        _ if last_failed => Outcome::Failure,
        Status::Ok if last_model.is_none_or(is_answered_in_full) => Outcome::Success,
        Status::Ok | Status::Unknown => Outcome::Unknown,
    }
}

/// A finish reason other than a plain stop says that the last answer was cut off, refused, or asked for more.
fn is_answered_in_full(step: &Step) -> bool {
    let reasons = step.facts.list(Field::FinishReasons);
    reasons.iter().all(|reason| reason == "stop")
}

fn why_failed(tree: &Tree, class: Option<&str>) -> Outcome {
    let is_exhausted =
        |(_, node): (NodeId, &super::Node)| node.span().facts.flag(Field::BudgetExhausted) == Some(true);
    let is_blocked = |(_, node): (NodeId, &super::Node)| {
        let facts = &node.span().facts;
        facts.text(Field::PolicyAction) == Some("block") && node.span().status == Status::Error
    };
    let class = class.unwrap_or_default().to_lowercase();
    if tree.iter().any(is_exhausted) {
        return Outcome::BudgetExhausted;
    }
    if class.contains("timeout") || class.contains("timedout") || class.contains("deadline") {
        return Outcome::TimedOut;
    }
    if tree.iter().any(is_blocked) {
        return Outcome::Denied;
    }
    Outcome::Failure
}

/// Whether the last thing that happened was to ask a person: a span is paused and nothing was called after it.
fn waits(tree: &Tree, steps: &[Step]) -> bool {
    let was_run = |step: &&Step| step.members.len() > step.asked.len();
    let asked: HashSet<NodeId> = steps
        .iter()
        .filter(was_run)
        .flat_map(|step| step.asked.iter().copied())
        .collect();
    let paused = tree
        .iter()
        .filter(|(id, node)| node.span().status == Status::Paused && !asked.contains(id))
        .max_by_key(|(_, node)| node.span().end());
    let Some((id, node)) = paused else { return false };
    let since = node.span().end().unwrap_or(node.span().start);
    !tree.iter().any(|(other, later)| {
        let span = later.span();
        let is_work = matches!(span.kind, Kind::Model | Kind::Tool | Kind::Agent | Kind::Handoff);
        is_work
            && span.start >= since
            && other != id
            && !tree.is_above(other, id)
            && span.record != Record::Log
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_names() {
        let scores = OutcomeScores::default();
        for name in [
            "benchmark_reward",
            "swebench_resolved",
            "Task Success",
            "answer_match",
        ] {
            assert!(scores.holds(name), "{name}");
        }
        for name in [
            "relevance",
            "toxicity",
            "task_adherence",
            "exact_matching",
            "latency",
        ] {
            assert!(!scores.holds(name), "{name}");
        }
    }

    #[test]
    fn a_value_is_a_share_of_the_goal_or_nothing() {
        assert_eq!(of_value(1.0), Some(Outcome::Success));
        assert_eq!(of_value(0.0), Some(Outcome::Failure));
        assert_eq!(of_value(0.5), Some(Outcome::Partial));
        assert_eq!(of_value(4.0), None);
    }
}
