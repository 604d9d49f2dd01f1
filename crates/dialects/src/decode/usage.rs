//! Tokens: the input count made inclusive by the rule of its sender, and whose usage it is.

use trace::{Field, Kind, UsageScope};

use super::draft::{Draft, InputCount};

const COUNTS: [Field; 5] = [
    Field::InputTokens,
    Field::OutputTokens,
    Field::CacheReadTokens,
    Field::CacheWriteTokens,
    Field::ReasoningTokens,
];

/// Sets what follows from the counts.
pub(crate) fn settle(draft: &mut Draft<'_>, kind: Kind) {
    let is_used = COUNTS.iter().any(|field| draft.facts.get(*field).is_some());
    if !is_used && draft.total_tokens.is_none() {
        return;
    }
    if draft.facts.flag(Field::NoInference) == Some(true) {
        for field in COUNTS {
            draft.facts.remove(field);
        }
        return;
    }
    for field in COUNTS {
        if draft.facts.int(field).is_some_and(|count| count < 0) {
            draft.facts.remove(field);
        }
    }
    fill_from_total(draft, kind);
    make_inclusive(draft);
    if draft.is_aggregate && draft.facts.get(Field::InputTokens).is_some() {
        draft.facts.set(Field::UsageScope, UsageScope::Aggregate.as_str());
    }
}

/// A total and one of its parts give the other.
fn fill_from_total(draft: &mut Draft<'_>, kind: Kind) {
    let Some(total) = draft.total_tokens.filter(|total| *total >= 0) else {
        return;
    };
    let input = draft.facts.int(Field::InputTokens);
    let output = draft.facts.int(Field::OutputTokens);
    match (input, output) {
        (None, Some(output)) if output <= total => draft.facts.set(Field::InputTokens, total - output),
        (Some(input), None) if input <= total && kind == Kind::Model => {
            draft.facts.set(Field::OutputTokens, total - input);
        }
        (None, None) if kind == Kind::Embedding => draft.facts.set(Field::InputTokens, total),
        _ => {}
    }
}

fn make_inclusive(draft: &mut Draft<'_>) {
    let Some(input) = draft.facts.int(Field::InputTokens) else {
        return;
    };
    let count = |field| draft.facts.int(field).unwrap_or(0);
    let cached = count(Field::CacheReadTokens).saturating_add(count(Field::CacheWriteTokens));
    let is_exclusive = match draft.input_count {
        InputCount::Exclusive => true,
        InputCount::General => cached > input,
        InputCount::MadeInclusive => return,
    };
    let rule = if is_exclusive { "cache_added" } else { "as_sent" };
    if is_exclusive {
        draft.facts.set(Field::InputTokens, input.saturating_add(cached));
    }
    draft.facts.set(Field::TokenRule, rule);
}
