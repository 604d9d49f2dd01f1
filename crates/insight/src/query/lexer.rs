//! Reads names, operators and words of a filter. What a word may hold depends on where it stands, so the parser
//! asks for what it expects.

use std::ops::Range;

use super::Error;

/// Most bytes of a field name; a longer one is no field and is not looked up.
pub(super) const NAME_SIZE_BYTES_MAX: usize = 64;

/// Where a word ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Free text: at a space or a parenthesis.
    Text,
    /// A value: at a comma too.
    Value,
}

/// A comparison as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Symbol {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A word: plain and quoted pieces without a space between them.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    /// Its text, without quotes.
    pub(super) text: String,
    /// Stars outside quotes.
    pub(super) wildcards: usize,
    /// Stars inside quotes.
    pub(super) literal_stars: usize,
    /// Whether a piece was quoted.
    pub(super) is_quoted: bool,
    /// Its bytes in the filter.
    pub(super) at: Range<usize>,
}

/// A place in a filter.
pub(super) struct Lexer<'a> {
    input: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(input: &'a str) -> Self {
        Self { input, position: 0 }
    }

    pub(super) const fn input(&self) -> &'a str {
        self.input
    }

    pub(super) const fn position(&self) -> usize {
        self.position
    }

    pub(super) const fn go_back(&mut self, position: usize) {
        self.position = position;
    }

    pub(super) fn rest(&self) -> &'a str {
        self.input.get(self.position..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_space(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    /// Takes this character if it is next.
    pub(super) fn take(&mut self, character: char) -> bool {
        let is_next = self.peek() == Some(character);
        if is_next {
            self.position += character.len_utf8();
        }
        is_next
    }

    /// The letters that are next, if nothing but a space, a parenthesis or the end follows them.
    pub(super) fn peek_bare_word(&self) -> Option<&'a str> {
        let rest = self.rest();
        let end = rest
            .find(|letter: char| !letter.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let follower = rest.get(end..).unwrap_or_default().chars().next();
        let is_bare =
            end > 0 && follower.is_none_or(|next| next.is_whitespace() || matches!(next, '(' | ')'));
        if is_bare { rest.get(..end) } else { None }
    }

    pub(super) const fn advance(&mut self, bytes: usize) {
        self.position += bytes;
    }

    /// Takes a field name; empty if none is next.
    pub(super) fn take_name(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
        if !rest.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return "";
        }
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        self.position += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Takes a comparison, if one is next.
    pub(super) fn take_symbol(&mut self) -> Option<Symbol> {
        const SYMBOLS: [(&str, Symbol); 12] = [
            (":>=", Symbol::GreaterOrEqual),
            (":<=", Symbol::LessOrEqual),
            (":>", Symbol::Greater),
            (":<", Symbol::Less),
            (">=", Symbol::GreaterOrEqual),
            ("<=", Symbol::LessOrEqual),
            ("!=", Symbol::NotEqual),
            ("==", Symbol::Equal),
            (":", Symbol::Equal),
            (">", Symbol::Greater),
            ("<", Symbol::Less),
            ("=", Symbol::Equal),
        ];
        let rest = self.rest();
        let (written, symbol) = SYMBOLS
            .into_iter()
            .find(|(written, _)| rest.starts_with(written))?;
        self.position += written.len();
        Some(symbol)
    }

    /// Takes a word; empty if none is next.
    ///
    /// # Errors
    /// A quote that is never closed.
    pub(super) fn take_word(&mut self, stop: Stop) -> Result<Word, Error> {
        let start = self.position;
        let mut word = Word::default();
        while let Some(character) = self.peek() {
            let is_end = character.is_whitespace()
                || matches!(character, '(' | ')')
                || (stop == Stop::Value && character == ',');
            if is_end {
                break;
            }
            if character == '"' {
                self.take_quoted(&mut word)?;
                continue;
            }
            word.wildcards += usize::from(character == '*');
            word.text.push(character);
            self.position += character.len_utf8();
        }
        word.at = start..self.position;
        Ok(word)
    }

    /// Takes quoted text. Inside, `\"` is a quote and `\\` a backslash.
    fn take_quoted(&mut self, word: &mut Word) -> Result<(), Error> {
        let start = self.position;
        self.position += 1;
        word.is_quoted = true;
        let mut is_escaped = false;
        while let Some(character) = self.peek() {
            self.position += character.len_utf8();
            match character {
                '"' if !is_escaped => return Ok(()),
                '\\' if !is_escaped => {
                    is_escaped = true;
                    continue;
                }
                '"' | '\\' => {}
                _ if is_escaped => word.text.push('\\'),
                _ => {}
            }
            is_escaped = false;
            word.literal_stars += usize::from(character == '*');
            word.text.push(character);
        }
        Err(
            Error::new(self.input, start..self.input.len(), "this quote is never closed")
                .with_hint("end the text with `\"`; inside quotes, write a quote as `\\\"`"),
        )
    }
}
