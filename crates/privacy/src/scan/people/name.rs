//! The form of a person's name, in any script.

use std::sync::LazyLock;

use crate::rules::WordSet;

/// Most words of a name.
const WORDS_MAX: usize = 7;
/// Longest name, in bytes.
const SIZE_BYTES_MAX: usize = 96;

/// Small words within names.
static PARTICLES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "de", "la", "le", "du", "des", "del", "della", "di", "da", "do", "dos", "das", "e", "y", "i", "van",
        "von", "der", "den", "ter", "ten", "zu", "zum", "zur", "af", "av", "bin", "bint", "ibn", "al", "el",
        "los", "las", "san", "santa", "st", "ap", "d'", "of", "und",
    ])
});

/// Titles before a name, with or without their point.
static TITLES: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "sir",
        "madam",
        "herr",
        "frau",
        "señor",
        "señora",
        "señorita",
        "sr",
        "sra",
        "srta",
        "don",
        "doña",
        "m",
        "mme",
        "mlle",
        "monsieur",
        "madame",
        "sig",
        "signor",
        "signora",
        "ing",
        "dipl",
        "mag",
        "univ.prof",
        "rev",
        "shri",
        "smt",
        "kumari",
        "dhr",
        "mevr",
        "pan",
        "pani",
        "hr",
        "fr",
        "dona",
        "seu",
    ])
});

/// Words that names of things are made of: a tool, a team, a place.
static THINGS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "agent",
        "tool",
        "service",
        "search",
        "policy",
        "refund",
        "order",
        "support",
        "system",
        "assistant",
        "bot",
        "model",
        "server",
        "client",
        "team",
        "group",
        "department",
        "company",
        "inc",
        "ltd",
        "llc",
        "gmbh",
        "corp",
        "institute",
        "university",
        "bank",
        "cluster",
        "region",
        "pipeline",
        "workflow",
        "retriever",
        "index",
        "query",
        "report",
        "customer",
        "manager",
        "handler",
        "error",
        "state",
        "city",
        "street",
        "test",
        "demo",
        "default",
        "admin",
        "user",
        "product",
        "shop",
        "store",
        "account",
        "invoice",
        "theorem",
        "api",
        "app",
        "data",
        "database",
        "file",
        "message",
        "request",
        "response",
        "session",
        "token",
        "key",
        "the",
        "a",
        "an",
        "this",
        "that",
        "not",
        "calling",
        "writing",
        "happy",
        "sorry",
        "trying",
        "going",
        "here",
        "looking",
        "unable",
        "sure",
        "still",
        "very",
        "topic",
        "queue",
        "job",
        "task",
        "step",
        "run",
        "name",
        "email",
        "phone",
        "null",
        "none",
        "true",
        "false",
        "unknown",
    ])
});

/// Whether a text has the form of a name where something else says that one stands here: one word may do.
pub(super) fn is_likely(text: &str) -> bool {
    let text = text.trim();
    if text.is_ascii() && text.contains('@') || text.len() > SIZE_BYTES_MAX {
        return false;
    }
    // `Doe, Jane` and `Jane Doe, M.A.`
    let has_one_comma = text.matches(", ").count() == 1;
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| {
            if has_one_comma {
                word.trim_end_matches(',')
            } else {
                word
            }
        })
        .collect();
    let named = words
        .iter()
        .filter(|word| is_capital(word) && !is_title(word))
        .count();
    let is_formed = words
        .iter()
        .all(|word| is_word(word) && (is_capital(word) || is_particle(word) || is_title(word)));
    let is_thing = words.iter().any(|word| THINGS.contains_in_any_case(word));
    (1..=WORDS_MAX).contains(&words.len()) && named >= 1 && is_formed && !is_thing
}

/// The same with two words at least, or in a script that has no capitals: enough with weaker signs.
pub(super) fn is_full(text: &str) -> bool {
    let named = text
        .split_whitespace()
        .filter(|word| is_capital(word) && !is_title(word))
        .count();
    is_likely(text) && (named >= 2 || !text.chars().any(|letter| letter.is_ascii_alphabetic()))
}

/// The name that a text begins with; empty if none.
pub(super) fn leading(text: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    for word in text.split_inclusive(' ').take(WORDS_MAX) {
        let bare = word.trim_end();
        let is_title_word = at == 0 && (is_title(bare) || bare.ends_with('.') && bare.chars().count() <= 5);
        let is_last = bare.ends_with([',', ';', ':', '!', '?', ')', '"', '。', '、', '।'])
            || (bare.ends_with('.') && !is_title_word && !is_title(bare) && bare.chars().count() > 3);
        let name = bare.trim_end_matches([',', ';', ':', '!', '?', ')', '"', '.', '。', '、', '।']);
        let is_part = is_word(name) && !THINGS.contains_in_any_case(name);
        if !is_part || !(is_capital(name) || is_particle(name) || is_title_word) {
            break;
        }
        if is_capital(name) {
            end = at
                + if is_last || !bare.ends_with('.') {
                    name.len()
                } else {
                    bare.len()
                };
        }
        at += word.len();
        if is_last || word.len() == bare.len() {
            break;
        }
    }
    text.get(..end).unwrap_or_default()
}

/// The name that a text ends with; empty if none.
pub(super) fn trailing(text: &str) -> &str {
    let text = text.trim_end();
    // What opens a line or a quotation ends the look back.
    let opening = text
        .rfind(['\n', '\r', '\t', '"', '(', '[', '>', '|', '/'])
        .map_or(0, |at| at + 1);
    let text = text.get(opening..).unwrap_or_default();
    let mut start = text.len();
    for word in text.rsplit(' ').take(WORDS_MAX) {
        let is_part =
            is_word(word) && (is_capital(word) || is_particle(word)) && !THINGS.contains_in_any_case(word);
        if !is_part || word.ends_with(['.', ',', ';', ':']) && !is_title(word) {
            break;
        }
        start -= word.len();
        if start == 0 {
            break;
        }
        start -= 1;
    }
    let name = text.get(start..).unwrap_or_default().trim_start();
    // Particles belong between names, not before them.
    let lead = name
        .split(' ')
        .take_while(|word| is_particle(word))
        .map(|word| word.len() + 1)
        .sum::<usize>();
    name.get(lead.min(name.len())..).unwrap_or_default()
}

/// How many words of a name are no title and no particle.
pub(super) fn count(text: &str) -> usize {
    text.split_whitespace()
        .filter(|word| is_capital(word) && !is_title(word))
        .count()
}

fn is_word(word: &str) -> bool {
    let has_letter = word.chars().any(char::is_alphabetic);
    has_letter
        && word.len() <= 48
        && word.chars().all(|letter| {
            letter.is_alphabetic()
                || matches!(letter, '.' | '-' | '\'' | '’' | '・' | '·')
                || ('\u{0300}'..='\u{036f}').contains(&letter)
                || ('\u{0591}'..='\u{05c7}').contains(&letter)
                || ('\u{064b}'..='\u{0670}').contains(&letter)
                || ('\u{0900}'..='\u{0eff}').contains(&letter)
        })
}

/// Whether a word begins as names do: a capital, or a letter of a script without capitals.
fn is_capital(word: &str) -> bool {
    let word = word
        .strip_prefix("d'")
        .or_else(|| word.strip_prefix("D'"))
        .unwrap_or(word);
    word.chars()
        .next()
        .is_some_and(|first| first.is_alphabetic() && !first.is_lowercase())
}

fn is_particle(word: &str) -> bool {
    PARTICLES.contains(word)
}

fn is_title(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    if word.is_ascii() {
        TITLES.contains_in_any_case(word)
    } else {
        TITLES.contains(&word.to_lowercase())
    }
}
