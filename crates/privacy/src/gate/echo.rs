//! Echoes: a value that its key gave away is taken out wherever else it stands in the same trace.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use trace::{Text, TraceId, Value};

use super::replace;

/// The rule that takes echoes out.
pub(super) const RULE: &str = "echo";
/// Shortest value that is looked for: shorter ones are words.
const VALUE_SIZE_BYTES_MIN: usize = 6;
/// Most values of one trace and batch that are looked for.
const VALUES_MAX: usize = 512;
/// Longest value that is looked for, in bytes.
const VALUE_SIZE_BYTES_MAX: usize = 4096;
/// What stands in place of an echo.
const MARK: &str = "[echo]";

/// Values given away by their key, by trace.
#[derive(Default)]
pub(super) struct Echoes {
    values: HashMap<TraceId, Vec<String>>,
    finished: HashMap<TraceId, Echo>,
}

impl Echoes {
    /// Remembers a value of a trace.
    pub(super) fn add(&mut self, trace_id: TraceId, value: &str) {
        let value = value.trim();
        if !(VALUE_SIZE_BYTES_MIN..=VALUE_SIZE_BYTES_MAX).contains(&value.len()) || !is_telling(value) {
            return;
        }
        let values = self.values.entry(trace_id).or_default();
        if values.len() < VALUES_MAX && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    /// All values are known: builds what finds them.
    pub(super) fn finish(&mut self) {
        for (trace_id, values) in self.values.drain() {
            let automaton = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&values);
            if let Ok(automaton) = automaton {
                self.finished.insert(trace_id, Echo { automaton });
            }
        }
    }

    /// What finds the values of a trace; `None` if it has none.
    pub(super) fn of(&self, trace_id: TraceId) -> Option<&Echo> {
        self.finished.get(&trace_id)
    }
}

/// Whether a value is so much its own that it may be taken out everywhere: not a word that texts are full of.
fn is_telling(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase()) && value.len() < 12;
    !is_word && (value.len() >= 8 || has(u8::is_ascii_digit))
}

/// Finds the values of one trace.
pub(super) struct Echo {
    automaton: AhoCorasick,
}

impl Echo {
    /// Takes echoes out of a text; answers how many and their bytes.
    pub(super) fn take_out(&self, text: &str) -> Option<(String, u32, u64)> {
        let mut written = String::new();
        let mut copied = 0;
        let mut count = 0;
        let mut size_bytes = 0;
        for hit in self.automaton.find_iter(text) {
            written.push_str(text.get(copied..hit.start())?);
            let quote = replace::number_quote(text, hit.range()).unwrap_or_default();
            written.push_str(quote);
            written.push_str(MARK);
            written.push_str(quote);
            copied = hit.end();
            count += 1;
            size_bytes += hit.len() as u64;
        }
        if count == 0 {
            return None;
        }
        written.push_str(text.get(copied..)?);
        Some((written, count, size_bytes))
    }

    pub(super) fn take_out_of_text(&self, text: &mut Text) -> u32 {
        let Some((written, count, _)) = self.take_out(text) else {
            return 0;
        };
        *text = written.into();
        count
    }

    pub(super) fn take_out_of_value(&self, value: &mut Value) -> u32 {
        match value {
            Value::Text(text) => self.take_out_of_text(text),
            Value::TextList(texts) => texts.iter_mut().map(|text| self.take_out_of_text(text)).sum(),
            Value::Int(_) | Value::Double(_) | Value::Bool(_) => 0,
        }
    }
}
