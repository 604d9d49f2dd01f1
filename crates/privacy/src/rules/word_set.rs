//! Lists of words that are asked often.

/// Buckets; a power of two.
const BUCKETS: usize = 256;

/// A fixed list of words in lower case. Most texts that are no such word are told by length, first and last byte.
pub(crate) struct WordSet {
    buckets: Vec<Vec<&'static str>>,
    size_bytes_max: usize,
}

impl WordSet {
    /// A set of these words.
    pub(crate) fn new(words: impl IntoIterator<Item = &'static str>) -> Self {
        let mut set = Self {
            buckets: vec![Vec::new(); BUCKETS],
            size_bytes_max: 0,
        };
        for word in words {
            set.size_bytes_max = set.size_bytes_max.max(word.len());
            if let Some(bucket) = set.buckets.get_mut(bucket_of(word)) {
                bucket.push(word);
            }
        }
        set
    }

    /// Whether a word is one of them.
    pub(crate) fn contains(&self, word: &str) -> bool {
        word.len() <= self.size_bytes_max && self.bucket(word).contains(&word)
    }

    /// Whether a word is one of them but for the case of ASCII letters.
    pub(crate) fn contains_in_any_case(&self, word: &str) -> bool {
        let is_word = |known: &&str| known.eq_ignore_ascii_case(word);
        word.len() <= self.size_bytes_max && self.bucket(word).iter().any(is_word)
    }

    /// The words, in no order.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.buckets.iter().flatten().copied()
    }

    fn bucket(&self, word: &str) -> &[&'static str] {
        self.buckets.get(bucket_of(word)).map_or(&[], Vec::as_slice)
    }
}

/// Where a word is kept; the same in either case.
fn bucket_of(word: &str) -> usize {
    let lower = |byte: Option<&u8>| usize::from(byte.copied().unwrap_or_default().to_ascii_lowercase());
    let bytes = word.as_bytes();
    (lower(bytes.first()) * 7 + lower(bytes.last()) * 31 + bytes.len() * 13) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_nothing_else_is() {
        let set = WordSet::new(["token", "пароль", "a"]);
        assert!(set.contains("token") && set.contains("пароль") && set.contains("a"));
        assert!(!set.contains("Token") && set.contains_in_any_case("Token"));
        for other in ["", "toke", "tokens", "taken", "пароли"] {
            assert!(!set.contains_in_any_case(other), "{other}");
        }
    }
}
