//! Views: a text as a reader would see it, with a map back to the bytes that were sent.
//!
//! Escapes (`\"`, `\u0040`, `%40`, `&#64;`), invisible characters, full-width forms and native digits hide a
//! value from a pattern and not from a reader. One pass undoes them all, however often they are nested, into a
//! *shadow* that is matched; what is cut is always the original.

use std::borrow::Cow;
use std::ops::Range;

use super::bytes::SUSPICIOUS;

mod escapes;
mod unicode;

/// A text to match against, and where each byte of it came from.
pub(crate) struct View<'a> {
    text: Cow<'a, str>,
    /// Replaced pieces, in order; between them shadow and original run in step.
    pieces: Vec<Piece>,
}

/// One piece of the original that reads otherwise in the shadow.
#[derive(Clone, Copy, Debug)]
struct Piece {
    shadow: (usize, usize),
    original: (usize, usize),
}

impl<'a> View<'a> {
    /// The shadow of a text; the text itself where nothing hides in it.
    pub(crate) fn of(text: &'a str) -> Self {
        let Some(first) = SUSPICIOUS.position(text.as_bytes()) else {
            return Self {
                text: Cow::Borrowed(text),
                pieces: Vec::new(),
            };
        };
        let mut builder = Builder {
            text,
            shadow: String::new(),
            pieces: Vec::new(),
            copied: 0,
        };
        let mut at = first;
        while at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            if let Some((from, size)) = builder.joint(at) {
                builder.join(from, at + size);
                at += size;
            } else if let Some((size, replacement)) = escapes::read(text, at).or_else(|| unicode::read(rest))
            {
                builder.replace(at, size, &replacement);
                at += size;
            } else if rest.starts_with('\\') {
                // What a run of backslashes does not escape, its tail does not either.
                at += rest.bytes().take_while(|byte| *byte == b'\\').count();
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            let skipped = SUSPICIOUS.position(rest);
            at = skipped.map_or(text.len(), |skipped| at + skipped);
        }
        builder.finish()
    }

    /// The text to match against.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a range of the shadow stands for.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.start(range.start)..self.end(range.end)
    }

    /// How many bytes of the original a byte of the shadow took: tells `"` from `\"` and `\\\"`.
    pub(crate) fn width(&self, at: usize) -> usize {
        self.original(at..at + 1).len()
    }

    fn start(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|piece| piece.shadow.0 <= at);
        let Some(piece) = next.checked_sub(1).and_then(|last| self.pieces.get(last)) else {
            return at;
        };
        if at < piece.shadow.1 {
            piece.original.0
        } else {
            piece.original.1 + (at - piece.shadow.1)
        }
    }

    fn end(&self, at: usize) -> usize {
        // Pieces that became nothing right at the end do not belong to the range.
        let next = self.pieces.partition_point(|piece| piece.shadow.0 < at);
        let Some(piece) = next.checked_sub(1).and_then(|last| self.pieces.get(last)) else {
            return at;
        };
        if at <= piece.shadow.1 && piece.shadow.0 < piece.shadow.1 {
            piece.original.1
        } else {
            piece.original.1 + (at - piece.shadow.1)
        }
    }
}

struct Builder<'a> {
    text: &'a str,
    shadow: String,
    pieces: Vec<Piece>,
    copied: usize,
}

impl<'a> Builder<'a> {
    fn replace(&mut self, at: usize, size: usize, replacement: &str) {
        self.shadow
            .push_str(self.text.get(self.copied..at).unwrap_or_default());
        let start = self.shadow.len();
        self.shadow.push_str(replacement);
        self.copied = at + size;
        self.pieces.push(Piece {
            shadow: (start, self.shadow.len()),
            original: (at, self.copied),
        });
    }

    /// A sign that joins two literals of code, `'abc' + 'def'`: where the first quote stands, and how many bytes
    /// from the sign the second one ends.
    fn joint(&self, at: usize) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        if bytes.get(at) != Some(&b'+') {
            return None;
        }
        let before = bytes.get(self.copied..at)?;
        let spaces = before
            .iter()
            .rev()
            .take(3)
            .take_while(|byte| **byte == b' ')
            .count();
        let quote = *before.iter().rev().nth(spaces)?;
        let after = bytes.get(at + 1..)?;
        let size = after
            .iter()
            .take(40)
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let is_joint = matches!(quote, b'"' | b'\'') && after.get(size) == Some(&quote);
        is_joint.then_some((at - spaces - 1, size + 2))
    }

    /// Leaves out what joins two literals.
    fn join(&mut self, from: usize, to: usize) {
        self.replace(from, to - from, "");
    }

    fn finish(mut self) -> View<'a> {
        if self.pieces.is_empty() {
            return View {
                text: Cow::Borrowed(self.text),
                pieces: Vec::new(),
            };
        }
        self.shadow
            .push_str(self.text.get(self.copied..).unwrap_or_default());
        View {
            text: Cow::Owned(self.shadow),
            pieces: self.pieces,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, shadow: &str) {
        let view = View::of(text);
        assert_eq!(view.text(), shadow);
        for (index, letter) in shadow.char_indices() {
            let range = view.original(index..index + letter.len_utf8());
            assert!(text.get(range.clone()).is_some(), "{range:?} of {text:?}");
        }
        assert_eq!(view.original(0..shadow.len()), 0..text.len());
    }

    #[test]
    fn escapes_of_every_kind_are_undone() {
        check(r#"{\"a\": \"b\"}"#, r#"{"a": "b"}"#);
        check(r#"{\\\"a\\\": \\\"b\\u0040c\\\"}"#, r#"{"a": "b@c"}"#);
        check("jane%40example.com", "jane@example.com");
        check("jane%2540example.com", "jane@example.com");
        check("jane&#64;example.com&#x40;&amp;", "jane@example.com@&");
        check("a=40example.com", "a@example.com");
        check("M%C3%BCller", "Müller");
    }

    #[test]
    fn disguised_letters_are_read_as_what_they_look_like() {
        check("ｇｌｅｎ＠ａｃｍｅ", "glen@acme");
        check("37\u{200b}80", "3780");
        check("6011\u{2011}3191", "6011-3191");
        check("٠١٢", "012");
        check("Müller", "Müller");
    }

    #[test]
    fn ranges_map_back_to_what_was_sent() {
        let text = r#"\"mail\": \"j\u0040x.de\""#;
        let view = View::of(text);
        let at = view.text().find("j@x.de").unwrap();
        assert_eq!(&text[view.original(at..at + 6)], r"j\u0040x.de");
        assert_eq!(view.width(0), 2);
    }
}
