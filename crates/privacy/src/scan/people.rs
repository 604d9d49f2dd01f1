//! Names and addresses of people, dates of birth: by their key, by a table's heading, by what stands around them.
//! Without such a context a name is only words, and stays.

use std::ops::Range;

use super::Pass;
use crate::forms;
use crate::rules::personal::Kind;
use crate::rules::{Class, Rule, Severity};

mod address;
mod birth;
mod name;
mod phrases;

pub(super) use phrases::find;

pub(super) static NAME: Rule = Rule::new(
    "person-name",
    Class::Name,
    Severity::Medium,
    "keys, headings and introductions",
);
pub(super) static ADDRESS: Rule = Rule::new(
    "postal-address",
    Class::Name,
    Severity::Medium,
    "keys, headings and introductions",
);
pub(super) static BIRTH: Rule = Rule::new(
    "date-of-birth",
    Class::Pii,
    Severity::Medium,
    "keys and introductions",
);
pub(super) static NATIONAL: Rule = Rule::new(
    "national-id",
    Class::Pii,
    Severity::High,
    "keys of documents and offices",
);
pub(super) static ACCOUNT: Rule = Rule::new("bank-account", Class::Pii, Severity::High, "keys of accounts");

/// Longest value of a personal key without quotes.
const BARE_SIZE_BYTES_MAX: usize = 120;
/// How far around a value something personal makes the key `name` one of a person.
const NEIGHBOUR_SIZE_BYTES: usize = 240;

/// Takes the value of a personal key out, if it has the form of what the key says.
pub(super) fn keyed(pass: &mut Pass<'_>, range: Range<usize>, kind: Kind, is_sure: bool) {
    let range = whole(pass, range, kind);
    let Some(value) = pass.text.get(range.clone()) else {
        return;
    };
    if value.is_empty() || super::keyed::is_placeholder(value) || crate::keys::is_token(value) {
        return;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |extra: &str| {
        value
            .chars()
            .all(|letter| letter.is_alphanumeric() || extra.contains(letter))
    };
    let (is_one, rule) = match kind {
        Kind::Name => {
            let is_name = if is_sure {
                name::is_likely(value)
            } else {
                name::is_full(value) && has_neighbour(pass, &range)
            };
            (is_name, &NAME)
        }
        Kind::Address => (address::is_likely(value), &ADDRESS),
        Kind::Phone => (
            (6..=16).contains(&digits) && is_plain("+-./() ") && value.len() <= 28,
            &crate::rules::phones::PHONE,
        ),
        Kind::Birth => (digits >= 4 && value.len() <= 32 && !value.contains('_'), &BIRTH),
        Kind::NationalId => {
            let is_number =
                digits >= 4 && (5..=24).contains(&value.len()) && is_plain("-./ ") && !forms::is_uuid(value);
            (is_number, &NATIONAL)
        }
        Kind::Account => (
            digits >= 6 && (6..=34).contains(&value.len()) && is_plain("- ") && !forms::is_uuid(value),
            &ACCOUNT,
        ),
    };
    if is_one {
        pass.push(range, rule);
    }
}

/// A bare value reaches to the end of its line or cell, as names and addresses have spaces.
fn whole(pass: &Pass<'_>, range: Range<usize>, kind: Kind) -> Range<usize> {
    let is_quoted = pass
        .byte_before(range.start)
        .is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    if is_quoted || !matches!(kind, Kind::Name | Kind::Address | Kind::Birth) {
        return range;
    }
    let rest = pass.text.get(range.start..).unwrap_or_default();
    let is_end = |letter: char| match kind {
        Kind::Address => matches!(letter, '\n' | '\r' | ';' | '"' | '|' | '\t' | '}' | '<'),
        _ => matches!(
            letter,
            '\n' | '\r' | ';' | '"' | '|' | '\t' | ',' | '}' | ')' | '<' | '&'
        ),
    };
    let size = rest
        .char_indices()
        .find(|(index, letter)| *index > BARE_SIZE_BYTES_MAX || is_end(*letter));
    let value = rest
        .get(..size.map_or(rest.len(), |(index, _)| index))
        .unwrap_or_default();
    let value = match kind {
        Kind::Name => name::leading(value),
        Kind::Address => address::leading(value),
        _ => value.split(". ").next().unwrap_or_default().trim_end_matches('.'),
    };
    let value = value.trim_end();
    range.start..range.start + value.len()
}

/// Whether the object around a value has what things have and people have not: a price, a product, a parameter.
fn is_in_thing(pass: &Pass<'_>, range: &Range<usize>) -> bool {
    const SIGNS: [&str; 5] = ["product", "price", "\"sku", "item_id", "quantity"];
    let bytes = pass.text.as_bytes();
    let before = bytes.get(range.start.saturating_sub(NEIGHBOUR_SIZE_BYTES)..range.start);
    let before = before.unwrap_or_default();
    let from = before
        .iter()
        .rposition(|byte| b"{}".contains(byte))
        .map_or(0, |at| at + 1);
    let after = bytes
        .get(range.end..(range.end + NEIGHBOUR_SIZE_BYTES).min(bytes.len()))
        .unwrap_or_default();
    let to = after
        .iter()
        .position(|byte| b"{}".contains(byte))
        .unwrap_or(after.len());
    [before.get(from..), after.get(..to)]
        .into_iter()
        .flatten()
        .any(|part| {
            let part = String::from_utf8_lossy(part).to_lowercase();
            SIGNS.iter().any(|sign| part.contains(sign))
        })
}

/// Whether other personal data stands near: then a `name` is somebody's.
fn has_neighbour(pass: &Pass<'_>, range: &Range<usize>) -> bool {
    const SIGNS: [&str; 10] = [
        "@", "phone", "mobile", "email", "iban", "address", "birth", "telefon", "tel\"", "passport",
    ];
    let mut from = range.start.saturating_sub(NEIGHBOUR_SIZE_BYTES);
    while !pass.text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (range.end + NEIGHBOUR_SIZE_BYTES).min(pass.text.len());
    while !pass.text.is_char_boundary(to) {
        to -= 1;
    }
    let near = pass.text.get(from..to).unwrap_or_default().to_lowercase();
    SIGNS.iter().any(|sign| near.contains(sign)) && !is_in_thing(pass, range)
}
