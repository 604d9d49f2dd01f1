//! Which call tries an earlier one again: as the sender states it, or as the failed call before it shows.

use std::collections::HashMap;

use trace::{Field, Kind, SpanId, Status, TraceId};

use super::Step;
use super::model_name;
use super::tree::{Node, NodeId, Tree};

/// Links every retry among the steps to the span it tries again, and marks what was inferred. Steps stand in
/// the order they began.
pub(super) fn link(tree: &mut Tree, steps: &mut [Step]) {
    let spans = spans_by_id(tree, steps);
    let mut found: HashMap<usize, Link> = HashMap::new();
    let mut last_tool: HashMap<(String, String), usize> = HashMap::new();
    let mut last_model: HashMap<NodeId, usize> = HashMap::new();
    for (index, step) in steps.iter().enumerate() {
        let Some(node) = step.primary() else { continue };
        let before = match step.kind {
            Kind::Tool => tool_key(step).and_then(|key| last_tool.insert(key, index)),
            Kind::Model => tree[node]
                .parent
                .and_then(|parent| last_model.insert(parent, index)),
            _ => None,
        };
        if let Some(stated) = stated_id(step) {
            let key = (tree[node].span().trace_id, stated);
            if let Some(of) = spans.get(&key).filter(|of| **of != node) {
                found.insert(
                    index,
                    Link {
                        of: *of,
                        attempt: None,
                    },
                );
            }
            continue;
        }
        let Some((before, earlier)) = before.and_then(|before| Some((before, steps.get(before)?))) else {
            continue;
        };
        if let Some(of) = earlier.primary().filter(|_| is_retry(tree, earlier, step)) {
            let attempts = found.get(&before).and_then(|link| link.attempt).unwrap_or(1);
            let attempt = Some(attempts.saturating_add(1));
            found.insert(index, Link { of, attempt });
        }
    }
    for (index, link) in found {
        if let Some(step) = steps.get_mut(index) {
            mark(tree, step, &link);
        }
    }
}

struct Link {
    of: NodeId,
    /// Which attempt it is, where the link was inferred.
    attempt: Option<i64>,
}

fn mark(tree: &mut Tree, step: &mut Step, link: &Link) {
    if let Some(node) = step.primary() {
        tree.set_retry(node, link.of);
    }
    let Some(attempt) = link.attempt else { return };
    let span_id = tree[link.of].span().span_id.to_string();
    step.facts.set(Field::RetryOfSpanId, span_id.as_str());
    step.facts.mark_inferred(Field::RetryOfSpanId);
    if step.facts.get(Field::RetryAttempt).is_none() {
        step.facts.set(Field::RetryAttempt, attempt);
        step.facts.mark_inferred(Field::RetryAttempt);
    }
}

fn stated_id(step: &Step) -> Option<SpanId> {
    SpanId::parse_hex(step.facts.text(Field::RetryOfSpanId)?).ok()
}

/// All spans by id, where any step states which one it tries again.
fn spans_by_id(tree: &Tree, steps: &[Step]) -> HashMap<(TraceId, SpanId), NodeId> {
    if !steps.iter().any(|step| stated_id(step).is_some()) {
        return HashMap::new();
    }
    let key = |node: &Node| (node.span().trace_id, node.span().span_id);
    tree.iter().map(|(id, node)| (key(node), id)).collect()
}

fn tool_key(step: &Step) -> Option<(String, String)> {
    let name = step.facts.text(Field::ToolName)?;
    let arguments = step.facts.text(Field::ArgumentsToken)?;
    Some((name.to_owned(), arguments.to_owned()))
}

/// Whether `step` does the same as `earlier`, which had failed by then.
fn is_retry(tree: &Tree, earlier: &Step, step: &Step) -> bool {
    let (Some(failed), Some(node)) = (earlier.primary(), step.primary()) else {
        return false;
    };
    let names = |step: &Step| {
        [Field::ModelRequested, Field::ModelAnswered].map(|field| step.facts.text(field).map(str::to_owned))
    };
    let (one, other) = (names(earlier), names(step));
    earlier.status == Some(Status::Error)
        && tree[failed]
            .span()
            .end()
            .is_some_and(|end| end <= tree[node].span().start)
        && (step.kind != Kind::Model
            || model_name::meet(
                one.each_ref().map(Option::as_deref),
                other.each_ref().map(Option::as_deref),
            ))
}
