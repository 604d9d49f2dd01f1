//! Patterns of filters.

/// A text with `*` for any run of characters, compared in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    parts: Vec<String>,
}

impl Pattern {
    /// Reads a pattern.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        Self {
            parts: pattern.to_lowercase().split('*').map(str::to_owned).collect(),
        }
    }

    /// Whether a text matches. Linear in the text for each part: the leftmost place of each part in turn is always good enough.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let Some((first, rest)) = self.parts.split_first() else {
            return text.is_empty();
        };
        let Some(mut left) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        let Some((last, middle)) = rest.split_last() else {
            return left.is_empty();
        };
        for part in middle {
            let Some((_, after)) = left.split_once(part.as_str()) else {
                return false;
            };
            left = after;
        }
        left.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, text, expected) in [
            ("refund*", "Refund.create", true),
            ("*create", "refund.create", true),
            ("r*nd*e", "refund.create", true),
            ("refund", "refund.create", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("*ab*ab*", "xabyab", true),
            ("*ab*ab*", "xab", false),
        ] {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                expected,
                "{pattern} on {text}"
            );
        }
    }
}
