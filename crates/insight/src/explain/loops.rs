//! Loops: one call made again and again, equal in tool, arguments and result, while nothing it could depend on
//! changed. The decision to make it the second time is where the loop was entered.
//!
//! Known to mislead: polling, where the same call is meant to be made until its answer changes; that it did not
//! change is still worth a look.

use std::collections::HashMap;

use super::Rule;
use super::findings::{Findings, called};
use crate::subject::Subject;
use crate::subject::effect::Effects;

/// From this many equal calls on it is a loop.
pub(crate) const LOOP_CALLS_MIN: usize = 3;

/// A tool and the key of its arguments.
type Call<'a> = (&'a str, &'a str);

/// A loop: indices of the equal calls, at least [`LOOP_CALLS_MIN`].
pub(crate) fn of(subject: &Subject, effects: &Effects) -> Vec<Vec<usize>> {
    let mut open: HashMap<Call<'_>, (Option<&str>, Vec<usize>)> = HashMap::new();
    let mut loops = Vec::new();
    for (index, tool, step) in subject.tools() {
        let Some(arguments) = step.arguments_key() else {
            continue;
        };
        let result = step.result.as_ref().map(crate::subject::shape::Shape::key);
        let entry = open
            .entry((tool, arguments))
            .or_insert_with(|| (result, Vec::new()));
        if entry.0 == result {
            entry.1.push(index);
        } else {
            let ended = std::mem::replace(entry, (result, vec![index]));
            loops.push(ended.1);
        }
        // After another change the same question is worth asking again.
        if step.is_done() && effects.changes_state(tool) {
            let kept = open.remove_entry(&(tool, arguments));
            loops.extend(open.drain().map(|(_, (_, calls))| calls));
            open.extend(kept);
        }
    }
    loops.extend(open.into_values().map(|(_, calls)| calls));
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
