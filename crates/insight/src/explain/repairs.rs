//! Calls that failed and were never repaired: because of what the run itself had changed before (lock), or by
//! themselves (misfire).
//!
//! Known to mislead: a call that was bound to fail whatever the run did, as the person asked for what cannot be done.

use std::collections::BTreeSet;

use trace::Text;

use super::Rule;
use super::findings::{Findings, called};
use crate::subject::Step;
use crate::subject::effect::Effects;

/// Most calls that are compared with each other: the first of a run.
const CHANGES_MAX: usize = 1_000;

pub(super) fn find(findings: &mut Findings<'_>, effects: &Effects) {
    let subject = findings.subject;
    let changes: Vec<(usize, &str, &Step, BTreeSet<Text>)> = subject
        .tools()
        .filter(|(_, tool, _)| effects.changes_state(tool))
        .take(CHANGES_MAX)
        .map(|(index, tool, step)| (index, tool, step, entities(step)))
        .collect();
    let mut has_misfire = false;
    let mut locks: BTreeSet<usize> = BTreeSet::new();
    for (place, (index, tool, step, things)) in changes.iter().enumerate() {
        if step.is_done() {
            continue;
        }
        let meets = |other: &BTreeSet<Text>| things.is_empty() || !things.is_disjoint(other);
        let is_repaired = changes
            .iter()
            .skip(place + 1)
            .filter(|(_, _, later, _)| later.is_done())
            .any(|(_, other, later, theirs)| (other == tool && meets(theirs)) || does_the_same(step, later));
        if is_repaired {
            continue;
        }
        let before = changes.iter().take(place);
        let changed_before = before.clone().find(|(_, other, earlier, theirs)| {
            earlier.is_done() && other != tool && !things.is_empty() && !things.is_disjoint(theirs)
        });
        // What failed already before the change is not locked by it.
        let failed_before = |since: usize| {
            before.clone().any(|(earlier, other, step, theirs)| {
                *earlier < since && other == tool && !step.is_done() && meets(theirs)
            })
        };
        match changed_before.filter(|(since, ..)| !failed_before(*since)) {
            Some((since, _, earlier, _)) => {
                if !locks.insert(*since) {
                    continue;
                }
                let reason = format!(
                    "{} changed a thing that {} was to change later; that call then failed and was never repaired.",
                    called(earlier),
                    called(step)
                );
                let shown = findings.shows(*index, format!("{} failed on the same thing here", called(step)));
                findings.add(Rule::Lock, *since, reason, shown);
            }
            None if !has_misfire => {
                has_misfire = true;
                let reason = format!(
                    "{} was to change something, failed, and no later call did what it was to do.",
                    called(step)
                );
                let shown = findings.shows(*index, format!("{} failed here", called(step)));
                findings.add(Rule::Misfire, *index, reason, shown);
            }
            None => {}
        }
    }
}

/// Names of things that a call was given, as tokens.
fn entities(step: &Step) -> BTreeSet<Text> {
    let entities = step.arguments.iter().flat_map(|shape| shape.entities());
    entities.map(Text::from).collect()
}

/// Whether a call of another tool was given all the values of a failed one: what that was to do took place in
/// another way. One value alone is a thing both speak of.
fn does_the_same(failed: &Step, later: &Step) -> bool {
    match (&failed.arguments, &later.arguments) {
        (Some(wanted), Some(given)) => {
            wanted.leaves().len() > 1 && wanted.common(given) == wanted.leaves().len()
        }
        _ => false,
    }
}
