//! Times in the forms that people write them.

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const NANOS_PER_MILLI: f64 = 1_000_000.0;

/// Nanoseconds since 1970 of a time in RFC 3339 (without an offset: UTC) or of a number since 1970 whose size
/// tells its unit: below 10^11 seconds, below 10^14 milliseconds, below 10^17 microseconds, else nanoseconds
/// (each reaches from 1973 beyond the year 5000). `None` for anything else, and before 1970.
pub(super) fn parse(written: &str) -> Option<u64> {
    let written = written.trim();
    let is_number = written
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+'));
    if is_number {
        return parse_number(written);
    }
    let nanos = match written.parse::<jiff::Timestamp>() {
        Ok(timestamp) => timestamp.as_nanosecond(),
        Err(_) => {
            let local = written.parse::<jiff::civil::DateTime>().ok()?;
            let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            utc.timestamp().as_nanosecond()
        }
    };
    u64::try_from(nanos).ok()
}

fn parse_number(written: &str) -> Option<u64> {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    let is_plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_plain(whole) || !is_plain(fraction) {
        // With an exponent: as exact as a double is.
        let number: f64 = written.parse().ok()?;
        return from_double(number);
    }
    let whole: u64 = whole.parse().ok()?;
    let nanos_per_unit = nanos_per_unit(whole);
    // The fraction digit by digit, so that no rounding of doubles moves a microsecond.
    let mut nanos = 0;
    let mut place = nanos_per_unit;
    for digit in fraction.bytes() {
        place /= 10;
        nanos += u64::from(digit - b'0') * place;
    }
    whole.checked_mul(nanos_per_unit)?.checked_add(nanos)
}

const fn nanos_per_unit(number: u64) -> u64 {
    match number {
        0..100_000_000_000 => NANOS_PER_SECOND,
        100_000_000_000..100_000_000_000_000 => 1_000_000,
        100_000_000_000_000..100_000_000_000_000_000 => 1_000,
        _ => 1,
    }
}

fn from_double(number: f64) -> Option<u64> {
    let whole = clamped(number)?;
    clamped(number * lossy_unsigned(nanos_per_unit(whole)))
}

/// Nanoseconds of a duration in milliseconds; `None` if it is beyond what fits.
pub(super) fn nanos_from_millis(millis: f64) -> Option<u64> {
    clamped((millis * NANOS_PER_MILLI).round())
}

/// The integer as a double, rounded where it has more than 53 bits.
#[expect(
    clippy::cast_precision_loss,
    reason = "durations and times of senders: rounding is what is asked for"
)]
pub(super) const fn lossy(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "one of four small powers of ten")]
const fn lossy_unsigned(number: u64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number lies within the range when it is converted"
)]
fn clamped(number: f64) -> Option<u64> {
    (0.0..9.2e18).contains(&number).then_some(number as u64)
}
