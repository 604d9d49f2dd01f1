//! How the text a step produced is built, read back: counts the gate made, at every capture level.

use serde_json::Value;

/// Counts over what a step produced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutputShape {
    /// Bytes that were looked at.
    pub bytes: u64,
    /// Lines that begin as items of a list do.
    pub items: u64,
    /// Digits.
    pub digits: u64,
    /// Blocks of code.
    pub code_blocks: u64,
    /// Question marks.
    pub questions: u64,
}

impl OutputShape {
    /// Reads a shape as the gate writes it; `None` where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let count = |name: &str| value.get(name)?.as_u64();
        Some(Self {
            bytes: count("bytes")?,
            items: count("items")?,
            digits: count("digits")?,
            code_blocks: count("code_blocks")?,
            questions: count("questions")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use testkit::sample;
    use trace::{CaptureLevel, Field, Role};

    use super::*;

    #[test]
    fn what_the_gate_writes_is_read_back() {
        let span = sample::span(1, 1).body(Role::OutputMessage, "Two ways:\n- 120\n- `x`\nWhich one?");
        let gate = sample::gate(CaptureLevel::Metadata);
        let batch = gate.clear(sample::decoded([span], Vec::new())).into_inner();
        let shape = batch.spans[0].facts.text(Field::OutputShape).unwrap();
        let expected = OutputShape {
            bytes: 32,
            items: 2,
            digits: 3,
            code_blocks: 0,
            questions: 1,
        };
        assert_eq!(OutputShape::parse(shape), Some(expected));
        assert!(batch.contents.is_empty(), "no text is kept");
        assert_eq!(OutputShape::parse("{}"), None);
    }
}
