//! Phone numbers: international ones by country and length, national ones by how they are written or by what
//! stands near.

use std::ops::Range;
use std::sync::LazyLock;

use super::numbers::{self, Number};
use super::{Pass, codes};
use crate::rules::phones::{self, PHONE};

/// How far before a number words may announce it, in bytes.
const CONTEXT_SIZE_BYTES: usize = 48;
/// Digits of the shortest and longest number.
pub(super) const DIGITS_MIN: usize = 7;
const DIGITS_MAX: usize = 15;

/// All words that announce a phone number.
static WORDS: LazyLock<Option<codes::Words>> =
    LazyLock::new(|| codes::Words::new(phones::WORDS.iter().copied()));

/// Whether the words could be compiled.
pub(super) fn is_ready() -> bool {
    WORDS.is_some()
}

/// Looks for a phone number that begins with a group. Answers its end.
pub(super) fn find(pass: &mut Pass<'_>, number: &Number, from: usize) -> Option<usize> {
    let groups = number.groups.get(from..)?;
    if groups.iter().map(ExactSizeIterator::len).sum::<usize>() < DIGITS_MIN {
        return None;
    }
    let first = groups.first()?.start;
    let opening = usize::from(pass.byte_before(first) == Some(b'('));
    let start = first - opening;
    let has_plus = start.checked_sub(1).and_then(|before| pass.byte(before)) == Some(b'+');
    let start = start - usize::from(has_plus);
    let outer = start.checked_sub(usize::from(has_plus && pass.byte_before(start) == Some(b'(')))?;
    let is_free_before = has_plus || numbers::is_free_before(pass, first);
    if !is_free_before {
        return None;
    }
    let mut digits = [0; DIGITS_MAX];
    let mut count = 0;
    let mut size = 0;
    for group in groups {
        let Some(slot) = digits.get_mut(size..size + group.len()) else {
            break;
        };
        slot.copy_from_slice(pass.text.as_bytes().get(group.clone())?);
        size += group.len();
        count += 1;
    }
    // The longest that fits, so that no tail is left behind.
    while size >= DIGITS_MIN {
        let groups = groups.get(..count)?;
        let last = groups.last()?;
        let end = last.end;
        let digits = digits.get(..size)?;
        size -= last.len();
        count -= 1;
        let extension = extension(pass, end);
        let is_free = extension > 0 || is_free_after(pass, end);
        if is_free && is_phone(pass, groups, digits, has_plus, opening == 1, first) {
            pass.push(outer.max(start)..end + extension, &PHONE);
            return Some(end + extension);
        }
    }
    None
}

/// The length of an extension after a number: `x427`, ` ext. 12`.
fn extension(pass: &Pass<'_>, end: usize) -> usize {
    const SIGNS: [&str; 8] = ["x", " x", " ext. ", " ext ", " ext.", "ext.", " extension ", " #"];
    let rest = pass.text.get(end..).unwrap_or_default();
    if !rest.starts_with(['x', ' ', 'e']) {
        return 0;
    }
    for sign in SIGNS {
        let Some(after) = rest.strip_prefix(sign) else {
            continue;
        };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let is_ended = after
            .as_bytes()
            .get(digits)
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if (2..=6).contains(&digits) && is_ended {
            return sign.len() + digits;
        }
    }
    0
}

fn is_free_after(pass: &Pass<'_>, end: usize) -> bool {
    let is_decimal =
        pass.byte(end) == Some(b'.') && pass.byte(end + 1).is_some_and(|byte| byte.is_ascii_digit());
    let is_share = matches!(pass.byte(end), Some(b'%' | b':'));
    numbers::is_free_after(pass, end) && !is_decimal && !is_share
}

fn is_phone(
    pass: &Pass<'_>,
    groups: &[Range<usize>],
    digits: &[u8],
    has_plus: bool,
    has_opening: bool,
    first: usize,
) -> bool {
    if digits.iter().all(|digit| Some(digit) == digits.first()) {
        return false;
    }
    if has_plus {
        return phones::is_international(digits);
    }
    let begins_00 = groups.first().is_some_and(|group| group.len() >= 2);
    if let Some(rest) = digits.strip_prefix(b"00").filter(|_| begins_00)
        && groups.len() > 1
        && phones::is_international(rest)
    {
        return true;
    }
    let mut sizes = [0; numbers::GROUPS_MAX];
    for (size, group) in sizes.iter_mut().zip(groups) {
        *size = group.len();
    }
    let sizes = sizes.get(..groups.len()).unwrap_or_default();
    let mut separators = [0; numbers::GROUPS_MAX];
    let separators = separators_of(pass, groups, &mut separators);
    if is_date(sizes, digits) {
        return false;
    }
    let closes_area = groups
        .first()
        .is_some_and(|area| pass.byte(area.end) == Some(b')'));
    if is_written_as_phone(sizes, digits, separators, (has_opening, closes_area)) {
        return true;
    }
    if numbers::is_label(pass) && digits.first() == Some(&b'0') && (10..=11).contains(&digits.len()) {
        return true;
    }
    // Points stand in decimals and versions, too: only three or more groups of a number have them.
    let is_even = sizes.iter().skip(2).all(|size| (2..=8).contains(size)) && sizes.len() <= 6;
    let has_points = separators.contains(&b'.') && sizes.len() < 3;
    is_even && !has_points && has_context(pass, first)
}

/// What stands before each group but the first.
fn separators_of<'a>(
    pass: &Pass<'_>,
    groups: &[Range<usize>],
    separators: &'a mut [u8; numbers::GROUPS_MAX],
) -> &'a [u8] {
    let mut count = 0;
    for (slot, group) in separators.iter_mut().zip(groups.iter().skip(1)) {
        *slot = pass.byte_before(group.start).unwrap_or_default();
        count += 1;
    }
    separators.get(..count).unwrap_or_default()
}

/// `2026-11-22`, `22.11.2026`, and years side by side.
fn is_date(sizes: &[usize], digits: &[u8]) -> bool {
    let year_first = sizes.first() == Some(&4) && (digits.starts_with(b"19") || digits.starts_with(b"20"));
    match sizes {
        [4, 2, 2] | [4, 2, 2, ..] | [4, 2] | [4, 4] => year_first,
        [1 | 2, 1 | 2, 4] | [1 | 2, 1 | 2, 2] => true,
        _ => false,
    }
}

/// Whether a national number is written so that it is nothing else.
fn is_written_as_phone(
    sizes: &[usize],
    digits: &[u8],
    separators: &[u8],
    (has_opening, closes_area): (bool, bool),
) -> bool {
    let is_uniform = separators
        .iter()
        .all(|separator| Some(separator) == separators.first());
    let has_dots = separators.contains(&b'.');
    // An area code in parentheses.
    if has_opening && sizes.len() >= 2 && closes_area {
        return matches!(sizes.first(), Some(2..=5)) && (8..=12).contains(&digits.len());
    }
    if !is_uniform || separators.contains(&b'/') && digits.first() != Some(&b'0') {
        return false;
    }
    // A trunk zero, then groups: 090-1234-5678, 06 12 34 56 78, 07400 123456, 030 123456.
    let has_trunk =
        digits.first() == Some(&b'0') && digits.get(1) != Some(&b'0') && matches!(sizes.first(), Some(2..=6));
    // `02110-1301` is a postal code of the United States.
    if sizes == [5, 4] && separators == [b'-'] {
        return false;
    }
    if has_trunk && (9..=12).contains(&digits.len()) && (2..=5).contains(&sizes.len()) {
        return sizes.iter().skip(1).all(|size| (2..=8).contains(size)) && (!has_dots || sizes.len() >= 4);
    }
    let is_digit = |index: usize, low: u8| digits.get(index).is_some_and(|digit| *digit >= low);
    match sizes {
        // North America: area and exchange begin with 2 to 9.
        [3, 3, 4] => is_digit(0, b'2') && is_digit(3, b'2') && !separators.contains(&b' '),
        [1, 3, 3, 4] => digits.first() == Some(&b'1') && is_digit(1, b'2') && is_digit(4, b'2'),
        // Spain, in the way only it groups.
        [3, 2, 2, 2] => is_digit(0, b'6'),
        // Portugal, Poland and others by three need context; India by five.
        [5, 5] => is_digit(0, b'6') && separators.first() == Some(&b' '),
        _ => false,
    }
}

/// Whether words before the number, or right after it, say that it is a phone number.
fn has_context(pass: &Pass<'_>, start: usize) -> bool {
    if let Some((_, known)) = pass.phone_near.get().filter(|(at, _)| *at == start) {
        return known;
    }
    let near = pass.sentence_before(start, CONTEXT_SIZE_BYTES);
    let is_near = WORDS.as_ref().is_some_and(|words| words.any(&near));
    pass.phone_near.set(Some((start, is_near)));
    is_near
}
