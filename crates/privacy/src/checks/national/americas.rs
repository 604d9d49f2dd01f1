//! Check digits of the numbers of the Americas.

use super::{elevens, holds, last_is};
use crate::checks::{digit, has_day, is_uniform, luhn, number, weighted};

pub(crate) fn us_ssn(text: &[u8]) -> bool {
    let (Some(area), Some(group), Some(serial)) =
        (number(text, 0, 3), number(text, 3, 2), number(text, 5, 4))
    else {
        return false;
    };
    area != 0 && area != 666 && group != 0 && serial != 0 && !is_uniform(text) && text != b"123456789"
}

pub(crate) fn ca_sin(text: &[u8]) -> bool {
    luhn(text) && !text.starts_with(b"0") && !text.starts_with(b"8")
}

pub(crate) fn mx_curp(text: &[u8]) -> bool {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'N' => Some(u32::from(byte - b'A') + 10),
        b'O'..=b'Z' => Some(u32::from(byte - b'A') + 11),
        _ => None,
    };
    let sum = text
        .iter()
        .take(17)
        .enumerate()
        .try_fold(0, |sum, (index, byte)| {
            Some(sum + value(*byte)? * u32::try_from(18 - index).ok()?)
        });
    let is_date = has_day(text, 6, 8);
    is_date && holds(sum.and_then(|sum| last_is(text, (10 - sum % 10) % 10)))
}

pub(crate) fn br_cpf(text: &[u8]) -> bool {
    let check = |count: u32| {
        let weights: Vec<u32> = (2..=count + 1).rev().collect();
        let rest = weighted(text, &weights)? * 10 % 11 % 10;
        Some(digit(*text.get(usize::try_from(count).ok()?)?)? == rest)
    };
    text.len() == 11 && !is_uniform(text) && holds(check(9)) && holds(check(10))
}

pub(crate) fn br_cnpj(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let check = |weights: &[u32]| {
        let rest = weighted(text, weights)? % 11;
        let expected = if rest < 2 { 0 } else { 11 - rest };
        Some(digit(*text.get(weights.len())?)? == expected)
    };
    text.len() == 14 && !is_uniform(text) && holds(WEIGHTS.get(1..).and_then(check)) && holds(check(&WEIGHTS))
}

pub(crate) fn ar_cuit(text: &[u8]) -> bool {
    let is_known = number(text, 0, 2).is_some_and(|kind| matches!(kind, 20 | 23..=27 | 30 | 33 | 34));
    is_known && holds(elevens(text, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]))
}

pub(crate) fn cl_rut(text: &[u8]) -> bool {
    let Some((last, head)) = text.split_last() else {
        return false;
    };
    let sum = head
        .iter()
        .rev()
        .zip([2_u32, 3, 4, 5, 6, 7].into_iter().cycle())
        .try_fold(0, |sum, (byte, weight)| Some(sum + digit(*byte)? * weight));
    sum.is_some_and(|sum| match 11 - sum % 11 {
        11 => *last == b'0',
        10 => *last == b'K',
        rest => digit(*last) == Some(rest),
    }) && !is_uniform(text)
}

pub(crate) fn ec_cedula(text: &[u8]) -> bool {
    number(text, 0, 2).is_some_and(|province| (1..=24).contains(&province) || province == 30)
        && text.get(2).is_some_and(|byte| *byte < b'6')
        && luhn(text)
}

pub(crate) fn mx_rfc(text: &[u8]) -> bool {
    text.len() == 13 && has_day(text, 6, 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::national::check_examples;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        check_examples(&[
            (br_cpf, b"52998224725"),
            (br_cnpj, b"11222333000181"),
            (ar_cuit, b"20055361682"),
            (cl_rut, b"125319092"),
            (mx_curp, b"BOXW310820HNERXN09"),
            (ca_sin, b"123456782"),
        ]);
    }
}
