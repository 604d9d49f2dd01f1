//! Context that was wrong before any decision was: a search that found nothing, an older version of a document than
//! the run saw elsewhere, other documents than every successful run was given.

use std::collections::{BTreeMap, BTreeSet};

use trace::{Field, Kind};

use super::Rule;
use super::findings::{Findings, called};
use crate::subject::{Part, Step, Subject};

type Document<'a> = (&'a str, &'a str);

fn documents(step: &Step) -> impl Iterator<Item = Document<'_>> {
    let versions = step.facts.list(Field::DocumentVersions);
    step.facts
        .list(Field::DocumentIds)
        .iter()
        .enumerate()
        .map(|(place, id)| {
            (
                id.as_str(),
                versions.get(place).map_or("", |version| version.as_str()),
            )
        })
}

fn searches(subject: &Subject) -> impl Iterator<Item = (usize, &Step)> {
    subject
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| matches!(step.kind, Kind::Retrieval | Kind::Memory))
}

/// A search that found nothing, and was not made again with more luck before the run went on to decide.
pub(super) fn find_empty(findings: &mut Findings<'_>) {
    let subject = findings.subject;
    let found = searches(subject).find(|(_, step)| step.found_nothing());
    let Some((index, step)) = found else { return };
    let has_later = searches(subject).any(|(later, step)| later > index && !step.found_nothing());
    let next = subject
        .steps
        .iter()
        .enumerate()
        .skip(index + 1)
        .find(|(_, step)| step.part == Part::Decision);
    if let Some((next, _)) = next.filter(|_| !has_later) {
        let reason = format!(
            "{} found nothing, and the run went on without looking elsewhere.",
            called(step)
        );
        let shown = findings.shows(index, "the search that found nothing".to_owned());
        findings.add(Rule::PoorContext, next, reason, shown);
    }
}

/// A search whose documents no success was given, where all successes were given some that this run never saw.
pub(super) fn unlike_peers(findings: &mut Findings<'_>, peers: &[&Subject]) {
    let of_peers: Vec<BTreeSet<Document<'_>>> = peers
        .iter()
        .map(|peer| searches(peer).flat_map(|(_, step)| documents(step)).collect())
        .collect();
    let [first, others @ ..] = of_peers.as_slice() else {
        return;
    };
    let shared: BTreeSet<Document<'_>> = first
        .iter()
        .filter(|document| others.iter().all(|other| other.contains(*document)))
        .copied()
        .collect();
    let versions: BTreeMap<&str, &str> = shared.iter().copied().collect();
    let subject = findings.subject;
    let seen: BTreeSet<Document<'_>> = searches(subject).flat_map(|(_, step)| documents(step)).collect();
    if shared.is_subset(&seen) {
        return;
    }
    for (index, step) in searches(subject) {
        let is_stale =
            documents(step).any(|(id, version)| versions.get(id).is_some_and(|known| *known != version));
        let is_strange =
            documents(step).any(|document| of_peers.iter().all(|peer| !peer.contains(&document)));
        let shown = findings.shows(index, "the search in question".to_owned());
        if is_stale {
            let reason = format!(
                "{} returned another version of a document than every successful run of the same task was given.",
                called(step)
            );
            findings.add_at(Rule::StaleContext, index, reason, shown);
            return;
        }
        if is_strange {
            let reason = format!(
                "{} returned documents that no successful run of the same task was given, and not those that all of \
                 them were.",
                called(step)
            );
            findings.add_at(Rule::OtherContext, index, reason, shown);
            return;
        }
    }
}
