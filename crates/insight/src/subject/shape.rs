//! Shapes read back: the leaves of arguments and results by path, with a keyed token for each value. Two calls are
//! compared by them at every capture level, as equal values have equal tokens within a tenant.

use std::collections::{BTreeMap, BTreeSet};

use trace::Text;

/// Words that, as the last word of a path, say that a value names a thing.
const ENTITY_WORDS: &[&str] = &[
    "id",
    "ids",
    "uuid",
    "guid",
    "key",
    "number",
    "no",
    "ref",
    "reference",
    "code",
    "sku",
    "slug",
    "path",
    "file",
    "filename",
    "url",
    "uri",
    "account",
    "email",
    "ticket",
    "issue",
    "branch",
    "table",
    "bucket",
];

/// One value: where it stands, and what is known of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Leaf {
    /// Path without the places in lists, so that the order of a list does not matter.
    pub path: Text,
    /// Its keyed token; its type where it is empty.
    pub token: Text,
    /// Bytes of the value.
    pub size_bytes: u64,
}

/// The leaves of arguments or of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    leaves: Vec<Leaf>,
    key: String,
    is_cut: bool,
}

impl Shape {
    /// Reads a shape as the gate writes it; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let entries: Vec<(String, String, u64, String)> = serde_json::from_str(text).ok()?;
        let mut is_cut = false;
        let mut leaves = Vec::with_capacity(entries.len());
        for (path, kind, size_bytes, token) in entries {
            if kind == "cut" {
                is_cut = true;
                continue;
            }
            leaves.push(Leaf {
                path: without_places(&path),
                token: Text::from(if token.is_empty() { kind } else { token }),
                size_bytes,
            });
        }
        leaves.sort_unstable();
        let mut key = String::new();
        for leaf in &leaves {
            key.push_str(&leaf.path);
            key.push('=');
            key.push_str(&leaf.token);
            key.push(';');
        }
        Some(Self { leaves, key, is_cut })
    }

    /// All leaves, sorted by path.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// One text for all leaves: equal for equal values, in whatever order lists hold them.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether there were more leaves than the gate keeps.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Tokens of the things the values name: ids, numbers, paths, addresses.
    pub fn entities(&self) -> impl Iterator<Item = &str> {
        self.leaves
            .iter()
            .filter(|leaf| is_entity_path(&leaf.path))
            .map(|leaf| leaf.token.as_str())
    }

    /// Paths at which two shapes hold other values, each once, sorted.
    #[must_use]
    pub fn differing_paths(&self, other: &Self) -> Vec<Text> {
        let (mine, theirs) = (self.by_path(), other.by_path());
        let paths: BTreeSet<&str> = mine.keys().chain(theirs.keys()).copied().collect();
        let differs = |path: &&str| mine.get(path) != theirs.get(path);
        paths.into_iter().filter(differs).map(Text::from).collect()
    }

    /// How many leaves two shapes share.
    #[must_use]
    pub fn common(&self, other: &Self) -> usize {
        let theirs: BTreeSet<(&str, &str)> = other.pairs().collect();
        self.pairs().filter(|pair| theirs.contains(pair)).count()
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.leaves
            .iter()
            .map(|leaf| (leaf.path.as_str(), leaf.token.as_str()))
    }

    fn by_path(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (path, token) in self.pairs() {
            by_path.entry(path).or_default().push(token);
        }
        by_path
    }
}

/// `items[3].sku` as `items[].sku`.
fn without_places(path: &str) -> Text {
    let mut kept = String::with_capacity(path.len());
    let mut is_place = false;
    for letter in path.chars() {
        match letter {
            '[' => {
                is_place = true;
                kept.push('[');
            }
            ']' => {
                is_place = false;
                kept.push(']');
            }
            _ if is_place => {}
            _ => kept.push(letter),
        }
    }
    kept.into()
}

fn is_entity_path(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    super::effect::words(last)
        .last()
        .is_some_and(|word| ENTITY_WORDS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        Shape::parse(text).unwrap()
    }

    #[test]
    fn the_order_of_a_list_does_not_matter() {
        let one = shape(r#"[["items[0]","text",3,"a"],["items[1]","text",3,"b"]]"#);
        let other = shape(r#"[["items[0]","text",3,"b"],["items[1]","text",3,"a"]]"#);
        assert_eq!(one.key(), other.key());
        assert!(one.differing_paths(&other).is_empty());
    }

    #[test]
    fn a_value_that_differs_is_named_by_its_path() {
        let one = shape(r#"[["order.id","text",4,"a"],["amount","number",3,"x"]]"#);
        let other = shape(r#"[["order.id","text",4,"a"],["amount","number",3,"y"]]"#);
        assert_eq!(one.differing_paths(&other), ["amount"]);
        assert_eq!(one.common(&other), 1);
    }

    #[test]
    fn entities_are_values_whose_path_names_a_thing() {
        let shape = shape(r#"[["orderId","text",4,"a"],["note","text",9,"b"],["item_ids[0]","text",9,"c"]]"#);
        assert_eq!(shape.entities().collect::<Vec<_>>(), ["c", "a"]);
    }

    #[test]
    fn what_is_no_shape_is_none() {
        assert_eq!(Shape::parse("{}"), None);
        assert!(Shape::parse(r#"[["…","cut",9,""]]"#).unwrap().is_cut());
    }
}
