//! Spans built from log records that tell of the same step as a span that was sent.
//!
//! Some agents write a log record of each call besides its span, without saying which span it is. What they
//! share is an id or the token counts, and the time.

use std::collections::HashSet;

use trace::{Field, Record, Status};

use super::model_name;
use super::tree::{Node, NodeId, Tree};

/// Without an id or token counts in common, a log record must end this close to its span: it is written when
/// the step ends.
const DISTANCE_NANOS_MAX: i64 = 5_000_000_000;
/// Most spans, by end, that a log record is compared with on either side of its own.
const NEIGHBOURS_MAX: usize = 64;

/// How surely a log record and a span tell of the same step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// They share what only this step has.
    Sure,
    /// Nothing tells them apart.
    Open,
}

/// Pairs of a log-built node and the sent node of the same step; each node at most once, best fits first.
pub(super) fn pairs(
    tree: &Tree,
    nodes: &[NodeId],
    fit: impl Fn(&Node, &Node) -> Option<Fit>,
) -> Vec<(NodeId, NodeId)> {
    let is_log = |id: &&NodeId| tree[**id].span().record == Record::Log;
    if !nodes.iter().any(|id| is_log(&id)) {
        return Vec::new();
    }
    let end = |id: NodeId| {
        let span = tree[id].span();
        span.end().unwrap_or(span.start)
    };
    let mut sent: Vec<_> = nodes
        .iter()
        .filter(|id| !is_log(id))
        .map(|id| (end(*id), *id))
        .collect();
    sent.sort_unstable();
    let mut fits = Vec::new();
    for log in nodes.iter().filter(is_log) {
        let log_end = end(*log);
        let middle = sent.partition_point(|(end, _)| *end < log_end);
        let first = middle.saturating_sub(NEIGHBOURS_MAX);
        for (sent_end, sent) in sent.iter().skip(first).take(2 * NEIGHBOURS_MAX) {
            let distance = log_end.since(*sent_end).saturating_abs();
            match fit(&tree[*log], &tree[*sent]) {
                Some(fit) if fit == Fit::Sure || distance <= DISTANCE_NANOS_MAX => {
                    fits.push((fit, distance, *log, *sent));
                }
                _ => {}
            }
        }
    }
    fits.sort_unstable();
    let mut taken = HashSet::new();
    let mut found = Vec::new();
    for (_, _, log, sent) in fits {
        if !taken.contains(&log) && !taken.contains(&sent) {
            taken.extend([log, sent]);
            found.push((log, sent));
        }
    }
    found
}

/// Whether a log record and a span may tell of the same model call.
pub(super) fn model_fit(log: &Node, sent: &Node) -> Option<Fit> {
    let (ours, theirs) = (&log.span().facts, &sent.span().facts);
    let failed = |node: &Node| node.span().status == Status::Error;
    let models = |node: &Node| -> [Option<String>; 2] {
        let facts = &node.span().facts;
        [Field::ModelRequested, Field::ModelAnswered].map(|field| facts.text(field).map(str::to_owned))
    };
    let (our_models, their_models) = (models(log), models(sent));
    let models_meet = model_name::meet(
        our_models.each_ref().map(Option::as_deref),
        their_models.each_ref().map(Option::as_deref),
    );
    if failed(log) != failed(sent) || !models_meet {
        return None;
    }
    if let (Some(our_id), Some(their_id)) = (ours.text(Field::ResponseId), theirs.text(Field::ResponseId)) {
        return (our_id == their_id).then_some(Fit::Sure);
    }
    let counts = [Field::InputTokens, Field::OutputTokens].map(|field| (ours.int(field), theirs.int(field)));
    let differs =
        |(our, their): &(Option<i64>, Option<i64>)| our.is_some() && their.is_some() && our != their;
    if counts.iter().any(differs) {
        return None;
    }
    let is_known = |(our, their): &(Option<i64>, Option<i64>)| our.is_some() && their.is_some();
    Some(if counts.iter().all(is_known) {
        Fit::Sure
    } else {
        Fit::Open
    })
}

/// Whether a log record and a span may tell of the same tool execution or approval.
pub(super) fn tool_fit(log: &Node, sent: &Node) -> Option<Fit> {
    let (ours, theirs) = (&log.span().facts, &sent.span().facts);
    if let (Some(our_id), Some(their_id)) = (ours.text(Field::ToolCallId), theirs.text(Field::ToolCallId)) {
        return (our_id == their_id).then_some(Fit::Sure);
    }
    match (ours.text(Field::ToolName), theirs.text(Field::ToolName)) {
        (Some(our_name), Some(their_name)) if our_name != their_name => None,
        _ => Some(Fit::Open),
    }
}
