//! Fits the weights of the score: the labelled decision shall have the largest share among those of its run.
//!
//! A conditional logit with a quadratic penalty, by plain gradient ascent: deterministic, no randomness.

use std::collections::{BTreeMap, HashSet};

use insight::explain::score::{FEATURES, Features, Models, Weights, features};
use insight::subject::effect::Effects;
use trace::SpanId;

use crate::runs::Labelled;

/// Pulls weights towards 0; chosen once by cross-validation.
const PENALTY: f64 = 0.02;
/// Steps of the ascent.
const ROUNDS: usize = 600;
/// Length of a step.
const RATE: f64 = 0.2;

/// One labelled run: the features of its decisions, and which one is right.
pub(crate) struct Sample {
    pub(crate) task_id: String,
    pub(crate) decisions: Vec<Features>,
    pub(crate) right: usize,
}

/// Samples for the models.
#[derive(Default)]
pub(crate) struct Samples {
    pub(crate) without_changes: Vec<Sample>,
    pub(crate) with_changes: Vec<Sample>,
}

/// The runs the score is fitted on: failed, with a label. Where nothing changes state, a person's; where something
/// does, the derived one, and never of a task in which a person named a step: those judge the rules.
pub(crate) fn samples(runs: &[Labelled]) -> Samples {
    let judged: HashSet<&str> = runs
        .iter()
        .filter(|run| run.label.human.is_some())
        .map(|run| run.label.task_id.as_str())
        .collect();
    let mut samples = Samples::default();
    for run in runs.iter().filter(|run| !run.label.is_success) {
        let effects = Effects::learn([&run.subject], &BTreeMap::new());
        let changes = run
            .subject
            .tools()
            .any(|(_, tool, step)| step.is_done() && effects.changes_state(tool));
        let derived = run.label.derived.as_ref().map(|(_, span)| *span);
        let is_judge = judged.contains(run.label.task_id.as_str());
        let (list, wanted) = match changes {
            false if run.label.derived.is_none() => (&mut samples.without_changes, run.label.human),
            true => (&mut samples.with_changes, derived.filter(|_| !is_judge)),
            false => continue,
        };
        if let Some(wanted) = wanted {
            list.extend(sample(run, &effects, wanted));
        }
    }
    samples
}

fn sample(run: &Labelled, effects: &Effects, wanted: SpanId) -> Option<Sample> {
    let decisions = features::of(&run.subject, effects);
    let is_right = |index: usize| run.subject.step(index).is_some_and(|step| step.span_id == wanted);
    Some(Sample {
        task_id: run.label.task_id.clone(),
        right: decisions.iter().position(|(index, _)| is_right(*index))?,
        decisions: decisions.into_iter().map(|(_, features)| features).collect(),
    })
}

/// Models fitted on all samples but those of some tasks.
pub(crate) fn models(samples: &Samples, is_kept: impl Fn(&str) -> bool) -> Models {
    let of = |list: &[Sample]| {
        let kept = list.iter().filter(|sample| is_kept(&sample.task_id));
        weights(&kept.collect::<Vec<_>>())
    };
    Models {
        without_changes: of(&samples.without_changes),
        with_changes: of(&samples.with_changes),
    }
}

/// The weights that fit these samples best.
fn weights(samples: &[&Sample]) -> Weights {
    let mut weights = [0.0; FEATURES.len()];
    #[expect(clippy::cast_precision_loss, reason = "hundreds of samples")]
    let count = samples.len().max(1) as f64;
    for _ in 0..ROUNDS {
        let mut slope = [0.0; FEATURES.len()];
        let model = Weights::new(weights);
        for sample in samples {
            let shares = model.shares(&sample.decisions);
            for (place, (features, share)) in sample.decisions.iter().zip(&shares).enumerate() {
                let pull = f64::from(u8::from(place == sample.right)) - share;
                for (slope, value) in slope.iter_mut().zip(features.values()) {
                    *slope += pull * value / count;
                }
            }
        }
        for (weight, slope) in weights.iter_mut().zip(slope) {
            *weight += RATE * (slope - PENALTY * *weight);
        }
    }
    Weights::new(weights)
}
