//! Time as the wire has it: nanoseconds since 1970 in UTC, without leap seconds.

/// An instant, in nanoseconds since the Unix epoch. Covers the years 1678 to 2262.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct UnixNanos(pub i64);

/// Nanoseconds in one day.
pub const NANOS_PER_DAY: i64 = 86_400 * 1_000_000_000;
/// Nanoseconds in one millisecond.
pub const NANOS_PER_MILLI: i64 = 1_000_000;

impl UnixNanos {
    /// This instant as milliseconds since the epoch, cut.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0.div_euclid(NANOS_PER_MILLI)
    }

    /// Days since the epoch, in UTC.
    #[must_use]
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(NANOS_PER_DAY))
    }

    /// The instant this many nanoseconds later, held at the ends of the range.
    #[must_use]
    pub const fn plus_nanos(self, nanos: i64) -> Self {
        Self(self.0.saturating_add(nanos))
    }

    /// Nanoseconds from `earlier` to this instant; negative if it lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A day in UTC, counted from 1970-01-01. Tables are partitioned by the day of receipt.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Day(pub i64);

impl Day {
    /// The day of this date of the proleptic Gregorian calendar ("days from civil", same source as [`Self::civil`]).
    #[must_use]
    pub const fn from_civil(year: i64, month: i64, day: i64) -> Self {
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// The first instant of the day.
    #[must_use]
    pub const fn start(self) -> UnixNanos {
        UnixNanos(self.0.saturating_mul(NANOS_PER_DAY))
    }

    /// Year, month and day of the proleptic Gregorian calendar.
    ///
    /// The arithmetic is that of "days from civil" (Howard Hinnant, `chrono`-compatible low-level date
    /// algorithms, 2014), run backwards.
    #[must_use]
    pub const fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

/// Where the present time comes from. Injected, so that tests decide what time it is.
pub trait Clock: Send + Sync + 'static {
    /// The present instant. It may go backwards when the machine's clock is set.
    fn now(&self) -> UnixNanos;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> UnixNanos {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |duration| {
                i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
            });
        UnixNanos(since_epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_calendar_names() {
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(Day(19_782).to_string(), "2024-02-29");
        assert_eq!(Day(-1).to_string(), "1969-12-31");
        assert_eq!(UnixNanos(-1).day(), Day(-1));
        for day in [-800_000, -1, 0, 59, 60, 19_782, 20_779] {
            let (year, month, date) = Day(day).civil();
            assert_eq!(Day::from_civil(year, month, date), Day(day));
        }
    }
}
