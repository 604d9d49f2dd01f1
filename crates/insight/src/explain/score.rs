//! The score: where no rule speaks, decisions are ordered by a linear function of named features.
//!
//! The weights stand in `score/*.txt` with how they were fitted. A decision's score is the sum of weight times
//! feature; the scores of a run are made shares of 1 (softmax), so that a share says how much the model prefers this
//! decision to the others of the run. A share is not a chance of being right: [`Weights::chance`] makes it one.

pub mod features;

use super::findings::{Finding, Findings, called};
use super::{CANDIDATES_MAX, Rule};
use crate::subject::Subject;
use crate::subject::effect::Effects;
pub use features::{FEATURES, Features};

/// Fitted weights for runs in which no tool changes state.
const WITHOUT_CHANGES: &str = include_str!("score/without_changes.txt");
/// Fitted weights for runs in which one does.
const WITH_CHANGES: &str = include_str!("score/with_changes.txt");

/// Weights for the kinds of runs there are: those that act on the world, and those that look and tell.
#[derive(Clone, PartialEq, Debug)]
pub struct Models {
    /// For runs in which no tool changes state.
    pub without_changes: Weights,
    /// For runs in which one does.
    pub with_changes: Weights,
}

impl Default for Models {
    /// The fitted weights of this version.
    fn default() -> Self {
        let parse = |text| Weights::parse(text).unwrap_or(Weights([0.0; FEATURES.len()]));
        Self {
            without_changes: parse(WITHOUT_CHANGES),
            with_changes: parse(WITH_CHANGES),
        }
    }
}

impl Models {
    /// The weights for a run.
    #[must_use]
    pub fn of(&self, subject: &Subject, effects: &Effects) -> &Weights {
        let changes = subject
            .tools()
            .any(|(_, tool, step)| step.is_done() && effects.changes_state(tool));
        match changes {
            true => &self.with_changes,
            false => &self.without_changes,
        }
    }
}

/// Weights of the features.
#[derive(Clone, PartialEq, Debug)]
pub struct Weights([f64; FEATURES.len()]);

impl Weights {
    /// Weights in the order of [`FEATURES`].
    #[must_use]
    pub const fn new(weights: [f64; FEATURES.len()]) -> Self {
        Self(weights)
    }

    /// Reads `name weight`, one a line; `#` begins a remark. A feature that is not named weighs nothing. `None`
    /// where a line cannot be read or names no feature.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut weights = [0.0; FEATURES.len()];
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !(line.is_empty() || line.starts_with('#'))) {
            let (name, weight) = line.split_once(' ')?;
            let place = FEATURES.iter().position(|feature| feature.name == name)?;
            *weights.get_mut(place)? = weight.trim().parse().ok()?;
        }
        Some(Self(weights))
    }

    /// The weights as a file holds them.
    #[must_use]
    pub fn render(&self) -> String {
        let lines = FEATURES.iter().zip(self.0);
        lines
            .map(|(feature, weight)| format!("{} {weight:.3}\n", feature.name))
            .collect()
    }

    /// The score of a decision.
    #[must_use]
    pub fn score(&self, features: &Features) -> f64 {
        self.0
            .iter()
            .zip(features.values())
            .map(|(weight, value)| weight * value)
            .sum()
    }

    /// The shares of the decisions of a run, in their order; they sum to 1.
    #[must_use]
    pub fn shares(&self, decisions: &[Features]) -> Vec<f64> {
        let scores: Vec<f64> = decisions.iter().map(|features| self.score(features)).collect();
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = scores.iter().map(|score| (score - highest).exp()).collect();
        let sum: f64 = powers.iter().sum();
        powers.into_iter().map(|power| power / sum).collect()
    }

    /// How likely a decision with this share is the right one. Cross-validated shares are sure of themselves beyond
    /// what they know, so they are drawn towards a third and never called high.
    #[must_use]
    pub fn chance(share: f64) -> f64 {
        (0.1 + 0.6 * share).clamp(0.05, 0.6)
    }
}

/// Adds the best decisions by score where the rules left room. Beside findings of rules they are mere hints.
pub(super) fn find(findings: &mut Findings<'_>, effects: &Effects, models: &Models) {
    let subject = findings.subject;
    let weights = models.of(subject, effects);
    let decisions = features::of(subject, effects);
    let features: Vec<Features> = decisions.iter().map(|(_, features)| features.clone()).collect();
    let mut shares: Vec<(usize, usize, f64)> = weights
        .shares(&features)
        .into_iter()
        .enumerate()
        .filter_map(|(place, share)| Some((place, decisions.get(place)?.0, share)))
        .collect();
    shares.sort_by(|one, other| other.2.total_cmp(&one.2).then(one.1.cmp(&other.1)));
    let is_alone = findings.is_empty();
    for (place, at, share) in shares.into_iter().take(CANDIDATES_MAX) {
        let Some(features) = features.get(place) else {
            continue;
        };
        let confidence = match is_alone {
            true => Weights::chance(share),
            false => Weights::chance(share).min(0.2),
        };
        findings.add_sure(Finding {
            at,
            rule: Rule::Score,
            confidence,
            reason: reason(subject, at, features, weights),
            evidence: findings.shows(at, "the decision with these marks".to_owned()),
        });
    }
}

/// The features that spoke for a decision, the weightiest first.
fn reason(subject: &Subject, at: usize, features: &Features, weights: &Weights) -> String {
    let mut spoke: Vec<(f64, &str)> = FEATURES
        .iter()
        .zip(weights.0.iter().zip(features.values()))
        .map(|(feature, (weight, value))| (weight * value, feature.says))
        .filter(|(part, says)| *part > 0.1 && !says.is_empty())
        .collect();
    spoke.sort_by(|one, other| other.0.total_cmp(&one.0));
    let says: Vec<&str> = spoke.iter().take(3).map(|(_, says)| *says).collect();
    let name = subject.step(at).map(called).unwrap_or_default();
    match says.as_slice() {
        [] => format!("No rule found anything; {name} has the highest score among the decisions."),
        says => format!("No rule decides; {name} stands out: {}.", says.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fitted_weights_can_be_read() {
        for text in [WITHOUT_CHANGES, WITH_CHANGES] {
            let weights = Weights::parse(text).unwrap();
            assert_ne!(weights, Weights::new([0.0; FEATURES.len()]));
            assert_eq!(Weights::parse(&weights.render()), Some(weights));
        }
    }

    #[test]
    fn a_weight_of_nothing_known_is_refused() {
        assert_eq!(Weights::parse("no_such_feature 1.0"), None);
    }

    #[test]
    fn shares_sum_to_one() {
        let mut decision = Features::default();
        decision.set("is_model", 1.0);
        let shares = Models::default()
            .without_changes
            .shares(&[decision, Features::default()]);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
