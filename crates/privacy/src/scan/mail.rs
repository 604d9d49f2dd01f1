//! Mail addresses.

use super::Pass;
use crate::rules::{Class, Rule, Severity};

pub(super) static EMAIL: Rule = Rule::new("email", Class::Pii, Severity::Medium, "RFC 5321, RFC 6531");

/// Longest local part that is read, in bytes.
const LOCAL_SIZE_BYTES_MAX: usize = 128;
/// Longest domain that is read, in bytes.
const DOMAIN_SIZE_BYTES_MAX: usize = 253;

/// Endings that files have and no mail domain in use: `icon@2x.png`.
const FILE_ENDINGS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "mjs", "jsx", "ts", "tsx", "json", "html",
    "htm", "xml", "yaml", "yml", "toml", "txt", "md", "csv", "pdf", "zip", "gz", "tgz", "log", "lock",
    "java", "go", "rb", "local",
];

/// Looks for the address around an at sign.
pub(super) fn find(pass: &mut Pass<'_>, at: usize) {
    let is_local = |letter: char| letter.is_alphanumeric() || "._%+-'&=*!#$/?^`{|}~".contains(letter);
    let before = pass.text.get(..at).unwrap_or_default();
    let local = before.char_indices().rev();
    let local = local.take_while(|(index, letter)| is_local(*letter) && at - index <= LOCAL_SIZE_BYTES_MAX);
    let start = local.last().map_or(at, |(index, _)| index);
    // Punctuation that a text puts before an address, not part of it: `<a@b>`, `'a@b'`, `user=a@b`.
    let local = pass.text.get(start..at).unwrap_or_default();
    let cut = local
        .rfind(|letter: char| "=&?/'`{|}!#$*^~".contains(letter))
        .map_or(0, |last| last + 1);
    let local = local.get(cut..).unwrap_or_default();
    let local = local.trim_start_matches(['.', '-', '%', '+']);
    let start = at - local.len();
    let after = pass.text.get(at + 1..).unwrap_or_default();
    let Some(domain) = domain(after).filter(|_| !local.is_empty()) else {
        return;
    };
    // `git@github.com:org/repo` is a place, not a person.
    let end = at + 1 + domain.len();
    if local == "git" && pass.byte(end) == Some(b':') {
        return;
    }
    pass.push(start..end, &EMAIL);
}

/// The domain a text begins with: labels and an ending of letters.
fn domain(text: &str) -> Option<&str> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '.' || letter == '-';
    let size = text
        .char_indices()
        .find(|(_, letter)| !is_part(*letter))
        .map_or(text.len(), |(index, _)| index);
    let domain = text
        .get(..size.min(DOMAIN_SIZE_BYTES_MAX))?
        .trim_end_matches(['.', '-']);
    let (labels, ending) = domain.rsplit_once('.')?;
    let ending_is_one =
        ending.chars().count() >= 2 && ending.chars().all(char::is_alphabetic) || ending.starts_with("xn--");
    let labels_are = labels
        .split('.')
        .all(|label| !label.is_empty() && label.len() <= 63);
    let is_file = FILE_ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known));
    (ending_is_one && labels_are && !is_file).then_some(domain)
}

/// Ways to write an at sign so that no machine reads it.
pub(super) const SPOKEN: &[&str] = &[
    "(a)", "[at]", "(at)", "{at}", " at ", "<at>", " (at) ", " [at] ", " arroba ",
];

/// Looks for an address spelled out around a written at sign: `jane [at] example dot org`.
pub(super) fn find_spoken(pass: &mut Pass<'_>, start: usize, end: usize) {
    let before = pass.text.get(..start).unwrap_or_default().trim_end();
    let is_local = |letter: char| letter.is_alphanumeric() || "._%+-".contains(letter);
    let mut from = before
        .char_indices()
        .rev()
        .take_while(|(_, letter)| is_local(*letter))
        .last()
        .map_or(before.len(), |(at, _)| at);
    // `jane dot doe at …`
    while let Some(head) = before.get(..from).and_then(|head| head.strip_suffix(" dot ")) {
        let next = head
            .char_indices()
            .rev()
            .take_while(|(_, letter)| is_local(*letter))
            .last();
        let Some((at, _)) = next else {
            break;
        };
        from = at;
    }
    if from == before.len() || start - from > LOCAL_SIZE_BYTES_MAX {
        return;
    }
    let after = pass.text.get(end..).unwrap_or_default();
    let spaces = after.len() - after.trim_start_matches(' ').len();
    let after = after.get(spaces..).unwrap_or_default();
    let Some(size) = spoken_domain(after) else {
        return;
    };
    // A plain ` at ` needs a written point: `meet at example.org` is no address.
    let is_word = pass
        .text
        .get(start..end)
        .is_some_and(|sign| sign.trim() == "at" || sign.trim() == "arroba");
    let has_spoken_point = after
        .get(..size)
        .is_some_and(|domain| domain.contains(' ') || domain.contains('['));
    if is_word && !has_spoken_point {
        return;
    }
    pass.push(from..end + spaces + size, &EMAIL);
}

/// The length of a domain whose points may be written out.
fn spoken_domain(text: &str) -> Option<usize> {
    const POINTS: [&str; 7] = [
        " dot ", " punkt ", " punto ", " point ", " ponto ", "[dot]", "(dot)",
    ];
    let is_label = |letter: char| letter.is_alphanumeric() || letter == '-';
    let mut at = 0;
    let mut labels = 0;
    loop {
        let rest = text.get(at..)?;
        let size = rest.find(|letter| !is_label(letter)).unwrap_or(rest.len());
        if size == 0 {
            return None;
        }
        labels += 1;
        at += size;
        let rest = text.get(at..)?;
        let point = POINTS
            .iter()
            .find(|point| rest.starts_with(**point))
            .map(|point| point.len());
        let is_next = |after: usize| {
            rest.get(after..)
                .and_then(|rest| rest.chars().next())
                .is_some_and(is_label)
        };
        match point
            .or_else(|| rest.starts_with('.').then_some(1))
            .filter(|size| is_next(*size) && labels < 6)
        {
            Some(size) => at += size,
            None => {
                let ending = text.get(..at)?.rsplit(['.', ' ', ']', ')']).next()?;
                return (labels >= 2
                    && ending.chars().count() >= 2
                    && ending.chars().all(char::is_alphabetic))
                .then_some(at);
            }
        }
    }
}
