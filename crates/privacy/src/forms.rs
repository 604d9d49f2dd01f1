//! Forms: does a text look like what its field is for?
//!
//! Names, versions, model names and ids are chosen by developers and programs, yet every sender can put anything
//! there. A form says which *parts* of a text are odd for what it claims to be: random runs, long numbers, free
//! text. The gate replaces those parts and keeps the rest readable. Forms know nothing of secrets: the detectors
//! run besides.

use std::ops::Range;

use crate::keys;

mod id;
mod model;

pub(crate) use id::{is_id, is_uuid};
pub(crate) use model::{is_model_name, odd_in_model};

/// Longest name, in bytes; a longer one is free text.
pub(crate) const NAME_SIZE_BYTES_MAX: usize = 128;
/// Longest name of several words, in bytes; a longer one is a sentence.
const SENTENCE_SIZE_BYTES_MAX: usize = 64;
/// Most words of a name.
const NAME_WORDS_MAX: usize = 8;
/// Words from which a long name counts as a sentence.
const SENTENCE_WORDS_MIN: usize = 5;
/// Longest run of letters in a name: `MerriamWebsterWordOfTheDay` and longer occur.
const LETTERS_MAX: usize = 40;
/// Runs of letters this long must not change case as random text does.
const LETTERS_RANDOM_MIN: usize = 10;
/// Most digits of a number in a name.
const DIGITS_MAX: usize = 3;
/// Most digits within a word that has letters, too.
const DIGITS_IN_WORD_MAX: usize = 2;
/// Digits of one word, over all its numbers, from which they are odd together.
const DIGITS_PER_WORD_MIN: usize = 6;
/// Longest version text, in bytes.
const VERSION_SIZE_BYTES_MAX: usize = 64;
/// Longest word of a closed vocabulary, in bytes.
const WORD_SIZE_BYTES_MAX: usize = 48;

/// Words with more digits than names have else, in common use.
const WORDS_WITH_DIGITS: &[&str] = &[
    "sha256", "sha384", "sha512", "sha1", "md5", "h264", "h265", "utf16", "utf32", "utf8", "base64",
    "base32", "aes128", "aes256", "hs256", "rs256", "es256", "fp16", "bf16", "int8", "int16", "int32",
    "int64", "float16", "float32", "float64", "x86", "x64", "arm64", "amd64", "oauth2", "http2", "http3",
    "ipv4", "ipv6", "ed25519", "win32", "win64", "3d", "2d", "i18n", "l10n", "a11y", "k8s", "o11y", "e2e",
    "b2b", "b2c",
];

/// What is odd in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Odd {
    /// Nothing.
    Nothing,
    /// These parts, in order, not touching one another.
    Parts(Vec<Range<usize>>),
    /// All of it: it is no such text.
    All,
}

/// What is odd in a name: a span, event, tool or agent name, of one word or a few.
pub(crate) fn odd_in_name(text: &str) -> Odd {
    if keys::is_token(text) {
        return Odd::Nothing;
    }
    if text.len() > NAME_SIZE_BYTES_MAX {
        return Odd::All;
    }
    let words = words(text);
    let is_sentence = words.len() >= SENTENCE_WORDS_MIN && text.len() > SENTENCE_SIZE_BYTES_MAX;
    if words.len() > NAME_WORDS_MAX || is_sentence {
        return Odd::All;
    }
    let mut odd = Vec::new();
    for word in words {
        push_odd_in_word(text, word, &mut odd);
    }
    parts(text, odd)
}

/// Whether a text has the form of a name, wholly.
pub(crate) fn is_name(text: &str) -> bool {
    odd_in_name(text) == Odd::Nothing
}

/// Whether a text has the form of a word of a closed vocabulary: one name without spaces.
pub(crate) fn is_word(text: &str) -> bool {
    text.len() <= WORD_SIZE_BYTES_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-:/".contains(&byte))
        && is_name(text)
}

/// What is odd in a text that stands where a version belongs.
pub(crate) fn odd_in_version(text: &str) -> Odd {
    if is_version(text) {
        Odd::Nothing
    } else {
        odd_in_name(text)
    }
}

/// Whether a text has the form of a version: numbers, a date, a commit, a short name.
pub(crate) fn is_version(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() > VERSION_SIZE_BYTES_MAX {
        return false;
    }
    if keys::is_token(text) || is_name(text) || is_model_name(text) {
        return true;
    }
    if matches!(text.len(), 7 | 40) && is_hex(text) {
        return true;
    }
    let mut digits = 0;
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._+-:/".contains(&byte))
        && runs(text).iter().all(|run| {
            let run = text.get(run.clone()).unwrap_or_default();
            let count = digit_count(run);
            digits += count;
            match (count, run.len() - count) {
                (0, letters) => letters <= LETTERS_MAX && !is_random_case(run),
                (8, 0) => run.starts_with("20"),
                (count, 0) => count <= 5,
                (count, letters) => count + letters <= 6 && count <= 4,
            }
        })
        && digits <= 16
}

/// Splits at white space.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (index, letter) in text.char_indices() {
        match (letter.is_whitespace(), start) {
            (true, Some(from)) => {
                words.push(from..index);
                start = None;
            }
            (false, None) => start = Some(index),
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

/// Runs of letters and digits.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (index, letter) in text.char_indices() {
        match (is_name_letter(letter), start) {
            (false, Some(from)) => {
                runs.push(from..index);
                start = None;
            }
            (true, None) => start = Some(index),
            _ => {}
        }
    }
    runs.extend(start.map(|from| from..text.len()));
    runs
}

/// Letters and digits of any script; the marks that some scripts write vowels with are no punctuation.
fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric()
        || ('\u{0300}'..='\u{036f}').contains(&letter)
        || ('\u{0900}'..='\u{0dff}').contains(&letter)
}

/// Punctuation that names are joined with.
const fn is_name_punctuation(letter: char) -> bool {
    matches!(
        letter,
        '_' | '.'
            | '-'
            | '/'
            | ':'
            | '>'
            | '<'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '#'
            | '+'
            | '&'
            | ','
            | '*'
            | '|'
            | '→'
    )
}

fn push_odd_in_word(text: &str, word: Range<usize>, odd: &mut Vec<Range<usize>>) {
    let Some(content) = text.get(word.clone()) else {
        return;
    };
    if keys::is_token(content) || is_mark(content) || is_model_name(content) {
        return;
    }
    let is_foreign = |letter: char| !is_name_letter(letter) && !is_name_punctuation(letter);
    if content.contains(is_foreign) || content.contains("://") {
        odd.push(word);
        return;
    }
    let runs = runs(content);
    let is_number = |run: &Range<usize>| {
        content
            .get(run.clone())
            .is_some_and(|run| run.chars().all(char::is_numeric))
    };
    let digits: usize = runs
        .iter()
        .filter(|run| is_number(run))
        .map(ExactSizeIterator::len)
        .sum();
    for run in runs {
        let is_odd = match content.get(run.clone()) {
            Some(_) if is_number(&run) => {
                run.len() > DIGITS_MAX && !is_year(content.get(run.clone())) || digits >= DIGITS_PER_WORD_MIN
            }
            Some(letters) => {
                let before = content.get(..run.start).unwrap_or_default();
                is_odd_run(letters) && !keys::is_token_body(before, letters)
            }
            None => false,
        };
        if is_odd {
            odd.push(word.start + run.start..word.start + run.end);
        }
    }
}

fn is_year(run: Option<&str>) -> bool {
    run.is_some_and(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")))
}

/// Whether a run with letters in it is no word: too long, too many digits, or as random as a key.
fn is_odd_run(run: &str) -> bool {
    let digits = run.chars().filter(|letter| letter.is_numeric()).count();
    let letters = run.chars().count() - digits;
    if digits == 0 {
        return letters > LETTERS_MAX || is_random_case(run) || is_unspeakable(run);
    }
    if WORDS_WITH_DIGITS
        .iter()
        .any(|known| run.eq_ignore_ascii_case(known))
    {
        return false;
    }
    digits > DIGITS_IN_WORD_MAX || turns(run) > 2 || letters > LETTERS_MAX || is_random_case(run)
}

/// Whether a run of letters and digits is as random as a key: many digits among letters.
pub(crate) fn is_random_run(run: &str) -> bool {
    let digits = digit_count(run);
    digits > 0 && digits < run.len() && is_odd_run(run)
}

/// Changes between letters and digits.
fn turns(run: &str) -> usize {
    let kinds = run.chars().map(char::is_numeric);
    kinds
        .clone()
        .zip(kinds.skip(1))
        .filter(|(left, right)| left != right)
        .count()
}

/// Whether upper and lower case alternate as they do in random text and never in `camelCase`.
fn is_random_case(run: &str) -> bool {
    if run.len() < LETTERS_RANDOM_MIN || !run.is_ascii() {
        return false;
    }
    let bytes = run.as_bytes();
    let humps = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [low, high] if low.is_ascii_lowercase() && high.is_ascii_uppercase()))
        .count();
    humps * 4 > run.len()
}

/// Whether a run has six consonants in a row in one case, which no word of a name has.
fn is_unspeakable(run: &str) -> bool {
    let mut streak = 0;
    let mut previous_is_lower = false;
    run.is_ascii()
        && run.len() >= LETTERS_RANDOM_MIN
        && run.bytes().any(|byte| {
            let is_lower = byte.is_ascii_lowercase();
            let is_consonant = byte.is_ascii_alphabetic() && !b"aeiouyAEIOUY".contains(&byte);
            streak = if is_consonant && (streak == 0 || is_lower == previous_is_lower) {
                streak + 1
            } else {
                usize::from(is_consonant)
            };
            previous_is_lower = is_lower;
            is_lower && streak > 6
        })
}

fn digit_count(run: &str) -> usize {
    run.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether a word is a mark the gate left in place of something, such as `[email]`.
pub(crate) fn is_mark(word: &str) -> bool {
    word.strip_prefix('[')
        .and_then(|word| word.strip_suffix(']'))
        .is_some_and(|inner| {
            (2..=32).contains(&inner.len())
                && inner
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        })
}

fn parts(text: &str, mut odd: Vec<Range<usize>>) -> Odd {
    odd.retain(|part| !part.is_empty());
    match odd.as_slice() {
        [] => Odd::Nothing,
        [part] if *part == (0..text.len()) => Odd::All,
        _ => Odd::Parts(odd),
    }
}

#[cfg(test)]
mod tests;
