//! Values given away by their key: `password: …`, `"apiKey": "…"`, `Authorization: Bearer …`, `--token …`,
//! `"customer_name": "…"`.

use std::ops::Range;

use trace::Text;

use super::{Pass, Surface, people, tables};
use crate::rules::keys::{self, COOKIE, Secret, Strength};
use crate::rules::personal;

mod secret;
mod value;

pub(super) use secret::is_placeholder;
use value::Found;

/// How far before a key words may belong to it, in bytes.
const SPACED_SIZE_BYTES: usize = 32;
/// Most keys within one value without quotes.
const NESTED_KEYS_MAX: usize = 16;
/// Longest key that is read around a keyword, in bytes.
const KEY_SIZE_BYTES_MAX: usize = 64;

/// The whole text is the value of a key: what an attribute called `password` holds.
pub(super) fn find_whole(pass: &mut Pass<'_>, key: &str) {
    if pass.surface != Surface::Content {
        return;
    }
    let text = pass.text.trim();
    let start = pass.text.len() - pass.text.trim_start().len();
    let range = start..start + text.len();
    let is_structured = text.starts_with(['{', '[']) || text.contains(['\n', '=']) || text.len() > 4096;
    if is_structured || text.is_empty() {
        return;
    }
    let found = Found {
        range,
        is_quoted: true,
        is_spoken: false,
    };
    if let Some(secret) = keys::secret(key) {
        secret_value(pass, &found, secret);
        return;
    }
    let words = keys::words(key);
    if let Some(kind) = personal::kind_of(&words) {
        people::keyed(pass, found.range, kind, personal::is_sure(&words));
    }
}

/// Reads the key around a keyword, and its value. Answers how far keys were read.
pub(super) fn find(pass: &mut Pass<'_>, keyword: Range<usize>) -> usize {
    let range = key_around(pass, keyword);
    let Some(key) = pass.text.get(range.clone()) else {
        return range.end;
    };
    // `[password]` is a mark of the gate; `user[password]` is a field of a form.
    let is_mark = pass.byte_before(range.start) == Some(b'[')
        && pass.byte(range.end) == Some(b']')
        && !range
            .start
            .checked_sub(1)
            .and_then(|open| pass.byte_before(open))
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b']');
    if is_mark || !value::may_follow(pass, &range) {
        return range.end;
    }
    let words = keys::words(key);
    let is_cell = |byte: Option<u8>| matches!(byte, Some(b',' | b'\t' | b'|' | b';'));
    if pass.table_read_to <= range.start
        && (is_cell(pass.byte(range.end)) || is_cell(pass.byte_before(range.start)))
        && (personal::kind_of(&words).is_some() || keys::secret_of(&words).is_some())
    {
        pass.table_read_to = tables::find(pass, &range).unwrap_or(range.end);
    }
    let secret = keys::secret_of(&words).or_else(|| {
        let may_end = words.last().is_some_and(|last| keys::may_end(last));
        may_end.then(|| spaced(pass, &range, &words)).flatten()
    });
    if let Some(secret) = secret {
        if let Some(found) = value::after(pass, range.clone(), true) {
            secret_value(pass, &found, secret);
        }
    } else if let Some(kind) = personal::kind_of(&words)
        && let Some(found) = value::after(pass, range.clone(), false)
    {
        people::keyed(pass, found.range, kind, personal::is_sure(&words));
    }
    range.end.max(pass.value_read_to)
}

/// What a key says together with the words before it: `API key`, `clé API`.
fn spaced(pass: &Pass<'_>, key: &Range<usize>, words: &[Text]) -> Option<Secret> {
    if pass.byte_before(key.start) != Some(b' ') {
        return None;
    }
    let before = pass.before(key.start, SPACED_SIZE_BYTES);
    let line = before.rsplit(['\n', '"', ',', ';', ':']).next()?;
    let before = line.split(' ').filter(|word| !word.is_empty()).rev().take(2);
    let mut all: Vec<Text> = before
        .flat_map(|word| keys::words(word).into_iter().rev())
        .collect();
    all.reverse();
    all.extend_from_slice(words);
    keys::secret_ending(&all)
}

/// Takes a cell under the heading of a secret out, if it holds one.
pub(super) fn cell(pass: &mut Pass<'_>, range: Range<usize>, secret: Secret) {
    let found = Found {
        range,
        is_quoted: true,
        is_spoken: false,
    };
    if secret::is_one(pass.text, &found, secret) {
        pass.push_by_key(found.range, secret.rule);
    }
}

/// Takes the value of a secret out, or the values within it.
fn secret_value(pass: &mut Pass<'_>, found: &Found, secret: Secret) {
    let text = pass.text;
    if secret.strength == Strength::Certain
        && text
            .get(found.range.start..)
            .is_some_and(|rest| rest.starts_with(['{', '[']))
    {
        let (strings, end) = value::strings_within(text, found.range.start);
        pass.value_read_to = end;
        for inner in strings {
            let inner = Found {
                range: inner,
                is_quoted: true,
                is_spoken: false,
            };
            if secret::is_one(text, &inner, secret) {
                pass.push_by_key(inner.range, secret.rule);
            }
        }
        return;
    }
    if secret.rule.id == COOKIE.id && text.get(found.range.clone()).is_some_and(is_pair) {
        cookies(pass, found.range.start);
        return;
    }
    let range = value::without_scheme(text, found.range.clone());
    let found = Found { range, ..*found };
    // Keys upon keys in one value without quotes: after some of them the rest is no better.
    let (end, count) = pass.refused;
    let count = if end == found.range.end { count } else { 0 };
    if !found.is_quoted && count >= NESTED_KEYS_MAX {
        return;
    }
    pass.refused = (found.range.end, count + 1);
    if secret::is_one(text, &found, secret) {
        // Keys within a value that goes need no look.
        pass.value_read_to = found.range.end;
        pass.push_by_key(found.range, secret.rule);
    }
}

/// `name=value`, also where the value is empty; not a value that base64 ends with its padding.
fn is_pair(text: &str) -> bool {
    let name = text.trim_end_matches('=');
    name.contains('=') || name.len() < text.len() && !secret::is_random(name)
}

/// The cookies of a header, one by one: what looks random is somebody's session, `theme=dark` is not.
fn cookies(pass: &mut Pass<'_>, start: usize) {
    if pass.cookies_read_to > start {
        return;
    }
    let rest = pass.text.get(start..).unwrap_or_default();
    let size = rest
        .char_indices()
        .find(|(index, letter)| *index >= 8192 || matches!(letter, '\r' | '\n' | '"' | '\''));
    let size = size.map_or(rest.len(), |(index, _)| index);
    pass.cookies_read_to = start + size;
    let mut at = start;
    for cookie in rest.get(..size).unwrap_or_default().split(';') {
        let end = at + cookie.len();
        if let Some((_, value)) = cookie.split_once('=') {
            let value = value.trim();
            if secret::is_random(value) && !is_placeholder(value) {
                let value_start = at + cookie.len()
                    - cookie
                        .split_once('=')
                        .map_or(0, |(_, value)| value.trim_start().len());
                pass.push_by_key(value_start..value_start + value.len(), &COOKIE);
            }
        }
        at = end + 1;
    }
}

/// The letters, digits and joints around a keyword.
fn key_around(pass: &Pass<'_>, keyword: Range<usize>) -> Range<usize> {
    let before = pass.text.get(..keyword.start).unwrap_or_default();
    let after = pass.text.get(keyword.end..).unwrap_or_default();
    if pass
        .text
        .get(keyword.clone())
        .is_some_and(|word| word.starts_with(is_wide))
    {
        // No spaces end words in these scripts: a key ends where a particle or another script begins.
        let is_part = |letter: char| is_wide(letter) && !"はがをの是为為는은이가".contains(letter);
        let size = after
            .char_indices()
            .find(|(index, letter)| *index > KEY_SIZE_BYTES_MAX || !is_part(*letter));
        return keyword.start..keyword.end + size.map_or(after.len(), |(index, _)| index);
    }
    let is_part = |letter: char| {
        letter.is_alphanumeric()
            || matches!(letter, '_' | '-' | '.')
            || ('\u{0900}'..='\u{0eff}').contains(&letter)
    };
    let letters = before.char_indices().rev();
    let letters =
        letters.take_while(|(index, letter)| is_part(*letter) && keyword.start - index <= KEY_SIZE_BYTES_MAX);
    let start = letters.last().map_or(keyword.start, |(index, _)| index);
    let letters = after
        .char_indices()
        .take(KEY_SIZE_BYTES_MAX)
        .take_while(|(_, letter)| is_part(*letter));
    let size = letters
        .last()
        .map_or(0, |(index, letter)| index + letter.len_utf8());
    start..keyword.end + size
}

/// Letters of Chinese, Japanese and Korean.
fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}
