//! Characters that look like others, or like nothing.

use std::borrow::Cow;

/// ASCII as one text, so that a folded character costs no allocation.
const ASCII: &str =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// The zeros of the decimal digits of other scripts; nine more follow each.
const ZEROS: &[u32] = &[
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
    0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xaa50, 0xabf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6,
];

/// The first character of a text, if it reads as another: its length, and what it reads as.
pub(super) fn read(rest: &str) -> Option<(usize, Cow<'static, str>)> {
    let letter = rest.chars().next().filter(|letter| !letter.is_ascii())?;
    folded(letter).map(|text| (letter.len_utf8(), Cow::Borrowed(text)))
}

/// What a character reads as, if not as itself.
pub(super) fn folded(letter: char) -> Option<&'static str> {
    let code = u32::from(letter);
    match code {
        // Invisible: soft hyphen, joiners, directions, variation selectors, tags.
        0x00ad
        | 0x034f
        | 0x061c
        | 0x115f
        | 0x1160
        | 0x17b4
        | 0x17b5
        | 0x180b..=0x180e
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x206f
        | 0x3164
        | 0xfe00..=0xfe0f
        | 0xfeff
        | 0xffa0
        | 0xe0000..=0xe0fff => Some(""),
        // Spaces.
        0x00a0 | 0x1680 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => Some(" "),
        // Dashes.
        0x2010..=0x2015 | 0x2043 | 0x2212 | 0x2e3a | 0x2e3b | 0xfe58 | 0xfe63 => Some("-"),
        // Quotation marks, points and at signs.
        0x2018..=0x201b | 0x2032 => Some("'"),
        0x201c..=0x201f | 0x2033 => Some("\""),
        0x2024 | 0xfe52 => Some("."),
        0xfe6b => Some("@"),
        // Full-width forms of ASCII.
        0xff01..=0xff5e => ascii(code - 0xff01 + 0x21),
        // Mathematical letters: thirteen alphabets of 52.
        0x1d400..=0x1d6a3 => {
            let index = (code - 0x1d400) % 52;
            ascii(if index < 26 {
                0x41 + index
            } else {
                0x61 + index - 26
            })
        }
        // Letters in circles.
        0x24b6..=0x24cf => ascii(code - 0x24b6 + 0x41),
        0x24d0..=0x24e9 => ascii(code - 0x24d0 + 0x61),
        _ => digit(code),
    }
}

fn digit(code: u32) -> Option<&'static str> {
    let index = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(index.checked_sub(1)?)?;
    if code - zero < 10 {
        ascii(0x30 + code - zero)
    } else {
        None
    }
}

/// A printable character of ASCII as a text.
pub(super) fn ascii(code: u32) -> Option<&'static str> {
    let index = usize::try_from(code.checked_sub(0x20)?).ok()?;
    ASCII.get(index..index + 1)
}
