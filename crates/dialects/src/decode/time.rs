//! Times: those that stand in texts, and what is odd about those of a record.

use trace::UnixNanos;
use trace::span::CLOCK_MARK_RECEIVED;

/// A start this far ahead of its receipt is marked: the sender's clock is ahead.
const AHEAD_NANOS_MAX: i64 = 60 * 60 * 1_000_000_000;
/// Mark of a start that lies ahead of its receipt.
const MARK_AHEAD: &str = "ahead";
/// Mark of an end before the start.
const MARK_NEGATIVE: &str = "negative_duration";

/// When a span began and how long it took, as its sender says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Times {
    /// When it began.
    pub(crate) start: UnixNanos,
    /// How long it took; `None` while it runs.
    pub(crate) duration_nanos: Option<i64>,
    /// What is odd about them.
    pub(crate) mark: Option<&'static str>,
}

impl Times {
    /// Reads the wire's times. The sender's are kept, odd or not.
    pub(crate) fn of(start: u64, end: u64, received_at: UnixNanos) -> Self {
        let start_at = nanos(start);
        let end_at = nanos(end);
        match (start, end) {
            (0, 0) => Self {
                start: received_at,
                duration_nanos: None,
                mark: Some(CLOCK_MARK_RECEIVED),
            },
            (0, _) => Self {
                start: end_at,
                duration_nanos: Some(0),
                mark: Some(CLOCK_MARK_RECEIVED),
            },
            (_, 0) => Self {
                start: start_at,
                duration_nanos: None,
                mark: ahead(start_at, received_at),
            },
            _ => {
                let duration = end_at.since(start_at);
                let mark = if duration < 0 {
                    Some(MARK_NEGATIVE)
                } else {
                    ahead(start_at, received_at)
                };
                Self {
                    start: start_at,
                    duration_nanos: Some(duration),
                    mark,
                }
            }
        }
    }
}

fn ahead(start: UnixNanos, received_at: UnixNanos) -> Option<&'static str> {
    (start.since(received_at) > AHEAD_NANOS_MAX).then_some(MARK_AHEAD)
}

/// Nanoseconds of the wire; those beyond the year 2262 are held at its end.
pub(crate) fn nanos(wire: u64) -> UnixNanos {
    UnixNanos(i64::try_from(wire).unwrap_or(i64::MAX))
}

/// A time in RFC 3339.
pub(crate) fn parse_time(text: &str) -> Option<UnixNanos> {
    let timestamp: jiff::Timestamp = text.trim().parse().ok()?;
    i64::try_from(timestamp.as_nanosecond()).ok().map(UnixNanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_times_are_kept_and_marked() {
        let received = UnixNanos(1_000_000_000_000);
        let times = Times::of(200, 100, received);
        assert_eq!(
            (times.duration_nanos, times.mark),
            (Some(-100), Some("negative_duration"))
        );
        assert_eq!(Times::of(0, 0, received).start, received);
        assert_eq!(Times::of(100, 0, received).duration_nanos, None);
        assert_eq!(Times::of(10_000_000_000_000, 0, received).mark, Some("ahead"));
    }
}
