//! Aligns two lists of steps: as many as possible stand beside one that does the same, the more alike the better, in
//! the order of both.
//!
//! Long runs are cut at steps that occur once in each (as patience diff does), so that the table of the exact method
//! stays small: its size is bounded, and so is the time, whatever the runs are.

use std::collections::HashMap;

use super::Item;

/// Most cells of one table of the exact method.
const CELLS_MAX: usize = 1 << 20;
/// How far ahead the fallback looks for a step that does the same.
const WINDOW: usize = 64;

/// Places in the two lists; one of the two is always there.
pub(super) type Place = (Option<usize>, Option<usize>);

pub(super) fn align(one: &[Item], other: &[Item]) -> Vec<Place> {
    let mut places = Vec::with_capacity(one.len().max(other.len()));
    // What is still to be aligned, last first; a single pair is an anchor.
    let mut open = vec![Part {
        one: (0, one.len()),
        other: (0, other.len()),
    }];
    while let Some(part) = open.pop() {
        step(one, other, part, &mut open, &mut places);
    }
    places
}

#[derive(Clone, Copy)]
struct Part {
    one: (usize, usize),
    other: (usize, usize),
}

fn step(one: &[Item], other: &[Item], part: Part, open: &mut Vec<Part>, places: &mut Vec<Place>) {
    let (mut from, to) = part.one;
    let (mut other_from, other_to) = part.other;
    let is_equal = |left: usize, right: usize| match (one.get(left), other.get(right)) {
        (Some(left), Some(right)) => left.exact == right.exact,
        _ => false,
    };
    while from < to && other_from < other_to && is_equal(from, other_from) {
        places.push((Some(from), Some(other_from)));
        from += 1;
        other_from += 1;
    }
    let (count, other_count) = (to - from, other_to - other_from);
    if count == 0 || other_count == 0 {
        places.extend((from..to).map(|left| (Some(left), None)));
        places.extend((other_from..other_to).map(|right| (None, Some(right))));
        return;
    }
    if count.saturating_mul(other_count) <= CELLS_MAX {
        exact(one, other, (from, to), (other_from, other_to), places);
        return;
    }
    let anchors = anchors(one, other, (from, to), (other_from, other_to));
    if anchors.is_empty() {
        greedy(one, other, (from, to), (other_from, other_to), places);
        return;
    }
    let mut parts = Vec::with_capacity(anchors.len() + 1);
    for (left, right) in anchors {
        parts.push(Part {
            one: (from, left),
            other: (other_from, right),
        });
        parts.push(Part {
            one: (left, left + 1),
            other: (right, right + 1),
        });
        (from, other_from) = (left + 1, right + 1);
    }
    parts.push(Part {
        one: (from, to),
        other: (other_from, other_to),
    });
    open.extend(parts.into_iter().rev());
}

/// Steps that occur once in each part, as long a chain of them as there is in the order of both.
fn anchors(
    one: &[Item],
    other: &[Item],
    range: (usize, usize),
    other_range: (usize, usize),
) -> Vec<(usize, usize)> {
    let unique = |list: &[Item], (from, to): (usize, usize)| {
        let mut seen: HashMap<String, Option<usize>> = HashMap::new();
        for (place, item) in list.iter().enumerate().take(to).skip(from) {
            seen.entry(item.exact.clone())
                .and_modify(|known| *known = None)
                .or_insert(Some(place));
        }
        seen
    };
    let (mine, theirs) = (unique(one, range), unique(other, other_range));
    let mut pairs: Vec<(usize, usize)> = mine
        .into_iter()
        .filter_map(|(key, place)| Some((place?, (*theirs.get(&key)?)?)))
        .collect();
    pairs.sort_unstable();
    longest_chain(&pairs)
}

/// The longest chain of pairs that grows on both sides, by patience sorting.
fn longest_chain(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, right)) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| pairs.get(*top).is_some_and(|(_, known)| known < right));
        before.push(pile.checked_sub(1).and_then(|pile| tops.get(pile).copied()));
        match tops.get_mut(pile) {
            Some(top) => *top = index,
            None => tops.push(index),
        }
    }
    let mut chain = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(index) = next {
        chain.extend(pairs.get(index).copied());
        next = before.get(index).copied().flatten();
    }
    chain.reverse();
    chain
}

/// How well two steps stand beside each other; 0 where they must not.
fn fit(left: &Item, right: &Item) -> u32 {
    match (left.exact == right.exact, left.action == right.action) {
        (true, _) => 5,
        (_, true) => 3,
        _ => 0,
    }
}

/// The best alignment, by a table of the best for every pair of ends.
fn exact(
    one: &[Item],
    other: &[Item],
    range: (usize, usize),
    other_range: (usize, usize),
    places: &mut Vec<Place>,
) {
    let (from, to) = range;
    let (other_from, other_to) = other_range;
    let width = other_to - other_from + 1;
    let mut table = vec![0_u32; (to - from + 1) * width];
    let cell = |left: usize, right: usize| (left - from) * width + (right - other_from);
    let read = |table: &[u32], left: usize, right: usize| table.get(cell(left, right)).copied().unwrap_or(0);
    let fit_at = |left: usize, right: usize| match (one.get(left), other.get(right)) {
        (Some(left), Some(right)) => fit(left, right),
        _ => 0,
    };
    for left in (from..to).rev() {
        for right in (other_from..other_to).rev() {
            let skip = read(&table, left + 1, right).max(read(&table, left, right + 1));
            let best = match fit_at(left, right) {
                0 => skip,
                fit => skip.max(fit + read(&table, left + 1, right + 1)),
            };
            if let Some(slot) = table.get_mut(cell(left, right)) {
                *slot = best;
            }
        }
    }
    let (mut left, mut right) = (from, other_from);
    while left < to && right < other_to {
        let best = read(&table, left, right);
        let fit = fit_at(left, right);
        if fit > 0 && best == fit + read(&table, left + 1, right + 1) {
            places.push((Some(left), Some(right)));
            (left, right) = (left + 1, right + 1);
        } else if best == read(&table, left + 1, right) {
            places.push((Some(left), None));
            left += 1;
        } else {
            places.push((None, Some(right)));
            right += 1;
        }
    }
    places.extend((left..to).map(|left| (Some(left), None)));
    places.extend((right..other_to).map(|right| (None, Some(right))));
}

/// Where the parts are long and nothing is unique: each step beside the next that does the same, within a window.
fn greedy(
    one: &[Item],
    other: &[Item],
    range: (usize, usize),
    other_range: (usize, usize),
    places: &mut Vec<Place>,
) {
    let (from, to) = range;
    let (mut right, other_to) = other_range;
    for left in from..to {
        let Some(item) = one.get(left) else { continue };
        let window = right..other_to.min(right + WINDOW);
        let found = window
            .clone()
            .find(|place| other.get(*place).is_some_and(|known| known.exact == item.exact));
        let found = found.or_else(|| {
            other
                .get(right)
                .filter(|known| known.action == item.action)
                .map(|_| right)
        });
        match found {
            Some(place) => {
                places.extend((right..place).map(|skipped| (None, Some(skipped))));
                places.push((Some(left), Some(place)));
                right = place + 1;
            }
            None => places.push((Some(left), None)),
        }
    }
    places.extend((right..other_to).map(|right| (None, Some(right))));
}
