//! Tables as text: a line of headings says what the columns below it hold.

use std::ops::Range;

use trace::Text;

use super::{Pass, keyed, people};
use crate::rules::keys::{self, Secret};
use crate::rules::personal::{self, Kind};

/// Longest line of headings, and of a row.
const LINE_SIZE_BYTES_MAX: usize = 2048;
/// Most rows below one line of headings.
const ROWS_MAX: usize = 20_000;

/// What a column holds.
#[derive(Clone, Copy)]
enum Column {
    Personal(Kind),
    Secret(Secret),
}

/// Reads the table whose headings stand on the line around a key. Answers how far it read.
pub(super) fn find(pass: &mut Pass<'_>, key: &Range<usize>) -> Option<usize> {
    let text = pass.text;
    let separator = match text.get(key.end..)?.chars().next() {
        Some(separator @ (',' | ';' | '\t' | '|')) => separator,
        _ => *text.get(..key.start)?.as_bytes().last()? as char,
    };
    if !matches!(separator, ',' | ';' | '\t' | '|') {
        return None;
    }
    let before = text
        .as_bytes()
        .get(key.start.saturating_sub(LINE_SIZE_BYTES_MAX)..key.start)?;
    let start = key.start - before.iter().rev().take_while(|byte| **byte != b'\n').count();
    if !text.is_char_boundary(start) {
        return None;
    }
    let Some(line) = line_at(text, start) else {
        // Too long for headings: no key on it is one.
        return Some(key.end + LINE_SIZE_BYTES_MAX);
    };
    let headings = cells(text, line.clone(), separator);
    let is_heading = |cell: &Range<usize>| {
        text.get(cell.clone()).is_some_and(|cell| {
            (1..=40).contains(&cell.len())
                && !cell.contains(|letter: char| "@{}[]()<>=:.\t*\\'".contains(letter))
        })
    };
    if headings.len() < 2 || !headings.iter().all(is_heading) {
        return Some(line.end);
    }
    let headings: Vec<Vec<Text>> = headings
        .iter()
        .map(|cell| keys::words(text.get(cell.clone()).unwrap_or_default()))
        .collect();
    let columns: Vec<Option<Column>> = headings
        .iter()
        .map(|words| {
            let secret = keys::secret_of(words).map(Column::Secret);
            secret.or_else(|| personal::kind_of(words).map(Column::Personal))
        })
        .collect();
    // `name` alone heads tables of things, too: something else in the table must be personal.
    let personal_count = headings.iter().filter(|words| is_personal(words)).count();
    let mut at = line.end + 1;
    for _ in 0..ROWS_MAX {
        let Some(row) = line_at(text, at) else {
            break;
        };
        at = row.end + 1;
        let values = cells(text, row, separator);
        if values.len() != headings.len() {
            // The line under the headings of a Markdown table, or the end of this one.
            if values.len() <= 1 {
                break;
            }
            continue;
        }
        for ((value, column), heading) in values.into_iter().zip(&columns).zip(&headings) {
            match column {
                Some(Column::Personal(kind)) => {
                    let is_sure = personal::is_sure(heading) || personal_count > 1;
                    people::keyed(pass, value, *kind, is_sure);
                }
                Some(Column::Secret(secret)) if value.len() >= 6 => keyed::cell(pass, value, *secret),
                _ => {}
            }
        }
    }
    Some(at.min(text.len()))
}

fn is_personal(heading: &[Text]) -> bool {
    personal::kind_of(heading).is_some()
        || heading
            .iter()
            .any(|word| matches!(word.as_str(), "email" | "mail" | "iban" | "ip"))
}

fn line_at(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let head = rest
        .as_bytes()
        .get(..LINE_SIZE_BYTES_MAX)
        .unwrap_or(rest.as_bytes());
    let size = match head.iter().position(|byte| *byte == b'\n') {
        Some(size) => size,
        None if head.len() == rest.len() => rest.len(),
        None => return None,
    };
    Some(start..start + size)
}

/// The cells of a line, quotes and spaces around them left out.
fn cells(text: &str, line: Range<usize>, separator: char) -> Vec<Range<usize>> {
    let content = text.get(line.clone()).unwrap_or_default();
    let lead = usize::from(separator == '|' && content.trim_start().starts_with('|'));
    let mut cells = Vec::new();
    let mut start = 0;
    let mut is_quoted = false;
    let mut push = |from: usize, to: usize| {
        let cell = content.get(from..to).unwrap_or_default();
        let trimmed = cell.trim_matches(|letter: char| letter.is_whitespace() || letter == '"');
        let offset = cell.find(trimmed).unwrap_or(0);
        cells.push(line.start + from + offset..line.start + from + offset + trimmed.len());
    };
    for (index, letter) in content.char_indices() {
        if letter == '"' {
            is_quoted = !is_quoted;
        } else if letter == separator && !is_quoted {
            push(start, index);
            start = index + 1;
        }
    }
    if lead == 0 || start < content.trim_end().len() {
        push(start, content.len());
    }
    cells.drain(..lead.min(cells.len()));
    cells
}
