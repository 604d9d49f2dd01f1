//! The tests: Fisher's exact test and Newcombe's interval for shares, Mann and Whitney's test and Cliff's delta for
//! numbers.
//!
//! Sources: R. A. Fisher (1922); R. G. Newcombe, Statistics in Medicine 17 (1998), method 10; H. B. Mann and D. R.
//! Whitney (1947) with the correction for ties; N. Cliff (1993); J. A. Hanley and B. J. McNeil, Radiology 143 (1982) for
//! the error of the area under the curve.

/// The normal quantile of a 95 % interval.
const QUANTILE: f64 = 1.96;
/// Fewest numbers on a side for which the normal approximation is used.
const NUMBERS_MIN: usize = 5;

/// What a test of numbers says.
pub(super) struct Ranked {
    pub(super) delta: f64,
    pub(super) interval: (f64, f64),
    pub(super) chance: f64,
}

/// The share of the second side less that of the first, with its interval.
pub(super) fn share_difference(
    runs: usize,
    of: usize,
    other_runs: usize,
    other_of: usize,
) -> (f64, (f64, f64)) {
    let (one, low, high) = wilson(real(runs), real(of));
    let (other, other_low, other_high) = wilson(real(other_runs), real(other_of));
    let difference = other - one;
    let below = ((other - other_low).powi(2) + (high - one).powi(2)).sqrt();
    let above = ((other_high - other).powi(2) + (one - low).powi(2)).sqrt();
    (difference, (difference - below, difference + above))
}

fn wilson(runs: f64, of: f64) -> (f64, f64, f64) {
    let share = runs / of;
    let squared = QUANTILE * QUANTILE;
    let scale = 1.0 + squared / of;
    let middle = (share + squared / (2.0 * of)) / scale;
    let spread = QUANTILE * ((share * (1.0 - share) + squared / (4.0 * of)) / of).sqrt() / scale;
    (share, (middle - spread).max(0.0), (middle + spread).min(1.0))
}

/// Fisher's exact test for two sides of fixed sizes.
pub(super) struct Fisher {
    of: usize,
    other_of: usize,
    logs: Vec<f64>,
}

impl Fisher {
    pub(super) fn new(of: usize, other_of: usize) -> Self {
        Self {
            of,
            other_of,
            logs: log_factorials(of + other_of),
        }
    }

    fn log_choose(&self, from: usize, count: usize) -> f64 {
        let log = |count: usize| self.logs.get(count).copied().unwrap_or(0.0);
        log(from) - log(count) - log(from - count)
    }

    /// The two-sided chance of a table at least as unlikely, both sides' sizes and the sum being what they are.
    pub(super) fn of(&self, runs: usize, other_runs: usize) -> f64 {
        let having = runs + other_runs;
        let all = self.log_choose(self.of + self.other_of, having);
        let probability = |mine: usize| {
            (self.log_choose(self.of, mine) + self.log_choose(self.other_of, having - mine) - all).exp()
        };
        let smallest = having.saturating_sub(self.other_of);
        let largest = having.min(self.of);
        let seen = probability(runs);
        // A table as likely as the one seen differs in the last digits only.
        let as_unlikely = (smallest..=largest)
            .map(probability)
            .filter(|chance| *chance <= seen * (1.0 + 1e-9));
        as_unlikely.sum::<f64>().min(1.0)
    }
}

fn log_factorials(largest: usize) -> Vec<f64> {
    let mut logs = Vec::with_capacity(largest + 1);
    let mut log = 0.0;
    logs.push(log);
    for number in 1..=largest {
        log += real(number).ln();
        logs.push(log);
    }
    logs
}

/// How the numbers of the second side stand to those of the first; `None` for too few, or where all are equal.
pub(super) fn rank_sum(one: &[f64], other: &[f64]) -> Option<Ranked> {
    if one.len() < NUMBERS_MIN || other.len() < NUMBERS_MIN {
        return None;
    }
    let mut all: Vec<(f64, bool)> = one.iter().map(|number| (*number, false)).collect();
    all.extend(other.iter().map(|number| (*number, true)));
    all.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (mut ranks_of_other, mut ties, mut place) = (0.0, 0.0, 0);
    for group in all.chunk_by(|left, right| left.0.total_cmp(&right.0).is_eq()) {
        let size = real(group.len());
        let rank = real(place) + (size + 1.0) / 2.0;
        ranks_of_other += rank * real(group.iter().filter(|(_, is_other)| *is_other).count());
        ties += size.powi(3) - size;
        place += group.len();
    }
    let (count, other_count) = (real(one.len()), real(other.len()));
    let total = count + other_count;
    let wins = ranks_of_other - other_count * (other_count + 1.0) / 2.0;
    let pairs = count * other_count;
    let variance = pairs / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if variance <= 0.0 {
        return None;
    }
    let distance = ((wins - pairs / 2.0).abs() - 0.5).max(0.0) / variance.sqrt();
    let area = wins / pairs;
    let (first, second) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let error = (area * (1.0 - area)
        + (other_count - 1.0) * (first - area * area)
        + (count - 1.0) * (second - area * area))
        / pairs;
    let spread = QUANTILE * error.max(0.0).sqrt();
    let delta = |area: f64| (2.0 * area - 1.0).clamp(-1.0, 1.0);
    Some(Ranked {
        delta: delta(area),
        interval: (delta(area - spread), delta(area + spread)),
        chance: (2.0 * upper_tail(distance)).min(1.0),
    })
}

/// The share of a standard normal above a value of 0 or more (Abramowitz and Stegun 26.2.17, error below 7.5e-8).
fn upper_tail(value: f64) -> f64 {
    let step = 1.0 / (1.0 + 0.231_641_9 * value);
    let series = step
        * (0.319_381_530
            + step
                * (-0.356_563_782 + step * (1.781_477_937 + step * (-1.821_255_978 + step * 1.330_274_429))));
    (-value * value / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * series
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs")]
const fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-3, "{one} is not {other}");
    }

    #[test]
    fn the_lady_tastes_tea() {
        close(Fisher::new(4, 4).of(3, 1), 0.4857);
        close(Fisher::new(4, 4).of(4, 0), 0.0286);
    }

    #[test]
    fn an_interval_of_a_difference_is_newcombes() {
        // Newcombe 1998, table II: 56/70 and 48/80.
        let (difference, (low, high)) = share_difference(48, 80, 56, 70);
        close(difference, 0.2);
        close(low, 0.0524);
        close(high, 0.3339);
    }

    #[test]
    fn equal_numbers_tell_nothing_and_parted_ones_all() {
        assert!(rank_sum(&[1.0; 9], &[1.0; 9]).is_none());
        let low: Vec<f64> = (0..20).map(f64::from).collect();
        let high: Vec<f64> = (100..120).map(f64::from).collect();
        let tested = rank_sum(&low, &high).unwrap();
        close(tested.delta, 1.0);
        assert!(tested.chance < 1e-6);
    }

    #[test]
    fn tails_of_the_normal() {
        close(upper_tail(0.0), 0.5);
        close(upper_tail(1.96), 0.025);
    }
}
