//! The rules of the detectors, as data: one file per family, each rule with its source, severity and examples.
//!
//! Rules come from public format documentation, never from anybody's data. Examples are put together from
//! pieces where they are checked, so that no secret scanner takes this code for a leak.

pub mod keys;
pub(crate) mod national;
pub(crate) mod personal;
pub(crate) mod phones;
pub(crate) mod phrases;
pub mod tokens;
mod word_set;

pub(crate) use word_set::WordSet;

/// Version of all rules together. Raise it with every change, as cleared spans name what acted on them.
pub const VERSION: u32 = 4;

/// The class of the built-in rule, or type, of this name; of several the most severe.
pub(crate) fn named(name: &str) -> Option<Class> {
    let tokens = tokens::TOKENS.iter().map(|token| &token.rule);
    let national = national::NATIONAL.iter().map(|national| &national.rule);
    tokens
        .chain(national)
        .chain(keys::RULES.iter().copied())
        .chain(crate::scan::RULES.iter().copied())
        .filter(|rule| rule.id == name || rule.kind == name)
        .map(|rule| rule.class)
        .min()
}

/// What kind of thing a rule finds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Class {
    /// Whoever has it can do something: always removed.
    Secret,
    /// Says who a person is or where they are reached: replaced by a token.
    Pii,
    /// Name or address of a person: only context tells.
    Name,
}

/// How bad it is if one gets through.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Of use only with more knowledge.
    Low,
    /// Personal, or of use for a short time.
    Medium,
    /// Opens something.
    High,
}

/// One rule, as evidence names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id, stable for good: `github-pat`.
    pub id: &'static str,
    /// The type of what it finds; several rules may find one type.
    pub kind: &'static str,
    /// What it finds.
    pub class: Class,
    /// How bad a miss is.
    pub severity: Severity,
    /// Where the format is documented.
    pub source: &'static str,
}

impl Rule {
    /// A rule whose type has the name of the rule.
    #[must_use]
    pub const fn new(id: &'static str, class: Class, severity: Severity, source: &'static str) -> Self {
        Self {
            id,
            kind: id,
            class,
            severity,
            source,
        }
    }
}
