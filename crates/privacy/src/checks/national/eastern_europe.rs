//! Check digits of the numbers of central and eastern Europe.

use super::{holds, last_is};
use crate::checks::{digit, has_day, is_day, is_uniform, luhn, mod11_10, number, weighted};

pub(crate) fn pl_pesel(text: &[u8]) -> bool {
    let check = || {
        let sum = weighted(text, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3])?;
        last_is(text, (10 - sum % 10) % 10)
    };
    let is_date = number(text, 2, 2)
        .zip(number(text, 4, 2))
        .is_some_and(|(month, day)| is_day(month % 20, day));
    text.len() == 11 && is_date && holds(check())
}

/// Czech and Slovak: a date, women's months plus 50, the whole divisible by 11.
pub(crate) fn cz_rodne_cislo(text: &[u8]) -> bool {
    let is_date = number(text, 2, 2)
        .zip(number(text, 4, 2))
        .is_some_and(|(month, day)| {
            let month = month % 50;
            is_day(if month > 20 { month - 20 } else { month }, day)
        });
    text.len() == 10
        && is_date
        && number(text, 0, 10).is_some_and(|value| {
            value.is_multiple_of(11) || (value / 10 % 11 == 10 && value.is_multiple_of(10))
        })
}

pub(crate) fn ro_cnp(text: &[u8]) -> bool {
    let check = || {
        let rest = weighted(text, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9])? % 11;
        last_is(text, if rest == 10 { 1 } else { rest })
    };
    let is_date = has_day(text, 3, 5);
    text.len() == 13 && !text.starts_with(b"0") && is_date && holds(check())
}

pub(crate) fn bg_egn(text: &[u8]) -> bool {
    let check = || last_is(text, weighted(text, &[2, 4, 8, 5, 10, 9, 7, 3, 6])? % 11 % 10);
    let is_date = number(text, 2, 2)
        .zip(number(text, 4, 2))
        .is_some_and(|(month, day)| is_day(month % 20, day));
    text.len() == 10 && is_date && holds(check())
}

pub(crate) fn gr_amka(text: &[u8]) -> bool {
    text.len() == 11 && has_day(text, 2, 0) && luhn(text)
}

pub(crate) fn hr_oib(text: &[u8]) -> bool {
    text.len() == 11 && !is_uniform(text) && mod11_10(text)
}

/// The numbers of the former Yugoslavia: a date, a region, weights in two rounds.
pub(crate) fn yu_jmbg(text: &[u8]) -> bool {
    let check = || {
        let rest = weighted(text, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])? % 11;
        last_is(text, if rest < 2 { 0 } else { 11 - rest })
    };
    let is_date = has_day(text, 2, 0);
    text.len() == 13 && is_date && matches!(text.get(4), Some(b'0' | b'9')) && holds(check())
}

pub(crate) fn hu_taj(text: &[u8]) -> bool {
    let check = || last_is(text, weighted(text, &[3, 7, 3, 7, 3, 7, 3, 7])? % 10);
    text.len() == 9 && !is_uniform(text) && holds(check())
}

pub(crate) fn ru_snils(text: &[u8]) -> bool {
    let check = || {
        let rest = weighted(text, &[9, 8, 7, 6, 5, 4, 3, 2, 1])? % 101 % 100;
        Some(number(text, 9, 2)? == u64::from(rest))
    };
    text.len() == 11 && !is_uniform(text) && holds(check())
}

pub(crate) fn ru_inn(text: &[u8]) -> bool {
    let check = || {
        let first = weighted(text, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8])? % 11 % 10;
        let second = weighted(text, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])? % 11 % 10;
        Some(digit(*text.get(10)?)? == first && digit(*text.get(11)?)? == second)
    };
    text.len() == 12 && !is_uniform(text) && holds(check())
}

pub(crate) fn ua_rnokpp(text: &[u8]) -> bool {
    // The weights are -1, 5, 7, 9, 4, 6, 10, 5, 7; ten stands for minus one, modulo eleven.
    let check = || last_is(text, weighted(text, &[10, 5, 7, 9, 4, 6, 10, 5, 7])? % 11 % 10);
    text.len() == 10 && !is_uniform(text) && holds(check())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::national::check_examples;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        check_examples(&[
            (pl_pesel, b"44051401359"),
            (ro_cnp, b"1630615123457"),
            (bg_egn, b"7523169263"),
            (hr_oib, b"33392005961"),
            (yu_jmbg, b"0101006500006"),
            (ru_snils, b"11223344595"),
            (ru_inn, b"500100732259"),
            (hu_taj, b"111111110"),
        ]);
    }
}
