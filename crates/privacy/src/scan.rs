//! The scan: a text in, the places in it that must go out.
//!
//! One pass over a text finds anchors (prefixes, keywords, signs); each anchor is looked at once, with an
//! expression or a reader that is linear in what it consumes and bounded. Nothing here knows policies, keys or
//! spans: the same text always gives the same answer.

use std::cell::Cell;
use std::ops::Range;

use crate::rules::Rule;

mod anchors;
mod blobs;
mod bytes;
mod card;
mod codes;
mod command;
mod detectors;
mod iban;
mod keyed;
mod mail;
mod network;
mod numbers;
mod opaque;
mod people;
mod phone;
#[cfg(test)]
mod reference;
mod tables;
mod tokens;
mod url;
mod view;

pub(crate) use detectors::{Detectors, OwnRule};
use view::View;

/// Where a text sits. Some rules act in some places only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Surface {
    /// Prompts, arguments, results, documents, logs: any text.
    #[default]
    Content,
    /// A URL.
    Url,
    /// HTTP headers.
    Header,
    /// The text is an attribute's key.
    Key,
    /// The text is the name of a span, event, tool, agent.
    Name,
}

impl Surface {
    /// The surface of this word, as `policy scan` takes it; an unknown word is content.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "url" => Self::Url,
            "header" => Self::Header,
            "attribute.key" => Self::Key,
            "span.name" => Self::Name,
            _ => Self::Content,
        }
    }
}

/// A place in a text that must go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// First byte.
    pub start: usize,
    /// One after the last byte.
    pub end: usize,
    /// The rule that found it.
    pub rule: &'static Rule,
    /// Whether its key or context gave it away, not its own form: such a value is looked for elsewhere, too.
    pub is_by_key: bool,
}

impl Found {
    /// The bytes of the text it covers.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Finds what must go in a text: ranges on character boundaries, in order, not overlapping.
///
/// `key` is the attribute key the text stands under. `chunks` are the offsets at which the parts of a stream
/// begin; parts are joined before they are looked at, so cuts hide nothing.
#[must_use]
pub fn scan(text: &str, surface: Surface, key: Option<&str>, chunks: &[usize]) -> Vec<Found> {
    // Offsets say where the parts of a stream begin; joined, they are one text.
    let _ = chunks;
    scan_with(text, surface, key, &detectors::BUILT_IN)
}

/// The same with the rules of a policy.
pub(crate) fn scan_with(
    text: &str,
    surface: Surface,
    key: Option<&str>,
    detectors: &Detectors,
) -> Vec<Found> {
    let view = View::of(text);
    let mut pass = Pass::new(&view, surface, 0, blobs::EXPANDED_SIZE_BYTES_MAX, detectors);
    pass.run(key);
    let found = pass.found.into_iter().map(|hit| {
        let range = view.original(hit.range);
        Found {
            start: range.start,
            end: range.end,
            rule: hit.rule,
            is_by_key: hit.is_by_key,
        }
    });
    settle(text, found.collect())
}

/// What is found in a layer within another, and what is left of the bytes that layers may expand to.
fn scan_layer(
    text: &str,
    surface: Surface,
    layer: usize,
    budget: usize,
    detectors: &Detectors,
) -> (Vec<(Range<usize>, &'static Rule)>, usize) {
    let view = View::of(text);
    let mut pass = Pass::new(&view, surface, layer, budget, detectors);
    pass.run(None);
    let budget = pass.budget;
    (
        pass.found.into_iter().map(|hit| (hit.range, hit.rule)).collect(),
        budget,
    )
}

/// Whether every rule could be compiled. Where not, nothing may be let through.
pub(crate) fn is_ready() -> bool {
    anchors::is_ready()
}

/// The rules that are neither forms of tokens nor national numbers nor keys of secrets.
pub(crate) static RULES: [&Rule; 14] = [
    &mail::EMAIL,
    &crate::rules::phones::PHONE,
    &card::CARD,
    &iban::IBAN,
    &people::ACCOUNT,
    &people::NATIONAL,
    &people::BIRTH,
    &people::NAME,
    &people::ADDRESS,
    &network::IP,
    &network::MAC,
    &url::URL_PASSWORD,
    &command::COMMAND_PASSWORD,
    &blobs::CREDENTIALS,
];

/// Some bytes of a text; a range that can be copied.
#[derive(Clone, Copy)]
struct ByteRange {
    start: usize,
    end: usize,
}

impl ByteRange {
    fn contains(self, at: &usize) -> bool {
        (self.start..self.end).contains(at)
    }
}

/// A place in the shadow.
struct Hit {
    range: Range<usize>,
    rule: &'static Rule,
    is_by_key: bool,
}

/// One look at one view of a text.
struct Pass<'a> {
    text: &'a str,
    view: &'a View<'a>,
    surface: Surface,
    detectors: &'a Detectors,
    found: Vec<Hit>,
    /// How many wrappers this text was in.
    layer: usize,
    /// Bytes that wrappers may still expand to.
    budget: usize,
    /// How far machine addresses were read.
    network_read_to: usize,
    /// How far tables were read.
    table_read_to: usize,
    /// Where the last value that went ends.
    value_read_to: usize,
    /// How far cookies were read.
    cookies_read_to: usize,
    /// Where the last value without quotes began and ended.
    bare: Cell<(usize, usize)>,
    /// Where the last value without quotes that was no secret ended, and how many keys stood in it.
    refused: (usize, usize),
    /// What was last tried in vain for each form of token; empty until something was.
    tokens_refused: Vec<Range<usize>>,
    /// Where words that announce a phone number were looked for last, and whether they stand there.
    phone_near: Cell<Option<(usize, bool)>>,
    /// How far names beside phrases were taken.
    phrase_read_to: usize,
    /// Where the next at sign stands, as seen from some place before it.
    next_at: Option<(usize, usize)>,
    /// What was last seen to have no letters.
    without_letters: Cell<ByteRange>,
    /// What stands before the last national number that was looked at.
    near: Cell<Option<codes::Near>>,
}

impl<'a> Pass<'a> {
    fn new(
        view: &'a View<'a>,
        surface: Surface,
        layer: usize,
        budget: usize,
        detectors: &'a Detectors,
    ) -> Self {
        Self {
            text: view.text(),
            view,
            surface,
            detectors,
            found: Vec::new(),
            layer,
            budget,
            network_read_to: 0,
            table_read_to: 0,
            value_read_to: 0,
            cookies_read_to: 0,
            bare: Cell::new((0, 0)),
            refused: (0, 0),
            tokens_refused: Vec::new(),
            phone_near: Cell::new(None),
            phrase_read_to: 0,
            next_at: None,
            without_letters: Cell::new(ByteRange { start: 0, end: 0 }),
            near: Cell::new(None),
        }
    }

    fn run(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            keyed::find_whole(self, key);
        }
        let opaque = opaque::ranges(self.text);
        anchors::find(self, &opaque);
        numbers::find(self, &opaque);
        blobs::find(self);
        detectors::find(self);
        self.found.retain(|hit| self.detectors.has(hit.rule));
    }

    fn push(&mut self, range: Range<usize>, rule: &'static Rule) {
        self.found.push(Hit {
            range,
            rule,
            is_by_key: false,
        });
    }

    fn push_by_key(&mut self, range: Range<usize>, rule: &'static Rule) {
        self.found.push(Hit {
            range,
            rule,
            is_by_key: true,
        });
    }

    /// What stands before a place, in lower case, as far back as asked for.
    fn before(&self, at: usize, size: usize) -> String {
        let mut from = at.saturating_sub(size);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        self.text.get(from..at).unwrap_or_default().to_lowercase()
    }

    /// The same, not further back than the sentence, line or JSON text.
    fn sentence_before(&self, at: usize, size: usize) -> String {
        let mut from = at.saturating_sub(size);
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let near = self.text.get(from..at).unwrap_or_default();
        if !self.has_letters(from..at) {
            return String::new();
        }
        // The quote that opens a value does not end what is said of it.
        let body = near.trim_end_matches(['"', '\'', ' ', '(', '+']);
        let mut start = body
            .rfind(['\n', ';', '。', '{', '}', ','])
            .map_or(0, |stop| stop + 1);
        for (stop, _) in body.match_indices(". ") {
            let next_is_capital = body
                .get(stop + 2..)
                .and_then(|after| after.chars().next())
                .is_some_and(char::is_uppercase);
            if next_is_capital {
                start = start.max(stop + 2);
            }
        }
        while !near.is_char_boundary(start) {
            start += 1;
        }
        near.get(start..).unwrap_or_default().to_lowercase()
    }

    /// Whether a letter stands in a range. Numbers in a row have nothing but numbers before them: what was seen to
    /// have no letters is not looked at again.
    fn has_letters(&self, range: Range<usize>) -> bool {
        let known = self.without_letters.get();
        let from = if known.contains(&range.start) {
            known.end.min(range.end)
        } else {
            range.start
        };
        let new = self.text.as_bytes().get(from..range.end).unwrap_or_default();
        let has_letters = new
            .iter()
            .any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
        if !has_letters && from >= known.end {
            let start = if from == range.start { from } else { known.start };
            self.without_letters.set(ByteRange {
                start,
                end: range.end,
            });
        }
        has_letters
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn byte_before(&self, at: usize) -> Option<u8> {
        self.byte(at.checked_sub(1)?)
    }
}

/// Sorts, joins what overlaps (the earlier and longer names the whole), and widens to character boundaries.
fn settle(text: &str, mut found: Vec<Found>) -> Vec<Found> {
    found.retain(|found| found.start < found.end && found.end <= text.len());
    // Of two rules for one place, the one that knows its form names it.
    found.sort_by(|left, right| {
        (left.start, right.end, left.is_by_key).cmp(&(right.start, left.end, right.is_by_key))
    });
    let mut settled: Vec<Found> = Vec::with_capacity(found.len());
    for mut found in found {
        while !text.is_char_boundary(found.start) {
            found.start -= 1;
        }
        while !text.is_char_boundary(found.end) {
            found.end += 1;
        }
        match settled.last_mut() {
            Some(last) if found.start < last.end => {
                last.end = last.end.max(found.end);
                last.is_by_key |= found.is_by_key;
            }
            _ => settled.push(found),
        }
    }
    settled
}
