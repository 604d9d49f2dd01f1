//! What goes over the wire, and how domain values become it.
//!
//! Rules that hold everywhere:
//! - `null` is unknown, which is not 0. A key is never left out because its value is unknown.
//! - An instant comes twice: as RFC 3339 (`start`) and as nanoseconds since 1970 in a decimal *string*
//!   (`start_unix_nanos`), as JSON numbers lose digits above 2⁵³ in most readers.
//! - Durations are milliseconds as numbers, with fractions.
//! - Trace and span ids are lower-case hex. Run ids are any text.
//! - Integers of a sender that do not fit into ±(2⁵³−1) come as decimal strings.

pub mod cohorts;
pub mod comparison;
pub mod explanation;
pub mod facts;
pub mod groups;
pub mod ledger;
pub mod metrics;
pub mod problem;
pub mod run;
pub mod scores;
pub mod signals;
pub mod span;
pub mod spans;
pub mod sql;
pub mod stats;
pub mod why;

use trace::UnixNanos;
use trace::time::NANOS_PER_MILLI;

/// RFC 3339, in UTC, with as many digits as the instant has.
pub(crate) fn rfc3339(instant: UnixNanos) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(instant.0))
        .map(|timestamp| timestamp.to_string())
        .unwrap_or_default()
}

/// Nanoseconds as a decimal string.
pub(crate) fn nanos_text(instant: UnixNanos) -> String {
    instant.0.to_string()
}

/// Nanoseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "durations of up to 104 days are exact")]
pub(crate) fn millis(nanos: i64) -> f64 {
    nanos as f64 / NANOS_PER_MILLI as f64
}
