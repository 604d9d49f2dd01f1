//! Check digits. Each function takes the letters and digits of a number, upper case, without separators, of the
//! length its rule asks for; anything else is no such number.

pub(crate) mod national;

/// Luhn, as cards have it (ISO/IEC 7812, annex B).
pub(crate) fn luhn(digits: &[u8]) -> bool {
    luhn_sum(digits.iter().copied()).is_some_and(|sum| sum.is_multiple_of(10)) && !is_uniform(digits)
}

/// The sum of Luhn, the last digit counted once. `None` if something is no digit.
pub(crate) fn luhn_sum(text: impl DoubleEndedIterator<Item = u8>) -> Option<u32> {
    text.rev().enumerate().try_fold(0, |sum, (index, byte)| {
        let doubled = digit(byte)? * if index % 2 == 1 { 2 } else { 1 };
        Some(sum + if doubled > 9 { doubled - 9 } else { doubled })
    })
}

/// Whether all bytes are the same: `0000`, `1111` pass some checks and are nobody's number.
pub(crate) fn is_uniform(text: &[u8]) -> bool {
    text.iter().all(|byte| Some(byte) == text.first())
}

/// The value of a digit.
pub(crate) fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// The number that a part of a text writes.
pub(crate) fn number(text: &[u8], from: usize, count: usize) -> Option<u64> {
    text.get(from..from + count)?
        .iter()
        .try_fold(0, |value: u64, byte| Some(value * 10 + u64::from(digit(*byte)?)))
}

/// The digits of a text times weights, from the first.
pub(crate) fn weighted(text: &[u8], weights: &[u32]) -> Option<u32> {
    if text.len() < weights.len() {
        return None;
    }
    text.iter()
        .zip(weights)
        .try_fold(0, |sum, (byte, weight)| Some(sum + digit(*byte)? * weight))
}

/// The remainder by 97 of a number whose letters count from A = 10 (ISO/IEC 7064).
pub(crate) fn mod97(text: impl Iterator<Item = u8>) -> Option<u32> {
    text.into_iter().try_fold(0, |rest: u32, byte| match byte {
        b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    })
}

/// An IBAN's check (ISO 13616): country and check digits moved to the end, the remainder by 97 is 1.
pub(crate) fn iban(text: &[u8]) -> bool {
    let (Some(head), Some(tail)) = (text.get(..4), text.get(4..)) else {
        return false;
    };
    mod97(tail.iter().chain(head).copied()) == Some(1)
}

/// Verhoeff's check by the dihedral group of order ten.
pub(crate) fn verhoeff(text: &[u8]) -> bool {
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let product = |left: u32, right: u32| match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => 5 + (left + right - 5) % 5,
        (false, true) => 5 + (left - 5 + 5 - right) % 5,
        (false, false) => (left + 5 - right) % 5,
    };
    let permuted = |value: u32, times: usize| {
        (0..times % 8).fold(value, |value, _| {
            usize::try_from(value)
                .ok()
                .and_then(|at| PERMUTATION.get(at))
                .copied()
                .unwrap_or(value)
        })
    };
    let mut check = 0;
    for (index, byte) in text.iter().rev().enumerate() {
        let Some(value) = digit(*byte) else {
            return false;
        };
        check = product(check, permuted(value, index));
    }
    check == 0 && !is_uniform(text)
}

/// ISO/IEC 7064, MOD 11,10.
pub(crate) fn mod11_10(text: &[u8]) -> bool {
    let Some((last, head)) = text.split_last() else {
        return false;
    };
    let mut product = 10;
    for byte in head {
        let Some(value) = digit(*byte) else {
            return false;
        };
        let sum = (value + product) % 10;
        product = (if sum == 0 { 10 } else { sum } * 2) % 11;
    }
    digit(*last).is_some_and(|last| last == (11 - product) % 10)
}

/// Whether day and month can be a date.
pub(crate) fn is_day(month: u64, day: u64) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// Whether a month and a day, two digits each, stand at these places.
pub(crate) fn has_day(text: &[u8], month_at: usize, day_at: usize) -> bool {
    number(text, month_at, 2)
        .zip(number(text, day_at, 2))
        .is_some_and(|(month, day)| is_day(month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_know_right_from_wrong() {
        assert!(iban(b"GB82WEST12345698765432"));
        assert!(!iban(b"GB82WEST12345698765433"));
        assert!(luhn(b"4111111111111111"));
        assert!(!luhn(b"4111111111111112"));
        assert!(!luhn(b"0000000000000000"));
        assert!(verhoeff(b"2363"));
        assert!(!verhoeff(b"2364"));
        assert!(mod11_10(b"86095742719"));
        assert_eq!(mod97(b"3214282912345698765432161182".iter().copied()), Some(1));
    }
}
