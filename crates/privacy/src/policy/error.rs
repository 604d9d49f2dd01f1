//! What is wrong with a policy file, and what to do about it.

use std::fmt;

/// One problem of a policy file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

/// A file that is no policy. Mend every problem; nothing of the file acts before.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the policy has {} problem(s)", .problems.len())]
pub struct Error {
    /// The problems, in the order of the file; never empty.
    pub problems: Vec<Problem>,
}

/// The line and column of a byte of a text.
pub(super) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}
