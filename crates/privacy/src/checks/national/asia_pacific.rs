//! Check digits of the numbers of Asia and the Pacific.

use super::{holds, last_is};
use crate::checks::{digit, has_day, is_day, is_uniform, number, verhoeff, weighted};

pub(crate) fn in_aadhaar(text: &[u8]) -> bool {
    text.len() == 12 && matches!(text.first(), Some(b'2'..=b'9')) && verhoeff(text)
}

pub(crate) fn in_pan(text: &[u8]) -> bool {
    text.get(3).is_some_and(|kind| b"PCHABGJLFT".contains(kind))
}

pub(crate) fn cn_ric(text: &[u8]) -> bool {
    let check = || {
        let rest = weighted(text, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])? % 11;
        Some(text.last() == b"10X98765432".get(usize::try_from(rest).ok()?))
    };
    let is_date = has_day(text, 10, 12);
    text.len() == 18 && is_date && holds(check())
}

pub(crate) fn tw_id(text: &[u8]) -> bool {
    const LETTERS: &[u8; 26] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let check = || {
        let letter =
            u32::try_from(LETTERS.iter().position(|letter| Some(letter) == text.first())?).ok()? + 10;
        let sum = letter / 10 + letter % 10 * 9 + weighted(text.get(1..)?, &[8, 7, 6, 5, 4, 3, 2, 1, 1])?;
        Some(sum.is_multiple_of(10))
    };
    text.len() == 10 && matches!(text.get(1), Some(b'1' | b'2' | b'8' | b'9')) && holds(check())
}

pub(crate) fn hk_id(text: &[u8]) -> bool {
    let check = || {
        let letter = u32::from(text.first()?.checked_sub(b'A')?) + 10;
        let sum = 36 * 9 + letter * 8 + weighted(text.get(1..)?, &[7, 6, 5, 4, 3, 2])?;
        let rest = (11 - sum % 11) % 11;
        Some(if rest == 10 {
            text.last() == Some(&b'A')
        } else {
            digit(*text.last()?)? == rest
        })
    };
    text.len() == 8 && holds(check())
}

pub(crate) fn sg_nric(text: &[u8]) -> bool {
    let check = || {
        let sum = weighted(text.get(1..)?, &[2, 7, 6, 5, 4, 3, 2])?;
        let (sum, letters) = match text.first()? {
            b'S' => (sum, b"JZIHGFEDCBA"),
            b'T' => (sum + 4, b"JZIHGFEDCBA"),
            b'F' => (sum, b"XWUTRQPNMLK"),
            b'G' => (sum + 4, b"XWUTRQPNMLK"),
            b'M' => (sum + 3, b"XWUTRQPNJLK"),
            _ => return None,
        };
        Some(text.last() == letters.get(usize::try_from(sum % 11).ok()?))
    };
    text.len() == 9 && holds(check())
}

pub(crate) fn kr_rrn(text: &[u8]) -> bool {
    let is_date = has_day(text, 2, 4);
    // Numbers given out since October 2020 have no check digit: the date has to do.
    text.len() == 13 && is_date && matches!(text.get(6), Some(b'1'..=b'8'))
}

pub(crate) fn jp_my_number(text: &[u8]) -> bool {
    let check = || {
        let rest = weighted(text, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])? % 11;
        last_is(text, if rest < 2 { 0 } else { 11 - rest })
    };
    text.len() == 12 && !is_uniform(text) && holds(check())
}

pub(crate) fn th_id(text: &[u8]) -> bool {
    let check = || {
        let sum = weighted(text, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])?;
        last_is(text, (11 - sum % 11) % 10)
    };
    text.len() == 13 && matches!(text.first(), Some(b'1'..=b'8')) && !is_uniform(text) && holds(check())
}

pub(crate) fn my_nric(text: &[u8]) -> bool {
    text.len() == 12 && has_day(text, 2, 4)
}

pub(crate) fn id_nik(text: &[u8]) -> bool {
    let is_date = number(text, 6, 2)
        .zip(number(text, 8, 2))
        .is_some_and(|(day, month)| is_day(month, day % 40));
    text.len() == 16 && number(text, 0, 2).is_some_and(|province| (11..=97).contains(&province)) && is_date
}

pub(crate) fn au_tfn(text: &[u8]) -> bool {
    text.len() == 9
        && !is_uniform(text)
        && weighted(text, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_some_and(|sum| sum.is_multiple_of(11))
}

pub(crate) fn au_medicare(text: &[u8]) -> bool {
    let check = || Some(digit(*text.get(8)?)? == weighted(text, &[1, 3, 7, 9, 1, 3, 7, 9])? % 10);
    text.len() == 10 && matches!(text.first(), Some(b'2'..=b'6')) && holds(check())
}

pub(crate) fn nz_ird(text: &[u8]) -> bool {
    let padded: Vec<u8> = std::iter::repeat_n(b'0', 9_usize.saturating_sub(text.len()))
        .chain(text.iter().copied())
        .collect();
    let check = |weights: &[u32]| Some((11 - weighted(&padded, weights)? % 11) % 11);
    let expected = match check(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        Some(10) => check(&[7, 4, 3, 2, 5, 2, 7, 6]),
        other => other,
    };
    matches!(text.len(), 8 | 9) && expected.is_some_and(|expected| holds(last_is(text, expected)))
}

pub(crate) fn pk_cnic(text: &[u8]) -> bool {
    text.len() == 13 && matches!(text.first(), Some(b'1'..=b'7')) && !is_uniform(text)
}

pub(crate) fn kz_iin(text: &[u8]) -> bool {
    let check = || {
        let first = weighted(text, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])? % 11;
        let second = weighted(text, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])? % 11;
        last_is(text, if first < 10 { first } else { second })
    };
    let is_date = has_day(text, 2, 4);
    text.len() == 12 && is_date && holds(check())
}

pub(crate) fn vn_cccd(text: &[u8]) -> bool {
    // Province, then century and sex in one digit.
    text.len() == 12
        && number(text, 0, 3).is_some_and(|province| (1..=96).contains(&province))
        && matches!(text.get(3), Some(b'0'..=b'3'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::national::check_examples;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        check_examples(&[
            (cn_ric, b"11010519491231002X"),
            (tw_id, b"A123456789"),
            (sg_nric, b"S1234567D"),
            (th_id, b"1234545678781"),
            (au_tfn, b"123456782"),
            (au_medicare, b"2123456701"),
            (nz_ird, b"49091850"),
            (in_aadhaar, b"234123412346"),
            (jp_my_number, b"123456789018"),
        ]);
    }
}
