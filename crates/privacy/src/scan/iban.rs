//! International bank account numbers.

use super::Pass;
use crate::checks;
use crate::rules::{Class, Rule, Severity};

pub(super) static IBAN: Rule = Rule::new(
    "iban",
    Class::Pii,
    Severity::High,
    "ISO 13616, SWIFT IBAN registry",
);

/// Countries and the length of their numbers, by the registry.
const COUNTRIES: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// Looks for an account number that begins with a run. Answers its end.
pub(super) fn find(pass: &mut Pass<'_>, start: usize) -> Option<usize> {
    let rest = pass.text.as_bytes().get(start..)?;
    if !rest.get(2)?.is_ascii_digit() || !rest.get(3)?.is_ascii_digit() {
        return None;
    }
    let country: [u8; 2] = [
        rest.first()?.to_ascii_uppercase(),
        rest.get(1)?.to_ascii_uppercase(),
    ];
    let index = COUNTRIES
        .binary_search_by(|(known, _)| (*known).cmp(&country))
        .ok()?;
    let (_, size) = COUNTRIES.get(index)?;
    let mut compact = Vec::with_capacity(*size);
    let mut end = start;
    for (index, byte) in rest.iter().enumerate() {
        match byte {
            byte if byte.is_ascii_alphanumeric() => compact.push(byte.to_ascii_uppercase()),
            b' ' | b'-' | b'.' if rest.get(index + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
            _ => break,
        }
        if compact.len() == *size {
            end = start + index + 1;
            break;
        }
    }
    let is_free = pass
        .byte_before(start)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        && pass.byte(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if end == start || !is_free || !checks::iban(&compact) {
        return None;
    }
    pass.push(start..end, &IBAN);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_sorted() {
        assert!(COUNTRIES.is_sorted());
    }
}
