//! Dates, where words say that somebody was born on them.

/// The date that a text begins with, short words before it skipped: its first byte and its end.
pub(super) fn leading(text: &str) -> Option<(usize, usize)> {
    let digit = text
        .find(|letter: char| letter.is_ascii_digit())
        .filter(|at| *at <= 24)?;
    let between = text.get(..digit)?;
    if between.contains(['\n', '.', ';', '"']) && !between.trim().is_empty() && between.contains('\n') {
        return None;
    }
    let rest = text.get(digit..)?;
    let is_part =
        |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '/' | '.' | '年' | '月' | '日');
    let size = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let numeric = rest.get(..size)?.trim_end_matches(['.', '-', '/']);
    let digits = numeric.bytes().filter(u8::is_ascii_digit).count();
    if (6..=8).contains(&digits) && numeric.len() > digits {
        return Some((digit, digit + numeric.len()));
    }
    written_out(rest).map(|size| (digit, digit + size))
}

/// `3 May 1980`, `3. Mai 1980`, `3 de mayo de 1980`: up to the year.
fn written_out(text: &str) -> Option<usize> {
    let mut at = 0;
    for word in text.split_inclusive(' ').take(6) {
        let bare = word.trim_end_matches([' ', '.', ',', ';']);
        let is_year = bare.len() == 4
            && (bare.starts_with("19") || bare.starts_with("20"))
            && bare.bytes().all(|byte| byte.is_ascii_digit());
        if is_year {
            return Some(at + bare.len());
        }
        at += word.len();
    }
    None
}
