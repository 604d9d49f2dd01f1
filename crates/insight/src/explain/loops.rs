//! Loops: one call made again and again, equal in tool, arguments and result, while nothing it could depend on
//! changed. The decision to make it the second time is where the loop was entered.
//!
//! Known to mislead: polling, where the same call is meant to be made until its answer changes; that it did not
//! change is still worth a look.

use std::collections::HashMap;

use super::Rule;
use super::findings::{Findings, called};
use crate::subject::effect::Effects;
use crate::subject::shape::Shape;
use crate::subject::{Part, Subject};

/// From this many equal calls on it is a loop.
pub(crate) const LOOP_CALLS_MIN: usize = 3;
/// Most other calls between two equal ones: a loop may go round over several calls.
const CALLS_BETWEEN_MAX: usize = 2;

/// A tool and the key of its arguments.
type Call<'a> = (&'a str, &'a str);

/// Equal calls so far, with the result they all had.
struct Round<'a> {
    result: Option<&'a str>,
    calls: Vec<usize>,
    last_place: usize,
}

/// A loop: indices of the equal calls, at least [`LOOP_CALLS_MIN`]. What a person said in between, or a change of
/// state, is a reason to ask again.
pub(crate) fn of(subject: &Subject, effects: &Effects) -> Vec<Vec<usize>> {
    let mut open: HashMap<Call<'_>, Round<'_>> = HashMap::new();
    let mut loops = Vec::new();
    let mut place = 0;
    for (index, step) in subject.steps.iter().enumerate() {
        if step.part == Part::Message {
            loops.extend(open.drain().map(|(_, round)| round.calls));
        }
        let (Some(tool), Some(arguments)) = (step.tool(), step.arguments_key()) else {
            continue;
        };
        place += 1;
        let result = step.result.as_ref().map(Shape::key);
        let new = || Round {
            result,
            calls: Vec::new(),
            last_place: place,
        };
        let round = open.entry((tool, arguments)).or_insert_with(new);
        if round.result != result || place > round.last_place + 1 + CALLS_BETWEEN_MAX {
            loops.push(std::mem::replace(round, new()).calls);
        }
        round.calls.push(index);
        round.last_place = place;
        if step.is_done() && effects.changes_state(tool) {
            let own = open.remove_entry(&(tool, arguments));
            loops.extend(open.drain().map(|(_, round)| round.calls));
            open.extend(own);
        }
    }
    loops.extend(open.into_values().map(|round| round.calls));
    loops.retain(|calls| calls.len() >= LOOP_CALLS_MIN);
    loops.sort_unstable();
    loops
}

pub(super) fn find(findings: &mut Findings<'_>, effects: &Effects) {
    let subject = findings.subject;
    for calls in of(subject, effects) {
        let [_, second, .., last] = calls.as_slice() else {
            continue;
        };
        let Some(step) = subject.step(*second) else {
            continue;
        };
        let reason = format!(
            "{} was called {} times with the same arguments and the same result; the first repeat was decided here.",
            called(step),
            calls.len()
        );
        let shown = findings.shows(*last, format!("the last of {} equal calls", calls.len()));
        findings.add(Rule::LoopEntry, *second, reason, shown);
    }
}
