//! Where the value of a key begins and ends.

use std::ops::Range;

use crate::scan::{Pass, Surface};

/// Longest value that is taken out by its key, in bytes.
const VALUE_SIZE_BYTES_MAX: usize = 16 * 1024;
/// Most white space between a separator and its value.
const SPACE_SIZE_BYTES_MAX: usize = 8;
/// Longest word right after a key that is taken for its value.
const SPOKEN_SIZE_BYTES_MAX: usize = 64;
/// How far after a key its type may end, in bytes.
const TYPE_SIZE_BYTES_MAX: usize = 48;
/// Longest list or object that is looked into for values, in bytes.
const NESTED_SIZE_BYTES_MAX: usize = 8 * 1024;

/// A value found after its key.
pub(super) struct Found {
    pub(super) range: Range<usize>,
    /// It stands in quotes, so its ends are sure.
    pub(super) is_quoted: bool,
    /// Key and value are joined by a word, `the password is …`: only what looks random is one.
    pub(super) is_spoken: bool,
}

/// Words between a key and its value in a sentence.
const SPOKEN: [&str; 38] = [
    " is: ",
    " is ",
    " was ",
    " are ",
    " to: ",
    " ist: ",
    " ist ",
    " lautet ",
    " lautet: ",
    " war ",
    " est ",
    " est : ",
    " es: ",
    " es ",
    " era ",
    " é ",
    " é: ",
    " è ",
    " è: ",
    "は",
    " jest ",
    " je ",
    " er ",
    " är ",
    " on ",
    " este ",
    " je: ",
    "：",
    " là ",
    " adalah ",
    " คือ ",
    " הוא ",
    " היא ",
    " هي ",
    " هو ",
    "는 ",
    "은 ",
    "是",
];

/// Whether anything that joins a key with a value follows: most words that look like keys are words.
pub(super) fn may_follow(pass: &Pass<'_>, key: &Range<usize>) -> bool {
    match pass.byte(key.end) {
        Some(b'"' | b'\'' | b'`' | b':' | b'=' | b']' | b'>' | b',' | b'|' | b';' | b'\t' | 0x80..) => true,
        Some(b' ') => {
            let rest = pass.text.get(key.end..).unwrap_or_default();
            let is_joined = rest.trim_start_matches(' ').starts_with([':', '=', '|', ',']);
            is_joined
                || spoken(rest).is_some()
                || is_flag(pass, key)
                || beside(rest).is_some()
                || typed(rest).is_some()
        }
        Some(b'\n' | b'\r') | None => matches!(pass.byte_before(key.start), Some(b',' | b'|' | b';' | b'\t')),
        Some(_) => false,
    }
}

/// Length of the word that joins a key with its value in a sentence, if a text begins with one.
fn spoken(rest: &str) -> Option<usize> {
    // Most words differ in their second byte.
    let second = rest.as_bytes().get(1)?;
    let is_one = |word: &&&str| word.as_bytes().get(1) == Some(second) && rest.starts_with(**word);
    SPOKEN.iter().find(is_one).map(|word| word.len())
}

/// `--password hunter2`
fn is_flag(pass: &Pass<'_>, key: &Range<usize>) -> bool {
    let before = pass.text.get(..key.start).unwrap_or_default();
    before.ends_with("--")
        || pass
            .text
            .get(key.clone())
            .is_some_and(|key| key.starts_with("--"))
}

/// The value after a key: closing quote, separator, opening quote, value. Where `may_be_spoken`, a word may
/// stand in place of the separator.
pub(super) fn after(pass: &Pass<'_>, key: Range<usize>, may_be_spoken: bool) -> Option<Found> {
    let mut at = key.end;
    let closing = pass.byte(at).filter(|byte| is_quote(*byte));
    at += usize::from(closing.is_some());
    at += usize::from(pass.byte(at) == Some(b']'));
    let rest = pass.text.get(at..)?;
    if is_flag(pass, &key) && rest.starts_with(' ') {
        return value(pass, at + 1, &key);
    }
    // `{:password, "…"}`
    let is_atom = closing.is_none() && pass.byte_before(key.start) == Some(b':');
    if is_atom && rest.starts_with(", \"") {
        return value(pass, at + 2, &key);
    }
    if let Some(size) = typed(rest) {
        return value(pass, at + size, &key);
    }
    if may_be_spoken && let Some(size) = spoken(rest) {
        let found = value(pass, at + size, &key)?;
        return Some(Found {
            is_spoken: !found.is_quoted,
            ..found
        });
    }
    // `<password>…</password>`
    if rest.starts_with('>') && pass.byte_before(key.start) == Some(b'<') {
        let size = rest.get(1..)?.find('<')?;
        return Some(Found {
            range: at + 1..at + 1 + size,
            is_quoted: true,
            is_spoken: false,
        });
    }
    if may_be_spoken && let Some(size) = beside(rest) {
        let quote = usize::from(rest.starts_with(" '"));
        return Some(Found {
            range: at + 1 + quote..at + 1 + size - quote,
            is_quoted: false,
            is_spoken: true,
        });
    }
    let spaced = skip_space(pass, at);
    let separator = separator(pass.text.as_bytes().get(spaced..)?);
    match separator {
        Some(size) => value(pass, skip_space(pass, spaced + size), &key),
        None => named_value(pass, spaced, closing.is_some(), &key),
    }
}

/// `password string = "…"`, `password: &str = "…"`: how far the value's quote is.
fn typed(rest: &str) -> Option<usize> {
    let head = rest
        .get(..rest.len().min(TYPE_SIZE_BYTES_MAX))
        .or_else(|| rest.get(..rest.find(|letter: char| !letter.is_ascii())?))?;
    let kind = head.strip_prefix(": ").or_else(|| head.strip_prefix(' '))?;
    let (kind, value) = kind.split_once(" = ")?;
    let is_type = |letter: char| letter.is_ascii_alphanumeric() || "_<>[]&*'?".contains(letter);
    let is_one = !kind.is_empty() && kind.chars().all(is_type) && value.starts_with(['"', '\'', '`']);
    is_one.then(|| rest.len().min(head.len()) - value.len())
}

/// `login bob password Wombat7Sunrise`: the size of the word after a space, if nothing but a password looks so.
fn beside(rest: &str) -> Option<usize> {
    let word = rest.strip_prefix(' ')?;
    if let Some(quoted) = word.strip_prefix('\'') {
        // `PASSWORD 'Wombat7Sunrise'`
        let size = quoted
            .bytes()
            .take(SPOKEN_SIZE_BYTES_MAX + 1)
            .position(|byte| byte == b'\'')?;
        let word = quoted.get(..size)?;
        let is_odd = word.bytes().any(|byte| byte.is_ascii_digit()) && !word.contains(' ');
        return (size >= 6 && is_odd).then_some(size + 2);
    }
    let size = word
        .bytes()
        .take(SPOKEN_SIZE_BYTES_MAX + 1)
        .take_while(|byte| byte.is_ascii_graphic() && !b"\"'`,;<>()".contains(byte))
        .count();
    let word = word.get(..size)?.trim_end_matches(['.', ':', '!', '?']);
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    let is_strong = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    ((8..=SPOKEN_SIZE_BYTES_MAX).contains(&word.len()) && is_strong && !word.contains("://"))
        .then_some(word.len())
}

/// `{"name": "API_KEY", "value": "…"}`, `key="ApiKey" value="…"`, `('Authorization', 'Bearer …')`: the key is
/// itself a value, and what belongs to it comes next.
fn named_value(pass: &Pass<'_>, at: usize, is_closed: bool, key: &Range<usize>) -> Option<Found> {
    if !is_closed {
        return None;
    }
    // A field of a form: an empty line, then the value.
    let rest = pass.text.get(at..)?;
    if let Some(gap) = ["\r\n\r\n", "\n\n"].into_iter().find(|gap| rest.starts_with(gap)) {
        let found = value(pass, at + gap.len(), key)?;
        return Some(Found {
            is_spoken: true,
            ..found
        });
    }
    let comma = usize::from(pass.byte(at) == Some(b','));
    let next = skip_space(pass, at + comma);
    let rest = pass.text.get(next..)?;
    let unquoted = rest.trim_start_matches(['"', '\'']);
    if let Some(after) = unquoted
        .strip_prefix("value")
        .or_else(|| unquoted.strip_prefix("Value"))
    {
        let after = after.trim_start_matches(['"', '\'']);
        let at = skip_space(pass, pass.text.len() - after.len());
        let size = separator(pass.text.as_bytes().get(at..)?)?;
        return value(pass, skip_space(pass, at + size), key);
    }
    if comma == 1 && rest.starts_with(['"', '\'']) {
        // A pair, unless another key follows: `["password", "user"]` is a list of names.
        let found = value(pass, next, key)?;
        return Some(Found {
            is_spoken: true,
            ..found
        });
    }
    None
}

/// The value that begins here, in quotes or bare.
fn value(pass: &Pass<'_>, at: usize, key: &Range<usize>) -> Option<Found> {
    let Some(quote) = pass.byte(at).filter(|byte| is_quote(*byte)) else {
        let is_query =
            pass.surface == Surface::Url || matches!(pass.byte_before(key.start), Some(b'?' | b'&'));
        return Some(Found {
            range: at..end_of_bare(pass, at, is_query),
            is_quoted: false,
            is_spoken: false,
        });
    };
    if closes_text(pass, at, key) {
        return None;
    }
    // A quote within has more escapes before it than the one that opened.
    let width = pass.view.width(at);
    let start = at + 1;
    let rest = pass.text.as_bytes().get(start..)?;
    let end = rest
        .iter()
        .take(VALUE_SIZE_BYTES_MAX)
        .enumerate()
        .position(|(index, byte)| *byte == quote && pass.view.width(start + index) <= width);
    let end = end.map_or_else(|| end_of_bare(pass, start, false), |end| start + end);
    Some(Found {
        range: start..end,
        is_quoted: true,
        is_spoken: false,
    })
}

/// Whether a quote after a key without quotes ends the text that the key stands in, `"… the token: ", "next"`,
/// rather than begins its value.
fn closes_text(pass: &Pass<'_>, at: usize, key: &Range<usize>) -> bool {
    let is_key_quoted = pass.byte(key.end).is_some_and(is_quote);
    let rest = pass.text.as_bytes().get(at + 1..).unwrap_or_default();
    let next = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    !is_key_quoted && next.is_none_or(|byte| b",}]:".contains(byte))
}

const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
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
    if rest.starts_with(b"==") || rest.starts_with(b"::") {
        return None;
    }
    let separators: [&[u8]; 5] = [b"=>", b":=", b"=", b":", "：".as_bytes()];
    separators
        .iter()
        .find(|separator| rest.starts_with(separator))
        .map(|separator| separator.len())
}

/// The end of a value without quotes: white space or what ends a value in code, URLs and lists; what closes a
/// sentence or a call is not part of it.
fn end_of_bare(pass: &Pass<'_>, from: usize, is_query: bool) -> usize {
    let rest = pass.text.get(from..).unwrap_or_default();
    let is_ascii = rest.starts_with(|first: char| first.is_ascii());
    let is_end = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '"' | '\'' | '`' | ',' | ';' | '<')
            || (is_query && matches!(letter, '&' | '#'))
            // Scripts without spaces go on where the value ends.
            || is_ascii && matches!(letter, '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{ff00}'..)
    };
    // Keys side by side have one end: it is looked for once.
    let (known_from, known_end) = pass.bare.get();
    let end = if !is_query && (known_from..known_end).contains(&from) {
        known_end - from
    } else {
        let end = rest.char_indices().find(|(index, letter)| {
            // In JSON within JSON a line break is more than one backslash and an `n`.
            let is_break = *letter == '\\' && rest.as_bytes().get(index + 1) == Some(&b'\\');
            *index >= VALUE_SIZE_BYTES_MAX || is_end(*letter) || is_break
        });
        let end = end.map_or(rest.len(), |(index, _)| index);
        if !is_query {
            pass.bare.set((from, from + end));
        }
        end
    };
    let value = rest.get(..end).unwrap_or_default();
    let mut trimmed = value.trim_end_matches(['.', ':']);
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        if trimmed.ends_with(close) && !trimmed.contains(open) {
            trimmed = trimmed.trim_end_matches(close);
        }
    }
    from + trimmed.len()
}

/// The text values within a list or an object, its keys left out; and where it ends.
pub(super) fn strings_within(text: &str, start: usize) -> (Vec<Range<usize>>, usize) {
    let bytes = text.as_bytes();
    let bytes = bytes
        .get(..(start + NESTED_SIZE_BYTES_MAX).min(bytes.len()))
        .unwrap_or_default();
    let mut strings = Vec::new();
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            b'"' => {
                let Some(size) = bytes
                    .get(at + 1..)
                    .and_then(|rest| rest.iter().position(|byte| *byte == b'"'))
                else {
                    break;
                };
                let end = at + 1 + size;
                let next = bytes
                    .get(end + 1..)
                    .unwrap_or_default()
                    .iter()
                    .find(|byte| !byte.is_ascii_whitespace());
                if next != Some(&b':') && text.is_char_boundary(at + 1) && text.is_char_boundary(end) {
                    strings.push(at + 1..end);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    (strings, at)
}

/// Cuts `Bearer` and the like off a value.
pub(super) fn without_scheme(text: &str, value: Range<usize>) -> Range<usize> {
    const SCHEMES: [&str; 17] = [
        "bearer",
        "basic",
        "token",
        "digest",
        "apikey",
        "negotiate",
        "aws4-hmac-sha256",
        "ssws",
        "bot",
        "key",
        "jwt",
        "oauth",
        "hawk",
        "geniekey",
        "splunk",
        "sso-key",
        "sharedaccesssignature",
    ];
    let rest = text.get(value.start..).unwrap_or_default();
    for scheme in SCHEMES {
        let head = rest.get(..scheme.len()).unwrap_or_default();
        let after = rest.get(scheme.len()..).unwrap_or_default();
        if head.eq_ignore_ascii_case(scheme) && after.starts_with(' ') {
            let start = value.start + scheme.len() + 1;
            let is_end =
                |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '`' | ',' | ';');
            let rest = text.get(start..).unwrap_or_default();
            let size = rest.find(is_end).unwrap_or(rest.len());
            // `Digest username="…"`: parameters follow, each a key of its own.
            let is_parameter = rest.get(..size).is_some_and(|word| {
                word.trim_end_matches('=').contains('=')
                    || word.ends_with('=') && rest.get(size..).is_some_and(|after| after.starts_with('"'))
            });
            return if is_parameter {
                start..start
            } else {
                start..start + size
            };
        }
    }
    value
}
