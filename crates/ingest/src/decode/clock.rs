//! Spans that come very late. Their times stay the sender's; that they are odd is said, so that a clock that is
//! wrong is seen, and a file of old runs is seen to be one. What lies ahead is marked where times are read.

use trace::Field;
use trace::Record;
use trace::span::Decoded;
use trace::time::NANOS_PER_DAY;

/// A span that ended this long before it arrived is marked.
const LATE_NANOS_MAX: i64 = 7 * NANOS_PER_DAY;
/// The mark.
const MARK_BEHIND: &str = "behind";

/// Marks the spans of a batch that ended long before it arrived.
pub(super) fn mark_late(decoded: &mut Decoded) {
    let received_at = decoded.received_at;
    for decoded in &mut decoded.spans {
        let span = &mut decoded.span;
        // A supplement has no times of its own to be odd.
        let is_late = received_at.since(span.end().unwrap_or(span.start)) > LATE_NANOS_MAX;
        if is_late && span.record != Record::Supplement {
            span.facts.set_if_unknown(Field::ClockMark, MARK_BEHIND);
        }
    }
}
