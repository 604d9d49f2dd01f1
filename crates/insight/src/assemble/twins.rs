//! Which spans recorded the same call to a model.
//!
//! Two instrumentations on one client, an SDK that instruments itself, wrappers inside one instrumentation: the
//! same call is often told of twice or more. The rule, checked against providers' own logs:
//!
//! * A span of kind model that shows no usage, response id, output messages, finish reason or error is no call.
//! * Two are one call when they share a response id in one trace; or one is above the other with no tool or
//!   agent between, the same model, no conflicting response id, and equal output tokens or the inner without
//!   usage; or they are siblings of different scopes, the same model and no conflicting response id, that
//!   overlap by 90 % of the shorter.
//! * One above without usage joins only if exactly one call is below it, decided innermost first; above several
//!   it is a wrapper, and no call.
//! * Usage that repeats the sum of calls below is an aggregate, and its span is no call.
//!
//! Two refinements follow from what the rule is for. "Conflicting" is said of whole groups, so that a chain of
//! joins never makes one call of two response ids. And a call below a tool or agent, or one that another
//! response id tells apart, makes usage an aggregate only where the numbers add up: some frameworks run tools,
//! and whole agents, inside the span of the call that asked for them. Embedding calls follow the same rule by
//! their input tokens.

use trace::{Field, Kind};

use super::candidates::{Member, candidates};
use super::log_twins;
use super::model_name;
use super::sets::Sets;
use super::tree::{Node, NodeId, Place, Tree};

/// The share of the shorter sibling that the overlap must cover, in percent.
const OVERLAP_PERCENT: i128 = 90;
/// Most spans below one that are looked at for a twin: a wrapper shows itself within the first few.
const BELOW_MAX: usize = 1_000;
/// Most later siblings one is compared with.
const SIBLINGS_MAX: usize = 256;

/// Spans that recorded one call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Group {
    /// The span that counts.
    pub(super) primary: NodeId,
    /// All spans that recorded it, the primary one first, then those to fill gaps from, best first.
    pub(super) members: Vec<NodeId>,
}

/// The distinct calls of this kind, in no particular order.
pub(super) fn groups(tree: &Tree, kind: Kind) -> Vec<Group> {
    let members = candidates(tree, kind);
    if members.is_empty() {
        return Vec::new();
    }
    let mut joins = Joins::new(tree, members);
    joins.by_response_id();
    joins.by_log_twin();
    joins.innermost_first();
    joins.into_groups()
}

/// Sets of members that recorded the same call, by index into the members, which stand parents before children.
struct Joins<'a> {
    tree: &'a Tree,
    members: Vec<Member<'a>>,
    sets: Sets,
}

impl<'a> Joins<'a> {
    fn new(tree: &'a Tree, members: Vec<Member<'a>>) -> Self {
        Self {
            tree,
            sets: Sets::new(members.len()),
            members,
        }
    }

    fn set(&self, member: usize) -> usize {
        self.sets.of(member)
    }

    fn of_set(&self, set: usize) -> impl Iterator<Item = &Member<'a>> {
        let indexes = self.sets.members(set);
        indexes.iter().filter_map(|index| self.members.get(*index))
    }

    fn response_id(&self, set: usize) -> Option<&'a str> {
        self.of_set(set).find_map(|member| member.response_id)
    }

    fn has_usage(&self, set: usize) -> bool {
        self.of_set(set).any(Member::has_usage)
    }

    /// Makes one set of two, unless they are told apart by response ids.
    fn join(&mut self, one: usize, other: usize) {
        let ids = (self.response_id(self.set(one)), self.response_id(self.set(other)));
        if !matches!(ids, (Some(known), Some(another)) if known != another) {
            self.sets.join(one, other);
        }
    }

    fn by_response_id(&mut self) {
        let mut known: Vec<(trace::TraceId, &str, usize)> = self
            .members
            .iter()
            .enumerate()
            .filter_map(|(index, member)| {
                let trace_id = self.tree[member.node].span().trace_id;
                Some((trace_id, member.response_id?, index))
            })
            .collect();
        known.sort_unstable();
        for pair in known.windows(2) {
            if let [(trace, id, one), (other_trace, other_id, other)] = pair
                && (trace, id) == (other_trace, other_id)
            {
                self.join(*one, *other);
            }
        }
    }

    fn by_log_twin(&mut self) {
        let nodes: Vec<NodeId> = self.members.iter().map(|member| member.node).collect();
        for (log, sent) in log_twins::pairs(self.tree, &nodes, log_twins::model_fit) {
            let index = |node| nodes.binary_search(&node).ok();
            if let (Some(log), Some(sent)) = (index(log), index(sent)) {
                self.join(log, sent);
            }
        }
    }

    /// Goes from the last span to the first, so that everything below a span is decided before the span is:
    /// first the siblings below one parent, then that parent as the outer of what is below.
    fn innermost_first(&mut self) {
        let mut siblings = self.sibling_sets();
        for index in (0..self.members.len()).rev() {
            let Some(node) = self.members.get(index).map(|member| member.node) else {
                continue;
            };
            while siblings.last().is_some_and(|(parent, _)| *parent >= Some(node)) {
                if let Some((_, set)) = siblings.pop() {
                    self.join_siblings(&set);
                }
            }
            self.join_below(index);
        }
        while let Some((_, set)) = siblings.pop() {
            self.join_siblings(&set);
        }
    }

    /// Members with the same parent, by the parent's place; siblings whose parent never arrived come first.
    fn sibling_sets(&self) -> Vec<(Option<NodeId>, Vec<usize>)> {
        let mut keyed: Vec<_> = self
            .members
            .iter()
            .enumerate()
            .filter_map(|(index, member)| {
                let node = &self.tree[member.node];
                let parent = node.parent.filter(|_| node.place == Place::Child);
                let named = node.span().parent_id?;
                Some((parent, node.span().trace_id, named, index))
            })
            .collect();
        keyed.sort_unstable();
        keyed
            .chunk_by(|one, other| (one.0, one.1, one.2) == (other.0, other.1, other.2))
            .filter(|chunk| chunk.len() > 1)
            .filter_map(|chunk| {
                let parent = chunk.first()?.0;
                Some((parent, chunk.iter().map(|(.., index)| *index).collect()))
            })
            .collect()
    }

    /// Joins siblings that overlap, the best fitting pairs first. Of one scope only one can have recorded a call.
    fn join_siblings(&mut self, siblings: &[usize]) {
        let mut pairs = Vec::new();
        for (place, one) in siblings.iter().enumerate() {
            let later = siblings.iter().skip(place + 1).take(SIBLINGS_MAX);
            for other in later {
                let Some(overlap) = self.sibling_overlap(*one, *other) else {
                    continue;
                };
                let tokens_differ = !self.outputs_meet(self.set(*one), self.set(*other));
                pairs.push((tokens_differ, std::cmp::Reverse(overlap), *one, *other));
            }
        }
        pairs.sort_unstable();
        for (_, _, one, other) in pairs {
            if self.scopes_are_apart(one, other, siblings) {
                self.join(one, other);
            }
        }
    }

    /// Overlap in percent of the shorter, where these two siblings may have recorded one call.
    fn sibling_overlap(&self, one: usize, other: usize) -> Option<i128> {
        let (one, other) = (self.members.get(one)?, self.members.get(other)?);
        if one.scope == other.scope || !model_name::meet(one.models, other.models) {
            return None;
        }
        let overlap = overlap_percent(&self.tree[one.node], &self.tree[other.node])?;
        (overlap >= OVERLAP_PERCENT).then_some(overlap)
    }

    fn scopes_are_apart(&self, one: usize, other: usize, siblings: &[usize]) -> bool {
        let (one, other) = (self.set(one), self.set(other));
        let in_set = |set: usize| {
            siblings
                .iter()
                .filter(move |sibling| self.set(**sibling) == set)
                .filter_map(|sibling| self.members.get(*sibling))
        };
        in_set(one).all(|ours| in_set(other).all(|theirs| ours.scope != theirs.scope))
    }

    fn outputs_meet(&self, one: usize, other: usize) -> bool {
        self.of_set(one).filter_map(distinguishing_tokens).any(|tokens| {
            self.of_set(other)
                .filter_map(distinguishing_tokens)
                .any(|others| others == tokens)
        })
    }

    /// Members below this one: all, and whether nothing but steps lies between.
    fn below(&self, outer: usize) -> impl Iterator<Item = (usize, bool)> {
        let node = self.members.get(outer).map(|member| member.node);
        let end = node.map_or(0, |node| self.tree.end(node));
        self.members
            .iter()
            .enumerate()
            .skip(outer + 1)
            .take_while(move |(_, member)| member.node.position() < end)
            .take(BELOW_MAX)
            .map(move |(index, member)| {
                let barrier = self.tree[member.node].barrier();
                (index, barrier < node)
            })
    }

    fn join_below(&mut self, outer: usize) {
        let set = self.set(outer);
        let reachable: Vec<usize> = self
            .below(outer)
            .filter(|(index, is_reachable)| *is_reachable && self.set(*index) != set)
            .map(|(index, _)| index)
            .collect();
        if reachable.is_empty() {
            return;
        }
        if !self.has_usage(set) {
            self.join_without_usage(outer, &reachable);
            return;
        }
        for inner in reachable {
            let (set, below) = (self.set(outer), self.set(inner));
            let is_one = self.outputs_meet(set, below) || !self.has_usage(below);
            if set != below && is_one && self.models_meet(outer, inner) {
                self.join(outer, inner);
            }
        }
    }

    fn join_without_usage(&mut self, outer: usize, reachable: &[usize]) {
        let mut calls: Vec<usize> = reachable
            .iter()
            .filter(|index| self.members.get(**index).is_some_and(|member| !member.is_wrapper))
            .map(|index| self.set(*index))
            .collect();
        calls.sort_unstable();
        calls.dedup();
        match calls.as_slice() {
            [] => {}
            [only] => {
                let is_same = reachable
                    .iter()
                    .any(|inner| self.set(*inner) == *only && self.models_meet(outer, *inner));
                if is_same {
                    self.join(outer, *only);
                }
            }
            _ => {
                if let Some(member) = self.members.get_mut(outer) {
                    member.is_wrapper = true;
                }
            }
        }
    }

    fn models_meet(&self, one: usize, other: usize) -> bool {
        match (self.members.get(one), self.members.get(other)) {
            (Some(one), Some(other)) => model_name::meet(one.models, other.models),
            _ => false,
        }
    }

    /// Marks usage that repeats the sum of calls below, innermost first.
    fn mark_aggregates(&mut self) {
        for outer in (0..self.members.len()).rev() {
            let repeats = self.members.get(outer).is_some_and(Member::has_usage) && self.repeats_below(outer);
            if let Some(member) = self.members.get_mut(outer).filter(|_| repeats) {
                member.is_aggregate = true;
            }
        }
    }

    fn repeats_below(&self, outer: usize) -> bool {
        let Some(own) = self.members.get(outer) else {
            return false;
        };
        let own_set = self.set(outer);
        let mut counted = Vec::new();
        let mut sums = (0_u64, 0_u64);
        let mut is_told_apart = false;
        for (index, is_reachable) in self.below(outer) {
            let set = self.set(index);
            let Some(member) = self.members.get(index) else {
                continue;
            };
            if set == own_set || !member.has_usage() || counted.contains(&set) {
                continue;
            }
            let ids = (own.response_id, self.response_id(set));
            is_told_apart = matches!(ids, (Some(ours), Some(theirs)) if ours != theirs);
            if is_reachable && !is_told_apart {
                return true;
            }
            counted.push(set);
            sums.0 = sums.0.saturating_add(member.input.unwrap_or(0));
            sums.1 = sums.1.saturating_add(member.output.unwrap_or(0));
        }
        // One call told apart by its id is another call, even of equal length.
        let is_other = counted.len() == 1 && is_told_apart;
        let usage = (own.input.unwrap_or(0), own.output.unwrap_or(0));
        !counted.is_empty() && !is_other && usage == sums
    }

    fn into_groups(mut self) -> Vec<Group> {
        self.mark_aggregates();
        let mut groups = Vec::new();
        for set in self.sets.iter() {
            let mut members: Vec<&Member<'_>> = set
                .iter()
                .filter_map(|index| self.members.get(*index))
                .filter(|member| !(member.is_aggregate || member.is_wrapper && set.len() == 1))
                .collect();
            let outputs_differ = {
                let mut outputs = members.iter().filter_map(|member| member.output);
                let first = outputs.next();
                outputs.any(|output| Some(output) != first)
            };
            members.sort_by_key(|member| {
                let wins = outputs_differ && member.is_provider_sdk();
                std::cmp::Reverse((
                    wins,
                    member.has_usage(),
                    member.response_id.is_some(),
                    member.has_messages,
                    self.tree[member.node].is_sent(),
                    self.tree[member.node].depth,
                    std::cmp::Reverse(member.node),
                ))
            });
            if let Some(primary) = members.first().map(|member| member.node) {
                groups.push(Group {
                    primary,
                    members: members.iter().map(|member| member.node).collect(),
                });
            }
        }
        groups
    }
}

/// The count that tells calls apart: output tokens, or the input of an embedding, which has no output.
const fn distinguishing_tokens(member: &Member<'_>) -> Option<(Field, u64)> {
    match (member.output, member.input) {
        (Some(output), _) => Some((Field::OutputTokens, output)),
        (None, Some(input)) => Some((Field::InputTokens, input)),
        (None, None) => None,
    }
}

/// How much of the shorter span the overlap of two covers, in percent; `None` while one has not ended.
pub(super) fn overlap_percent(one: &Node, other: &Node) -> Option<i128> {
    let (one, other) = (one.span(), other.span());
    let (one_end, other_end) = (one.end()?, other.end()?);
    let overlap = one_end.min(other_end).since(one.start.max(other.start));
    let shorter = one.duration_nanos?.min(other.duration_nanos?);
    if overlap < 0 || shorter < 0 {
        return None;
    }
    if shorter == 0 {
        return Some(100);
    }
    Some(i128::from(overlap) * 100 / i128::from(shorter))
}
