//! Names and addresses of people, dates of birth: by their key, by a table's heading, by what stands around them.
//! Without such a context a name is only words, and stays.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

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

/// What stands near the names of people.
static NEIGHBOUR_SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    signs(&[
        "@", "phone", "mobile", "email", "iban", "address", "birth", "telefon", "tel\"", "passport",
    ])
});

/// What stands near the names of things.
static THING_SIGNS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| signs(&["product", "price", "\"sku", "item_id", "quantity"]));

fn signs(signs: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(signs)
        .ok()
}

/// Whether the signs could be compiled.
pub(super) fn is_ready() -> bool {
    NEIGHBOUR_SIGNS.is_some() && THING_SIGNS.is_some()
}

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
    THING_SIGNS.as_ref().is_some_and(|signs| {
        [before.get(from..), after.get(..to)]
            .into_iter()
            .flatten()
            .any(|part| signs.is_match(part))
    })
}

/// Whether other personal data stands near: then a `name` is somebody's.
fn has_neighbour(pass: &Pass<'_>, range: &Range<usize>) -> bool {
    let bytes = pass.text.as_bytes();
    let from = range.start.saturating_sub(NEIGHBOUR_SIZE_BYTES);
    let to = (range.end + NEIGHBOUR_SIZE_BYTES).min(bytes.len());
    let near = bytes.get(from..to).unwrap_or_default();
    NEIGHBOUR_SIGNS.as_ref().is_some_and(|signs| signs.is_match(near)) && !is_in_thing(pass, range)
}
