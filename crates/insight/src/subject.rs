//! A run as its reader follows it: steps in the order they began, each with what it did, who decided it and what
//! it was given. Explaining, comparing and signals all read this form.
//!
//! It is made from an assembled run alone, at every capture level in the same way: everything rests on shapes and keyed
//! tokens, so that equal arguments are known to be equal though nobody sees them. No text is ever read.

pub mod effect;
pub mod output_shape;
pub mod shape;
#[cfg(test)]
pub(crate) mod story;

use std::collections::HashSet;

use trace::run::Run;
use trace::span::Span;
use trace::{Facts, Field, Kind, Role, SpanId, Status, Text, TraceId, UnixNanos};

use crate::assemble::{Assembled, Node, NodeId, Tree};
use output_shape::OutputShape;
use shape::Shape;

/// Most steps between an action and the step that asked for it.
const DECISION_DISTANCE_MAX: usize = 64;

/// What a step is to the run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Part {
    /// An agent or model chose: a model call, the answer of an agent, a handoff.
    Decision,
    /// Something was done: a tool, a search, a change of state.
    Action,
    /// Something was said from outside: the person, or the program in their place.
    Message,
    /// Something was judged: a policy, a person asked for approval.
    Judgement,
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The span it is, in the tree of the run.
    pub node: NodeId,
    /// Place among the spans of the run, from 0 for its root, as the spans of a run are listed.
    pub number: u32,
    /// Trace of the span.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// What the span does.
    pub kind: Kind,
    /// What the step is to the run.
    pub part: Part,
    /// Name of the span.
    pub name: Text,
    /// Agent at work.
    pub agent: Option<Text>,
    /// When it began.
    pub start: UnixNanos,
    /// How long it took.
    pub duration_nanos: Option<i64>,
    /// How it ended.
    pub status: Status,
    /// Its facts, gaps filled from spans that recorded the same call.
    pub facts: Facts,
    /// Shape of the arguments, where the gate made one.
    pub arguments: Option<Shape>,
    /// Shape of the result.
    pub result: Option<Shape>,
    /// Bytes of what it produced, as they arrived.
    pub output_bytes: u64,
    /// How the text it produced is built, where the gate says so.
    pub output: Option<OutputShape>,
    /// Index of the step that decided it; a decision decides itself.
    pub decided_by: usize,
    /// Whether it tries an earlier step again.
    pub is_retry: bool,
}

impl Step {
    /// The tool, where the step executes one.
    #[must_use]
    pub fn tool(&self) -> Option<&str> {
        match self.kind {
            Kind::Tool | Kind::Mcp => Some(self.facts.text(Field::ToolName).unwrap_or(&self.name)),
            _ => None,
        }
    }

    /// Whether it ended without an error being reported.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.status, Status::Ok | Status::Unknown)
    }

    /// Whether a search ended well and found nothing. One that does not record what it found is not said to.
    #[must_use]
    pub fn found_nothing(&self) -> bool {
        let is_empty = |shape: &Shape| shape.leaves().iter().all(|leaf| leaf.size_bytes == 0);
        self.is_done()
            && self.facts.list(Field::DocumentIds).is_empty()
            && (self.facts.flag(Field::OutputPresent) == Some(false)
                || self.result.as_ref().is_some_and(is_empty))
    }

    /// What tells two calls of the step's tool apart: the arguments in a form that order and spelling do not
    /// change; `None` where nothing is known of them.
    #[must_use]
    pub fn arguments_key(&self) -> Option<&str> {
        match &self.arguments {
            Some(shape) => Some(shape.key()),
            None => self.facts.text(Field::ArgumentsToken),
        }
    }
}

/// A run, ready to be explained or compared.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its row.
    pub run: Run,
    /// Its steps, in the order they began.
    pub steps: Vec<Step>,
}

impl Subject {
    /// Reads an assembled run.
    #[must_use]
    pub fn of(assembled: &Assembled) -> Self {
        let tree = &assembled.tree;
        let deciding_agents: HashSet<&str> = tree
            .nodes()
            .iter()
            .filter(|node| matches!(node.span().kind, Kind::Model | Kind::Agent | Kind::Tool))
            .filter_map(|node| node.span().facts.text(Field::AgentName))
            .collect();
        let has_steps_below = holders(tree);
        let mut steps: Vec<Step> = tree
            .iter()
            .filter(|(id, _)| !has_steps_below.contains(id))
            .filter_map(|(id, node)| {
                let part = part(node, &deciding_agents)?;
                let mut step = read(id, node, part);
                if let Some(call) = node
                    .call
                    .and_then(|call| assembled.derived.calls.get(call as usize))
                {
                    step.facts.fill_from(&call.facts);
                    step.status = call.status.unwrap_or(step.status);
                }
                Some(step)
            })
            .collect();
        steps.sort_by_key(|step| (step.start, step.number));
        decide(&mut steps);
        Self {
            run: assembled.derived.run.clone(),
            steps,
        }
    }

    /// The step at an index.
    #[must_use]
    pub fn step(&self, index: usize) -> Option<&Step> {
        self.steps.get(index)
    }

    /// The step that decided the one at an index.
    #[must_use]
    pub fn decision_of(&self, index: usize) -> usize {
        self.steps.get(index).map_or(index, |step| step.decided_by)
    }

    /// Executions of tools, with their indices.
    pub fn tools(&self) -> impl DoubleEndedIterator<Item = (usize, &str, &Step)> {
        self.steps
            .iter()
            .enumerate()
            .filter_map(|(index, step)| Some((index, step.tool()?, step)))
    }
}

/// Agent spans that hold other steps: what they decided is in those.
fn holders(tree: &Tree) -> HashSet<NodeId> {
    let mut holders = HashSet::new();
    for (id, node) in tree.iter() {
        if is_step_kind(node) {
            holders.extend(
                tree.ancestors(id)
                    .filter(|above| tree[*above].span().kind == Kind::Agent),
            );
        }
        // A root that only holds what came from outside is no decision either.
        if let Some(parent) = node.parent.filter(|parent| tree[*parent].parent.is_none()) {
            holders.insert(parent);
        }
    }
    holders
}

fn is_step_kind(node: &Node) -> bool {
    matches!(
        node.span().kind,
        Kind::Model | Kind::Tool | Kind::Agent | Kind::Handoff | Kind::Retrieval
    )
}

fn part(node: &Node, deciding_agents: &HashSet<&str>) -> Option<Part> {
    if node.call.is_some() && !node.is_primary {
        return None;
    }
    let span = node.span();
    match span.kind {
        Kind::Model | Kind::Agent | Kind::Handoff => Some(Part::Decision),
        Kind::Tool | Kind::Retrieval | Kind::Memory | Kind::State => Some(Part::Action),
        Kind::Mcp if span.facts.text(Field::McpMethod) == Some("tools/call") => Some(Part::Action),
        Kind::Policy | Kind::Approval => Some(Part::Judgement),
        Kind::Other | Kind::Chain => {
            let says = span.content.iter().any(|reference| {
                matches!(reference.role, Role::OutputMessage | Role::Output) && reference.size_bytes > 0
            });
            let agent = span.facts.text(Field::AgentName);
            let is_agent = agent.is_some_and(|agent| deciding_agents.contains(agent));
            match (says, span.kind, is_agent) {
                (false, ..) | (_, Kind::Chain, _) => None,
                (.., true) => Some(Part::Decision),
                (.., false) => Some(Part::Message),
            }
        }
        Kind::Embedding | Kind::Reranker | Kind::Evaluator | Kind::Mcp => None,
    }
}

fn read(id: NodeId, node: &Node, part: Part) -> Step {
    let span = node.span();
    let shape = |field| span.facts.text(field).and_then(Shape::parse);
    Step {
        node: id,
        number: id.position(),
        trace_id: span.trace_id,
        span_id: span.span_id,
        kind: span.kind,
        part,
        name: span.name.clone(),
        agent: span.facts.text(Field::AgentName).map(Text::from),
        start: span.start,
        duration_nanos: span.duration_nanos,
        status: span.status,
        facts: span.facts.clone(),
        arguments: shape(Field::ArgumentsShape),
        result: shape(Field::ResultShape),
        output_bytes: output_bytes(span),
        output: span.facts.text(Field::OutputShape).and_then(OutputShape::parse),
        decided_by: 0,
        is_retry: node.retry_of.is_some(),
    }
}

/// Bytes of what a span produced, as they arrived.
fn output_bytes(span: &Span) -> u64 {
    let produced = span
        .content
        .iter()
        .filter(|reference| matches!(reference.role, Role::OutputMessage | Role::Output | Role::Result));
    produced.fold(0, |sum, reference| sum.saturating_add(reference.size_bytes))
}

/// Says for every step which one decided it: the latest decision before it that asked for the call by its id, else
/// by the tool's name, else the latest decision of all; a step that nothing stands before decides itself.
fn decide(steps: &mut [Step]) {
    for index in 0..steps.len() {
        let decided_by = decider(steps, index).unwrap_or(index);
        if let Some(step) = steps.get_mut(index) {
            step.decided_by = decided_by;
        }
    }
}

fn decider(steps: &[Step], index: usize) -> Option<usize> {
    let step = steps.get(index).filter(|step| step.part == Part::Action)?;
    let earlier = || {
        steps
            .iter()
            .enumerate()
            .take(index)
            .rev()
            .take(DECISION_DISTANCE_MAX)
            .filter(|(_, step)| step.part == Part::Decision)
    };
    let asked = |wanted: Option<&str>, field: Field| {
        let wanted = wanted?;
        let found = earlier().find(|(_, step)| step.facts.list(field).iter().any(|asked| asked == wanted));
        found.map(|(index, _)| index)
    };
    asked(step.facts.text(Field::ToolCallId), Field::CalledToolIds)
        .or_else(|| asked(step.tool(), Field::CalledToolNames))
        .or_else(|| earlier().next().map(|(index, _)| index))
}
