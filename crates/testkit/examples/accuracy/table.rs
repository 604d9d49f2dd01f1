//! The figures as a table, each with its Wilson interval.

use std::fmt::Write as _;

use trace::CaptureLevel;

use crate::judge::{Judged, Share};

/// The normal quantile of a 95 % interval.
const QUANTILE: f64 = 1.96;

/// The table of one capture level.
pub(crate) fn render(level: CaptureLevel, judged: &Judged) -> String {
    let mut text = format!("capture level {level}\n");
    for (name, share) in &judged.shares {
        let (low, high) = wilson(*share);
        let _ = writeln!(
            text,
            "  {name:<68} {:>4} of {:>4}  {:>5.1} %  [{:.1}, {:.1}]",
            share.hits,
            share.of,
            percent(*share),
            100.0 * low,
            100.0 * high
        );
    }
    let _ = writeln!(
        text,
        "  slowest explanation: {:?} for {} steps; {:?} a 50 steps at the 95th percentile",
        judged.slowest, judged.slowest_steps, judged.per_fifty_steps
    );
    text
}

fn percent(share: Share) -> f64 {
    100.0 * f64::from(share.hits) / f64::from(share.of.max(1))
}

/// Wilson's score interval of a share at 95 % (E. B. Wilson, JASA 22, 1927).
fn wilson(share: Share) -> (f64, f64) {
    if share.of == 0 {
        return (0.0, 1.0);
    }
    let count = f64::from(share.of);
    let observed = f64::from(share.hits) / count;
    let squared = QUANTILE * QUANTILE;
    let middle = observed + squared / (2.0 * count);
    let spread = QUANTILE * ((observed * (1.0 - observed) + squared / (4.0 * count)) / count).sqrt();
    let scale = 1.0 + squared / count;
    (
        ((middle - spread) / scale).max(0.0),
        ((middle + spread) / scale).min(1.0),
    )
}
