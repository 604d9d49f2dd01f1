//! What is wrong with a filter, where, and what was meant.

use std::fmt;
use std::ops::Range;

/// Characters of a filter shown on each side of the place that is wrong.
const EXCERPT_CHARS: usize = 60;

/// A filter that cannot be read. Everything in it comes from the filter itself and from the registry of columns.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct Error {
    message: String,
    hint: Option<String>,
    at: Range<usize>,
    column: usize,
    caret: String,
}

impl Error {
    pub(super) fn new(input: &str, at: Range<usize>, message: impl Into<String>) -> Self {
        let start = floor_boundary(input, at.start);
        let end = floor_boundary(input, at.end.max(start));
        let before = input.get(..start).unwrap_or_default().chars().count();
        let inside = input.get(start..end).unwrap_or_default().chars().count();
        Self {
            message: message.into(),
            hint: None,
            at: start..end,
            column: before + 1,
            caret: draw(input, before, inside),
        }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn with_optional_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// What is wrong, as part of a sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What would do instead.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The bytes of the filter that are wrong; empty where something is missing.
    #[must_use]
    pub const fn at(&self) -> &Range<usize> {
        &self.at
    }

    /// The first wrong character, counted from 1.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Two lines: the filter, or the part of it around the wrong place, and a line that points there.
    #[must_use]
    pub fn caret(&self) -> &str {
        &self.caret
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (column {})", self.message, self.column)
    }
}

fn floor_boundary(input: &str, index: usize) -> usize {
    let index = index.min(input.len());
    (0..=index)
        .rev()
        .find(|candidate| input.is_char_boundary(*candidate))
        .unwrap_or(0)
}

fn draw(input: &str, before: usize, inside: usize) -> String {
    let first = before.saturating_sub(EXCERPT_CHARS);
    let shown_inside = inside.clamp(1, EXCERPT_CHARS);
    let mut excerpt: String = input
        .chars()
        .skip(first)
        .take(before - first + shown_inside + EXCERPT_CHARS)
        .map(visible)
        .collect();
    let mut indent = before - first;
    if first > 0 {
        excerpt.insert(0, '…');
        indent += 1;
    }
    format!(
        "{}\n{}{}",
        excerpt.trim_end(),
        " ".repeat(indent),
        "^".repeat(shown_inside)
    )
}

/// Control and direction marks would move or hide the caret.
fn visible(character: char) -> char {
    match character {
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '·',
        _ if character.is_control() => ' ',
        _ => character,
    }
}
