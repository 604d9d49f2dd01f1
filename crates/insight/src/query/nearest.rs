//! "Did you mean": the known word nearest to one that is not known.

use trace::query::Column;

/// Characters of a word that are compared; longer words are not near anything.
const WORD_CHARS_MAX: usize = 40;

/// The names a filter may use for a column.
pub(super) fn names(column: &'static Column) -> impl Iterator<Item = &'static str> {
    std::iter::once(column.name).chain(column.aliases.iter().copied())
}

/// A hint with the nearest of these words, if one is near.
pub(super) fn did_you_mean(word: &str, known: impl IntoIterator<Item = &'static str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// The nearest of these words, if one is near enough to be what was meant.
pub(super) fn nearest(word: &str, known: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let word: Vec<char> = word.to_lowercase().chars().take(WORD_CHARS_MAX + 1).collect();
    if word.is_empty() || word.len() > WORD_CHARS_MAX {
        return None;
    }
    known
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().collect();
            let shared = word
                .iter()
                .zip(&letters)
                .take_while(|(one, other)| one == other)
                .count();
            let distance = distance(&word, &letters);
            let longest = word.len().max(letters.len());
            let is_near = distance * 5 <= longest * 2 || (shared >= 3 && distance * 2 <= longest);
            is_near.then_some((distance, longest - shared, candidate))
        })
        .min()
        .map(|(_, _, candidate)| candidate)
}

/// Edits between two words, where swapping neighbours is one edit (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous_letter = None;
    for (row, letter) in one.iter().enumerate() {
        let mut current = Vec::with_capacity(other.len() + 1);
        current.push(row + 1);
        for (column, candidate) in other.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter != candidate);
            let mut best = replaced
                .min(at(&last, column + 1) + 1)
                .min(at(&current, column) + 1);
            let is_swap =
                column > 0 && previous_letter == Some(candidate) && other.get(column - 1) == Some(letter);
            if is_swap {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_letter = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let words = ["outcome", "duration", "failure", "success", "agent"];
        assert_eq!(nearest("outcom", words), Some("outcome"));
        assert_eq!(nearest("failed", words), Some("failure"));
        assert_eq!(nearest("aegnt", words), Some("agent"));
        assert_eq!(nearest("Duration", words), Some("duration"));
        assert_eq!(nearest("zebra", words), None);
        assert_eq!(nearest("", words), None);
        assert_eq!(nearest(&"a".repeat(100_000), words), None);
    }
}
