//! Small measures of text for the score: figures, code, words of doubt. No phrase of any data set.

use std::collections::HashSet;

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

/// What is measured of one text.
#[derive(Clone, Default, Debug)]
pub(super) struct Measures {
    pub(super) words: f64,
    pub(super) has_code: bool,
    pub(super) asks: bool,
    pub(super) doubt: f64,
    pub(super) trouble: f64,
    pub(super) closure: f64,
    pub(super) intent: f64,
    pub(super) listed: f64,
    pub(super) figures: HashSet<String>,
    pub(super) vocabulary: HashSet<String>,
}

/// Longest text that is measured, in bytes; of a longer one its beginning.
const MEASURED_BYTES_MAX: usize = 16 * 1024;

impl Measures {
    pub(super) fn of(text: &str) -> Self {
        let mut end = text.len().min(MEASURED_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end).unwrap_or_default();
        let lower = text.to_lowercase();
        let mut measures = Self {
            has_code: text.contains("```"),
            asks: text.trim_end().ends_with('?'),
            ..Self::default()
        };
        let mut counts = [0_u32; 4];
        let mut words = 0_u32;
        for word in lower.split(|letter: char| !(letter.is_alphanumeric() || letter == '.' || letter == ','))
        {
            let word = word.trim_matches(['.', ',']);
            if word.is_empty() {
                continue;
            }
            words += 1;
            for (count, list) in counts.iter_mut().zip([DOUBT, TROUBLE, CLOSURE, INTENT]) {
                *count += u32::from(list.contains(&word));
            }
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            if digits >= 2 && word.len() <= 16 {
                measures.figures.insert(word.replace(',', ""));
            } else if word.len() >= 4 && measures.vocabulary.len() < 2_000 {
                measures.vocabulary.insert(word.to_owned());
            }
        }
        let lines = text.lines().filter(|line| {
            let line = line.trim_start();
            line.starts_with(['-', '*']) || line.starts_with(|first: char| first.is_ascii_digit())
        });
        let total = f64::from(words.max(1));
        let [doubt, trouble, closure, intent] = counts.map(|count| 100.0 * f64::from(count) / (total + 20.0));
        measures.words = f64::from(words);
        measures.listed = f64::from(u32::try_from(lines.count()).unwrap_or(u32::MAX)).ln_1p();
        (measures.doubt, measures.trouble) = (doubt, trouble);
        (measures.closure, measures.intent) = (closure, intent);
        measures
    }
}

/// The share of one set that is in another, 0 for an empty one.
#[expect(clippy::cast_precision_loss, reason = "sets of a few thousand words")]
pub(super) fn share_in(one: &HashSet<String>, other: &HashSet<String>) -> f64 {
    if one.is_empty() {
        return 0.0;
    }
    one.iter().filter(|word| other.contains(*word)).count() as f64 / one.len() as f64
}
