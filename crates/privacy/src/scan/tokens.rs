//! Matches tokens at their anchors.

use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::Pass;
use crate::forms;
use crate::rules::tokens::{Letters, Start, TOKENS};

/// How close to the end of something refused another token may begin in it.
const REFUSED_TAIL_BYTES: usize = 64;
/// How far before its anchor a token with a short head may begin.
const NEAR_BYTES_MAX: usize = 40;
/// How far before its anchor a token may begin.
const LOOK_BACK_BYTES_MAX: usize = 256;

static PATTERNS: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let compile = |pattern: &str| {
        Regex::builder()
            .syntax(syntax::Config::new().unicode(false).utf8(false))
            .build(pattern)
            .ok()
    };
    TOKENS.iter().map(|token| compile(token.pattern)).collect()
});

/// Whether every expression could be compiled.
pub(super) fn is_ready() -> bool {
    PATTERNS.iter().all(Option::is_some)
}

/// Looks for the token of an anchor.
pub(super) fn find(pass: &mut Pass<'_>, index: usize, anchor: Range<usize>) {
    let (Some(token), Some(Some(pattern))) = (TOKENS.get(index), PATTERNS.get(index)) else {
        return;
    };
    // The automaton ignores case, tokens do not.
    if !pass
        .text
        .get(anchor.clone())
        .is_some_and(|text| token.anchors.contains(&text))
    {
        return;
    }
    let Some(start) = start_of(pass, token.start, anchor.start) else {
        return;
    };
    if pass
        .found
        .last()
        .is_some_and(|last| !last.is_by_key && last.range.contains(&start) && last.range.end > anchor.end)
    {
        return;
    }
    // What was refused is not tried again from its start, nor from within it, its tail left out.
    let is_refused = pass.tokens_refused.get(index).is_some_and(|refused| {
        refused.start == start && !refused.is_empty()
            || refused.contains(&start) && start + REFUSED_TAIL_BYTES <= refused.end
    });
    if is_refused {
        return;
    }
    let input = Input::new(pass.text.as_bytes())
        .range(start..)
        .anchored(Anchored::Yes);
    let Some(hit) = pattern.find(input) else {
        refuse(pass, index, start..start + 1);
        return;
    };
    let mut range = hit.range();
    if token.rule.kind == "private-key" {
        range.end = end_of_pem(pass.text, range.end);
    }
    let found = pass.text.get(range.clone()).unwrap_or_default();
    if is_placeholder(found) || token.letters == Letters::Random && !looks_random(found) {
        refuse(pass, index, range);
        return;
    }
    pass.push(range, &token.rule);
}

fn refuse(pass: &mut Pass<'_>, index: usize, range: Range<usize>) {
    if pass.tokens_refused.is_empty() {
        pass.tokens_refused.resize(TOKENS.len(), 0..0);
    }
    if let Some(slot) = pass.tokens_refused.get_mut(index) {
        *slot = range;
    }
}

/// Where the token of an anchor begins; `None` where what stands before it says that it is none.
fn start_of(pass: &Pass<'_>, start: Start, anchor: usize) -> Option<usize> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric();
    let is_word = |byte: u8| is_letter(byte) || matches!(byte, b'_' | b'-');
    let before = pass.byte_before(anchor);
    match start {
        Start::Anchor => (!before.is_some_and(is_letter)).then_some(anchor),
        Start::Alone => (!before.is_some_and(|byte| is_word(byte) || byte == b'.')).then_some(anchor),
        Start::Anywhere => Some(anchor),
        Start::Digits => Some(look_back(pass, anchor, |byte| byte.is_ascii_digit())),
        Start::Word => Some(look_back(pass, anchor, is_word)),
        Start::Near => {
            let before = pass
                .text
                .as_bytes()
                .get(anchor.saturating_sub(NEAR_BYTES_MAX)..anchor)?;
            let size = before.iter().rev().take_while(|byte| is_word(**byte)).count();
            (size < NEAR_BYTES_MAX).then_some(anchor - size)
        }
        Start::Base64 => Some(look_back(pass, anchor, |byte| {
            is_letter(byte) || b"+/".contains(&byte)
        })),
        Start::Url => {
            let host = look_back(pass, anchor, |byte| is_word(byte) || byte == b'.');
            let before = pass.text.get(..host)?;
            let scheme = ["https://", "http://"]
                .into_iter()
                .find(|scheme| before.ends_with(scheme));
            Some(host - scheme.map_or(0, str::len))
        }
        Start::Before(size) => {
            let start = anchor.checked_sub(size)?;
            (!pass.byte_before(start).is_some_and(is_letter)).then_some(start)
        }
    }
}

/// Whether the longest run of letters and digits in a token is as random as a key.
fn looks_random(token: &str) -> bool {
    token
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .max_by_key(|run| run.len())
        .is_some_and(forms::is_random_run)
}

fn look_back(pass: &Pass<'_>, from: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let before = pass.text.as_bytes().get(..from).unwrap_or_default();
    from - before
        .iter()
        .rev()
        .take(LOOK_BACK_BYTES_MAX)
        .take_while(|byte| is_part(**byte))
        .count()
}

/// Most bytes of a PEM block whose end line is missing.
const PEM_SIZE_BYTES_MAX: usize = 32 * 1024;

/// The end of a PEM block: its end line, or the last byte that can belong to it.
fn end_of_pem(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let rest = rest.get(..PEM_SIZE_BYTES_MAX).unwrap_or(rest);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\r\n\t ,:-_\\".contains(&byte);
    let body = rest.iter().take_while(|byte| is_part(**byte)).count();
    let end_line = rest
        .windows(9)
        .take(body)
        .position(|window| window == b"-----END ");
    let Some(end_line) = end_line else {
        return from + body;
    };
    let after = rest.get(end_line + 9..).unwrap_or_default();
    let dashes = after.windows(5).take(64).position(|window| window == b"-----");
    from + end_line + 9 + dashes.map_or(0, |dashes| dashes + 5)
}

/// Whether a token is an example: one letter over and over, or a run like `xxxx`.
fn is_placeholder(token: &str) -> bool {
    let body = token.rsplit(['_', '-', '.']).next().unwrap_or(token).as_bytes();
    let is_same = |body: &[u8]| body.len() >= 8 && body.iter().all(|byte| Some(byte) == body.first());
    is_same(body)
}
