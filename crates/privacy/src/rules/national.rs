//! National numbers of persons, with the forms they are written in and their check digits.
//!
//! Source of each form: the public description by the office that gives the number. In a form, `9` is a digit,
//! `A` a letter, `X` either, `K` a digit or the letter of its check; all else stands for itself.

use std::sync::LazyLock;

use super::{Class, Rule, Severity};
use crate::checks::national::Check;

mod americas;
mod asia_pacific;
mod eastern_europe;
mod near_east_and_africa;
mod northern_europe;
mod western_europe;

/// How much a number proves itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Proof {
    /// Only context can tell: no check digit, or none that excludes enough.
    Context,
    /// The form with its separators and the check are enough; digits alone need context.
    Form,
    /// The check excludes 98 of 100: no context is needed.
    Check,
}

/// One national number.
pub(crate) struct National {
    pub(crate) rule: Rule,
    pub(crate) forms: &'static [&'static str],
    pub(crate) check: Check,
    pub(crate) proof: Proof,
    /// Words near it that name it, in lower case.
    pub(crate) words: &'static [&'static str],
}

/// Words that announce a national number of any country.
pub(crate) static WORDS_OF_ALL: &[&str] = &[
    "national id",
    "national_id",
    "nationalid",
    "identity number",
    "identity card",
    "id number",
    "id_number",
    "idnumber",
    "id card",
    "tax id",
    "tax_id",
    "taxid",
    "tax number",
    "tax_number",
    "taxpayer",
    "social security",
    "citizen",
    "passport",
    "personal number",
    "personal code",
    "identification",
    "identifikation",
    "steuer",
    "insurance number",
    "identitet",
    "identité",
    "identidad",
    "identidade",
    "identità",
    "document number",
    "documento",
    "ssn",
    "national number",
    "gov id",
];

const fn national(
    id: &'static str,
    source: &'static str,
    forms: &'static [&'static str],
    check: Check,
    proof: Proof,
    words: &'static [&'static str],
) -> National {
    National {
        rule: Rule::new(id, Class::Pii, Severity::High, source),
        forms,
        check,
        proof,
        words,
    }
}

/// The numbers of all countries. Where two fit one text, the first names it.
pub(crate) static NATIONAL: LazyLock<Vec<&'static National>> = LazyLock::new(|| {
    let regions = [
        americas::NATIONAL,
        western_europe::NATIONAL,
        northern_europe::NATIONAL,
        eastern_europe::NATIONAL,
        near_east_and_africa::NATIONAL,
        asia_pacific::NATIONAL,
    ];
    regions.into_iter().flatten().collect()
});
