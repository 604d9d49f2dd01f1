//! Numbers: runs of digits, and codes of letters and digits, looked at once each.

use std::ops::Range;

use super::bytes::{ALPHANUMERIC, DIGIT};
use super::{Pass, Surface, card, codes, iban, network, phone};

/// Longest run of letters and digits that is looked at.
const RUN_SIZE_BYTES_MAX: usize = 40;
/// Most groups of one number.
pub(super) const GROUPS_MAX: usize = 20;

/// One number as written: groups of digits with one separator between them.
#[derive(Debug)]
pub(super) struct Number {
    /// The groups.
    pub(super) groups: Vec<Range<usize>>,
}

impl Number {
    pub(super) fn end(&self) -> usize {
        self.groups.last().map_or(0, |group| group.end)
    }
}

/// Looks at every run with a digit in it.
pub(super) fn find(pass: &mut Pass<'_>, opaque: &[Range<usize>]) {
    let text = pass.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut opaque = opaque.iter().peekable();
    while let Some(skipped) = bytes.get(at..).and_then(|rest| DIGIT.position(rest)) {
        let digit = at + skipped;
        while opaque.next_if(|inside| inside.end <= digit).is_some() {}
        if let Some(inside) = opaque.peek().filter(|inside| inside.start <= digit) {
            at = inside.end;
            continue;
        }
        let before = bytes.get(at..digit).unwrap_or_default();
        let start = digit - ALPHANUMERIC.trailing(before);
        let rest = bytes.get(digit..).unwrap_or_default();
        let end = digit + ALPHANUMERIC.leading(rest);
        at = end;
        if end - start > RUN_SIZE_BYTES_MAX {
            continue;
        }
        network::find(pass, start..end);
        let is_number = bytes
            .get(start..end)
            .is_some_and(|run| run.iter().all(u8::is_ascii_digit));
        if is_number {
            at = number(pass, start, end).max(end);
        } else {
            iban::find(pass, start);
            codes::find(pass, start, end);
        }
    }
}

/// Looks at the number that begins with a run of digits. Answers where to go on.
fn number(pass: &mut Pass<'_>, start: usize, end: usize) -> usize {
    let number = read(pass, start, end);
    let last = number.end();
    if number.groups.len() == 1 && end - start < phone::DIGITS_MIN {
        // Too short for a card or a phone number.
        codes::find(pass, start, end);
        return last;
    }
    let mut from = 0;
    // Groups of several numbers may stand side by side: what is found moves the beginning on.
    while from < number.groups.len() {
        let Some(group) = number.groups.get(from) else {
            break;
        };
        // One digit at a time is a card spelled out, or nothing.
        let is_spelled = group.len() == 1 && number.groups.get(from + 1).is_some_and(|next| next.len() == 1);
        let found = card::find(pass, &number, from);
        if found.is_none() && is_spelled {
            from += 1;
            continue;
        }
        // Behind a plus stands a phone number, whatever check its digits pass.
        let has_plus = pass.byte_before(group.start) == Some(b'+');
        let found = found
            .or_else(|| has_plus.then(|| phone::find(pass, &number, from)).flatten())
            .or_else(|| codes::find(pass, group.start, group.end))
            .or_else(|| phone::find(pass, &number, from));
        from = match found {
            Some(end) => number
                .groups
                .iter()
                .position(|group| group.start >= end)
                .unwrap_or(number.groups.len()),
            None => from + 1,
        };
    }
    last
}

/// Reads the groups of digits that follow one another, one separator between two.
fn read(pass: &Pass<'_>, start: usize, end: usize) -> Number {
    let bytes = pass.text.as_bytes();
    let mut groups = Vec::with_capacity(4);
    groups.push(start..end);
    let mut end = end;
    while groups.len() < GROUPS_MAX {
        let separators = bytes
            .get(end..)
            .unwrap_or_default()
            .iter()
            .take(3)
            .take_while(|byte| b" -./()".contains(byte))
            .count();
        let is_one = separators == 1
            || matches!(
                bytes.get(end..end + separators),
                Some(b") " | b" (" | b")-" | b")/" | b")." | b"/ " | b" - ")
            );
        let next = end + separators;
        let size = bytes
            .get(next..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let after = bytes.get(next + size);
        // `708-4959x970`: an extension follows a phone number.
        let is_extended = after == Some(&b'x')
            && matches!(size, 3 | 4)
            && bytes.get(next + size + 1).is_some_and(u8::is_ascii_digit);
        let is_free = is_extended || after.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if !is_one || size == 0 || size > RUN_SIZE_BYTES_MAX || !is_free {
            break;
        }
        groups.push(next..next + size);
        end = next + size;
    }
    Number { groups }
}

/// Whether a run begins free of what stands before: no letter, no joint with a letter or digit before it.
pub(super) fn is_free_before(pass: &Pass<'_>, start: usize) -> bool {
    let Some(before) = pass.byte_before(start) else {
        return true;
    };
    if before.is_ascii_alphanumeric() {
        return false;
    }
    let is_joint = matches!(before, b'-' | b'.' | b'_' | b'/' | b'+');
    let second = start.checked_sub(1).and_then(|before| pass.byte_before(before));
    !is_joint || second.is_none_or(|byte| !byte.is_ascii_alphanumeric()) || (is_label(pass) && before != b'-')
}

/// Whether a run ends free of what follows.
pub(super) fn is_free_after(pass: &Pass<'_>, end: usize) -> bool {
    let Some(after) = pass.byte(end) else {
        return true;
    };
    if after.is_ascii_alphanumeric() {
        return false;
    }
    let is_joint = matches!(after, b'-' | b'.' | b'_' | b'/' | b':' | b'+');
    !is_joint
        || pass
            .byte(end + 1)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric())
        || is_label(pass)
}

/// Whether the text is a key or a name, where a number with a right check digit is a number of somebody.
pub(super) fn is_label(pass: &Pass<'_>) -> bool {
    matches!(pass.surface, Surface::Key | Surface::Name)
}
