//! Fits the weights of the score: the labelled decision shall have the largest share among those of its run.
//!
//! A conditional logit with a quadratic penalty, by plain gradient ascent: deterministic, no randomness.

use insight::explain::score::{FEATURES, Features, Weights, features};
use insight::subject::effect::Effects;

use crate::runs::Labelled;

/// Pulls weights towards 0; chosen once by cross-validation.
const PENALTY: f64 = 0.02;
/// Steps of the ascent.
const ROUNDS: usize = 600;
/// Length of a step.
const RATE: f64 = 0.2;

/// One labelled run: the features of its decisions, and which one is right.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) task_id: String,
    pub(crate) decisions: Vec<Features>,
    pub(crate) right: usize,
}

/// The runs the score is fitted on: failed, a person named a decision, and no other rule is for them as nothing
/// changes state.
pub(crate) fn samples(runs: &[Labelled]) -> Vec<Sample> {
    runs.iter().filter_map(sample).collect()
}

/// The sample of one run; `None` where it is none to fit on.
pub(crate) fn sample(run: &Labelled) -> Option<Sample> {
    let effects = Effects::learn([&run.subject], &std::collections::BTreeMap::new());
    let changes = run
        .subject
        .tools()
        .any(|(_, tool, _)| effects.changes_state(tool));
    let wanted = run.label.human.filter(|_| !(run.label.is_success || changes))?;
    let decisions = features::of(&run.subject, &effects);
    let is_right = |index: usize| run.subject.step(index).is_some_and(|step| step.span_id == wanted);
    Some(Sample {
        task_id: run.label.task_id.clone(),
        right: decisions.iter().position(|(index, _)| is_right(*index))?,
        decisions: decisions.into_iter().map(|(_, features)| features).collect(),
    })
}

/// The weights that fit these samples best.
pub(crate) fn weights(samples: &[Sample]) -> Weights {
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
