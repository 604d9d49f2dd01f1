//! Clears one text: scanned, edited, and scanned again until nothing is found, so that clearing twice is clearing
//! once.

use serde_json::Value;

use trace::{Clearance, Media};

use super::replace::{self, Edit};
use super::{Means, leaves};
use crate::policy::FIELD_SIZE_BYTES_MAX;
use crate::scan::{self, Surface};

/// How far behind the limit a text is still scanned, so that a value cut by the limit is seen whole.
const HOLD_BACK_BYTES: usize = 4096;
/// Most scans of one text. What was taken out can make a neighbour stand out that was hidden before; a text in
/// which that goes on for longer is withheld.
const ROUNDS_MAX: usize = 8;

/// Rule, what was done, how often, bytes taken out.
pub(super) type Removal = (&'static str, Clearance, u32, u64);

/// What came of clearing one text. The same for every body with the same text and surroundings.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The cleared text; `None` if the text may stay as it is.
    pub(super) text: Option<String>,
    /// `false` if it could not be cleared: withheld.
    pub(super) is_cleared: bool,
    /// Its form, where that changed.
    pub(super) media: Option<Media>,
    pub(super) removals: Vec<Removal>,
    /// Values its keys gave away.
    pub(super) echoes: Vec<String>,
}

impl Verdict {
    pub(super) fn size_bytes(&self) -> usize {
        self.text.as_ref().map_or(0, String::len) + self.echoes.iter().map(String::len).sum::<usize>()
    }
}

/// Clears a text that stands under a key.
pub(super) fn clear(raw: &str, key: &str, media: Media, means: Means<'_>) -> Verdict {
    let mut verdict = Verdict {
        text: None,
        is_cleared: true,
        media: None,
        removals: Vec::new(),
        echoes: Vec::new(),
    };
    if !scan::is_ready() {
        verdict.is_cleared = false;
        verdict
            .removals
            .push(("rules-missing", Clearance::Dropped, 1, raw.len() as u64));
        return verdict;
    }
    let limit = floor(raw, FIELD_SIZE_BYTES_MAX);
    let Some(edit) = rounds(raw, key, limit, means) else {
        return Verdict {
            is_cleared: false,
            removals: vec![("rounds-limit", Clearance::Dropped, 1, raw.len() as u64)],
            ..verdict
        };
    };
    verdict.text = edit.text;
    verdict.removals = edit.removals;
    verdict.echoes = edit.echoes;
    if limit < raw.len() {
        verdict
            .removals
            .push(("field-limit", Clearance::Cut, 1, (raw.len() - limit) as u64));
        verdict.media = Some(Media::Text);
        verdict.text = verdict.text.or_else(|| raw.get(..limit).map(str::to_owned));
        return verdict;
    }
    let is_broken = media == Media::Json
        && verdict
            .text
            .as_deref()
            .is_some_and(|text| !replace::is_json(text));
    if is_broken {
        // A number in a list, or a text that ends where a key expects its value: leaf by leaf nothing can break.
        match serde_json::from_str::<Value>(raw) {
            Ok(mut value) => {
                // What seemed to be a value may have been a piece of the JSON: no such piece is looked for elsewhere.
                verdict.echoes.clear();
                leaves::rewrite(&mut value, key, &mut |text, key| {
                    leaf(text, key, means, &mut verdict.echoes)
                });
                verdict.text = Some(value.to_string());
            }
            Err(_) => verdict.media = Some(Media::Text),
        }
    }
    verdict
}

/// Scans and edits until nothing is found; `None` if something still is after the last round. Only the first scan
/// may cut at the limit.
fn rounds(raw: &str, key: &str, limit: usize, means: Means<'_>) -> Option<Edit> {
    let scanned = raw.get(..floor(raw, limit + HOLD_BACK_BYTES)).unwrap_or_default();
    let mut edit = replace::edit(
        scanned,
        &means.find(scanned, Surface::Content, Some(key)),
        limit,
        means.keys,
    );
    for _ in 1..ROUNDS_MAX {
        let Some(text) = edit.text.as_deref() else {
            return Some(edit);
        };
        let next = replace::edit(
            text,
            &means.find(text, Surface::Content, Some(key)),
            text.len(),
            means.keys,
        );
        let Some(text) = next.text else {
            return Some(edit);
        };
        edit.text = Some(text);
        edit.removals.extend(next.removals);
        edit.echoes.extend(next.echoes);
    }
    None
}

/// What stands in place of a leaf that cannot be cleared.
const WITHHELD_LEAF: &str = "[withheld]";

/// A leaf or key of JSON as it may be kept; `None` if it may stay as it is.
fn leaf(text: &str, key: &str, means: Means<'_>, echoes: &mut Vec<String>) -> Option<String> {
    match rounds(text, key, text.len(), means) {
        Some(edit) => {
            echoes.extend(edit.echoes);
            edit.text
        }
        None => Some(WITHHELD_LEAF.to_owned()),
    }
}

/// The last character boundary at or before a limit.
fn floor(text: &str, limit: usize) -> usize {
    if limit >= text.len() {
        return text.len();
    }
    (0..=limit)
        .rev()
        .find(|index| text.is_char_boundary(*index))
        .unwrap_or(0)
}
