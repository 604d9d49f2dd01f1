//! Check digits of the numbers of western and southern Europe.

use super::{elevens, holds, last_is};
use crate::checks::{digit, is_day, is_uniform, mod11_10, number, weighted};

pub(crate) fn uk_nino(text: &[u8]) -> bool {
    let [first, second, middle @ .., suffix] = text else {
        return false;
    };
    let prefix = [*first, *second];
    !b"DFIQUV".contains(first)
        && !b"DFIQUVO".contains(second)
        && first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !matches!(&prefix, b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ")
        && middle.len() == 6
        && middle.iter().all(u8::is_ascii_digit)
        && (b'A'..=b'D').contains(suffix)
}

pub(crate) fn uk_nhs(text: &[u8]) -> bool {
    text.len() == 10 && !is_uniform(text) && holds(elevens(text, &[10, 9, 8, 7, 6, 5, 4, 3, 2]))
}

pub(crate) fn ie_pps(text: &[u8]) -> bool {
    let extra = match text.get(8) {
        Some(letter @ b'A'..=b'I') => u32::from(letter - b'A' + 1) * 9,
        Some(b'W') | None => 0,
        Some(_) => return false,
    };
    weighted(text.get(..7).unwrap_or_default(), &[8, 7, 6, 5, 4, 3, 2]).is_some_and(|sum| {
        let rest = (sum + extra) % 23;
        text.get(7).is_some_and(|letter| {
            if rest == 0 {
                *letter == b'W'
            } else {
                u32::from(*letter) == 64 + rest
            }
        })
    })
}

pub(crate) fn de_tax_id(text: &[u8]) -> bool {
    // One of the first ten digits stands there twice or three times, the others at most once.
    let mut counts = [0_u8; 10];
    for byte in text.iter().take(10) {
        let slot = digit(*byte).and_then(|value| counts.get_mut(usize::try_from(value).ok()?));
        let Some(slot) = slot else {
            return false;
        };
        *slot += 1;
    }
    let repeated = counts.iter().filter(|count| **count > 1).count();
    let most = counts.iter().max().copied().unwrap_or_default();
    text.len() == 11 && repeated == 1 && most <= 3 && !text.starts_with(b"0") && mod11_10(text)
}

pub(crate) fn fr_nir(text: &[u8]) -> bool {
    let Some((head, check)) = text.split_at_checked(13) else {
        return false;
    };
    let month_is = number(text, 3, 2).is_some_and(|month| matches!(month, 1..=12 | 20..=42 | 50..=99));
    // Corsica writes 2A and 2B, which count as 19 and 18.
    let head = match head.get(5..7) {
        Some(b"2A") => replaced(head, *b"19"),
        Some(b"2B") => replaced(head, *b"18"),
        _ => head.to_vec(),
    };
    matches!(text.first(), Some(b'1'..=b'4' | b'7' | b'8'))
        && month_is
        && number(&head, 0, 13)
            .zip(number(check, 0, 2))
            .is_some_and(|(value, check)| 97 - value % 97 == check)
}

fn replaced(head: &[u8], department: [u8; 2]) -> Vec<u8> {
    let mut head = head.to_vec();
    if let Some(slot) = head.get_mut(5..7) {
        slot.copy_from_slice(&department);
    }
    head
}

pub(crate) fn es_nif(text: &[u8]) -> bool {
    let Some((last, head)) = text.split_last() else {
        return false;
    };
    let lead = match head.first() {
        Some(b'X') => Some(0),
        Some(b'Y') => Some(1),
        Some(b'Z') => Some(2),
        Some(byte) => digit(*byte).map(u64::from),
        None => None,
    };
    let value = lead
        .zip(number(head, 1, 7))
        .map(|(lead, rest)| lead * 10_000_000 + rest);
    let letter = value.and_then(|value| b"TRWAGMYFPDXBNJZSQVHLCKE".get(usize::try_from(value % 23).ok()?));
    head.len() == 8 && letter == Some(last)
}

pub(crate) fn it_codice_fiscale(text: &[u8]) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ];
    let index = |byte: u8| match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        _ => None,
    };
    let sum = text
        .iter()
        .take(15)
        .enumerate()
        .try_fold(0, |sum, (place, byte)| {
            let value = index(*byte)?;
            Some(
                sum + if place % 2 == 0 {
                    *ODD.get(usize::try_from(value).ok()?)?
                } else {
                    value
                },
            )
        });
    text.len() == 16
        && sum
            .zip(text.last())
            .is_some_and(|(sum, last)| u32::from(*last) == 65 + sum % 26)
}

pub(crate) fn pt_nif(text: &[u8]) -> bool {
    let check = || {
        let rest = weighted(text, &[9, 8, 7, 6, 5, 4, 3, 2])? % 11;
        last_is(text, if rest < 2 { 0 } else { 11 - rest })
    };
    text.len() == 9 && !text.starts_with(b"0") && !is_uniform(text) && holds(check())
}

pub(crate) fn nl_bsn(text: &[u8]) -> bool {
    let check = || {
        let sum = weighted(text, &[9, 8, 7, 6, 5, 4, 3, 2])?;
        Some((sum + 11 - digit(*text.get(8)?)?).is_multiple_of(11))
    };
    text.len() == 9 && !is_uniform(text) && holds(check())
}

pub(crate) fn be_national(text: &[u8]) -> bool {
    let check = |lead: u64| Some(97 - (lead + number(text, 0, 9)?) % 97 == number(text, 9, 2)?);
    text.len() == 11
        && number(text, 2, 2).is_some_and(|month| month % 20 <= 12)
        && (holds(check(0)) || holds(check(2_000_000_000)))
}

pub(crate) fn ch_ahv(text: &[u8]) -> bool {
    ean13(text) && text.starts_with(b"756")
}

fn ean13(text: &[u8]) -> bool {
    let check = || {
        let sum = weighted(text, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3])?;
        last_is(text, (10 - sum % 10) % 10)
    };
    text.len() == 13 && holds(check())
}

pub(crate) fn at_svnr(text: &[u8]) -> bool {
    let check = || {
        let head = weighted(text, &[3, 7, 9])?;
        let tail = weighted(text.get(4..)?, &[5, 8, 4, 2, 1, 6])?;
        Some(digit(*text.get(3)?)? == (head + tail) % 11)
    };
    let is_date = number(text, 4, 2)
        .zip(number(text, 6, 2))
        .is_some_and(|(day, month)| is_day(month, day) || month == 13);
    text.len() == 10 && !text.starts_with(b"0") && is_date && holds(check())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::national::check_examples;

    #[test]
    fn published_examples_pass_and_their_neighbours_fail() {
        check_examples(&[
            (uk_nhs, b"9434765919"),
            (ie_pps, b"6433435F"),
            (de_tax_id, b"36574261809"),
            (es_nif, b"54362315K"),
            (es_nif, b"X2482300W"),
            (it_codice_fiscale, b"RCCMNL83S18D969H"),
            (pt_nif, b"501964843"),
            (nl_bsn, b"111222333"),
            (be_national, b"85073003328"),
            (ch_ahv, b"7569217076985"),
            (at_svnr, b"1237010180"),
            (fr_nir, b"295109912611193"),
            (fr_nir, b"185052A00608435"),
        ]);
    }
}
