//! Check digits of the numbers of the Nordic and Baltic countries.

use super::{holds, last_is};
use crate::checks::{digit, has_day, is_day, luhn_sum, number, weighted};

/// Ten or twelve digits, a date first; co-ordination numbers add 60 to the day.
pub(crate) fn se_personnummer(text: &[u8]) -> bool {
    let text = if text.len() == 12 {
        text.get(2..).unwrap_or_default()
    } else {
        text
    };
    let is_date = number(text, 2, 2)
        .zip(number(text, 4, 2))
        .is_some_and(|(month, day)| is_day(month, if day > 60 { day - 60 } else { day }));
    text.len() == 10 && is_date && luhn_sum(text.iter().copied()).is_some_and(|sum| sum.is_multiple_of(10))
}

pub(crate) fn no_fodselsnummer(text: &[u8]) -> bool {
    let check = || {
        let first = (11 - weighted(text, &[3, 7, 6, 1, 8, 9, 4, 5, 2])? % 11) % 11;
        let second = (11 - weighted(text, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2])? % 11) % 11;
        Some(digit(*text.get(9)?)? == first && digit(*text.get(10)?)? == second)
    };
    let is_date = number(text, 0, 2)
        .zip(number(text, 2, 2))
        .is_some_and(|(day, month)| is_day(month % 40, if day > 40 { day - 40 } else { day }));
    text.len() == 11 && is_date && holds(check())
}

pub(crate) fn dk_cpr(text: &[u8]) -> bool {
    text.len() == 10 && has_day(text, 2, 0)
}

pub(crate) fn fi_hetu(text: &[u8]) -> bool {
    let value = number(text, 0, 6).zip(
        text.get(text.len().saturating_sub(4)..)
            .and_then(|tail| number(tail, 0, 3)),
    );
    let letter = value.and_then(|(date, serial)| {
        b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(usize::try_from((date * 1000 + serial) % 31).ok()?)
    });
    let is_date = has_day(text, 2, 0);
    is_date && letter == text.last()
}

/// Estonia and Lithuania.
pub(crate) fn baltic(text: &[u8]) -> bool {
    let check = || {
        let first = weighted(text, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1])? % 11;
        let second = weighted(text, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3])? % 11 % 10;
        last_is(text, if first < 10 { first } else { second })
    };
    let is_date = has_day(text, 3, 5);
    text.len() == 11 && matches!(text.first(), Some(b'1'..=b'6')) && is_date && holds(check())
}

pub(crate) fn lv_code(text: &[u8]) -> bool {
    let check = || {
        let sum = weighted(text, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2])?;
        last_is(text, (1101 - sum) % 11)
    };
    let is_date = has_day(text, 2, 0);
    text.len() == 11 && is_date && holds(check())
}

pub(crate) fn is_kennitala(text: &[u8]) -> bool {
    let check = || Some(digit(*text.get(8)?)? == (11 - weighted(text, &[3, 2, 7, 6, 5, 4, 3, 2])? % 11) % 11);
    let is_date = has_day(text, 2, 0);
    text.len() == 10 && is_date && matches!(text.last(), Some(b'0' | b'8' | b'9')) && holds(check())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::national::check_examples;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        check_examples(&[
            (se_personnummer, b"8803200016"),
            (no_fodselsnummer, b"15108695088"),
            (fi_hetu, b"131052308T"),
            (baltic, b"37605030299"),
            (is_kennitala, b"1201743399"),
        ]);
    }
}
