//! Tokens and keys that a maker gave a form of its own. Source: each maker's documentation, and the announcements
//! that introduced the prefixes so that scanners can find them.

use std::sync::LazyLock;

use super::{Class, Rule, Severity};

mod business;
mod cloud;
mod code;
mod general;
mod messaging;
mod models;
mod watch;

/// One form of token: found by an anchor, then matched whole by an expression in linear time.
pub struct Token {
    /// The rule.
    pub rule: Rule,
    /// Literal texts that every such token holds, exactly as written.
    pub anchors: &'static [&'static str],
    /// The whole token as an expression over bytes, matched at `start`.
    pub pattern: &'static str,
    /// Where the token begins as seen from the anchor.
    pub start: Start,
    /// What its letters must have besides, where the form alone fits names of things, too.
    pub letters: Letters,
}

/// What the letters of a token must have besides its form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Letters {
    /// Nothing.
    Any,
    /// As random as a key: capitals, small letters and digits, or one case with many digits, behind the last joint.
    Random,
}

/// Where a token begins as seen from its anchor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// At the anchor; no letter or digit stands before it.
    Anchor,
    /// At the anchor; no letter or digit, nor a joint of a longer word stands before it.
    Alone,
    /// At the anchor, whatever stands before it.
    Anywhere,
    /// At the first of the few letters, digits, `_` and `-` right before the anchor.
    Near,
    /// At the first of the letters of base64 before the anchor.
    Base64,
    /// At the scheme and host of the URL that the anchor stands in.
    Url,
    /// This many bytes before the anchor; no letter or digit stands before that.
    Before(usize),
    /// At the first digit of the run of digits before the anchor.
    Digits,
    /// At the first of the letters, digits, `_` and `-` before the anchor.
    Word,
}

const fn token(
    id: &'static str,
    source: &'static str,
    anchors: &'static [&'static str],
    pattern: &'static str,
) -> Token {
    Token {
        rule: Rule::new(id, Class::Secret, Severity::High, source),
        anchors,
        pattern,
        start: Start::Anchor,
        letters: Letters::Any,
    }
}

const fn from(mut token: Token, start: Start) -> Token {
    token.start = start;
    token
}

/// A token whose letters must look random.
const fn random(mut token: Token) -> Token {
    token.letters = Letters::Random;
    token
}

/// A rule of the same type as another.
const fn kind(mut token: Token, kind: &'static str) -> Token {
    token.rule.kind = kind;
    token
}

/// The rules of all makers.
pub static TOKENS: LazyLock<Vec<&'static Token>> =
    LazyLock::new(|| FAMILIES.iter().flat_map(|(_, tokens)| tokens.iter()).collect());

/// The rules by what their makers do. The more telling of two forms comes first.
pub static FAMILIES: &[(&str, &[Token])] = &[
    ("Models and agents", models::TOKENS),
    ("Code, packages and builds", code::TOKENS),
    ("Clouds, hosting and databases", cloud::TOKENS),
    ("Messages and mail", messaging::TOKENS),
    ("Payments, shops and offices", business::TOKENS),
    ("Watching and security", watch::TOKENS),
    ("Any maker", general::TOKENS),
];

#[cfg(test)]
mod tests;
