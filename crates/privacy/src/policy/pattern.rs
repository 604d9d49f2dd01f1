//! Patterns of names: `*` stands for any characters, all else for itself.

use compact_str::CompactString;

/// Longest pattern, in bytes.
pub(super) const PATTERN_SIZE_BYTES_MAX: usize = 256;

/// A pattern. Matching takes time linear in the name for each of its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pattern {
    /// What stands between the stars; one part is a pattern without any.
    parts: Vec<CompactString>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self {
            parts: text.split('*').map(CompactString::from).collect(),
        }
    }

    /// Whether a name fits.
    pub(crate) fn fits(&self, name: &str) -> bool {
        let Some((first, rest)) = self.parts.split_first() else {
            return name.is_empty();
        };
        let Some((last, middle)) = rest.split_last() else {
            return first == name;
        };
        let Some(mut name) = name.strip_prefix(first.as_str()) else {
            return false;
        };
        for part in middle {
            let Some(at) = name.find(part.as_str()) else {
                return false;
            };
            name = name.get(at + part.len()..).unwrap_or_default();
        }
        name.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, fitting: &[&str], others: &[&str]) {
        let pattern = Pattern::new(pattern);
        for name in fitting {
            assert!(pattern.fits(name), "{name}");
        }
        for name in others {
            assert!(!pattern.fits(name), "{name}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        check("refund", &["refund"], &["refunds", "a refund", ""]);
        check("refund*", &["refund", "refund-eu"], &["a refund"]);
        check("*", &["", "anything"], &[]);
        check("a*b*c", &["abc", "a-b-b-c"], &["acb", "ab", "abcd"]);
        check(
            "items[*].price",
            &["items[0].price", "items[12].price"],
            &["items[0].cost"],
        );
        check("a*a", &["aa", "aba"], &["a"]);
    }
}
