//! Whether what stands under the key of a secret is one.

use std::sync::LazyLock;

use super::value::Found;
use crate::forms;
use crate::rules::WordSet;
use crate::rules::keys::{CODE, COOKIE, Secret, Strength};

/// Shortest value that a likely key makes a secret.
const LIKELY_SIZE_BYTES_MIN: usize = 8;
/// How much of a value is looked at.
const HEAD_SIZE_BYTES: usize = 160;
/// Letters alone are random from this length on, if upper and lower case are mixed.
const LETTERS_SIZE_BYTES_MIN: usize = 20;

/// How often a letter stands in a row where it hides others.
const MASK_SIZE_BYTES_MIN: usize = 8;

/// Whether a value under a key of a secret is one: no placeholder, and random enough where the key is not sure.
pub(super) fn is_one(text: &str, found: &Found, secret: Secret) -> bool {
    // The head of a long value tells.
    let end = (found.range.start..=found.range.end.min(found.range.start + HEAD_SIZE_BYTES))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let Some(value) = end
        .and_then(|end| text.get(found.range.start..end))
        .map(str::trim)
    else {
        return false;
    };
    let rest_end = (found.range.start + HEAD_SIZE_BYTES).min(text.len());
    let rest_end = (found.range.start..=rest_end)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let with_rest = rest_end
        .and_then(|end| text.get(found.range.start..end))
        .unwrap_or_default()
        .trim_start();
    if value.is_empty()
        || is_placeholder(value)
        || is_expression(with_rest)
        || !found.is_quoted && is_code(with_rest)
        || begins_prose(text, found, value)
    {
        return false;
    }
    // What opens with a backtick is code, in which a value has no spaces; a short number counts something.
    let is_code_text = text
        .get(..found.range.start)
        .is_some_and(|before| before.ends_with('`'))
        && value.contains(char::is_whitespace);
    let is_count = !found.is_quoted && value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_code_text || is_count && secret.rule.id != CODE.id {
        return false;
    }
    if secret.rule.id == CODE.id {
        return (3..=12).contains(&value.len())
            && value.bytes().any(|byte| byte.is_ascii_digit())
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    }
    // An id of a session that is a UUID names it; it does not open it.
    if secret.rule.id == COOKIE.id && forms::is_uuid(value) {
        return false;
    }
    match secret.strength {
        Strength::Certain if found.is_spoken => is_odd(value) || is_random(value),
        Strength::Certain => true,
        Strength::Likely => is_random(value),
    }
}

/// Whether a value has what words have not: a digit within.
fn is_odd(value: &str) -> bool {
    value.len() >= 6
        && !value.contains(' ')
        && value
            .bytes()
            .any(|byte| !byte.is_ascii_alphabetic() && byte.is_ascii())
}

/// Whether a value looks made by a machine.
pub(super) fn is_random(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    if value.len() < LIKELY_SIZE_BYTES_MIN
        || value.contains(char::is_whitespace)
        || !has(u8::is_ascii_alphabetic)
    {
        return false;
    }
    if has(u8::is_ascii_digit) {
        let is_setting = value.trim_end_matches('=').contains('=');
        return !forms::is_model_name(value) && !is_date(value) && !is_setting && !is_host(value);
    }
    let is_letters =
        value.len() >= LETTERS_SIZE_BYTES_MIN && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_letters && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
        || !forms::is_name(value) && !value.contains(['/', '.', ':', '('])
}

/// `localhost:8000`
fn is_host(value: &str) -> bool {
    value.split_once(':').is_some_and(|(host, port)| {
        host.bytes()
            .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'-'))
            && port.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `2026-11-22T10:14:07Z`
fn is_date(value: &str) -> bool {
    let head = value.as_bytes();
    let digits = |from: usize, count: usize| {
        head.get(from..from + count)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    digits(0, 4) && head.get(4) == Some(&b'-') && digits(5, 2) && head.get(7) == Some(&b'-') && digits(8, 2)
}

/// `password: please ask the team`: a lower-case word without quotes, and more words after it.
fn begins_prose(text: &str, found: &Found, value: &str) -> bool {
    let after = text.get(found.range.end..).unwrap_or_default();
    let goes_on = after
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()));
    !found.is_quoted && goes_on && value.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether an expression that fetches the value stands in its place: `os.environ[…]`, `getpass()`, `${…}`.
fn is_expression(with_rest: &str) -> bool {
    const HEADS: [&str; 18] = [
        "_(",
        "${",
        "{{",
        "<",
        "$(",
        "%(",
        "process.env",
        "os.environ",
        "os.getenv",
        "env.",
        "ENV[",
        "getpass",
        "get_",
        "input(",
        "config.",
        "settings.",
        "System.getenv",
        "secrets.",
    ];
    let word = with_rest
        .split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';'))
        .next()
        .unwrap_or_default();
    let is_variable = word.strip_prefix('$').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    });
    let call = word.find('(').and_then(|open| word.get(..open));
    let is_call = call.is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'.')
    }) && word.ends_with(')');
    let word = word.trim_end_matches(['"', '\'', ')', '`']);
    let is_format = word.starts_with('{') && word.ends_with('}') && forms::is_name(word);
    HEADS.iter().any(|head| with_rest.starts_with(head)) || is_variable || is_call || is_format
}

/// Whether code that fetches the value stands in its place: a call, an index, a member of an object.
fn is_code(with_rest: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let size = with_rest
        .find(|letter| !is_part(letter))
        .unwrap_or(with_rest.len());
    let name = with_rest.get(..size).unwrap_or_default();
    let next = with_rest.get(size..).and_then(|rest| rest.chars().next());
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && forms::is_name(part)
    };
    let parts = name.split('.').filter(|part| !part.is_empty());
    let is_path = parts.clone().count() > 1 && parts.clone().all(|part| part.len() > 1);
    let is_opened = matches!(next, Some('(' | '['));
    let is_closed = next.is_none_or(|next| next.is_whitespace() || ",;)}]".contains(next));
    parts.clone().count() > 0
        && parts.clone().all(is_name)
        && (is_opened || is_path && is_closed && !name.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Words that stand in place of a value.
static STAND_INS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new([
        "null",
        "none",
        "nil",
        "true",
        "false",
        "undefined",
        "changeme",
        "change_me",
        "change-me",
        "password",
        "passwd",
        "pass",
        "pwd",
        "self",
        "this",
        "secret",
        "token",
        "example",
        "redacted",
        "removed",
        "required",
        "optional",
        "string",
        "str",
        "string?",
        "todo",
        "tbd",
        "n/a",
        "empty",
        "hidden",
        "masked",
        "filtered",
        "omitted",
        "placeholder",
        "dummy",
        "foobar",
        "your",
        "invalid",
        "missing",
        "expired",
        "incorrect",
        "basic",
        "bearer",
        "digest",
        "oauth",
        "oauth2",
        "disabled",
        "enabled",
        "yes",
        "no",
        "unknown",
        "default",
        "object",
        "number",
        "boolean",
        "int",
        "text",
        "bytes",
        "any",
        "bool",
        "float",
        "list",
        "dict",
        "wrong",
        "blank",
        "set",
        "unset",
        "not",
    ])
});

/// Whether a value only stands for one: `<your-key>`, `changeme`, `None`, `xxxx`, a mark of ours.
pub(in crate::scan) fn is_placeholder(value: &str) -> bool {
    const HEADS: [&str; 11] = [
        "xxxx",
        "your-",
        "your_",
        "<",
        "[redacted",
        "[removed",
        "[masked",
        "[filtered",
        "***",
        "...",
        "example",
    ];
    let value = value.trim_matches(|letter: char| letter.is_whitespace() || "\"'`.,;:\\?!".contains(letter));
    value.is_empty()
        || is_masked(value)
        || STAND_INS.contains_in_any_case(value)
        || HEADS.iter().any(|head| is_at(value, 0, head))
        || ["example", "examplekey"]
            .iter()
            .any(|tail| value.len() >= tail.len() && is_at(value, value.len() - tail.len(), tail))
        || says_whose(value)
        || ["${", "{{", "%(", "$("]
            .iter()
            .any(|head| value.starts_with(head))
        || crate::keys::is_token(value)
        || forms::is_mark(value)
}

/// Whether a word in lower case stands at a place, in any case.
fn is_at(value: &str, at: usize, word: &str) -> bool {
    value
        .as_bytes()
        .get(at..at + word.len())
        .is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a value says that it is to be filled in: `<put-your-key-here>`, `key_placeholder`.
fn says_whose(value: &str) -> bool {
    value.bytes().enumerate().any(|(at, byte)| match byte {
        b'y' | b'Y' => is_at(value, at, "your_") || is_at(value, at, "your-"),
        b'p' | b'P' => is_at(value, at, "placeholder"),
        _ => false,
    })
}

/// One letter over and over, alone or after the prefix of a maker: `xxxx`, `sk-xxxxxxxx`, `ghp_0000`.
fn is_masked(value: &str) -> bool {
    let body = value.rsplit(['_', '-', '.']).next().unwrap_or(value);
    let is_uniform =
        |text: &str| text.len() > 3 && text.bytes().all(|byte| Some(byte) == text.bytes().next());
    let is_mask = value
        .bytes()
        .all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'#' | b'?'));
    is_mask
        || is_uniform(value)
        || (body.len() >= 8 && is_uniform(body))
        || body
            .as_bytes()
            .chunk_by(|left, right| left == right)
            .any(|run| run.len() >= MASK_SIZE_BYTES_MIN && matches!(run.first(), Some(b'*' | b'x')))
}
