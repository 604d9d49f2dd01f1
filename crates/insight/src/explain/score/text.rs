//! Small measures of text for the score: figures, code, words of doubt. No phrase of any data set.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// Words that say that something is supposed rather than known.
const DOUBT: &[&str] = &[
    "approximately",
    "assume",
    "assumed",
    "assumes",
    "assuming",
    "assumption",
    "could",
    "dummy",
    "estimate",
    "estimated",
    "example",
    "guess",
    "hypothetical",
    "hypothetically",
    "likely",
    "maybe",
    "might",
    "mock",
    "perhaps",
    "placeholder",
    "possibly",
    "presumably",
    "probably",
    "roughly",
    "sample",
    "seems",
    "should",
    "simulate",
    "simulated",
    "suppose",
    "typically",
    "usually",
];
/// Words that say that something did not work.
const TROUBLE: &[&str] = &[
    "cannot",
    "couldn",
    "error",
    "errors",
    "fail",
    "failed",
    "fails",
    "impossible",
    "incorrect",
    "invalid",
    "issue",
    "issues",
    "missing",
    "not",
    "unable",
    "unavailable",
    "unexpected",
    "unfortunately",
    "unknown",
    "wrong",
];
/// Words that say that something is settled.
const CLOSURE: &[&str] = &[
    "accurate",
    "answer",
    "completed",
    "conclude",
    "conclusion",
    "confirm",
    "confirmed",
    "confirms",
    "correct",
    "correctly",
    "final",
    "finally",
    "indeed",
    "result",
    "satisfied",
    "successfully",
    "therefore",
    "thus",
    "validated",
    "verified",
];
/// Words that say that something is about to be done.
const INTENT: &[&str] = &[
    "first", "let", "ll", "need", "next", "now", "plan", "start", "step", "then", "will",
];

/// The lists above, by word: which of them it is in.
static LISTED: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
    let lists = [DOUBT, TROUBLE, CLOSURE, INTENT].into_iter().enumerate();
    lists
        .flat_map(|(place, list)| list.iter().map(move |word| (*word, place)))
        .collect()
});

/// Longest text that is measured, in bytes; of a longer one its beginning.
const MEASURED_BYTES_MAX: usize = 8 * 1024;
/// Longest word that counts, in bytes.
const WORD_BYTES_MAX: usize = 40;

/// Words by hash: two words that share one are taken for the same, which a measure can bear.
pub(super) type Words = HashSet<u64, BuildHasherDefault<AsIs>>;

/// For keys that are hashes already.
#[derive(Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// What is measured of one text.
#[derive(Clone, Default, Debug)]
pub(super) struct Measures {
    pub(super) has_code: bool,
    pub(super) asks: bool,
    pub(super) doubt: f64,
    pub(super) trouble: f64,
    pub(super) closure: f64,
    pub(super) intent: f64,
    pub(super) listed: f64,
    pub(super) figures: Words,
    pub(super) vocabulary: Words,
}

impl Measures {
    pub(super) fn of(text: &str) -> Self {
        let mut end = text.len().min(MEASURED_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or_default();
        let mut measures = Self {
            has_code: text.contains("```"),
            asks: text.trim_end().ends_with('?'),
            ..Self::default()
        };
        let mut counts = [0_u32; 4];
        let mut words = 0_u32;
        let mut lower = String::with_capacity(WORD_BYTES_MAX);
        for word in text.split(|letter: char| !(letter.is_alphanumeric() || letter == '.' || letter == ',')) {
            let word = word.trim_matches(['.', ',']);
            if word.is_empty() {
                continue;
            }
            words += 1;
            if word.len() > WORD_BYTES_MAX {
                continue;
            }
            lower.clear();
            lower.extend(
                word.chars()
                    .filter(|letter| *letter != ',')
                    .flat_map(char::to_lowercase),
            );
            if let Some(count) = LISTED
                .get(lower.as_str())
                .and_then(|place| counts.get_mut(*place))
            {
                *count += 1;
            }
            if lower.bytes().filter(u8::is_ascii_digit).count() >= 2 {
                measures.figures.insert(hash(&lower));
            } else if lower.len() >= 4 {
                measures.vocabulary.insert(hash(&lower));
            }
        }
        let lines = text.lines().filter(|line| {
            let line = line.trim_start();
            line.starts_with(['-', '*']) || line.starts_with(|first: char| first.is_ascii_digit())
        });
        let total = f64::from(words.max(1));
        let [doubt, trouble, closure, intent] = counts.map(|count| 100.0 * f64::from(count) / (total + 20.0));
        measures.listed = f64::from(u32::try_from(lines.count()).unwrap_or(u32::MAX)).ln_1p();
        (measures.doubt, measures.trouble) = (doubt, trouble);
        (measures.closure, measures.intent) = (closure, intent);
        measures
    }
}

/// FNV-1a: the same on every machine, so that an explanation is, too.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The share of one set that is in another, 0 for an empty one.
#[expect(clippy::cast_precision_loss, reason = "sets of a few thousand words")]
pub(super) fn share_in(one: &Words, other: &Words) -> f64 {
    if one.is_empty() {
        return 0.0;
    }
    one.iter().filter(|word| other.contains(*word)).count() as f64 / one.len() as f64
}
