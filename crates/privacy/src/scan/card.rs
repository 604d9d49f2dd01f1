//! Numbers of payment cards.

use super::Pass;
use crate::checks;
use crate::rules::{Class, Rule, Severity};

static CARD: Rule = Rule::new("credit-card", Class::Pii, Severity::High, "ISO/IEC 7812");

/// Digits of the shortest and longest card.
const DIGITS_MIN: usize = 12;
const DIGITS_MAX: usize = 19;

/// Looks at every run of digits, single separators allowed within.
pub(super) fn find(pass: &mut Pass<'_>) {
    let bytes = pass.text.as_bytes();
    let mut at = 0;
    while let Some(skipped) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
    {
        let start = at + skipped;
        let mut digits = Vec::new();
        let mut end = start;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'0'..=b'9' => digits.push(byte - b'0'),
                b' ' | b'-' if bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => {}
                _ => break,
            }
            end += 1;
        }
        at = end.max(start + 1);
        let before = pass.byte_before(start);
        let is_free = before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && byte != b'.')
            && bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if is_free && (DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) && is_card(&digits) {
            pass.push(start..end, &CARD);
        }
    }
}

fn is_card(digits: &[u8]) -> bool {
    let head = |count: usize| {
        digits
            .iter()
            .take(count)
            .fold(0_u32, |number, digit| number * 10 + u32::from(*digit))
    };
    let is_known = match digits.len() {
        13 | 19 => matches!(head(1), 4),
        14 => matches!(head(3), 300..=305) || matches!(head(2), 36 | 38 | 39),
        15 => matches!(head(2), 34 | 37),
        16 => {
            matches!(head(1), 4)
                || matches!(head(2), 51..=55 | 65 | 62 | 60 | 50 | 56..=58 | 67)
                || matches!(head(4), 2200..=2204 | 2221..=2720 | 3528..=3589)
        }
        _ => false,
    };
    is_known && checks::luhn(digits)
}
