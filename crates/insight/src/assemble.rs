//! From the spans of a run to what it was: its tree, its distinct calls, its totals and its outcome.
//!
//! A pure function over plain data: the same spans and scores give the same run, in whatever order and however
//! often they come. It ends on any input, in time that grows with the number of spans.
//!
//! What it does not do: decide which traces make a run (see [`runs`](crate::runs)), or when (see
//! [`settle`](crate::settle)).

mod candidates;
mod conversation;
mod log_twins;
mod model_name;
mod outcome;
mod records;
mod retries;
mod sets;
mod steps;
mod supplements;
#[cfg(test)]
mod tests;
mod tools;
mod totals;
mod tree;
mod twins;
mod whole;

use std::sync::Arc;

use trace::ports::{LoggedScore, LoggedSpan};
use trace::price::PriceTable;
use trace::run::{Derived, Run};
use trace::{Field, Record, RunId, Status, Text, TraceId, UnixNanos};

pub use outcome::OutcomeScores;
pub use tree::{ClockMark, Node, NodeId, Place, Tree};

use steps::Step;

/// What an assembly depends on besides spans and scores.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// What calls cost.
    pub prices: PriceTable,
    /// Which scores state an outcome.
    pub outcome_scores: OutcomeScores,
}

impl Default for Settings {
    /// No prices, so that no cost is computed, and the usual names of scores.
    fn default() -> Self {
        Self {
            prices: PriceTable::new("", Vec::new()),
            outcome_scores: OutcomeScores::default(),
        }
    }
}

/// A run, assembled.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// Its rows. The version is 0 and the run not settled: that is for the caller to say.
    pub derived: Derived,
    /// Its spans in their places.
    pub tree: Tree,
    /// Whether every trace of it has a root that ended.
    pub has_ended: bool,
}

/// Assembles the spans of one run. `None` where there is no span yet.
///
/// Records of one span are merged; all must be of one workspace. The run has the id its topmost span states,
/// else that of its first trace.
#[must_use]
pub fn assemble(spans: &[Arc<LoggedSpan>], scores: &[LoggedScore], settings: &Settings) -> Option<Assembled> {
    let mut tree = Tree::of(spans);
    let top = topmost(&tree)?;
    let run_id = match tree[top].span().facts.text(Field::StatedRunId) {
        Some(stated) => RunId::new(stated),
        None => RunId::from(tree[top].span().trace_id),
    };
    let (mut steps, tells_of_tools) = steps::of(&tree, &settings.prices);
    retries::link(&mut tree, &mut steps);
    mark_calls(&mut tree, &steps);
    let has_ended = has_ended(&tree);
    let totals = totals::of(&tree, &steps, tells_of_tools);
    let (outcome, outcome_source) = outcome::of(&tree, &steps, scores, has_ended, settings);
    let sequences = spans.iter().map(|record| record.sequence);
    let last_sequence = sequences.chain(scores.iter().map(|score| score.sequence)).max();
    let start = tree.nodes().iter().map(|node| node.span().start).min();
    let start = start.unwrap_or_default();
    let record = &tree[top].record;
    let tool_names = totals
        .tool_calls
        .iter()
        .flatten()
        .filter_map(|call| call.name.as_deref());
    let run = Run {
        workspace_id: record.workspace_id.clone(),
        project_id: record.project_id.clone(),
        version: 0,
        settled: false,
        name: record.span.name.clone(),
        start,
        duration_nanos: has_ended.then(|| end(&tree).since(start)),
        first_received_at: spans
            .iter()
            .map(|record| record.received_at)
            .min()
            .unwrap_or_default(),
        last_sequence: last_sequence.unwrap_or_default(),
        outcome,
        outcome_source,
        facts: whole::facts(&tree),
        traces: traces(&tree),
        agents: whole::agents(&tree),
        tools: totals::each_once(tool_names),
        error_classes: error_classes(&tree),
        totals,
        price_version: settings.prices.version().into(),
        goal: whole::goal(&tree),
        signals: Vec::new(),
        evidence_score: None,
        first_wrong: None,
        run_id: run_id.clone(),
    };
    let calls = (0..)
        .zip(steps)
        .map(|(position, step)| step.into_call(&tree, &run_id, position))
        .collect();
    Some(Assembled {
        derived: Derived { run, calls },
        tree,
        has_ended,
    })
}

/// The span that speaks for the run: the first root that was sent, else the first of any kind at the top.
pub(crate) fn topmost(tree: &Tree) -> Option<NodeId> {
    tree.tops()
        .min_by_key(|(id, node)| {
            let is_root = node.place == Place::Root;
            (!(is_root && node.is_sent()), !is_root, node.span().start, *id)
        })
        .map(|(id, _)| id)
}

fn mark_calls(tree: &mut Tree, steps: &[Step]) {
    for (position, step) in (0..).zip(steps) {
        for member in &step.members {
            tree.set_call(*member, position, step.primary() == Some(*member));
        }
    }
}

/// A run has ended where every trace of it has a root, and no root is still running.
fn has_ended(tree: &Tree) -> bool {
    tree.tops()
        .all(|(_, node)| node.place == Place::Root && node.span().record != Record::Started)
}

fn end(tree: &Tree) -> UnixNanos {
    let ended = tree
        .nodes()
        .iter()
        .map(|node| node.span().end().unwrap_or(node.span().start));
    ended.max().unwrap_or_default()
}

/// Traces in the order they began.
fn traces(tree: &Tree) -> Vec<TraceId> {
    let mut first: Vec<(TraceId, UnixNanos)> = tree
        .nodes()
        .iter()
        .map(|node| (node.span().trace_id, node.span().start))
        .collect();
    first.sort_unstable();
    first.dedup_by_key(|(trace_id, _)| *trace_id);
    first.sort_unstable_by_key(|(trace_id, start)| (*start, *trace_id));
    first.into_iter().map(|(trace_id, _)| trace_id).collect()
}

fn error_classes(tree: &Tree) -> Vec<Text> {
    let failed = tree
        .nodes()
        .iter()
        .filter(|node| node.span().status == Status::Error);
    totals::each_once(failed.filter_map(|node| node.span().facts.text(Field::ErrorClass)))
}
