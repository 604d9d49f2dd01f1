//! What stands in place of what was taken out.

use std::ops::Range;

use compact_str::format_compact;

use trace::{Clearance, Text};

use super::text::Removal;
use crate::keys::ScopeKeys;
use crate::rules::{Class, Rule};
use crate::scan::Found;

/// Types of which too few values exist, or of which no joins are needed: removed, not tokenized.
const REMOVED: &[&str] = &["date-of-birth", "one-time-code", "postal-address"];

/// What stands in place of a value a rule found, and what that is called. Secrets are always removed; personal
/// values become tokens, equal for equal values of a tenant however they are written.
pub(super) fn replacement(rule: &Rule, value: &str, keys: &ScopeKeys) -> (Text, Clearance) {
    if rule.class == Class::Secret || REMOVED.contains(&rule.kind) {
        return (format_compact!("[{}]", rule.kind), Clearance::Redacted);
    }
    (
        keys.token(rule.kind, &normal(rule.kind, value)),
        Clearance::Tokenized,
    )
}

/// A value without what differs between ways of writing it.
fn normal(kind: &str, value: &str) -> String {
    match kind {
        "email" => value.trim().to_lowercase(),
        "person-name" => value
            .split_whitespace()
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
            .join(" "),
        "ip-address" | "mac-address" => value.trim().to_lowercase(),
        // Numbers and codes: letters and digits only.
        _ => value
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect(),
    }
}

/// A text with what was found taken out.
pub(super) struct Edit {
    /// The text; `None` if nothing changed.
    pub(super) text: Option<String>,
    /// Rule, what was done, how often, bytes.
    pub(super) removals: Vec<Removal>,
    /// Values their keys gave away.
    pub(super) echoes: Vec<String>,
}

/// Takes what was found out of the first `limit` bytes of a text. Numbers of JSON become JSON texts.
pub(super) fn edit(text: &str, found: &[Found], limit: usize, keys: &ScopeKeys) -> Edit {
    let mut edit = Edit {
        text: None,
        removals: Vec::new(),
        echoes: Vec::new(),
    };
    let mut written = String::with_capacity(limit);
    let mut copied = 0;
    for found in found.iter().filter(|found| found.start < limit) {
        let value = text.get(found.range()).unwrap_or_default();
        let (replacement, clearance) = replacement(found.rule, value, keys);
        written.push_str(text.get(copied..found.start).unwrap_or_default());
        match number_quote(text, found.range()) {
            Some(quote) => {
                written.push_str(quote);
                written.push_str(&replacement);
                written.push_str(quote);
            }
            None => written.push_str(&replacement),
        }
        copied = found.end;
        note(&mut edit.removals, found.rule.id, clearance, value.len() as u64);
        if found.is_by_key {
            edit.echoes.push(value.to_owned());
        }
    }
    if copied > 0 {
        written.push_str(text.get(copied..limit.max(copied)).unwrap_or_default());
        edit.text = Some(written);
    }
    edit
}

fn note(removals: &mut Vec<Removal>, rule: &'static str, clearance: Clearance, size_bytes: u64) {
    match removals
        .iter_mut()
        .find(|known| known.0 == rule && known.1 == clearance)
    {
        Some(known) => {
            known.2 += 1;
            known.3 += size_bytes;
        }
        None => removals.push((rule, clearance, 1, size_bytes)),
    }
}

/// If what was found is a bare number after a quoted key (`"card": 4111…`), the quote that the key has, escapes
/// included; so a text takes its place and the JSON around it, at whatever depth, stays JSON.
pub(super) fn number_quote(text: &str, range: Range<usize>) -> Option<&str> {
    let value = text.get(range.clone())?;
    let is_number = value
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let before = text.get(..range.start)?.trim_end();
    if !is_number {
        return None;
    }
    let Some(before) = before.strip_suffix(':') else {
        return before.ends_with(['[', ',']).then_some("\"");
    };
    let before = before.trim_end();
    let key = before.strip_suffix('"')?;
    let escapes = key.len() - key.trim_end_matches('\\').len();
    before.get(before.len() - escapes - 1..)
}

/// Whether a text is JSON.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
