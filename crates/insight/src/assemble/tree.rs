//! The tree of a run: every span once, parents before children, in the order things began.
//!
//! Whatever the sender's ids say, this is a forest: a span that names itself or its own descendant as parent is
//! cut loose, and a span whose parent never arrived is adopted by the root of its trace.

use std::ops::Index;
use std::sync::Arc;

use trace::ports::LoggedSpan;
use trace::span::Span;
use trace::{Kind, Record, SpanId, TraceId};

/// A child may begin this much before its parent, or end after it, before its clock is called odd: clocks of
/// one machine differ by less.
const CLOCK_TOLERANCE_NANOS: i64 = 1_000_000;

/// A node of a [`Tree`]. Made by the tree alone, so it always points to one of its nodes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(u32);

impl NodeId {
    /// Place of the node in the order of the tree, from 0.
    #[must_use]
    pub const fn position(self) -> u32 {
        self.0
    }

    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a span came to its place in the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// It has no parent.
    Root,
    /// Its parent is the one it named.
    Child,
    /// Its parent never arrived; it stands below the root of its trace, or at the top where that is missing too.
    Orphan,
    /// It named itself or one of its own descendants as parent; it stands where an orphan would.
    Cut,
}

/// What is odd about the times of a span, seen from its parent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClockMark {
    /// It begins before its parent does: its clock is behind, or its parent's ahead.
    Behind,
    /// It begins after its parent ended.
    Ahead,
    /// It ends before it begins.
    NegativeDuration,
}

/// One span in its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The span, made whole from all its records.
    pub record: Arc<LoggedSpan>,
    /// The node above it.
    pub parent: Option<NodeId>,
    /// How it came there.
    pub place: Place,
    /// Nodes above it.
    pub depth: u32,
    /// What is odd about its times.
    pub clock_mark: Option<ClockMark>,
    /// Position of the call it recorded, among the calls of the run.
    pub call: Option<u32>,
    /// Whether it is the span that counts for that call.
    pub is_primary: bool,
    /// The span it tries again.
    pub retry_of: Option<NodeId>,
    end: u32,
    barrier: Option<NodeId>,
}

impl Node {
    /// The span.
    #[must_use]
    pub fn span(&self) -> &Span {
        &self.record.span
    }

    /// Whether the sender sent it as a span: it was not built from log records.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.record.span.record != Record::Log
    }

    /// The nearest agent or tool above it that its sender placed it under.
    pub(super) const fn barrier(&self) -> Option<NodeId> {
        self.barrier
    }
}

/// The spans of a run, each once, parents before children.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Index<NodeId> for Tree {
    type Output = Node;

    #[expect(
        clippy::indexing_slicing,
        reason = "only this tree makes its node ids, and it never loses a node"
    )]
    fn index(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }
}

impl Tree {
    /// The tree of these records.
    pub(crate) fn of(records: &[Arc<LoggedSpan>]) -> Self {
        Self::build(super::records::merge(records))
    }

    /// Builds the tree of whole spans, sorted by trace and span id, each once.
    pub(super) fn build(records: Vec<Arc<LoggedSpan>>) -> Self {
        let mut links = Links::of(&records);
        links.cut_cycles(&records);
        links.adopt(&records);
        links.into_tree(records)
    }

    /// How many spans there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All nodes with their ids, parents before children.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> + ExactSizeIterator {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (id_of(index), node))
    }

    /// All nodes, parents before children.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes at the top, in the order they began.
    pub fn tops(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.iter().filter(|(_, node)| node.parent.is_none())
    }

    /// The nodes above one, nearest first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self[id].parent, |above| self[*above].parent)
    }

    /// Whether `above` is an ancestor of `below`.
    #[must_use]
    pub fn is_above(&self, above: NodeId, below: NodeId) -> bool {
        above.0 < below.0 && below.0 < self[above].end
    }

    /// The first node behind the descendants of this one.
    pub(super) fn end(&self, id: NodeId) -> u32 {
        self[id].end
    }

    pub(super) fn set_call(&mut self, id: NodeId, call: u32, is_primary: bool) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.call = Some(call);
            node.is_primary = is_primary;
        }
    }

    pub(super) fn set_retry(&mut self, id: NodeId, of: NodeId) {
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.retry_of = Some(of);
        }
    }
}

/// Run sizes are bounded far below 2^32 by what one answer may hold.
fn id_of(index: usize) -> NodeId {
    NodeId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// Parents by index into the records, while the tree is made.
struct Links {
    parents: Vec<Option<usize>>,
    places: Vec<Place>,
}

impl Links {
    fn of(records: &[Arc<LoggedSpan>]) -> Self {
        let mut parents = Vec::with_capacity(records.len());
        let mut places = Vec::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            let span = &record.span;
            let (parent, place) = match span.parent_id {
                None => (None, Place::Root),
                Some(parent_id) => match find(records, span.trace_id, parent_id) {
                    Some(parent) if parent == index => (None, Place::Cut),
                    Some(parent) => (Some(parent), Place::Child),
                    None => (None, Place::Orphan),
                },
            };
            parents.push(parent);
            places.push(place);
        }
        Self { parents, places }
    }

    fn parent(&self, index: usize) -> Option<usize> {
        self.parents.get(index).copied().flatten()
    }

    /// Walks up from every span once; a walk that meets its own trail found a cycle, which is cut at its
    /// earliest span.
    fn cut_cycles(&mut self, records: &[Arc<LoggedSpan>]) {
        const UNSEEN: usize = 0;
        let mut trail_of = vec![UNSEEN; self.parents.len()];
        for start in 0..self.parents.len() {
            let trail = start + 1;
            let mut next = Some(start);
            while let Some(index) = next {
                match trail_of.get_mut(index) {
                    Some(seen) if *seen == UNSEEN => *seen = trail,
                    Some(seen) if *seen == trail => {
                        self.cut(index, records);
                        break;
                    }
                    _ => break,
                }
                next = self.parent(index);
            }
        }
    }

    fn cut(&mut self, member: usize, records: &[Arc<LoggedSpan>]) {
        let order = |index: usize| {
            records
                .get(index)
                .map(|record| (record.span.start, record.span.span_id))
        };
        let mut earliest = member;
        let mut next = self.parent(member);
        while let Some(index) = next.filter(|index| *index != member) {
            if order(index) < order(earliest) {
                earliest = index;
            }
            next = self.parent(index);
        }
        if let (Some(parent), Some(place)) = (self.parents.get_mut(earliest), self.places.get_mut(earliest)) {
            *parent = None;
            *place = Place::Cut;
        }
    }

    /// Puts what lost its parent below the root of its trace, where there is one.
    fn adopt(&mut self, records: &[Arc<LoggedSpan>]) {
        let mut start = 0;
        for group in records.chunk_by(|one, other| one.span.trace_id == other.span.trace_id) {
            let range = start..start + group.len();
            start = range.end;
            let place = |index: &usize| self.places.get(*index).copied();
            let root = range
                .clone()
                .filter(|index| place(index) == Some(Place::Root))
                .min_by_key(|index| {
                    records.get(*index).map(|record| {
                        let span = &record.span;
                        (span.record == Record::Log, span.start, span.span_id)
                    })
                });
            for index in range {
                if matches!(self.places.get(index), Some(Place::Orphan | Place::Cut))
                    && let Some(parent) = self.parents.get_mut(index)
                {
                    *parent = root;
                }
            }
        }
    }

    /// Numbers the spans parents first, siblings in the order they began.
    fn into_tree(self, records: Vec<Arc<LoggedSpan>>) -> Tree {
        let mut by_start: Vec<usize> = (0..records.len()).collect();
        by_start.sort_unstable_by_key(|index| {
            records.get(*index).map(|record| {
                let span = &record.span;
                (span.start, span.trace_id, span.span_id)
            })
        });
        let mut first_child: Vec<Option<usize>> = vec![None; records.len()];
        let mut next_sibling: Vec<Option<usize>> = vec![None; records.len()];
        let mut stack = Vec::new();
        for index in by_start.into_iter().rev() {
            match self.parent(index) {
                None => stack.push((index, None)),
                Some(parent) => {
                    if let (Some(child), Some(sibling)) =
                        (first_child.get_mut(parent), next_sibling.get_mut(index))
                    {
                        *sibling = child.replace(index);
                    }
                }
            }
        }
        let mut records: Vec<Option<Arc<LoggedSpan>>> = records.into_iter().map(Some).collect();
        let mut tree = Tree {
            nodes: Vec::with_capacity(records.len()),
        };
        while let Some((index, parent)) = stack.pop() {
            let Some(record) = records.get_mut(index).and_then(Option::take) else {
                continue;
            };
            let place = self.places.get(index).copied().unwrap_or(Place::Root);
            let id = tree.push(record, parent, place);
            if let Some(sibling) = next_sibling.get(index).copied().flatten() {
                stack.push((sibling, parent));
            }
            if let Some(child) = first_child.get(index).copied().flatten() {
                stack.push((child, Some(id)));
            }
        }
        tree.close();
        tree
    }
}

impl Tree {
    fn push(&mut self, record: Arc<LoggedSpan>, parent: Option<NodeId>, place: Place) -> NodeId {
        let id = id_of(self.nodes.len());
        let above = parent.map(|parent| &self[parent]);
        let barrier = match above {
            Some(above) if place == Place::Child => match above.span().kind {
                Kind::Agent | Kind::Tool => parent,
                _ => above.barrier,
            },
            // Where the sender's own chain of parents is broken, nothing is known to lie between.
            _ => parent,
        };
        let node = Node {
            depth: above.map_or(0, |above| above.depth.saturating_add(1)),
            clock_mark: clock_mark(
                &record.span,
                above.filter(|_| place == Place::Child).map(Node::span),
            ),
            record,
            parent,
            place,
            call: None,
            is_primary: false,
            retry_of: None,
            end: id.0.saturating_add(1),
            barrier,
        };
        self.nodes.push(node);
        id
    }

    /// Lets every node know where its descendants end.
    fn close(&mut self) {
        for index in (0..self.nodes.len()).rev() {
            let Some((parent, end)) = self.nodes.get(index).map(|node| (node.parent, node.end)) else {
                continue;
            };
            if let Some(above) = parent.and_then(|parent| self.nodes.get_mut(parent.index())) {
                above.end = above.end.max(end);
            }
        }
    }
}

fn find(records: &[Arc<LoggedSpan>], trace_id: TraceId, span_id: SpanId) -> Option<usize> {
    records
        .binary_search_by_key(&(trace_id, span_id), |record| {
            (record.span.trace_id, record.span.span_id)
        })
        .ok()
}

fn clock_mark(span: &Span, parent: Option<&Span>) -> Option<ClockMark> {
    if span.duration_nanos.is_some_and(|nanos| nanos < 0) {
        return Some(ClockMark::NegativeDuration);
    }
    let parent = parent?;
    if span.start.plus_nanos(CLOCK_TOLERANCE_NANOS) < parent.start {
        return Some(ClockMark::Behind);
    }
    let is_after = parent
        .end()
        .is_some_and(|end| span.start > end.plus_nanos(CLOCK_TOLERANCE_NANOS));
    is_after.then_some(ClockMark::Ahead)
}
