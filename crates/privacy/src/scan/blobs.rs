//! Blobs: base64, hex and gzip, looked into to a bounded depth. Where something must go, the whole blob goes.

use std::io::Read;
use std::ops::Range;

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::bytes::BLOB;
use super::{Pass, Surface};
use crate::rules::{Class, Rule, Severity};

pub(super) static CREDENTIALS: Rule =
    Rule::new("basic-credentials", Class::Secret, Severity::High, "RFC 7617");

/// Shortest run that is taken for a blob.
const BLOB_SIZE_BYTES_MIN: usize = 20;
/// Most bytes that all blobs of one text may expand to.
pub(super) const EXPANDED_SIZE_BYTES_MAX: usize = 1024 * 1024;
/// Most layers that are looked through.
pub(super) const LAYERS_MAX: usize = 4;
/// Bytes decoded to see whether a blob is worth more.
const PROBE_SIZE_BYTES: usize = 96;
/// Share of odd bytes, in percent, up to which decoded bytes are text.
const ODD_PERCENT_MAX: usize = 5;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, CONFIG);

/// Looks into every blob of a text.
pub(super) fn find(pass: &mut Pass<'_>) {
    if pass.layer >= LAYERS_MAX {
        return;
    }
    let bytes = pass.text.as_bytes();
    let mut at = 0;
    // A run of this length covers one of every so many bytes: only those need a look.
    while let Some(byte) = bytes.get(at + BLOB_SIZE_BYTES_MIN - 1) {
        if !BLOB.has(*byte) {
            at += BLOB_SIZE_BYTES_MIN;
            continue;
        }
        let probe = at + BLOB_SIZE_BYTES_MIN - 1;
        let before = bytes.get(at..probe).unwrap_or_default();
        let start = probe - BLOB.trailing(before);
        let rest = bytes.get(probe..).unwrap_or_default();
        let end = probe + BLOB.leading(rest);
        let end = with_lines(bytes, start, end);
        let padding = bytes
            .get(end..)
            .unwrap_or_default()
            .iter()
            .take(2)
            .take_while(|byte| **byte == b'=')
            .count();
        if end - start >= BLOB_SIZE_BYTES_MIN {
            blob(pass, start..end, end + padding);
        }
        at = end.max(at + 1);
    }
}

/// A blob broken into lines of one length goes on on the next line.
fn with_lines(bytes: &[u8], start: usize, end: usize) -> usize {
    let width = end - start;
    if width < 60 || !width.is_multiple_of(4) {
        return end;
    }
    let mut end = end;
    loop {
        let rest = bytes.get(end..).unwrap_or_default();
        let skipped = if rest.starts_with(b"\r\n") {
            2
        } else {
            usize::from(rest.starts_with(b"\n"))
        };
        let size = rest
            .get(skipped..)
            .unwrap_or_default()
            .iter()
            .take(width + 1)
            .take_while(|byte| BLOB.has(**byte))
            .count();
        // A shorter line is the last one; a word of text that follows the blob is no line of it.
        let goes_on = matches!(
            rest.get(skipped + size),
            None | Some(b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'<')
        );
        if skipped == 0 || size == 0 || size > width || size < width && !goes_on {
            return end;
        }
        end += skipped + size;
        if size < width {
            return end;
        }
    }
}

fn blob(pass: &mut Pass<'_>, run: Range<usize>, end: usize) {
    let Some(text) = pass.text.get(run.clone()) else {
        return;
    };
    let Some(decoded) = decode(text, pass.budget) else {
        return;
    };
    pass.budget = pass.budget.saturating_sub(decoded.len());
    let inner = if let Some(credentials) = credentials(&decoded) {
        vec![(0..credentials, &CREDENTIALS)]
    } else {
        let (found, budget) = super::scan_layer(
            &decoded,
            Surface::Content,
            pass.layer + 1,
            pass.budget,
            pass.detectors,
        );
        pass.budget = budget;
        found
    };
    // The worst of what is within names the whole.
    if let Some((_, rule)) = inner.into_iter().min_by_key(|(_, rule)| (rule.class, rule.id)) {
        pass.push(run.start..end, rule);
    }
}

/// The text in a blob, if it is one.
fn decode(blob: &str, budget: usize) -> Option<String> {
    if budget < blob.len() / 2 {
        return None;
    }
    let is_hex =
        blob.len().is_multiple_of(2) && blob.len() >= 24 && blob.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        return hex(blob).and_then(|bytes| as_text(&bytes, budget));
    }
    // Words and paths are letters, too: text in base64 has both cases or digits.
    let has = |is: fn(&u8) -> bool| blob.as_bytes().iter().take(PROBE_SIZE_BYTES).any(is);
    if !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase)) {
        return None;
    }
    let is_url_safe = blob.contains(['-', '_']);
    let engine = if is_url_safe { &URL_SAFE } else { &STANDARD };
    let clean: String;
    let blob = if blob.contains(['\r', '\n']) {
        clean = blob.chars().filter(|letter| !letter.is_whitespace()).collect();
        &clean
    } else {
        blob
    };
    let whole = blob.get(..blob.len() - usize::from(blob.len() % 4 == 1))?;
    let probe = engine
        .decode(whole.get(..whole.len().min(PROBE_SIZE_BYTES))?)
        .ok()?;
    if !is_compressed(&probe) && !looks_like_text(&probe) {
        return None;
    }
    as_text(&engine.decode(whole).ok()?, budget)
}

fn hex(blob: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    let bytes = blob
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?));
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes.filter(|bytes| is_compressed(bytes) || looks_like_text(bytes))
}

fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 8]) || matches!(bytes, [0x78, 0x01 | 0x9c | 0xda, ..])
}

/// Whether bytes are text: mostly printable, or valid UTF-8 with few control characters.
fn looks_like_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        // A probe may end within a character.
        Err(error) => error.valid_up_to(),
    };
    let odd = bytes
        .iter()
        .filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t'))
        .count();
    bytes.len() - valid <= 3 && odd * 100 <= bytes.len() * ODD_PERCENT_MAX && bytes.len() >= 8
}

fn as_text(bytes: &[u8], budget: usize) -> Option<String> {
    let expanded = if bytes.starts_with(&[0x1f, 0x8b]) {
        Some(read_bounded(flate2::read::MultiGzDecoder::new(bytes), budget))
    } else if is_compressed(bytes) {
        Some(read_bounded(flate2::read::ZlibDecoder::new(bytes), budget))
    } else {
        None
    };
    let bytes = expanded.as_deref().unwrap_or(bytes);
    looks_like_text(bytes).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// What can be read before an error or the end of the budget: a broken tail hides nothing.
fn read_bounded(reader: impl Read, budget: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // An error ends the text early; what came before it is looked at.
    drop(reader.take(budget as u64).read_to_end(&mut bytes));
    bytes
}

/// `user:password`, as basic authentication writes it, and nothing else: how long it is.
fn credentials(text: &str) -> Option<usize> {
    let (user, password) = text.split_once(':')?;
    let is_user = (1..=64).contains(&user.len())
        && user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte));
    let is_password = (6..=128).contains(&password.len())
        && password.bytes().all(|byte| byte.is_ascii_graphic())
        && !password.starts_with("//");
    let is_odd = password.bytes().any(|byte| !byte.is_ascii_alphabetic());
    (is_user && is_password && is_odd && !password.contains(['{', '"'])).then_some(text.len())
}
