//! Which spans recorded the same execution of a tool.
//!
//! * A message of the Model Context Protocol that calls a tool is the transport of the tool span above or below
//!   it; without one, it is the execution itself.
//! * Two tool spans of one name are one execution where one is in the other, or beside it in another scope and
//!   overlapping, and nothing (call id, arguments) tells them apart.
//! * A tool span without output or error that ended before another of the same trace, scope, name and equal
//!   arguments that has one was asked for, then run: one execution, the first paused.

use trace::{Field, Kind, Role, Status};

use super::log_twins;
use super::sets::Sets;
use super::tree::{Node, NodeId, Place, Tree};
use super::twins::{Group, overlap_percent};

/// Most steps between a tool span and its transport.
const STEPS_BETWEEN_MAX: usize = 16;
/// The share of the shorter of two siblings that the overlap must cover, in percent.
const OVERLAP_PERCENT: i128 = 90;
/// Most later siblings, or later calls with equal arguments, one is compared with.
const LATER_MAX: usize = 256;

/// One execution of a tool.
pub(super) struct Execution {
    /// The spans that recorded it.
    pub(super) group: Group,
    /// How it ended.
    pub(super) status: Status,
    /// Spans that only asked for it: nothing ran in them.
    pub(super) asked: Vec<NodeId>,
}

/// The distinct executions, in no particular order.
pub(super) fn executions(tree: &Tree) -> Vec<Execution> {
    let tools: Vec<Tool<'_>> = tree
        .iter()
        .filter(|(_, node)| is_tool(node))
        .map(|(id, node)| Tool::of(id, node))
        .collect();
    if tools.is_empty() {
        return Vec::new();
    }
    let mut joins = Joins {
        tree,
        sets: Sets::new(tools.len()),
        asked: vec![false; tools.len()],
        tools,
    };
    joins.nested();
    joins.siblings();
    joins.log_twins();
    joins.asked_then_run();
    joins.into_executions()
}

/// Whether a span executes a tool, or carries the request to do so.
pub(super) fn is_tool(node: &Node) -> bool {
    node.span().kind == Kind::Tool || is_transport(node)
}

fn is_transport(node: &Node) -> bool {
    node.span().kind == Kind::Mcp && node.span().facts.text(Field::McpMethod) == Some("tools/call")
}

struct Tool<'a> {
    node: NodeId,
    name: Option<&'a str>,
    call_id: Option<&'a str>,
    arguments: Option<&'a str>,
    has_arguments: bool,
    scope: Option<&'a str>,
    has_output: bool,
    status: Status,
    is_transport: bool,
}

impl<'a> Tool<'a> {
    fn of(id: NodeId, node: &'a Node) -> Self {
        let span = node.span();
        let facts = &span.facts;
        let holds = |role| {
            let holds_text =
                |reference: &trace::content::ContentRef| reference.role == role && reference.size_bytes > 0;
            span.content.iter().any(holds_text)
        };
        Self {
            node: id,
            name: facts.text(Field::ToolName),
            call_id: facts.text(Field::ToolCallId),
            arguments: facts.text(Field::ArgumentsToken),
            has_arguments: holds(Role::Arguments) || facts.get(Field::ArgumentsShape).is_some(),
            scope: facts.text(Field::Scope),
            has_output: facts
                .flag(Field::OutputPresent)
                .unwrap_or_else(|| holds(Role::Result)),
            status: span.status,
            is_transport: is_transport(node),
        }
    }

    fn has_same_name(&self, other: &Self) -> bool {
        match (self.name, other.name) {
            (Some(one), Some(another)) => own_name(one) == own_name(another),
            _ => false,
        }
    }

    /// Whether nothing tells the two apart.
    fn may_be(&self, other: &Self) -> bool {
        let meet = |one: Option<&str>, another: Option<&str>| match (one, another) {
            (Some(one), Some(another)) => one == another,
            _ => true,
        };
        self.has_same_name(other)
            && meet(self.call_id, other.call_id)
            && (self.is_transport || other.is_transport || meet(self.arguments, other.arguments))
    }

    /// Whether it shows neither output nor error.
    fn is_open(&self) -> bool {
        !self.has_output && self.status != Status::Error
    }

    /// Whether both were given the same arguments, as far as that can be known.
    fn has_equal_arguments(&self, other: &Self) -> bool {
        match (self.arguments, other.arguments) {
            (Some(one), Some(another)) => one == another,
            (None, None) => {
                let same_call = self.call_id.is_some() && self.call_id == other.call_id;
                same_call || !(self.has_arguments || other.has_arguments)
            }
            _ => false,
        }
    }

    /// How well this span stands for the execution.
    fn rank(&self, tree: &Tree) -> (bool, bool, bool, std::cmp::Reverse<NodeId>) {
        (
            !self.is_transport,
            tree[self.node].is_sent(),
            !self.is_open(),
            std::cmp::Reverse(self.node),
        )
    }
}

/// A tool's name without the server that an MCP client writes before it (`mcp__server__tool`).
fn own_name(name: &str) -> &str {
    name.strip_prefix("mcp__")
        .and_then(|rest| rest.split_once("__"))
        .map_or(name, |(_, tool)| tool)
}

struct Joins<'a> {
    tree: &'a Tree,
    tools: Vec<Tool<'a>>,
    sets: Sets,
    asked: Vec<bool>,
}

impl Joins<'_> {
    fn index_of(&self, node: NodeId) -> Option<usize> {
        self.tools.binary_search_by_key(&node, |tool| tool.node).ok()
    }

    fn nested(&mut self) {
        for inner in 0..self.tools.len() {
            let Some(outer) = self.tool_above(inner) else {
                continue;
            };
            let (Some(one), Some(other)) = (self.tools.get(outer), self.tools.get(inner)) else {
                continue;
            };
            let same_call = one.call_id.is_some() && one.call_id == other.call_id;
            let is_twin = one.is_transport || other.is_transport || same_call || one.scope != other.scope;
            if is_twin && one.may_be(other) {
                self.sets.join(outer, inner);
            }
        }
    }

    /// The tool a tool span stands in, with nothing but steps between.
    fn tool_above(&self, inner: usize) -> Option<usize> {
        let mut below = self.tools.get(inner)?.node;
        for _ in 0..STEPS_BETWEEN_MAX {
            if self.tree[below].place != Place::Child {
                return None;
            }
            let above = self.tree[below].parent?;
            let node = &self.tree[above];
            if is_tool(node) {
                return self.index_of(above);
            }
            if matches!(node.span().kind, Kind::Agent | Kind::Model) {
                return None;
            }
            below = above;
        }
        None
    }

    fn siblings(&mut self) {
        let mut keyed: Vec<(NodeId, usize)> = self
            .tools
            .iter()
            .enumerate()
            .filter_map(|(index, tool)| {
                let node = &self.tree[tool.node];
                Some((node.parent.filter(|_| node.place == Place::Child)?, index))
            })
            .collect();
        keyed.sort_unstable();
        let mut pairs = Vec::new();
        for siblings in keyed.chunk_by(|one, other| one.0 == other.0) {
            for (place, (_, one)) in siblings.iter().enumerate() {
                for (_, other) in siblings.iter().skip(place + 1).take(LATER_MAX) {
                    if let Some(overlap) = self.sibling_overlap(*one, *other) {
                        pairs.push((std::cmp::Reverse(overlap), *one, *other));
                    }
                }
            }
        }
        pairs.sort_unstable();
        for (_, one, other) in pairs {
            let is_free = |index: usize| self.sets.members(self.sets.of(index)).len() == 1;
            if is_free(one) && is_free(other) {
                self.sets.join(one, other);
            }
        }
    }

    fn sibling_overlap(&self, one: usize, other: usize) -> Option<i128> {
        let (one, other) = (self.tools.get(one)?, self.tools.get(other)?);
        if one.scope == other.scope || !one.may_be(other) {
            return None;
        }
        overlap_percent(&self.tree[one.node], &self.tree[other.node])
            .filter(|overlap| *overlap >= OVERLAP_PERCENT)
    }

    fn log_twins(&mut self) {
        let nodes: Vec<NodeId> = self.tools.iter().map(|tool| tool.node).collect();
        for (log, sent) in log_twins::pairs(self.tree, &nodes, log_twins::tool_fit) {
            if let (Some(log), Some(sent)) = (self.index_of(log), self.index_of(sent)) {
                self.sets.join(log, sent);
            }
        }
    }

    fn asked_then_run(&mut self) {
        let mut by_key: Vec<usize> = (0..self.tools.len()).collect();
        let key = |index: &usize| {
            self.tools.get(*index).map(|tool| {
                (
                    tool.name.map(own_name),
                    self.tree[tool.node].span().start,
                    tool.node,
                )
            })
        };
        by_key.sort_unstable_by(|one, other| key(one).cmp(&key(other)));
        let mut runs_taken = vec![false; self.tools.len()];
        let mut found = Vec::new();
        for (place, asked) in by_key.iter().enumerate() {
            if !self.tools.get(*asked).is_some_and(Tool::is_open) {
                continue;
            }
            let run = by_key
                .iter()
                .skip(place + 1)
                .take(LATER_MAX)
                .find(|run| runs_taken.get(**run) == Some(&false) && self.was_run_by(*asked, **run));
            if let Some(run) = run {
                if let Some(taken) = runs_taken.get_mut(*run) {
                    *taken = true;
                }
                found.push((*asked, *run));
            }
        }
        for (asked, run) in found {
            self.sets.join(asked, run);
            if let Some(flag) = self.asked.get_mut(asked) {
                *flag = true;
            }
        }
    }

    /// Whether what `asked` asked for was run by `run`.
    fn was_run_by(&self, asked: usize, run: usize) -> bool {
        let (Some(asked), Some(run)) = (self.tools.get(asked), self.tools.get(run)) else {
            return false;
        };
        let (asked_span, run_span) = (self.tree[asked.node].span(), self.tree[run.node].span());
        let same_trace = asked_span.trace_id == run_span.trace_id || asked.status == Status::Paused;
        asked.is_open()
            && !run.is_open()
            && same_trace
            && asked.scope == run.scope
            && asked.has_same_name(run)
            && asked_span.end().is_some_and(|end| end <= run_span.start)
            && asked.has_equal_arguments(run)
    }

    fn into_executions(self) -> Vec<Execution> {
        self.sets
            .iter()
            .filter_map(|set| {
                let mut members: Vec<(usize, &Tool<'_>)> = set
                    .iter()
                    .filter_map(|index| Some((*index, self.tools.get(*index)?)))
                    .collect();
                let asked = |index: usize| self.asked.get(index) == Some(&true);
                members.sort_by_key(|(index, tool)| (asked(*index), std::cmp::Reverse(tool.rank(self.tree))));
                let (_, primary) = members.first()?;
                let ran = members
                    .iter()
                    .filter(|(index, _)| !asked(*index))
                    .map(|(_, tool)| *tool);
                Some(Execution {
                    status: status(self.tree, primary, ran),
                    group: Group {
                        primary: primary.node,
                        members: members.iter().map(|(_, tool)| tool.node).collect(),
                    },
                    asked: members
                        .iter()
                        .filter(|(index, _)| asked(*index))
                        .map(|(_, tool)| tool.node)
                        .collect(),
                })
            })
            .collect()
    }
}

/// How an execution ended: as its own span says, unless the transport or twin that ended last failed or knows.
fn status<'a>(tree: &Tree, primary: &Tool<'a>, ran: impl Iterator<Item = &'a Tool<'a>>) -> Status {
    if matches!(primary.status, Status::Error | Status::Cancelled | Status::Paused) {
        return primary.status;
    }
    let last = ran
        .filter(|tool| tool.node != primary.node)
        .max_by_key(|tool| (tree[tool.node].span().end(), tool.node));
    match last {
        Some(twin) if twin.status == Status::Error => Status::Error,
        Some(twin) if primary.status == Status::Unknown => twin.status,
        _ => primary.status,
    }
}
