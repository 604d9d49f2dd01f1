//! Which spans may have recorded a call at all, and what each shows of it.

use std::collections::HashSet;

use trace::{Field, Kind, Record, Status, UsageScope};

use super::tree::{Node, NodeId, Tree};

/// What one span shows of a call.
pub(super) struct Member<'a> {
    pub(super) node: NodeId,
    pub(super) response_id: Option<&'a str>,
    pub(super) models: [Option<&'a str>; 2],
    pub(super) scope: Option<&'a str>,
    pub(super) input: Option<u64>,
    pub(super) output: Option<u64>,
    pub(super) has_messages: bool,
    pub(super) is_aggregate: bool,
    pub(super) is_wrapper: bool,
}

impl<'a> Member<'a> {
    fn of(id: NodeId, node: &'a Node) -> Self {
        let facts = &node.span().facts;
        Self {
            node: id,
            response_id: facts.text(Field::ResponseId),
            models: [
                facts.text(Field::ModelRequested),
                facts.text(Field::ModelAnswered),
            ],
            scope: facts.text(Field::Scope),
            input: count(node, Field::InputTokens),
            output: count(node, Field::OutputTokens),
            has_messages: facts.text(Field::OutputForm) == Some("messages"),
            is_aggregate: facts.text(Field::UsageScope) == Some(UsageScope::Aggregate.as_str()),
            is_wrapper: false,
        }
    }

    /// Whether it reports usage that is its own.
    pub(super) const fn has_usage(&self) -> bool {
        !self.is_aggregate && (self.input.is_some() || self.output.is_some())
    }

    /// Whether the provider's own SDK recorded it.
    pub(super) fn is_provider_sdk(&self) -> bool {
        self.scope
            .is_some_and(|scope| scope.starts_with("com.anthropic.sdk."))
    }
}

/// A token count of a span; a negative one is none.
pub(super) fn count(node: &Node, field: Field) -> Option<u64> {
    u64::try_from(node.span().facts.int(field)?).ok()
}

/// How strongly a span of kind model shows that a call was made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Evidence {
    None,
    /// Some output of unknown form, as OpenInference writes on wrappers and calls alike.
    Value,
    Strong,
}

fn evidence(node: &Node) -> Evidence {
    let span = node.span();
    let facts = &span.facts;
    if facts.flag(Field::NoInference) == Some(true) {
        return Evidence::None;
    }
    let failed = matches!(span.status, Status::Error | Status::Cancelled);
    let form = facts.text(Field::OutputForm);
    let shows = failed
        || form == Some("messages")
        || facts.get(Field::InputTokens).is_some()
        || facts.get(Field::OutputTokens).is_some()
        || facts.get(Field::ResponseId).is_some()
        || facts.get(Field::FinishReasons).is_some()
        || facts.get(Field::ErrorClass).is_some();
    match form {
        _ if shows => Evidence::Strong,
        Some("value") if facts.text(Field::Dialect) == Some("openinference") => Evidence::Value,
        Some("value") => Evidence::Strong,
        _ => Evidence::None,
    }
}

/// The spans of a kind that may have recorded a call, parents before children.
pub(super) fn candidates(tree: &Tree, kind: Kind) -> Vec<Member<'_>> {
    let of_kind = tree.iter().filter(|(_, node)| node.span().kind == kind);
    if kind != Kind::Model {
        return of_kind
            .filter(|(_, node)| node.span().record != Record::Started)
            .map(|(id, node)| Member::of(id, node))
            .collect();
    }
    let shown: Vec<_> = of_kind.map(|(id, node)| (id, node, evidence(node))).collect();
    let place = |node: &'_ Node| {
        let scope = node.span().facts.text(Field::Scope).unwrap_or_default();
        (node.span().trace_id, scope.to_owned())
    };
    let mut told = HashSet::new();
    if shown.iter().any(|(.., evidence)| *evidence == Evidence::Value) {
        let strong = shown
            .iter()
            .filter(|(.., evidence)| *evidence == Evidence::Strong);
        told.extend(strong.map(|(_, node, _)| place(node)));
    }
    shown
        .iter()
        .filter(|(_, node, evidence)| match evidence {
            Evidence::Strong => true,
            Evidence::Value => !told.contains(&place(node)),
            Evidence::None => false,
        })
        .map(|(id, node, _)| Member::of(*id, node))
        .collect()
}
