//! Escapes of JSON, URLs, HTML and mail, read in place.

use std::borrow::Cow;

/// The escape that begins at a byte: how long it is, and what it stands for.
pub(super) fn read(text: &str, at: usize) -> Option<(usize, Cow<'static, str>)> {
    let rest = text.as_bytes().get(at..)?;
    match rest.first()? {
        b'\\' => backslashes(rest),
        b'%' => percent(rest),
        b'&' => entity(rest),
        b'=' => quoted_printable(text.as_bytes(), at),
        _ => None,
    }
}

/// Any number of backslashes and what they escape, at whatever depth of nesting.
fn backslashes(rest: &[u8]) -> Option<(usize, Cow<'static, str>)> {
    let count = rest.iter().take_while(|byte| **byte == b'\\').count();
    let text = match rest.get(count)? {
        b'"' => "\"",
        b'\'' => "'",
        b'/' => "/",
        b'n' | b'r' if count % 2 == 1 => "\n",
        b't' if count % 2 == 1 => "\t",
        b'u' => return unicode_escape(rest, count),
        b'x' => {
            let byte = hex_byte(rest.get(count + 1..)?).filter(u8::is_ascii)?;
            return Some((count + 3, ascii(byte)));
        }
        _ => return None,
    };
    Some((count + 1, Cow::Borrowed(text)))
}

/// `\u0040`, with however many backslashes; surrogates as a pair.
fn unicode_escape(rest: &[u8], count: usize) -> Option<(usize, Cow<'static, str>)> {
    let unit = |at: usize| -> Option<u32> {
        let digits = rest.get(at..at + 4)?;
        digits.iter().try_fold(0, |value, digit| {
            Some(value * 16 + char::from(*digit).to_digit(16)?)
        })
    };
    let high = unit(count + 1)?;
    let size = count + 5;
    if let Some(letter) = char::from_u32(high) {
        let mut bytes = [0; 4];
        let text: &str = match super::unicode::folded(letter) {
            Some(text) => text,
            None => letter.encode_utf8(&mut bytes),
        };
        return Some((size, Cow::Owned(text.to_owned())));
    }
    let again = rest
        .get(size..)?
        .iter()
        .take_while(|byte| **byte == b'\\')
        .count();
    let is_pair = (0xd800..0xdc00).contains(&high) && again > 0 && rest.get(size + again) == Some(&b'u');
    if !is_pair {
        return None;
    }
    let low = unit(size + again + 1).filter(|low| (0xdc00..0xe000).contains(low))?;
    let letter = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
    Some((size + again + 5, Cow::Owned(letter.to_string())))
}

/// `%40`, `%2540`: a byte, or all bytes of one character.
fn percent(rest: &[u8]) -> Option<(usize, Cow<'static, str>)> {
    let (size, first) = percent_byte(rest)?;
    if first.is_ascii() {
        let is_text = !first.is_ascii_control() || matches!(first, b'\n' | b'\r' | b'\t');
        return is_text.then(|| (size, ascii(first)));
    }
    let mut bytes = vec![first];
    let mut end = size;
    while bytes.len() < 4 {
        let next = rest.get(end..).and_then(percent_byte);
        let Some((size, next)) = next.filter(|(_, next)| next & 0xc0 == 0x80) else {
            break;
        };
        bytes.push(next);
        end += size;
    }
    let letter = String::from_utf8(bytes)
        .ok()
        .filter(|letter| letter.chars().count() == 1)?;
    Some((end, Cow::Owned(letter)))
}

fn percent_byte(rest: &[u8]) -> Option<(usize, u8)> {
    if rest.first() != Some(&b'%') {
        return None;
    }
    let mut at = 1;
    // `%2540` is `%40` escaped once more.
    while rest.get(at..at + 2) == Some(b"25") && rest.get(at + 2..).and_then(hex_byte).is_some() {
        at += 2;
    }
    Some((at + 2, hex_byte(rest.get(at..)?)?))
}

/// `&#64;`, `&#x40;` and the common named entities.
fn entity(rest: &[u8]) -> Option<(usize, Cow<'static, str>)> {
    const NAMED: [(&str, &str); 8] = [
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&commat;", "@"),
        ("&period;", "."),
    ];
    for (name, text) in NAMED {
        if rest.starts_with(name.as_bytes()) {
            return Some((name.len(), Cow::Borrowed(text)));
        }
    }
    if rest.get(1) != Some(&b'#') {
        return None;
    }
    let (radix, start) = if matches!(rest.get(2), Some(b'x' | b'X')) {
        (16, 3)
    } else {
        (10, 2)
    };
    let end = start + rest.get(start..)?.iter().take(8).position(|byte| *byte == b';')?;
    let digits = std::str::from_utf8(rest.get(start..end)?).ok()?;
    let letter = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    Some((end + 1, Cow::Owned(letter.to_string())))
}

/// `=40` of quoted-printable mail: upper-case hex between two letters or digits; and a soft line break.
fn quoted_printable(text: &[u8], at: usize) -> Option<(usize, Cow<'static, str>)> {
    let rest = text.get(at..)?;
    if rest.starts_with(b"=\r\n") && has_escapes(text, at) {
        return Some((3, Cow::Borrowed("")));
    }
    if rest.starts_with(b"=\n") && has_escapes(text, at) {
        return Some((2, Cow::Borrowed("")));
    }
    let digits = rest.get(1..3)?;
    if !digits
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'))
    {
        return None;
    }
    let byte = hex_byte(digits)?;
    if !byte.is_ascii() {
        return quoted_letter(rest);
    }
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let before = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._+".contains(byte));
    // `limit=40` is no address: a domain, or another escape, must follow the sign.
    let after = rest.get(3..).unwrap_or_default();
    let after = after.get(..64).unwrap_or(after);
    let domain = after
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b".-=".contains(byte))
        .count();
    let domain = after.get(..domain).unwrap_or_default();
    let has_point = domain
        .windows(2)
        .any(|pair| matches!(pair, [b'.', next] if next.is_ascii_alphabetic()))
        || domain.windows(3).any(|three| three == b"=2E");
    let is_at = byte == b'@' && has_point && domain.first().is_some_and(u8::is_ascii_alphanumeric);
    let is_other = b".-_=+:/".contains(&byte) && !domain.is_empty() && before && has_escapes(text, at);
    ((before && is_at) || is_other).then(|| (3, ascii(byte)))
}

/// Whether the text near has other escapes of this kind, so that this is one, too.
fn has_escapes(text: &[u8], at: usize) -> bool {
    let near = text
        .get(at.saturating_sub(80)..(at + 80).min(text.len()))
        .unwrap_or_default();
    const COMMON: [&[u8]; 5] = [b"=40", b"=3D", b"=2E", b"=20", b"=C3"];
    near.windows(3).filter(|three| COMMON.contains(three)).count() > 1
}

/// One letter beyond ASCII: `=C3=BC`.
fn quoted_letter(rest: &[u8]) -> Option<(usize, Cow<'static, str>)> {
    let escapes = rest
        .chunks_exact(3)
        .take(4)
        .take_while(|three| three.first() == Some(&b'='));
    let bytes: Vec<u8> = escapes.map_while(|three| hex_byte(three.get(1..)?)).collect();
    (2..=bytes.len()).find_map(|count| {
        let letter = std::str::from_utf8(bytes.get(..count)?).ok()?;
        (letter.chars().count() == 1).then(|| (3 * count, Cow::Owned(letter.to_owned())))
    })
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let high = char::from(*digits.first()?).to_digit(16)?;
    let low = char::from(*digits.get(1)?).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

fn ascii(byte: u8) -> Cow<'static, str> {
    match super::unicode::ascii(u32::from(byte)) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(char::from(byte).to_string()),
    }
}
