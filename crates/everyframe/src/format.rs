//! Numbers and times as people read them. Unknown is `-`, which is not `0`.

use jiff::Timestamp;
use serde_json::Value;

/// What stands where nothing is known.
pub(crate) const UNKNOWN: &str = "-";

/// A duration given in milliseconds.
pub(crate) fn duration(millis: Option<f64>) -> String {
    let Some(millis) = millis.filter(|millis| millis.is_finite()) else {
        return UNKNOWN.to_owned();
    };
    let seconds = millis / 1e3;
    if millis < 10.0 {
        format!("{millis:.1} ms")
    } else if millis < 1e3 {
        format!("{millis:.0} ms")
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else if seconds < 3_600.0 {
        format!(
            "{:.0} m {:02.0} s",
            (seconds / 60.0).floor(),
            (seconds % 60.0).floor()
        )
    } else {
        format!(
            "{:.0} h {:02.0} m",
            (seconds / 3_600.0).floor(),
            (seconds % 3_600.0 / 60.0).floor()
        )
    }
}

/// A count: exact below 10,000, then with three digits.
pub(crate) fn count(count: Option<f64>) -> String {
    match count {
        None => UNKNOWN.to_owned(),
        Some(count) if count < 1e4 => format!("{count:.0}"),
        Some(count) if count < 1e6 => format!("{:.1}k", count / 1e3),
        Some(count) if count < 1e9 => format!("{:.2}M", count / 1e6),
        Some(count) => format!("{:.2}G", count / 1e9),
    }
}

/// An amount of US dollars: small ones with the digits that tell them apart.
pub(crate) fn cost(dollars: Option<f64>) -> String {
    match dollars {
        None => UNKNOWN.to_owned(),
        Some(0.0) => "$0".to_owned(),
        Some(dollars) if dollars < 0.0001 => "<$0.0001".to_owned(),
        Some(dollars) if dollars < 1.0 => format!("${dollars:.4}"),
        Some(dollars) => format!("${dollars:.2}"),
    }
}

/// An instant in UTC to the second: `2026-11-22 18:44:51`.
pub(crate) fn instant(rfc3339: &str) -> String {
    match rfc3339.parse::<Timestamp>() {
        Ok(timestamp) => timestamp.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => UNKNOWN.to_owned(),
    }
}

/// A text member of a JSON object.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// A number member of a JSON object.
pub(crate) fn number(object: &Value, name: &str) -> Option<f64> {
    object.get(name)?.as_f64()
}

/// The texts of a list member of a JSON object.
pub(crate) fn texts<'a>(object: &'a Value, name: &str) -> Vec<&'a str> {
    let list = object.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_the_digits_that_matter() {
        for (millis, shown) in [
            (0.25, "0.2 ms"),
            (12.3, "12 ms"),
            (1_234.0, "1.2 s"),
            (125_000.0, "2 m 05 s"),
            (7_260_000.0, "2 h 01 m"),
        ] {
            assert_eq!(duration(Some(millis)), shown);
        }
        assert_eq!(duration(None), "-");
    }

    #[test]
    fn unknown_is_not_zero() {
        assert_eq!((count(None), count(Some(0.0))), ("-".to_owned(), "0".to_owned()));
        assert_eq!((cost(None), cost(Some(0.0))), ("-".to_owned(), "$0".to_owned()));
    }

    #[test]
    fn large_and_small_amounts_stay_short() {
        assert_eq!(count(Some(25_170.0)), "25.2k");
        assert_eq!(cost(Some(0.001_23)), "$0.0012");
        assert_eq!(cost(Some(0.000_001)), "<$0.0001");
        assert_eq!(instant("2026-11-22T18:44:51.5Z"), "2026-11-22 18:44:51");
    }
}
