//! Reads JSON text in one pass, borrowing what needs no decoding.
//!
//! Why not `serde_json`: it refuses a whole body for one lone surrogate or one bad byte of UTF-8, limits depth
//! by recursion also where a value is only skipped, and its errors quote what it met. Here:
//! - `\ud800` without its partner, and bytes that are not UTF-8, are read as U+FFFD;
//! - `NaN`, `Infinity` and `-Infinity`, which Python writes, are numbers that are not finite;
//! - a value nobody asked for is checked and skipped without recursion, whatever its depth;
//! - an error says what was expected and where, never what stood there.
//!
//! All else is the grammar of RFC 8259. A byte order mark at the start is skipped.

use std::borrow::Cow;

/// Why the text could not be read, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// What is wrong.
    pub(crate) problem: &'static str,
    /// Where, in bytes from the start of the text.
    pub(crate) offset: usize,
}

/// What kind of value comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    Object,
    Array,
    Text,
    Number,
    Bool,
    Null,
}

/// A place in a JSON text.
pub(crate) struct Reader<'a> {
    text: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// At the start of a text.
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let offset = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { text, offset }
    }

    /// Bytes read so far.
    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    /// A fault at this place.
    pub(crate) const fn fault(&self, problem: &'static str) -> Fault {
        Fault {
            problem,
            offset: self.offset,
        }
    }

    /// The kind of the next value, which stays unread.
    pub(crate) fn peek(&mut self) -> Result<Next, Fault> {
        match self.peek_byte() {
            Some(b'{') => Ok(Next::Object),
            Some(b'[') => Ok(Next::Array),
            Some(b'"') => Ok(Next::Text),
            Some(b'-' | b'0'..=b'9' | b'N' | b'I') => Ok(Next::Number),
            Some(b't' | b'f') => Ok(Next::Bool),
            Some(b'n') => Ok(Next::Null),
            Some(_) => Err(self.fault("expected a value")),
            None => Err(self.fault("the text ends where a value is expected")),
        }
    }

    /// Reads `null` if it comes next.
    pub(crate) fn is_null(&mut self) -> Result<bool, Fault> {
        if self.peek()? == Next::Null {
            self.word(b"null")?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Begins an object. Its keys come from [`Self::next_key`].
    pub(crate) fn begin_object(&mut self) -> Result<(), Fault> {
        self.expect(b'{', "expected an object")
    }

    /// The next key of the object that was begun, its value standing next; `None` at its end.
    pub(crate) fn next_key(&mut self, is_first: &mut bool) -> Result<Option<Cow<'a, str>>, Fault> {
        if !self.next_item(b'}', is_first, "expected ',' or '}'")? {
            return Ok(None);
        }
        if self.peek_byte() != Some(b'"') {
            return Err(self.fault("expected a key in quotes"));
        }
        let key = self.text()?;
        self.expect(b':', "expected ':' after a key")?;
        Ok(Some(key))
    }

    /// Begins an array. Its elements come from [`Self::next_element`].
    pub(crate) fn begin_array(&mut self) -> Result<(), Fault> {
        self.expect(b'[', "expected an array")
    }

    /// Whether the array that was begun has another element, which stands next.
    pub(crate) fn next_element(&mut self, is_first: &mut bool) -> Result<bool, Fault> {
        self.next_item(b']', is_first, "expected ',' or ']'")
    }

    /// Reads `true` or `false`.
    pub(crate) fn bool(&mut self) -> Result<bool, Fault> {
        match self.peek_byte() {
            Some(b't') => self.word(b"true").map(|()| true),
            Some(b'f') => self.word(b"false").map(|()| false),
            _ => Err(self.fault("expected true or false")),
        }
    }

    /// Reads a number and returns it as it is written.
    pub(crate) fn number(&mut self) -> Result<&'a str, Fault> {
        self.skip_space();
        let start = self.offset;
        match self.byte() {
            Some(b'N') => self.word(b"NaN")?,
            Some(b'I') => self.word(b"Infinity")?,
            _ => self.finite_number()?,
        }
        let written = self.text.get(start..self.offset).unwrap_or_default();
        // Only ASCII was taken.
        Ok(std::str::from_utf8(written).unwrap_or_default())
    }

    fn finite_number(&mut self) -> Result<(), Fault> {
        if self.byte() == Some(b'-') {
            self.offset += 1;
            if self.byte() == Some(b'I') {
                return self.word(b"Infinity");
            }
        }
        if self.byte() == Some(b'0') {
            self.offset += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.offset += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.offset += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.offset += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let rest = self.rest();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.fault("expected a digit"));
        }
        self.offset += count;
        Ok(())
    }

    /// Reads a text.
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.expect(b'"', "expected a text in quotes")?;
        let plain = self.plain_text()?;
        if self.byte() == Some(b'"') {
            self.offset += 1;
            return Ok(decode_utf8(plain));
        }
        let mut text = decode_utf8(plain).into_owned();
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.offset += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    self.offset += 1;
                    text.push(self.escape()?);
                }
                _ => text.push_str(&decode_utf8(self.plain_text()?)),
            }
        }
    }

    /// The bytes up to a quote or backslash, one of which then comes next.
    fn plain_text(&mut self) -> Result<&'a [u8], Fault> {
        let rest = self.rest();
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
            .unwrap_or(rest.len());
        self.offset += length;
        match self.byte() {
            Some(b'"' | b'\\') => Ok(rest.get(..length).unwrap_or_default()),
            Some(_) => Err(self.fault("a control character in a text must be escaped")),
            None => Err(self.fault("the text ends within quotes")),
        }
    }

    /// The character of an escape whose backslash was read.
    fn escape(&mut self) -> Result<char, Fault> {
        let character = match self.byte() {
            Some(character @ (b'"' | b'\\' | b'/')) => char::from(character),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.offset += 1;
                return self.escaped_code_point();
            }
            _ => return Err(self.fault("expected an escape")),
        };
        self.offset += 1;
        Ok(character)
    }

    fn escaped_code_point(&mut self) -> Result<char, Fault> {
        let first = self.hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            // A low surrogate without a high one before it is no character.
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let after_first = self.offset;
        if self.rest().starts_with(b"\\u") {
            self.offset += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let code_point = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code_point).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        // What follows is no partner: it is read again, as itself.
        self.offset = after_first;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Result<u32, Fault> {
        let mut number = 0;
        for _ in 0..4 {
            let Some(digit) = self.byte().and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.fault("expected four hex digits"));
            };
            number = number * 16 + digit;
            self.offset += 1;
        }
        Ok(number)
    }

    /// Checks the next value and leaves it. Takes memory for its depth (a byte a level), no recursion.
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        let mut open = Vec::new();
        let mut is_first = false;
        loop {
            match self.peek()? {
                Next::Object => {
                    self.begin_object()?;
                    open.push(true);
                    is_first = true;
                }
                Next::Array => {
                    self.begin_array()?;
                    open.push(false);
                    is_first = true;
                }
                Next::Text => self.skip_text()?,
                Next::Number => {
                    self.number()?;
                }
                Next::Bool => {
                    self.bool()?;
                }
                Next::Null => self.word(b"null")?,
            }
            // To the next value: out of all that ends here.
            loop {
                let Some(is_object) = open.last().copied() else {
                    return Ok(());
                };
                let has_next = if is_object {
                    self.skip_key(&mut is_first)?
                } else {
                    self.next_element(&mut is_first)?
                };
                if has_next {
                    break;
                }
                open.pop();
                is_first = false;
            }
        }
    }

    fn skip_key(&mut self, is_first: &mut bool) -> Result<bool, Fault> {
        if !self.next_item(b'}', is_first, "expected ',' or '}'")? {
            return Ok(false);
        }
        if self.peek_byte() != Some(b'"') {
            return Err(self.fault("expected a key in quotes"));
        }
        self.skip_text()?;
        self.expect(b':', "expected ':' after a key")?;
        Ok(true)
    }

    fn skip_text(&mut self) -> Result<(), Fault> {
        self.expect(b'"', "expected a text in quotes")?;
        loop {
            self.plain_text()?;
            let is_end = self.byte() == Some(b'"');
            self.offset += 1;
            if is_end {
                return Ok(());
            }
            self.escape()?;
        }
    }

    /// Checks that nothing but space follows.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        match self.peek_byte() {
            None => Ok(()),
            Some(_) => Err(self.fault("expected nothing after the value")),
        }
    }

    fn next_item(&mut self, close: u8, is_first: &mut bool, problem: &'static str) -> Result<bool, Fault> {
        let byte = self.peek_byte();
        if byte == Some(close) {
            self.offset += 1;
            return Ok(false);
        }
        if !std::mem::take(is_first) {
            if byte != Some(b',') {
                return Err(self.fault(problem));
            }
            self.offset += 1;
            if self.peek_byte() == Some(close) {
                return Err(self.fault("expected no ',' before the end"));
            }
        }
        Ok(true)
    }

    fn expect(&mut self, byte: u8, problem: &'static str) -> Result<(), Fault> {
        if self.peek_byte() != Some(byte) {
            return Err(self.fault(problem));
        }
        self.offset += 1;
        Ok(())
    }

    fn word(&mut self, word: &'static [u8]) -> Result<(), Fault> {
        if !self.rest().starts_with(word) {
            return Err(self.fault("expected a value"));
        }
        self.offset += word.len();
        Ok(())
    }

    fn peek_byte(&mut self) -> Option<u8> {
        self.skip_space();
        self.byte()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.offset += 1;
        }
    }

    fn byte(&self) -> Option<u8> {
        self.text.get(self.offset).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.offset..).unwrap_or_default()
    }
}

/// Bytes as text, those that are not UTF-8 replaced by U+FFFD. The standard library's own lossy reading has no
/// fast path for what is valid (measured: half the time of reading a span).
pub(crate) fn decode_utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

#[cfg(test)]
mod tests;
