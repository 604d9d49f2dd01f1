//! Long runs of base64: pictures, archives, vectors. Nothing is written in them that a rule could read; what they
//! hold is looked for by decoding them. Their inside is left out of the search for anchors and numbers.

use std::ops::Range;

/// Shortest run that is left out, in bytes: longer than any token, shorter than most pictures.
const SIZE_BYTES_MIN: usize = 1024;
/// How much of each end of a run is searched all the same, in bytes.
const END_SIZE_BYTES: usize = 128;

/// The insides of long runs, in order.
pub(super) fn ranges(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut ranges = Vec::new();
    let mut from = 0;
    // A run of this length covers one of every so many bytes: only those need a look.
    let mut at = SIZE_BYTES_MIN - 1;
    while let Some(byte) = bytes.get(at) {
        if !is_letter(byte) {
            from = at + 1;
            at += SIZE_BYTES_MIN;
            continue;
        }
        let before = bytes.get(from..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| is_letter(byte)).count();
        let rest = bytes.get(at..).unwrap_or_default();
        let end = at + rest.iter().take_while(|byte| is_letter(byte)).count();
        if end - start >= SIZE_BYTES_MIN && is_mixed(bytes.get(start..end).unwrap_or_default()) {
            ranges.push(start + END_SIZE_BYTES..end - END_SIZE_BYTES);
        }
        from = end;
        at = end + SIZE_BYTES_MIN;
    }
    ranges
}

/// Whether a run has capitals, small letters and digits early on, as base64 has and long words have not.
fn is_mixed(run: &[u8]) -> bool {
    let head = run.get(..END_SIZE_BYTES).unwrap_or(run);
    let has = |is: fn(&u8) -> bool| head.iter().any(is);
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
}
