//! Numbers with their units: `12`, `1.5k`, `$0.10`, `2s`, `250ms`, `1m30s`.

use trace::query::Unit;

/// Reads a whole number, with `k`, `m` or `g` for thousands, millions and billions. Exact.
pub(super) fn parse_whole(text: &str) -> Option<i64> {
    let (negative, text) = sign(text);
    let (digits, factor) = split_scale(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = !whole.is_empty()
        && whole.len() <= 19
        && fraction.len() <= 9
        && (digits.len() == whole.len() || !fraction.is_empty())
        && [whole, fraction]
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number {
        return None;
    }
    let mantissa: i128 = format!("{whole}{fraction}").parse().ok()?;
    let divisor = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = mantissa.checked_mul(i128::from(factor))?;
    if scaled % divisor != 0 {
        return None;
    }
    let value = scaled / divisor;
    i64::try_from(if negative { -value } else { value }).ok()
}

/// Reads a number in this unit. Milliseconds may be written as a duration, dollars with a `$`.
pub(super) fn parse_number(text: &str, unit: Unit) -> Option<f64> {
    let (negative, text) = sign(text);
    let value = match unit {
        Unit::Millis => parse_millis(text)?,
        Unit::Dollars => scaled(text.strip_prefix('$').unwrap_or(text))?,
        Unit::None | Unit::Count | Unit::Time => scaled(text)?,
    };
    Some(if negative { -value } else { value })
}

/// What a number in this unit looks like, for errors and docs.
pub(super) const fn examples(unit: Unit, is_whole: bool) -> &'static str {
    match unit {
        Unit::Millis => "`250ms`, `2s`, `1m30s` or `1.5h`",
        Unit::Dollars => "`0.10`, `$2` or `1.5k`",
        Unit::Time => "`2026-01-31` or `2026-01-31T10:00Z`",
        Unit::None | Unit::Count if is_whole => "`3`, `1.5k` or `2m`",
        Unit::None | Unit::Count => "`0.5` or `3`",
    }
}

fn sign(text: &str) -> (bool, &str) {
    text.strip_prefix('-').map_or((false, text), |rest| (true, rest))
}

fn split_scale(text: &str) -> (&str, i64) {
    const SCALES: [(char, i64); 4] = [
        ('k', 1_000),
        ('m', 1_000_000),
        ('g', 1_000_000_000),
        ('b', 1_000_000_000),
    ];
    let Some(last) = text.chars().next_back() else {
        return (text, 1);
    };
    SCALES
        .into_iter()
        .find(|(letter, _)| last.eq_ignore_ascii_case(letter))
        .and_then(|(_, factor)| Some((text.get(..text.len() - 1)?, factor)))
        .unwrap_or((text, 1))
}

fn scaled(text: &str) -> Option<f64> {
    let (digits, factor) = split_scale(text);
    #[expect(clippy::cast_precision_loss, reason = "the factors are at most 10^9")]
    let value = decimal(digits)? * factor as f64;
    value.is_finite().then_some(value)
}

/// Digits with at most one point; no sign, exponent or word.
fn decimal(text: &str) -> Option<f64> {
    let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && text.starts_with(|first: char| first.is_ascii_digit())
        && !text.ends_with('.');
    if !is_decimal {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// One or more parts such as `1h`, `30s`, largest first; a bare number is milliseconds.
fn parse_millis(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 7] = [
        ("d", 86_400_000.0),
        ("h", 3_600_000.0),
        ("m", 60_000.0),
        ("s", 1_000.0),
        ("ms", 1.0),
        ("us", 0.001),
        ("ns", 0.000_001),
    ];
    if let Some(millis) = decimal(text) {
        return Some(millis);
    }
    let mut total = 0.0;
    let mut smallest = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let number_end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, tail) = rest.split_at_checked(number_end)?;
        let name_end = tail
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(tail.len());
        let (name, after) = tail.split_at_checked(name_end)?;
        let index = UNITS.iter().position(|(known, _)| *known == name)?;
        if index < smallest {
            return None;
        }
        smallest = index + 1;
        let (_, factor) = UNITS.get(index)?;
        total += decimal(number)? * factor;
        rest = after;
    }
    (smallest > 0 && total.is_finite()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact() {
        assert_eq!(parse_whole("1.5k"), Some(1_500));
        assert_eq!(parse_whole("-2M"), Some(-2_000_000));
        assert_eq!(parse_whole("9223372036854775807"), Some(i64::MAX));
        assert_eq!(parse_whole("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(parse_whole("9223372036854775808"), None);
        for wrong in [
            "",
            "1.5",
            "1.",
            ".5",
            "k",
            "1e3",
            "0x1",
            "1_000",
            "--1",
            "1.0000000001g",
        ] {
            assert_eq!(parse_whole(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_are_milliseconds() {
        let millis = |text| parse_number(text, Unit::Millis);
        assert_eq!(millis("250ms"), Some(250.0));
        assert_eq!(millis("2s"), Some(2_000.0));
        assert_eq!(millis("1m30s"), Some(90_000.0));
        assert_eq!(millis("1.5h"), Some(5_400_000.0));
        assert_eq!(millis("250"), Some(250.0));
        for wrong in ["", "s", "1x", "30s1m", "1s1s", "1..s", "∞", "1 s", "nan", "inf"] {
            assert_eq!(millis(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dollars_may_say_so() {
        assert_eq!(parse_number("$0.10", Unit::Dollars), Some(0.1));
        assert_eq!(parse_number("2k", Unit::Dollars), Some(2_000.0));
        assert_eq!(parse_number("$", Unit::Dollars), None);
        assert_eq!(parse_number("1e400", Unit::Dollars), None);
    }
}
