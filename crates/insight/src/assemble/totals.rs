//! The totals of a run. Unknown is not zero: a total that nothing tells of is `None`.

use std::collections::BTreeSet;

use trace::run::{CostSource, Tokens, ToolCall, Totals};
use trace::{Field, Kind, Status, Text};

use super::Step;
use super::steps::reported_cost;
use super::tree::{Place, Tree};

/// The totals of a run with these steps.
pub(super) fn of(tree: &Tree, steps: &[Step], tells_of_tools: bool) -> Totals {
    let of_kind = |kind: Kind| steps.iter().filter(move |step| step.kind == kind);
    let models = || of_kind(Kind::Model);
    let calls = models().count();
    let models_named = |field: Field| {
        let named = steps
            .iter()
            .filter(|step| matches!(step.kind, Kind::Model | Kind::Embedding));
        named.filter_map(move |step| step.facts.text(field))
    };
    let (cost, calls_without_cost) = cost(tree, steps);
    Totals {
        spans: spans(tree),
        errors: errors(tree, steps),
        model_calls: (calls > 0).then_some(u64::try_from(calls).unwrap_or(u64::MAX)),
        tokens: Tokens {
            input: sum(models(), Field::InputTokens),
            output: sum(models(), Field::OutputTokens),
            cache_read: sum(models(), Field::CacheReadTokens),
            cache_write: sum(models(), Field::CacheWriteTokens),
            reasoning: sum(models(), Field::ReasoningTokens),
        },
        embedding_tokens: sum(of_kind(Kind::Embedding), Field::InputTokens),
        tool_calls: tells_of_tools.then(|| {
            of_kind(Kind::Tool)
                .filter(|step| has_run(step))
                .map(tool_call)
                .collect()
        }),
        cost,
        calls_without_cost,
        models_requested: each_once(models_named(Field::ModelRequested)),
        models_answered: each_once(models_named(Field::ModelAnswered)),
        orphans: count(
            tree.nodes()
                .iter()
                .filter(|node| node.place == Place::Orphan && node.is_sent())
                .count(),
        ),
    }
}

/// Each text once, sorted.
pub(super) fn each_once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Text> {
    let sorted: BTreeSet<&str> = texts.filter(|text| !text.is_empty()).collect();
    sorted.into_iter().map(Text::from).collect()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// A tool that waits for a person has been asked for, not run.
fn has_run(step: &Step) -> bool {
    step.status != Some(Status::Paused)
}

fn tool_call(step: &Step) -> ToolCall {
    ToolCall {
        name: step.facts.text(Field::ToolName).map(Text::from),
        status: step.status,
        inferred: step.is_inferred(),
    }
}

/// Spans as sent; where nothing was sent but log records, what was built from them.
fn spans(tree: &Tree) -> u64 {
    let sent = tree.nodes().iter().filter(|node| node.is_sent()).count();
    count(if sent == 0 { tree.len() } else { sent })
}

/// Whether the sender says that the span failed, also where it is read as a wait for a person.
fn was_sent_as_error(span: &trace::span::Span) -> bool {
    span.status == Status::Error || span.facts.text(Field::StatusSent) == Some(Status::Error.as_str())
}

/// Spans that ended with an error. A log record that tells of a span's error is no second one.
fn errors(tree: &Tree, steps: &[Step]) -> u64 {
    let sent = tree
        .nodes()
        .iter()
        .filter(|node| node.is_sent() && was_sent_as_error(node.span()))
        .count();
    let is_log_only = |step: &&Step| {
        let only_logs = step.members.iter().all(|member| !tree[*member].is_sent());
        !step.is_inferred() && only_logs && step.status == Some(Status::Error)
    };
    count(sent + steps.iter().filter(is_log_only).count())
}

/// The sum over the steps that know the count; unknown where none does.
fn sum<'a>(steps: impl Iterator<Item = &'a Step>, field: Field) -> Option<u64> {
    steps
        .filter_map(|step| u64::try_from(step.facts.int(field)?).ok())
        .fold(None, |total: Option<u64>, tokens| {
            Some(total.unwrap_or(0).saturating_add(tokens))
        })
}

/// The cost of a run, and for how many model calls it is not known. Where no call has a reported cost of its
/// own, but the sender reports one for the whole at the top, that one holds. A call that failed without any
/// usage was not charged for, as far as anybody can tell.
fn cost(tree: &Tree, steps: &[Step]) -> (Option<f64>, u64) {
    let is_reported = |step: &Step| matches!(step.cost, Some((_, CostSource::Reported)));
    if !steps.iter().any(is_reported) {
        let at_top: Vec<f64> = tree
            .tops()
            .filter(|(_, node)| !matches!(node.span().kind, Kind::Model | Kind::Embedding))
            .filter_map(|(_, node)| reported_cost(&node.span().facts))
            .collect();
        if !at_top.is_empty() {
            return (Some(at_top.iter().sum()), 0);
        }
    }
    let costs = || steps.iter().filter_map(|step| step.cost);
    let total = costs().next().map(|_| costs().map(|(cost, _)| cost).sum());
    let is_unknown = |step: &&Step| {
        let failed = step.status == Some(Status::Error);
        let used =
            step.facts.get(Field::InputTokens).is_some() || step.facts.get(Field::OutputTokens).is_some();
        step.kind == Kind::Model && step.cost.is_none() && (used || !failed)
    };
    (total, count(steps.iter().filter(is_unknown).count()))
}
