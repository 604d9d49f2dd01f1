//! Tools that ran without a span of their own: the conversation shows that the model asked for them and was
//! given their results. Each request repeats the whole history, so every result counts once.

use std::collections::{HashMap, HashSet};

use trace::{Field, Status, Text};

use super::tree::{NodeId, Tree};
use super::twins::Group;

/// An execution that only the conversation shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Inferred {
    /// The tool.
    pub(super) name: Option<Text>,
    /// Call id, where there is one.
    pub(super) call_id: Option<Text>,
    /// How it ended, where the sender wrote it on the result.
    pub(super) status: Option<Status>,
    /// The model call that asked for it, or else the one that was given its result.
    pub(super) seen_at: NodeId,
}

/// The executions that the model calls of a run tell of, in the order they were answered; `None` where the
/// calls tell nothing of tools, not even that none was asked for.
pub(super) fn executions(tree: &Tree, calls: &[Group]) -> Option<Vec<Inferred>> {
    let mut ordered: Vec<&Group> = calls.iter().collect();
    ordered.sort_unstable_by_key(|call| (tree[call.primary].span().start, call.primary));
    let told: Vec<Told<'_>> = ordered.into_iter().map(|call| Told::of(tree, call)).collect();
    let mut found = answered(&told);
    if told.iter().all(|told| told.answers.is_empty()) {
        found = asked_and_gone_on(&told);
    }
    let shows_all = !told.is_empty() && told.iter().all(|told| told.shows_output);
    (shows_all || !found.is_empty()).then_some(found)
}

struct Request<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
}

struct Answer<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    status: Option<Status>,
}

/// What one model call tells of tools.
struct Told<'a> {
    node: NodeId,
    agent: Option<&'a str>,
    requests: Vec<Request<'a>>,
    answers: Vec<Answer<'a>>,
    shows_output: bool,
}

impl<'a> Told<'a> {
    fn of(tree: &'a Tree, call: &Group) -> Self {
        let facts = |node: &NodeId| &tree[*node].span().facts;
        // The member that tells most: one may lack the content that another has.
        let telling = |field: Field| {
            call.members
                .iter()
                .map(facts)
                .max_by_key(|facts| facts.list(field).len())
        };
        let requests = telling(Field::CalledToolNames).map_or_else(Vec::new, |facts| {
            let (ids, names) = (
                facts.list(Field::CalledToolIds),
                facts.list(Field::CalledToolNames),
            );
            (0..ids.len().max(names.len()))
                .map(|index| Request {
                    id: at(ids, index),
                    name: at(names, index),
                })
                .collect()
        });
        let count = |facts: &trace::Facts| {
            let ids = facts.list(Field::AnsweredToolIds).len();
            ids.max(facts.list(Field::AnsweredToolNames).len())
        };
        let answers = call.members.iter().map(facts).max_by_key(|facts| count(facts));
        Self {
            node: call.primary,
            agent: tree[call.primary].span().facts.text(Field::AgentName),
            requests,
            answers: answers.map_or_else(Vec::new, |facts| {
                (0..count(facts))
                    .map(|index| Answer {
                        id: at(facts.list(Field::AnsweredToolIds), index),
                        name: at(facts.list(Field::AnsweredToolNames), index),
                        status: at(facts.list(Field::AnsweredToolStatuses), index).and_then(Status::parse),
                    })
                    .collect()
            }),
            shows_output: call
                .members
                .iter()
                .any(|node| facts(node).text(Field::OutputForm) == Some("messages")),
        }
    }
}

fn at(list: &[Text], index: usize) -> Option<&str> {
    list.get(index).map(Text::as_str).filter(|text| !text.is_empty())
}

/// Every result the models were given, once: told apart by id, or where there is none by its place among the
/// results of that tool in the conversation of that agent.
fn answered(told: &[Told<'_>]) -> Vec<Inferred> {
    let mut names: HashMap<&str, (Option<&str>, NodeId)> = HashMap::new();
    let mut seen_ids: HashSet<&str> = HashSet::new();
    let mut seen_places = HashSet::new();
    let mut found = Vec::new();
    for call in told {
        let mut places: HashMap<Option<&str>, u32> = HashMap::new();
        for answer in &call.answers {
            let is_new = match answer.id {
                Some(id) => seen_ids.insert(id),
                None => {
                    let place = places.entry(answer.name).or_default();
                    *place += 1;
                    seen_places.insert((call.agent, answer.name, *place))
                }
            };
            if !is_new {
                continue;
            }
            let asked = answer.id.and_then(|id| names.get(id));
            let name = answer.name.or_else(|| asked.and_then(|(name, _)| *name));
            found.push(Inferred {
                name: name.map(Text::from),
                call_id: answer.id.map(Text::from),
                status: answer.status,
                seen_at: asked.map_or(call.node, |(_, node)| *node),
            });
        }
        for request in &call.requests {
            if let Some(id) = request.id {
                names.entry(id).or_insert((request.name, call.node));
            }
        }
    }
    found
}

/// Where nothing of the models' input was sent: a tool was run where the model asked for it and was called again.
fn asked_and_gone_on(told: &[Told<'_>]) -> Vec<Inferred> {
    let gone_on = told.len().saturating_sub(1);
    let requests = told
        .iter()
        .take(gone_on)
        .flat_map(|call| call.requests.iter().map(|request| (call.node, request)));
    requests
        .map(|(node, request)| Inferred {
            name: request.name.map(Text::from),
            call_id: request.id.map(Text::from),
            status: None,
            seen_at: node,
        })
        .collect()
}
