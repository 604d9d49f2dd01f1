//! Check digits of the numbers of the Near East and Africa.

use super::holds;
use crate::checks::{digit, has_day, luhn, number, weighted};

pub(crate) fn tr_tckn(text: &[u8]) -> bool {
    let check = || {
        let odd = weighted(text, &[1, 0, 1, 0, 1, 0, 1, 0, 1])?;
        let even = weighted(text, &[0, 1, 0, 1, 0, 1, 0, 1])?;
        let tenth = (odd * 7 + 90 - even) % 10;
        Some(digit(*text.get(9)?)? == tenth && digit(*text.get(10)?)? == (odd + even + tenth) % 10)
    };
    text.len() == 11 && !text.starts_with(b"0") && holds(check())
}

pub(crate) fn il_teudat_zehut(text: &[u8]) -> bool {
    text.len() == 9 && luhn(text)
}

pub(crate) fn za_id(text: &[u8]) -> bool {
    let is_date = has_day(text, 2, 4);
    text.len() == 13 && is_date && matches!(text.get(10), Some(b'0' | b'1' | b'2')) && luhn(text)
}

pub(crate) fn ae_emirates_id(text: &[u8]) -> bool {
    let is_year = number(text, 3, 4).is_some_and(|year| (1900..2100).contains(&year));
    text.len() == 15 && text.starts_with(b"784") && is_year && luhn(text)
}

pub(crate) fn eg_national_id(text: &[u8]) -> bool {
    let is_date = has_day(text, 3, 5);
    text.len() == 14 && matches!(text.first(), Some(b'2' | b'3')) && is_date
}

pub(crate) fn sa_national_id(text: &[u8]) -> bool {
    text.len() == 10 && matches!(text.first(), Some(b'1' | b'2')) && luhn(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::national::check_examples;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        check_examples(&[
            (tr_tckn, b"17291716060"),
            (il_teudat_zehut, b"039337423"),
            (za_id, b"7503305044089"),
            (sa_national_id, b"1000000008"),
        ]);
    }
}
