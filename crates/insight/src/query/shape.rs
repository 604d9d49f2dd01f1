//! The canonical shape of a filter: no list inside a list of its own kind, none of one member.

use trace::query::Filter;

/// All of these, without nesting one list in another.
pub(super) fn all_of(items: Vec<Filter>) -> Filter {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Filter::All => {}
            Filter::And(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Filter::All,
        1 => flat.pop().unwrap_or(Filter::All),
        _ => Filter::And(flat),
    }
}

/// One of these, without nesting one list in another.
pub(super) fn any_of(items: Vec<Filter>) -> Filter {
    let mut flat = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Filter::All => return Filter::All,
            Filter::Or(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    if flat.len() == 1 {
        flat.pop().unwrap_or(Filter::All)
    } else {
        Filter::Or(flat)
    }
}

/// Levels of nesting; 1 for a single term.
pub(super) fn depth(filter: &Filter) -> usize {
    let deepest = |items: &[Filter]| items.iter().map(depth).max().unwrap_or(0);
    1 + match filter {
        Filter::And(items) | Filter::Or(items) => deepest(items),
        Filter::Not(inner) => depth(inner),
        Filter::Has(has) => depth(&has.condition).max(has.after.as_ref().map_or(0, depth)),
        Filter::All | Filter::Compare(..) | Filter::Contains(_) => 0,
    }
}
