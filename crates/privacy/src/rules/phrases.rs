//! Phrases with which people introduce themselves, others, and where they live.

use std::sync::LazyLock;

mod names;
mod places;

/// What stands beside a phrase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Beside {
    /// A name after it; one word is enough.
    Name,
    /// A name of two words or more after it.
    FullName,
    /// A title: the name begins with it.
    Title,
    /// A name of two words or more after it, in the name of a span only.
    NameInName,
    /// A name on the line after it.
    SignedName,
    /// A name before it.
    NameBefore,
    /// A full name before it.
    FullNameBefore,
    /// A name in a script without capitals after it, up to one of the words that end it.
    NameUntil(&'static [&'static str]),
    /// An address after it.
    Address,
    /// A date after it.
    Birth,
}

/// A phrase and what stands beside it.
pub(crate) struct Phrase {
    /// In lower case as far as it is ASCII; found in any case.
    pub(crate) text: &'static str,
    /// What stands beside it.
    pub(crate) beside: Beside,
}

/// The phrases. Source: phrase books; none is taken from anybody's data.
pub(crate) static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let groups = names::PHRASES.iter().chain(places::PHRASES);
    groups
        .flat_map(|(beside, texts)| {
            texts.iter().map(|text| Phrase {
                text,
                beside: *beside,
            })
        })
        .collect()
});
