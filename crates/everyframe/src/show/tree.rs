//! The spans of a run, read from columns, as rows of a tree.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::format::{UNKNOWN, cost, count, duration};
use crate::spans::{Span, Spans};
use crate::table::{Cell, Column};
use crate::terminal::Paint;

/// Columns of the tree.
pub(super) const COLUMNS: &[Column<'static>] = &[
    Column {
        heading: "STEP",
        is_number: false,
        dispensable: 0,
        is_flexible: true,
    },
    Column {
        heading: "STATUS",
        is_number: false,
        dispensable: 0,
        is_flexible: false,
    },
    Column {
        heading: "TIME",
        is_number: true,
        dispensable: 1,
        is_flexible: false,
    },
    Column {
        heading: "TOKENS",
        is_number: true,
        dispensable: 3,
        is_flexible: false,
    },
    Column {
        heading: "COST",
        is_number: true,
        dispensable: 2,
        is_flexible: false,
    },
    Column {
        heading: "NOTE",
        is_number: false,
        dispensable: 4,
        is_flexible: false,
    },
];

/// Deepest indentation that is drawn; deeper steps stand at it.
const DEPTH_MAX: usize = 24;

/// The letter of each kind. Where two begin alike, the rarer one has another letter of its name.
const LETTERS: &[(&str, char)] = &[
    ("agent", 'A'),
    ("model", 'M'),
    ("tool", 'T'),
    ("retrieval", 'R'),
    ("embedding", 'E'),
    ("reranker", 'K'),
    ("policy", 'P'),
    ("approval", 'V'),
    ("handoff", 'H'),
    ("state", 'S'),
    ("evaluator", 'U'),
    ("memory", 'Y'),
    ("chain", 'C'),
    ("mcp", 'I'),
    ("other", 'O'),
];

/// The spans of a run, as a tree to print.
pub(super) struct Tree<'a>(Spans<'a>);

impl<'a> Tree<'a> {
    /// Reads the API's columns.
    pub(super) fn read(spans: &'a Value) -> Self {
        Self(Spans::read(spans))
    }

    /// Spans that the server left out.
    pub(super) const fn left_out(&self) -> usize {
        self.0.left_out
    }

    /// Each letter in use with its kind.
    pub(super) fn legend(&self) -> Vec<String> {
        let used: BTreeSet<&str> = self.0.rows.iter().map(|span| span.kind).collect();
        used.iter()
            .map(|kind| format!("{} {kind}", letter(kind)))
            .collect()
    }

    /// One row a span.
    pub(super) fn rows(&self) -> Vec<Vec<Cell>> {
        let branches = self.branches();
        self.0
            .rows
            .iter()
            .zip(branches)
            .map(|(span, branch)| cells(span, &branch))
            .collect()
    }

    /// The lines before each span's letter.
    fn branches(&self) -> Vec<String> {
        let mut last_child: HashMap<usize, usize> = HashMap::new();
        for (row, span) in self.0.rows.iter().enumerate() {
            if let Some(parent) = span.parent {
                last_child.insert(parent, row);
            }
        }
        let mut branches: Vec<String> = Vec::with_capacity(self.0.rows.len());
        // What goes on to the left of a span's children.
        let mut rails: Vec<String> = Vec::with_capacity(self.0.rows.len());
        for (row, span) in self.0.rows.iter().enumerate() {
            let above = span.parent.and_then(|parent| rails.get(parent)).cloned();
            let is_last = span
                .parent
                .is_none_or(|parent| last_child.get(&parent) == Some(&row));
            let (branch, rail) = match above {
                None => (String::new(), String::new()),
                Some(above) if above.chars().count() >= 2 * DEPTH_MAX => (format!("{above}… "), above),
                Some(above) if is_last => (format!("{above}└─"), format!("{above}  ")),
                Some(above) => (format!("{above}├─"), format!("{above}│ ")),
            };
            branches.push(branch);
            rails.push(rail);
        }
        branches
    }
}

/// The cells of one span.
fn cells(span: &Span<'_>, branch: &str) -> Vec<Cell> {
    let is_twin = span.numbers.contains_key("merged_into");
    let name = format!("{branch}{} {}", letter(span.kind), span.name);
    let tokens = match (
        span.numbers.get("input_tokens"),
        span.numbers.get("output_tokens"),
    ) {
        (None, None) => UNKNOWN.to_owned(),
        (input, output) => format!("{} + {}", count(input.copied()), count(output.copied())),
    };
    let faint = if is_twin { Paint::Faint } else { Paint::Plain };
    vec![
        (name, faint),
        status(span),
        (duration(span.millis), faint),
        (tokens, faint),
        (cost(span.numbers.get("cost").copied()), faint),
        (note(span, is_twin), Paint::Faint),
    ]
}

fn status(span: &Span<'_>) -> Cell {
    if span.marks.contains("running") {
        return ("running".to_owned(), Paint::Warn);
    }
    match (span.status, span.texts.get("error_class")) {
        ("error", Some(class)) => (format!("error {class}"), Paint::Bad),
        ("error", None) => ("error".to_owned(), Paint::Bad),
        ("ok", _) => ("ok".to_owned(), Paint::Good),
        ("cancelled" | "paused", _) => (span.status.to_owned(), Paint::Warn),
        ("unknown", _) => (UNKNOWN.to_owned(), Paint::Faint),
        (other, _) => (other.to_owned(), Paint::Plain),
    }
}

fn note(span: &Span<'_>, is_twin: bool) -> String {
    let mut notes = Vec::new();
    if is_twin {
        notes.push("same call".to_owned());
    }
    if let Some(attempt) = span.numbers.get("retry_attempt") {
        notes.push(format!("attempt {}", count(Some(*attempt))));
    } else if span.numbers.contains_key("retry_of") {
        notes.push("retry".to_owned());
    }
    let judged = [span.texts.get("policy_verdict"), span.texts.get("policy_action")];
    let mut verdict: Vec<&str> = judged.into_iter().flatten().copied().collect();
    verdict.dedup();
    if !verdict.is_empty() {
        notes.push(verdict.join(" → "));
    }
    if let Some(decision) = span.texts.get("approval_decision") {
        notes.push((*decision).to_owned());
    }
    if let Some(to) = span.texts.get("handoff_to") {
        notes.push(format!("to {to}"));
    }
    if span.texts.get("usage_scope").copied() == Some("aggregate") {
        notes.push("tokens of steps below".to_owned());
    }
    for mark in ["orphan", "cut", "conflict"] {
        if span.marks.contains(mark) {
            notes.push(mark.to_owned());
        }
    }
    notes.join(", ")
}

fn letter(kind: &str) -> char {
    LETTERS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or('O', |(_, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_letter_of_its_own() {
        let letters: BTreeSet<char> = trace::Kind::ALL
            .iter()
            .map(|kind| letter(kind.as_str()))
            .collect();
        assert_eq!(letters.len(), trace::Kind::ALL.len());
    }
}
