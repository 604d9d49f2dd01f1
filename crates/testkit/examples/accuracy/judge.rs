//! Explains every run and holds the explanation against the labels.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use insight::explain::{self, Explanation, HIGH_CONFIDENCE, Settings, Verdict};
use insight::subject::Subject;
use trace::Outcome;

use crate::fit;
use crate::runs::Labelled;

/// Parts of the cross-validation.
const FOLDS: u64 = 10;

/// How often something was so, among how many.
#[derive(Clone, Copy, Default)]
pub(crate) struct Share {
    pub(crate) hits: u32,
    pub(crate) of: u32,
}

impl Share {
    fn add(&mut self, is_so: bool) {
        self.hits += u32::from(is_so);
        self.of += 1;
    }
}

/// All figures at one capture level.
#[derive(Default)]
pub(crate) struct Judged {
    pub(crate) shares: BTreeMap<String, Share>,
    pub(crate) slowest: Duration,
    pub(crate) slowest_steps: usize,
    pub(crate) per_fifty_steps: Duration,
    pub(crate) misses: Vec<String>,
}

/// Explains every run, each with the successful runs of its task and with weights that were fitted without its task.
pub(crate) fn judge(runs: &[Labelled]) -> Judged {
    let mut judged = Judged::default();
    let samples = fit::samples(runs);
    let folds: Vec<Settings> = (0..FOLDS)
        .map(|fold| Settings {
            models: fit::models(&samples, |task_id| fold_of(task_id) != fold),
            ..Settings::default()
        })
        .collect();
    let mut times: Vec<(usize, Duration)> = Vec::new();
    for run in runs {
        let peers: Vec<Subject> = runs
            .iter()
            .filter(|peer| {
                peer.data_set == run.data_set
                    && peer.label.task_id == run.label.task_id
                    && peer.label.is_success
                    && peer.subject.run.run_id != run.subject.run.run_id
            })
            .map(|peer| peer.subject.clone())
            .collect();
        let Some(settings) = folds.get(usize::try_from(fold_of(&run.label.task_id)).unwrap_or(0)) else {
            continue;
        };
        let begun = Instant::now();
        let explanation = explain::explain(&run.subject, &peers, settings);
        times.push((run.subject.steps.len(), begun.elapsed()));
        if run.label.is_success {
            // A run known to have succeeded is not explained at all; one nobody judged is.
            let mut unjudged = run.subject.clone();
            unjudged.run.outcome = Outcome::Unknown;
            let blamed = explain::explain(&unjudged, &peers, settings).verdict == Verdict::Found;
            let name = "successes blamed where nobody says that they are";
            judged.shares.entry(name.to_owned()).or_default().add(blamed);
        }
        hold_against(&mut judged, run, peers.len(), &explanation);
    }
    if let Some((steps, time)) = times.iter().copied().max_by_key(|(_, time)| *time) {
        (judged.slowest_steps, judged.slowest) = (steps, time);
    }
    let mut per_fifty: Vec<Duration> = times
        .iter()
        .filter(|(steps, _)| *steps >= 10)
        .map(|(steps, time)| *time * 50 / u32::try_from(*steps).unwrap_or(u32::MAX))
        .collect();
    per_fifty.sort_unstable();
    // Wall time of a busy machine: the 95th percentile, not the one that was interrupted.
    judged.per_fifty_steps = per_fifty
        .get(per_fifty.len() * 95 / 100)
        .copied()
        .unwrap_or_default();
    judged
}

/// The part of the cross-validation a task belongs to.
fn fold_of(task_id: &str) -> u64 {
    let hash = task_id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (hash >> 17) % FOLDS
}

fn hold_against(judged: &mut Judged, run: &Labelled, peers: usize, explanation: &Explanation) {
    let mut count = |name: String, is_so: bool| judged.shares.entry(name).or_default().add(is_so);
    let best = explanation.candidates.first();
    let data_set = match run.label.subset.as_str() {
        "" => run.data_set.clone(),
        subset => format!("{} {subset}", run.data_set),
    };
    if run.label.is_success {
        count("successes blamed".to_owned(), best.is_some());
        return;
    }
    let mut wrong = Vec::new();
    let found = |wanted| {
        explanation
            .candidates
            .iter()
            .position(|candidate| candidate.span_id == wanted)
    };
    if let Some(wanted) = run.label.human {
        let place = found(wanted);
        count(format!("{data_set}: human, exact"), place == Some(0));
        count(format!("{data_set}: human, top 3"), place.is_some());
        if place != Some(0) {
            wrong.push(("human", wanted));
        }
    }
    if let Some((kind, wanted)) = run.label.derived.as_ref() {
        let with = if peers > 0 {
            "with a successful peer"
        } else {
            "alone"
        };
        let place = found(*wanted);
        count(format!("{data_set}: {kind} {with}, exact"), place == Some(0));
        count(format!("{data_set}: {kind} {with}, top 3"), place.is_some());
        if kind == "wrong_write" && peers > 0 {
            count(
                "all: first wrong change with a successful peer, exact".to_owned(),
                place == Some(0),
            );
        }
        if place != Some(0) {
            wrong.push(("derived", *wanted));
        }
    }
    let wanted = run
        .label
        .human
        .or(run.label.derived.as_ref().map(|(_, span)| *span));
    if let (Some(best), Some(wanted)) = (best, wanted) {
        let level = if best.confidence >= HIGH_CONFIDENCE {
            "high"
        } else {
            "lower"
        };
        count(format!("right where it says {level}"), best.span_id == wanted);
        count(
            format!("right by rule {}", best.rule.as_str()),
            best.span_id == wanted,
        );
    } else if wanted.is_some() {
        count("nothing found".to_owned(), true);
    }
    for (whose, wanted) in wrong {
        judged.misses.push(miss(run, whose, wanted, explanation));
    }
}

fn miss(run: &Labelled, whose: &str, wanted: trace::SpanId, explanation: &Explanation) -> String {
    let steps = &run.subject.steps;
    let step = steps.iter().find(|step| step.span_id == wanted);
    let candidates: Vec<String> = explanation
        .candidates
        .iter()
        .map(|candidate| {
            format!(
                "{} {} {:.2}",
                candidate.step,
                candidate.rule.as_str(),
                candidate.confidence
            )
        })
        .collect();
    format!(
        "{} {} ({} steps): {whose} says {}, found [{}]",
        run.data_set,
        run.label.task_id,
        steps.len(),
        step.map_or("a span that is no step".to_owned(), |step| format!(
            "{} {}",
            step.number, step.name
        )),
        candidates.join(", ")
    )
}
