//! Values given away by their key: `password: …`, `"apiKey": "…"`, `Authorization: Bearer …`, `--token=…`.

use std::ops::Range;

use super::{Pass, Surface};
use crate::forms;
use crate::rules::keys::{self, Secret, Strength};

/// Longest value that is taken out by its key, in bytes.
const VALUE_SIZE_BYTES_MAX: usize = 16 * 1024;
/// Longest key that is read around a keyword, in bytes.
const KEY_SIZE_BYTES_MAX: usize = 64;
/// Shortest value that a likely key makes a secret.
const LIKELY_SIZE_BYTES_MIN: usize = 8;
/// Most white space between a separator and its value.
const SPACE_SIZE_BYTES_MAX: usize = 4;

/// The whole text is the value of a key: what an attribute called `password` holds.
pub(super) fn find_whole(pass: &mut Pass<'_>, key: &str) {
    let Some(secret) = keys::secret(key).filter(|_| pass.surface == Surface::Content) else {
        return;
    };
    let text = pass.text.trim();
    let is_structured = text.starts_with(['{', '[']) || text.contains(['\n', '=']);
    if !is_structured && is_secret_value(text, secret) {
        pass.push_by_key(0..pass.text.len(), secret.rule);
    }
}

/// Reads the key around a keyword, and its value. Answers how far keys were read.
pub(super) fn find(pass: &mut Pass<'_>, keyword: Range<usize>) -> usize {
    let key = key_around(pass, keyword);
    let Some(secret) = pass.text.get(key.clone()).and_then(keys::secret) else {
        return key.end;
    };
    if let Some(value) = value_after(pass, key.end) {
        let value = without_scheme(pass.text, value);
        if pass
            .text
            .get(value.clone())
            .is_some_and(|value| is_secret_value(value, secret))
        {
            pass.push_by_key(value, secret.rule);
        }
    }
    key.end
}

/// The letters, digits and joints around a keyword.
fn key_around(pass: &Pass<'_>, keyword: Range<usize>) -> Range<usize> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let before = pass.text.get(..keyword.start).unwrap_or_default();
    let after = pass.text.get(keyword.end..).unwrap_or_default();
    let mut start = keyword.start;
    for (index, letter) in before.char_indices().rev() {
        if !is_part(letter) || keyword.start - index > KEY_SIZE_BYTES_MAX {
            break;
        }
        start = index;
    }
    let size = after
        .char_indices()
        .take(KEY_SIZE_BYTES_MAX)
        .find(|(_, letter)| !is_part(*letter))
        .map_or(after.len().min(KEY_SIZE_BYTES_MAX), |(index, _)| index);
    let mut end = keyword.end + size;
    while !pass.text.is_char_boundary(end) {
        end -= 1;
    }
    start..end
}

/// The value after a key: closing quote, separator, opening quote, value.
fn value_after(pass: &Pass<'_>, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`');
    if pass.byte(at).is_some_and(is_quote) {
        at += 1;
    }
    if pass.byte(at) == Some(b']') {
        at += 1;
    }
    at = skip_space(pass, at);
    at += separator(pass.text.as_bytes().get(at..)?)?;
    at = skip_space(pass, at);
    let quote = pass.byte(at).filter(|byte| is_quote(*byte));
    let Some(quote) = quote else {
        return Some(at..end_of_bare(pass, at));
    };
    let width = pass.view.width(at);
    let start = at + 1;
    let rest = pass.text.as_bytes().get(start..)?;
    let end = rest
        .iter()
        .take(VALUE_SIZE_BYTES_MAX)
        .enumerate()
        .position(|(index, byte)| *byte == quote && pass.view.width(start + index) <= width);
    Some(start..end.map_or_else(|| end_of_bare(pass, start), |end| start + end))
}

fn skip_space(pass: &Pass<'_>, from: usize) -> usize {
    let rest = pass.text.as_bytes().get(from..).unwrap_or_default();
    from + rest
        .iter()
        .take(SPACE_SIZE_BYTES_MAX)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// Length of the separator that a text begins with.
fn separator(rest: &[u8]) -> Option<usize> {
    for separator in [&b"=>"[..], b":=", b"==", b"=", b":"] {
        if rest.starts_with(separator) {
            return (separator != b"==").then_some(separator.len());
        }
    }
    None
}

/// The end of a value without quotes.
fn end_of_bare(pass: &Pass<'_>, from: usize) -> usize {
    let rest = pass.text.get(from..).unwrap_or_default();
    let is_end =
        |letter: char| letter.is_whitespace() || letter.is_control() || "\"'`,;&<>(){}[]|".contains(letter);
    let end = rest
        .char_indices()
        .find(|(index, letter)| *index >= VALUE_SIZE_BYTES_MAX || is_end(*letter));
    from + end.map_or(rest.len(), |(index, _)| index)
}

/// Cuts `Bearer` and the like off a value.
fn without_scheme(text: &str, value: Range<usize>) -> Range<usize> {
    const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "digest", "apikey", "negotiate"];
    let rest = text.get(value.start..).unwrap_or_default();
    for scheme in SCHEMES {
        let head = rest.get(..scheme.len()).unwrap_or_default();
        let after = rest.get(scheme.len()..).unwrap_or_default();
        if head.eq_ignore_ascii_case(scheme) && after.starts_with(' ') {
            let start = value.start + scheme.len() + 1;
            let is_end = |letter: char| letter.is_whitespace() || "\"'`,;".contains(letter);
            let size = text
                .get(start..)
                .unwrap_or_default()
                .find(is_end)
                .unwrap_or(rest.len() - scheme.len() - 1);
            return start..start + size;
        }
    }
    value
}

/// Whether a value under a key of a secret is one: no placeholder, and random enough where the key is not sure.
fn is_secret_value(value: &str, secret: Secret) -> bool {
    let value = value.trim();
    if value.is_empty() || is_placeholder(value) {
        return false;
    }
    match secret.strength {
        Strength::Certain => true,
        Strength::Likely => {
            let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
            let has_letter = value.bytes().any(|byte| byte.is_ascii_alphabetic());
            value.len() >= LIKELY_SIZE_BYTES_MIN
                && has_letter
                && (has_digit || !forms::is_name(value))
                && !value.contains(' ')
        }
    }
}

/// Whether a value only stands for one: `${PASSWORD}`, `<your-key>`, `changeme`, `None`, a call, a mark of ours.
pub(super) fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 22] = [
        "null",
        "none",
        "nil",
        "true",
        "false",
        "undefined",
        "changeme",
        "change_me",
        "password",
        "secret",
        "token",
        "example",
        "redacted",
        "required",
        "optional",
        "string",
        "str",
        "string?",
        "todo",
        "tbd",
        "n/a",
        "empty",
    ];
    let value = value.trim_matches(|letter: char| letter.is_whitespace() || "\"'`.,;".contains(letter));
    let is_masked = value
        .bytes()
        .all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_'));
    let is_same = value.len() > 3 && value.bytes().all(|byte| Some(byte) == value.bytes().next());
    value.is_empty()
        || is_masked
        || is_same
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || [
            "${",
            "{{",
            "<",
            "$(",
            "%(",
            "[",
            "(",
            "process.env",
            "os.environ",
            "os.getenv",
            "env.",
            "ENV[",
            "getpass",
            "get_",
        ]
        .iter()
        .any(|head| value.starts_with(head))
        || value.contains("your-")
        || value.contains("your_")
        || value.contains("YOUR_")
        || value.ends_with("()")
        || crate::keys::is_token(value)
        || forms::is_mark(value)
}
