//! Streams: texts that a sender cut into parts. A value that lies across a cut is in no part, so parts are looked at
//! together before each is cleared by itself.

use std::ops::Range;

use trace::content::{Body, Sensitive};
use trace::{Media, Role};

use super::decide::Means;
use super::facts::Notes;
use super::replace;
use crate::policy::FIELD_SIZE_BYTES_MAX;
use crate::scan::Surface;

/// How much of two portions of a long stream is the same, in bytes, so that what lies between them is seen whole.
const OVERLAP_BYTES: usize = 4096;

/// Takes out of the bodies of a span what lies across the cuts of its streams. What lies within one part is left to
/// the clearing of that part.
pub(super) fn clear(bodies: &mut [Body], means: Means<'_>, notes: &mut Notes) {
    let mut seen: Vec<usize> = Vec::new();
    for first in 0..bodies.len() {
        if seen.contains(&first) {
            continue;
        }
        let parts = parts_of(bodies, first);
        if parts.len() > 1 {
            join(bodies, &parts, means, notes);
            seen.extend(parts);
        }
    }
}

/// The parts of the stream that a body begins: texts of one role, author and key, in the order they came in.
fn parts_of(bodies: &[Body], first: usize) -> Vec<usize> {
    let is_streamed = |body: &Body| {
        body.media == Media::Text
            && matches!(
                body.role,
                Role::Attribute | Role::Output | Role::OutputMessage | Role::Result
            )
    };
    let Some(head) = bodies.get(first).filter(|body| is_streamed(body)) else {
        return Vec::new();
    };
    let is_part = |body: &Body| {
        is_streamed(body) && (body.role, body.author, &body.key) == (head.role, head.author, &head.key)
    };
    let rest = bodies.iter().enumerate().skip(first);
    rest.filter(|(_, body)| is_part(body))
        .map(|(index, _)| index)
        .collect()
}

fn join(bodies: &mut [Body], parts: &[usize], means: Means<'_>, notes: &mut Notes) {
    let mut joined = String::new();
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(parts.len());
    for part in parts.iter().filter_map(|index| bodies.get(*index)) {
        let start = joined.len();
        joined.push_str(part.text.expose());
        ranges.push(start..joined.len());
    }
    let head = parts.first().and_then(|index| bodies.get(*index));
    let (role, key) = head.map_or(("", ""), |head| (head.role.as_str(), head.key.as_str()));
    let key = key.to_owned();
    let mut written: Vec<String> = vec![String::new(); ranges.len()];
    let mut copied = 0;
    for found in across(&joined, &ranges, &key, means) {
        let value = joined.get(found.range.clone()).unwrap_or_default();
        let (mark, clearance) = replace::replacement(found.rule, value, means.keys);
        copy(&joined, &ranges, copied..found.range.start, &mut written);
        // The part in which the value begins gets the mark, those after it nothing.
        let begins = ranges.partition_point(|part| part.end <= found.range.start);
        if let Some(part) = written.get_mut(begins) {
            part.push_str(&mark);
        }
        notes.add(role, clearance, found.rule.id, 1);
        copied = found.range.end;
    }
    if copied == 0 {
        return;
    }
    copy(&joined, &ranges, copied..joined.len(), &mut written);
    for (index, text) in parts.iter().zip(written) {
        if let Some(body) = bodies.get_mut(*index) {
            body.text = Sensitive::new(text);
        }
    }
}

/// Something found in a stream.
struct Across {
    range: Range<usize>,
    rule: &'static crate::rules::Rule,
}

/// What was found that lies in more than one part, in order and not overlapping.
fn across(joined: &str, parts: &[Range<usize>], key: &str, means: Means<'_>) -> Vec<Across> {
    let mut all: Vec<Across> = Vec::new();
    let mut start = 0;
    loop {
        let end = boundary(joined, start + FIELD_SIZE_BYTES_MAX);
        let portion = joined.get(start..end).unwrap_or_default();
        for found in means.find(portion, Surface::Content, Some(key)) {
            let range = start + found.start..start + found.end;
            let first = parts.partition_point(|part| part.end <= range.start);
            let is_across = parts.get(first).is_some_and(|part| part.end < range.end);
            let is_new = all.last().is_none_or(|last| last.range.end <= range.start);
            if is_across && is_new {
                all.push(Across {
                    range,
                    rule: found.rule,
                });
            }
        }
        if end == joined.len() {
            return all;
        }
        start = boundary(joined, end - OVERLAP_BYTES);
    }
}

/// The last character boundary at or before a place.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Copies a range of the whole to the parts it lies in.
fn copy(joined: &str, parts: &[Range<usize>], range: Range<usize>, written: &mut [String]) {
    let first = parts.partition_point(|part| part.end <= range.start);
    for (part, text) in parts.iter().zip(written).skip(first) {
        if part.start >= range.end {
            return;
        }
        let from = range.start.max(part.start);
        let to = range.end.min(part.end);
        text.push_str(joined.get(from..to).unwrap_or_default());
    }
}
