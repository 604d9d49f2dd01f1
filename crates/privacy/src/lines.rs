//! The scan over JSON lines: `everyframe policy scan --json`.
//!
//! One text a line goes in, one answer a line comes out, in order and as soon as its line was read. An answer has
//! places and rules, never the text.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::scan::{Surface, scan};

/// Longest line that is read, in bytes.
const LINE_SIZE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// How much is read at once, in bytes.
const BUFFER_SIZE_BYTES: usize = 256 * 1024;

/// Why a scan of lines ended early.
#[derive(thiserror::Error, Debug)]
pub enum Error {
    /// The input could not be read, or the output not be written.
    #[error("could not read the texts or write the answers")]
    Io(#[from] io::Error),
    /// A line is no JSON object with an `id` and a `text`. Mend the line; the answers before it stand.
    #[error("line {line} is no object with \"id\" and \"text\" (column {column})")]
    Malformed {
        /// Which line, from 1.
        line: u64,
        /// Where in it, in bytes from 1.
        column: usize,
    },
    /// A line is longer than any that is read.
    #[error("line {line} is longer than {LINE_SIZE_BYTES_MAX} bytes")]
    TooLong {
        /// Which line, from 1.
        line: u64,
    },
}

/// A text to scan.
#[derive(Deserialize)]
struct Question {
    id: Value,
    text: String,
    #[serde(default)]
    surface: Option<String>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    chunks: Option<Vec<usize>>,
}

/// What was found in it.
#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    /// First byte, end, type, rule.
    found: Vec<(usize, usize, &'static str, &'static str)>,
}

/// Reads lines `{"id","text","surface"?,"key"?,"chunks"?}` and writes for each, in order,
/// `{"id","found":[[start,end,"type","rule"],…]}`: the bytes of the text that the detectors take out before
/// anything is stored. Empty lines are skipped. Answers are flushed whenever no further line is waiting.
///
/// # Errors
///
/// On input that is no such line, and when reading or writing fails. Answers to the lines before were written.
pub fn scan_lines(input: impl Read, output: impl Write) -> Result<(), Error> {
    let mut input = BufReader::with_capacity(BUFFER_SIZE_BYTES, input);
    let mut output = BufWriter::new(output);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let size = (&mut input)
            .take(LINE_SIZE_BYTES_MAX)
            .read_until(b'\n', &mut line)?;
        if size == 0 {
            break;
        }
        number += 1;
        if size as u64 == LINE_SIZE_BYTES_MAX && line.last() != Some(&b'\n') {
            output.flush()?;
            return Err(Error::TooLong { line: number });
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if let Err(error) = answer(&line, number, &mut output) {
            output.flush()?;
            return Err(error);
        }
        if !input.buffer().contains(&b'\n') {
            output.flush()?;
        }
    }
    output.flush()?;
    Ok(())
}

fn answer(line: &[u8], number: u64, output: &mut impl Write) -> Result<(), Error> {
    // What serde says of a line may quote it: only the place is passed on.
    let question: Question = serde_json::from_slice(line).map_err(|error| Error::Malformed {
        line: number,
        column: error.column(),
    })?;
    let surface = Surface::parse(question.surface.as_deref().unwrap_or_default());
    let chunks = question.chunks.unwrap_or_default();
    let found = scan(&question.text, surface, question.key.as_deref(), &chunks);
    let answer = Answer {
        id: &question.id,
        found: found
            .into_iter()
            .map(|found| (found.start, found.end, found.rule.kind, found.rule.id))
            .collect(),
    };
    serde_json::to_writer(&mut *output, &answer).map_err(io::Error::from)?;
    output.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(input: &str) -> (String, Result<(), Error>) {
        let mut output = Vec::new();
        let result = scan_lines(input.as_bytes(), &mut output);
        (String::from_utf8(output).unwrap(), result)
    }

    #[test]
    fn every_line_is_answered_in_order() {
        let (answers, result) = scanned(concat!(
            "{\"id\":\"a\",\"text\":\"write to jane@example.org\"}\n",
            "\n",
            "{\"id\":2,\"text\":\"Wombat7Sunrise\",\"key\":\"password\",\"chunks\":[0,4]}\n",
            "{\"id\":\"c\",\"text\":\"nothing here\",\"surface\":null,\"more\":1}",
        ));
        result.unwrap();
        assert_eq!(
            answers,
            concat!(
                "{\"id\":\"a\",\"found\":[[9,25,\"email\",\"email\"]]}\n",
                "{\"id\":2,\"found\":[[0,14,\"password\",\"password\"]]}\n",
                "{\"id\":\"c\",\"found\":[]}\n",
            )
        );
    }

    #[test]
    fn a_broken_line_is_named_and_not_quoted() {
        let (answers, result) = scanned("{\"id\":1,\"text\":\"x\"}\n{\"id\":1,\"txt\":\"hunter2secret\"}\n");
        assert_eq!(answers, "{\"id\":1,\"found\":[]}\n");
        let message = result.unwrap_err().to_string();
        assert!(
            message.starts_with("line 2 ") && !message.contains("hunter2"),
            "{message}"
        );
    }
}
