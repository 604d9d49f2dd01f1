//! A run beside runs of the same task that reached the goal: what they changed, and what they did not.
//!
//! Only changes of state are compared, not every call: two runs that succeed read in many orders, but leave the same
//! world. A change is the tool and its arguments, in a form that spelling and the order of lists do not alter.
//!
//! Known to mislead: several ways to the goal of which the successes at hand took one; a value that has to differ
//! from run to run, such as a time or an id made by the client.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trace::RunId;

use super::findings::{Findings, called, evidence, listed};
use super::{Evidence, Rule};
use crate::subject::effect::Effects;
use crate::subject::{Part, Step, Subject};

/// A change that took place: the tool and the key of its arguments.
type Change<'a> = (&'a str, &'a str);

pub(super) fn find(findings: &mut Findings<'_>, peers: &[&Subject], effects: &Effects) {
    if peers.is_empty() {
        return;
    }
    extra(findings, peers, effects);
    missing(findings, peers, effects);
}

fn changes<'a>(
    subject: &'a Subject,
    effects: &Effects,
) -> impl Iterator<Item = (usize, Change<'a>, &'a Step)> {
    subject
        .tools()
        .filter(|(_, tool, step)| step.is_done() && effects.changes_state(tool))
        .filter_map(|(index, tool, step)| Some((index, (tool, step.arguments_key()?), step)))
}

/// The first change that no success made, or made so often.
fn extra(findings: &mut Findings<'_>, peers: &[&Subject], effects: &Effects) {
    let mut made: HashMap<Change<'_>, usize> = HashMap::new();
    for peer in peers {
        let mut times: HashMap<Change<'_>, usize> = HashMap::new();
        for (_, change, _) in changes(peer, effects) {
            *times.entry(change).or_default() += 1;
        }
        for (change, times) in times {
            let most = made.entry(change).or_default();
            *most = (*most).max(times);
        }
    }
    let subject = findings.subject;
    let mut times: HashMap<Change<'_>, usize> = HashMap::new();
    let first = changes(subject, effects).find(|(_, change, _)| {
        let times = times.entry(*change).or_default();
        *times += 1;
        *times > made.get(change).copied().unwrap_or(0)
    });
    let Some((index, change, step)) = first else {
        return;
    };
    let is_repeat = made.contains_key(&change);
    let nearest = nearest(step, peers, effects);
    let mut shown = findings.shows(index, format!("{} succeeded here", called(step)));
    let reason = match nearest {
        _ if is_repeat => format!(
            "The run called {} once more with arguments that every comparable success used less often.",
            called(step)
        ),
        Some(near) => {
            let paths = listed(&near.arguments);
            let reason = format!(
                "The run called {} with other values of {paths} than any of the {} successful runs of the same task.",
                called(step),
                peers.len()
            );
            shown.push(near);
            reason
        }
        None => format!(
            "The run called {}, which changes state, and none of the {} successful runs of the same task did.",
            called(step),
            peers.len()
        ),
    };
    findings.add(Rule::ChangeNoSuccessMade, index, reason, shown);
}

/// The change of a success that is most like a step: same tool, most arguments in common.
fn nearest(step: &Step, peers: &[&Subject], effects: &Effects) -> Option<Evidence> {
    let arguments = step.arguments.as_ref()?;
    let tool = step.tool()?;
    let like = peers.iter().flat_map(|peer| {
        changes(peer, effects)
            .filter(|(_, change, _)| change.0 == tool)
            .filter_map(|(.., other)| Some((*peer, other, other.arguments.as_ref()?)))
    });
    let (peer, other, theirs) = like.max_by_key(|(.., theirs)| arguments.common(theirs))?;
    let shows = format!("a successful run called `{tool}` with other values here");
    Some(evidence(peer, other, shows, arguments.differing_paths(theirs)))
}

/// Changes that every success made and this run did not: where it tried and failed, else where it ended.
fn missing(findings: &mut Findings<'_>, peers: &[&Subject], effects: &Effects) {
    let subject = findings.subject;
    let made: BTreeSet<Change<'_>> = changes(subject, effects).map(|(_, change, _)| change).collect();
    let mut in_peers: BTreeMap<Change<'_>, Vec<(&RunId, Evidence)>> = BTreeMap::new();
    for peer in peers {
        for (_, change, step) in changes(peer, effects) {
            let shows = format!("a successful run called {} here", called(step));
            let item = (&peer.run.run_id, evidence(peer, step, shows, Vec::new()));
            let known = in_peers.entry(change).or_default();
            if known.last().is_none_or(|(run_id, _)| *run_id != item.0) {
                known.push(item);
            }
        }
    }
    let all = in_peers
        .into_iter()
        .filter(|(change, by)| by.len() == peers.len() && !made.contains(change));
    for ((tool, arguments), by) in all {
        let shown: Vec<Evidence> = by.into_iter().take(1).map(|(_, evidence)| evidence).collect();
        let tried = subject.tools().find(|(_, other, step)| {
            *other == tool && !step.is_done() && step.arguments_key() == Some(arguments)
        });
        if let Some((index, ..)) = tried {
            let reason = format!(
                "Every successful run of the same task called `{tool}` so; here the call failed and what it was to do \
                 never took place."
            );
            findings.add(Rule::ChangeNotAchieved, index, reason, shown);
        } else if let Some(index) = last_decision(subject) {
            let reason = format!(
                "Every successful run of the same task called `{tool}`, with the same arguments; this run ended \
                 without."
            );
            findings.add(Rule::ChangeMissing, index, reason, shown);
        }
    }
}

fn last_decision(subject: &Subject) -> Option<usize> {
    subject.steps.iter().rposition(|step| step.part == Part::Decision)
}
