//! The steps of a run that count: each distinct call to a model, tool, retriever, embedder, policy or approver,
//! however many spans recorded it.

use trace::price::{PriceTable, Usage};
use trace::run::{Call, CostSource};
use trace::{Facts, Field, Kind, RunId, Status, Text, UnixNanos};

use super::conversation::{self, Inferred};
use super::log_twins;
use super::sets::Sets;
use super::tools;
use super::tree::{NodeId, Place, Tree};
use super::twins::{self, Group};

/// One distinct step; becomes a row of `calls`.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Step {
    pub(super) kind: Kind,
    pub(super) name: Text,
    /// The spans that recorded it, the one that counts first; none where only the conversation shows it.
    pub(super) members: Vec<NodeId>,
    /// Those of the members in which it was only asked for.
    pub(super) asked: Vec<NodeId>,
    pub(super) start: UnixNanos,
    pub(super) duration_nanos: Option<i64>,
    pub(super) status: Option<Status>,
    pub(super) facts: Facts,
    pub(super) cost: Option<(f64, CostSource)>,
}

impl Step {
    /// The span that counts; `None` where only the conversation shows the step.
    pub(super) fn primary(&self) -> Option<NodeId> {
        self.members.first().copied()
    }

    pub(super) fn is_inferred(&self) -> bool {
        self.members.is_empty()
    }

    fn of(tree: &Tree, kind: Kind, group: Group) -> Self {
        let span = tree[group.primary].span();
        let mut facts = span.facts.clone();
        for member in group.members.iter().filter(|member| **member != group.primary) {
            facts.fill_from(&tree[*member].span().facts);
        }
        Self {
            kind,
            name: span.name.clone(),
            members: group.members,
            asked: Vec::new(),
            start: span.start,
            duration_nanos: span.duration_nanos,
            status: Some(span.status),
            facts,
            cost: None,
        }
    }

    fn inferred(tree: &Tree, execution: Inferred) -> Self {
        let seen_at = tree[execution.seen_at].span();
        let mut facts = Facts::new();
        if let Some(name) = &execution.name {
            facts.set(Field::ToolName, name.clone());
            facts.mark_inferred(Field::ToolName);
        }
        if let Some(call_id) = execution.call_id {
            facts.set(Field::ToolCallId, call_id);
        }
        Self {
            kind: Kind::Tool,
            name: execution.name.unwrap_or_default(),
            members: Vec::new(),
            asked: Vec::new(),
            // The model asked for it and then it ran: not before that call ended.
            start: seen_at.end().unwrap_or(seen_at.start),
            duration_nanos: None,
            status: execution.status,
            facts,
            cost: None,
        }
    }

    /// The row of this step.
    pub(super) fn into_call(self, tree: &Tree, run_id: &RunId, position: u32) -> Call {
        let span = self.primary().map(|primary| tree[primary].span());
        Call {
            run_id: run_id.clone(),
            version: 0,
            position,
            kind: self.kind,
            inferred: self.is_inferred(),
            trace_id: span.map(|span| span.trace_id),
            span_id: span.map(|span| span.span_id),
            members: self
                .members
                .iter()
                .map(|member| tree[*member].span().span_id)
                .collect(),
            name: self.name,
            start: self.start,
            duration_nanos: self.duration_nanos,
            status: self.status,
            facts: self.facts,
            cost: self.cost.map(|(cost, _)| cost),
            cost_source: self.cost.map(|(_, source)| source),
        }
    }
}

/// The steps of a run, in the order they began, and whether anything tells of tools.
pub(super) fn of(tree: &Tree, prices: &PriceTable) -> (Vec<Step>, bool) {
    let models = twins::groups(tree, Kind::Model);
    let executions = tools::executions(tree);
    let mut tells_of_tools = true;
    let mut steps = Vec::with_capacity(models.len() + executions.len());
    if executions.is_empty() {
        match conversation::executions(tree, &models) {
            Some(inferred) => {
                steps.extend(
                    inferred
                        .into_iter()
                        .map(|execution| Step::inferred(tree, execution)),
                );
            }
            None => tells_of_tools = false,
        }
    }
    steps.extend(models.into_iter().map(|group| Step::of(tree, Kind::Model, group)));
    for execution in executions {
        let mut step = Step::of(tree, Kind::Tool, execution.group);
        step.status = Some(execution.status);
        step.asked = execution.asked;
        steps.push(step);
    }
    let embeddings = twins::groups(tree, Kind::Embedding);
    steps.extend(
        embeddings
            .into_iter()
            .map(|group| Step::of(tree, Kind::Embedding, group)),
    );
    for kind in [Kind::Retrieval, Kind::Policy, Kind::Approval] {
        let groups = plain_groups(tree, kind);
        steps.extend(groups.into_iter().map(|group| Step::of(tree, kind, group)));
    }
    for step in &mut steps {
        step.cost = cost(step, prices);
    }
    // Stable, so that what the conversation shows in one place keeps its order.
    steps.sort_by_key(|step| (step.start, step.primary()));
    (steps, tells_of_tools)
}

/// Steps of kinds that need no rule of their own: a span that holds exactly one of its kind is a wrapper of it,
/// and a log record may tell of the same step.
fn plain_groups(tree: &Tree, kind: Kind) -> Vec<Group> {
    let nodes: Vec<NodeId> = tree
        .iter()
        .filter(|(_, node)| node.span().kind == kind)
        .map(|(id, _)| id)
        .collect();
    let mut sets = Sets::new(nodes.len());
    let index = |node: NodeId| nodes.binary_search(&node).ok();
    let mut inner_count = vec![0_u32; nodes.len()];
    let mut outer_of = vec![None; nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        let outer = tree[*node]
            .parent
            .filter(|_| tree[*node].place == Place::Child)
            .and_then(index);
        if let (Some(count), Some(slot)) = (
            outer.and_then(|outer| inner_count.get_mut(outer)),
            outer_of.get_mut(place),
        ) {
            *count += 1;
            *slot = outer;
        }
    }
    for (inner, outer) in outer_of.iter().enumerate() {
        if let Some(outer) = outer.filter(|outer| inner_count.get(*outer) == Some(&1)) {
            sets.join(outer, inner);
        }
    }
    for (log, sent) in log_twins::pairs(tree, &nodes, log_twins::tool_fit) {
        if let (Some(log), Some(sent)) = (index(log), index(sent)) {
            sets.join(log, sent);
        }
    }
    sets.iter()
        .filter_map(|set| {
            let mut members: Vec<NodeId> = set
                .iter()
                .filter_map(|index| nodes.get(*index).copied())
                .collect();
            members.sort_unstable_by_key(|node| (!tree[*node].is_sent(), *node));
            Some(Group {
                primary: *members.first()?,
                members,
            })
        })
        .collect()
}

/// What a step cost: as the sender reports it in US dollars, else as the prices say.
fn cost(step: &Step, prices: &PriceTable) -> Option<(f64, CostSource)> {
    if !matches!(step.kind, Kind::Model | Kind::Embedding) {
        return None;
    }
    if let Some(reported) = reported_cost(&step.facts) {
        return Some((reported, CostSource::Reported));
    }
    let count = |field| step.facts.int(field).and_then(|count| u64::try_from(count).ok());
    let (input, output) = (count(Field::InputTokens), count(Field::OutputTokens));
    let usage = Usage {
        input: input?,
        output: match step.kind {
            Kind::Embedding => output.unwrap_or(0),
            _ => output?,
        },
        cache_read: count(Field::CacheReadTokens).unwrap_or(0),
        cache_write: count(Field::CacheWriteTokens).unwrap_or(0),
    };
    let provider = step.facts.text(Field::Provider);
    [Field::ModelAnswered, Field::ModelRequested]
        .into_iter()
        .filter_map(|field| step.facts.text(field))
        .find_map(|model| prices.cost(provider, model, step.start, usage))
        .map(|cost| (cost, CostSource::Computed))
}

/// A cost in US dollars that the sender wrote on a span. One in another currency cannot be added to others.
pub(super) fn reported_cost(facts: &Facts) -> Option<f64> {
    let is_dollars = facts
        .text(Field::CostCurrency)
        .is_none_or(|currency| currency.eq_ignore_ascii_case("usd"));
    facts
        .double(Field::Cost)
        .filter(|cost| is_dollars && *cost >= 0.0)
}
