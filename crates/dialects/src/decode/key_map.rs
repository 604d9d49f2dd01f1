//! Renaming of a sender's own keys before they are read: `--map bench.task.id=everyframe.run.task.id`.

/// Why a mapping is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyMapError {
    /// There is no `=`, or nothing on one side of it; write `SENDER.KEY=everyframe.KEY`.
    #[error("a mapping is written SENDER.KEY=everyframe.KEY, and {0:?} is not")]
    Form(String),
    /// The same key is to be read as two; leave one out.
    #[error("the key {0:?} is mapped twice")]
    Twice(String),
}

/// Keys to be read as others. Empty by default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeyMap(Vec<(String, String)>);

impl KeyMap {
    /// Reads mappings of the form `SENDER.KEY=everyframe.KEY`; any attribute key that a dialect knows may stand on
    /// the right.
    ///
    /// # Errors
    /// [`KeyMapError`] names the mapping that is none.
    pub fn parse<I, S>(mappings: I) -> Result<Self, KeyMapError>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for mapping in mappings {
            let mapping = mapping.as_ref();
            let (from, to) = mapping
                .split_once('=')
                .map(|(from, to)| (from.trim(), to.trim()))
                .filter(|(from, to)| !from.is_empty() && !to.is_empty())
                .ok_or_else(|| KeyMapError::Form(mapping.to_owned()))?;
            if pairs.iter().any(|(known, _)| known == from) {
                return Err(KeyMapError::Twice(from.to_owned()));
            }
            pairs.push((from.to_owned(), to.to_owned()));
        }
        Ok(Self(pairs))
    }

    /// The key to read this key as.
    #[must_use]
    pub fn rename<'a>(&'a self, key: &'a str) -> &'a str {
        if self.0.is_empty() {
            return key;
        }
        let pair = self.0.iter().find(|(from, _)| from == key);
        pair.map_or(key, |(_, to)| to.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_only_what_is_mapped() {
        let map = KeyMap::parse(["bench.task.id=everyframe.run.task.id"]).unwrap();
        assert_eq!(map.rename("bench.task.id"), "everyframe.run.task.id");
        assert_eq!(map.rename("bench.trial"), "bench.trial");
    }

    #[test]
    fn says_which_mapping_is_wrong() {
        assert_eq!(KeyMap::parse(["a"]), Err(KeyMapError::Form("a".to_owned())));
        assert_eq!(
            KeyMap::parse(["a=b", "a=c"]),
            Err(KeyMapError::Twice("a".to_owned()))
        );
    }
}
