//! Dates and instants: `2026-01-31` is the whole day, `2026-01-31T10:00Z` the whole minute. Without an offset it
//! is UTC.

use trace::UnixNanos;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
/// Digits from which a bare number is read as nanoseconds since 1970; fewer could be a year, seconds or millis.
const NANOS_DIGITS_MIN: usize = 16;

/// A stretch of time as written: a day, a minute, a second or one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Its first instant.
    pub start: UnixNanos,
    /// The first instant after it; `None` where exactly one instant was written.
    pub end: Option<UnixNanos>,
}

/// Reads a date or an instant; `None` for anything else, and for years before 1678 or after 2261.
#[must_use]
pub fn parse_moment(text: &str) -> Option<Moment> {
    if (NANOS_DIGITS_MIN..=20).contains(&text.len())
        && let Ok(nanos) = text.parse::<i64>()
    {
        return Some(Moment {
            start: UnixNanos(nanos),
            end: None,
        });
    }
    let is_plain = text.len() <= 40
        && text.bytes().all(|byte| {
            byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b':' | b'.' | b'T' | b't' | b'Z' | b'z')
        });
    if !is_plain || !has_date_first(text) {
        return None;
    }
    let start = instant(text)?;
    Some(Moment {
        start,
        end: match precision_nanos(text) {
            0 => None,
            precision => Some(start.plus_nanos(precision)),
        },
    })
}

/// The form that reads back as exactly this instant.
pub(super) fn render_instant(nanos: i64) -> String {
    match jiff::Timestamp::from_nanosecond(i128::from(nanos)) {
        Ok(timestamp) => format!("{timestamp:.9}"),
        Err(_) => nanos.to_string(),
    }
}

fn has_date_first(text: &str) -> bool {
    let bytes = text.as_bytes();
    let date = bytes.get(..10).unwrap_or_default();
    let is_date = date.len() == 10
        && date.iter().enumerate().all(|(index, byte)| match index {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_date && bytes.get(10).is_none_or(|byte| matches!(byte, b'T' | b't'))
}

fn instant(text: &str) -> Option<UnixNanos> {
    let timestamp = match text.parse::<jiff::Timestamp>() {
        Ok(timestamp) => timestamp,
        Err(_) => jiff::tz::TimeZone::UTC
            .to_timestamp(text.parse::<jiff::civil::DateTime>().ok()?)
            .ok()?,
    };
    i64::try_from(timestamp.as_nanosecond()).ok().map(UnixNanos)
}

/// How long the stretch is that was written: 0 where a fraction of a second makes it an instant.
fn precision_nanos(text: &str) -> i64 {
    let Some(clock) = text.get(11..) else {
        return 24 * 60 * 60 * NANOS_PER_SECOND;
    };
    let clock_end = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let clock = clock.get(..clock_end).unwrap_or_default();
    match (clock.contains('.'), clock.matches(':').count()) {
        (true, _) => 0,
        (false, 0) => 60 * 60 * NANOS_PER_SECOND,
        (false, 1) => 60 * NANOS_PER_SECOND,
        (false, _) => NANOS_PER_SECOND,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, i64)>) {
        let got = parse_moment(text).map(|moment| {
            let length = moment
                .end
                .map_or(0, |end| end.since(moment.start) / NANOS_PER_SECOND);
            (render_instant(moment.start.0), length)
        });
        let expected = expected.map(|(start, length)| (start.to_owned(), length));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn a_stretch_is_as_long_as_it_was_written() {
        check("2026-01-31", Some(("2026-01-31T00:00:00.000000000Z", 86_400)));
        check("2026-01-31T10:00Z", Some(("2026-01-31T10:00:00.000000000Z", 60)));
        check("2026-01-31T10:00", Some(("2026-01-31T10:00:00.000000000Z", 60)));
        check(
            "2026-01-31T10:00:05+02:00",
            Some(("2026-01-31T08:00:05.000000000Z", 1)),
        );
        check(
            "2026-01-31T10:00:05.25Z",
            Some(("2026-01-31T10:00:05.250000000Z", 0)),
        );
        check("1700000000000000001", Some(("2023-11-14T22:13:20.000000001Z", 0)));
    }

    #[test]
    fn anything_else_is_no_time() {
        for wrong in [
            "",
            "2026",
            "2026-01",
            "2026-13-01",
            "2026-02-30",
            "yesterday",
            "20260131",
            "0001-01-01",
            "9999-12-31",
            "2026-01-31 10:00",
            "2026-01-31T",
            "2026-01-31T25:00",
            "2026-01-31T10:00[UTC]",
            "1700000000",
            "２０２６-01-31",
        ] {
            check(wrong, None);
        }
    }
}
