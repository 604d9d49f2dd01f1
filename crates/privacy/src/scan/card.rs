//! Numbers of payment cards.

use super::Pass;
use super::numbers::{self, Number};
use crate::checks;
use crate::rules::{Class, Rule, Severity};

pub(super) static CARD: Rule = Rule::new("credit-card", Class::Pii, Severity::High, "ISO/IEC 7812");

/// Digits of the shortest and longest card.
const DIGITS_MIN: usize = 13;
const DIGITS_MAX: usize = 19;

/// Ways in which cards are written in groups.
const GROUPS: &[&[usize]] = &[
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 4, 4, 3],
    &[8, 8],
    &[4, 4, 5],
    &[6, 10],
    &[4, 12],
];

/// Looks for a card that begins with a group. Answers its end.
pub(super) fn find(pass: &mut Pass<'_>, number: &Number, from: usize) -> Option<usize> {
    let groups = number.groups.get(from..)?;
    let count = group_count(groups)?;
    let range = groups.first()?.start..groups.get(count - 1)?.end;
    let text = pass.text.as_bytes().get(range.clone())?;
    let mut digits = [0; DIGITS_MAX];
    let mut size = 0;
    for (slot, digit) in digits
        .iter_mut()
        .zip(text.iter().filter(|byte| byte.is_ascii_digit()))
    {
        *slot = *digit;
        size += 1;
    }
    let is_free = numbers::is_free_before(pass, range.start) && numbers::is_free_after(pass, range.end);
    if !is_free || !is_card(digits.get(..size)?) {
        return None;
    }
    pass.push(range.clone(), &CARD);
    Some(range.end)
}

/// How many groups from the first make up a card, by their lengths.
fn group_count(groups: &[std::ops::Range<usize>]) -> Option<usize> {
    let sizes = || groups.iter().map(ExactSizeIterator::len);
    if (DIGITS_MIN..=DIGITS_MAX).contains(&sizes().next()?) {
        return Some(1);
    }
    // Spelled out: one digit at a time.
    let single = sizes().take_while(|size| *size == 1).count();
    if (DIGITS_MIN..=DIGITS_MAX).contains(&single) {
        return Some(single);
    }
    GROUPS
        .iter()
        .find(|form| sizes().take(form.len()).eq(form.iter().copied()))
        .map(|form| form.len())
}

fn is_card(digits: &[u8]) -> bool {
    let head = |count: usize| checks::number(digits, 0, count).unwrap_or_default();
    let is_known = match digits.len() {
        13 => head(1) == 4,
        14 => matches!(head(3), 300..=305 | 309) || matches!(head(2), 36 | 38 | 39),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 51..=55 | 65 | 62 | 60 | 50 | 56..=58 | 63 | 67 | 81 | 82)
                || matches!(head(4), 2200..=2204 | 2221..=2720 | 3528..=3589 | 9792)
        }
        17..=19 => matches!(head(2), 62 | 50 | 56..=58 | 63 | 67) || (digits.len() == 19 && head(1) == 4),
        _ => false,
    };
    is_known && checks::luhn(digits)
}
