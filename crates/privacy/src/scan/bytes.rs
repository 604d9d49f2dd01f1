//! Kinds of bytes, told by a table: loops over every byte of a text ask one look-up each.

/// Letters and digits of ASCII.
pub(super) const ALPHANUMERIC: Kind = Kind(1);
/// Letters of base64, of either alphabet.
pub(super) const BLOB: Kind = Kind(1 << 1);
/// Bytes at which something may hide: an escape of some kind, or anything that is not ASCII.
pub(super) const SUSPICIOUS: Kind = Kind(1 << 2);
/// Digits of ASCII.
pub(super) const DIGIT: Kind = Kind(1 << 3);

/// A kind of byte.
#[derive(Clone, Copy)]
pub(super) struct Kind(u8);

impl Kind {
    /// Whether a byte is of this kind.
    pub(super) fn has(self, byte: u8) -> bool {
        KINDS
            .get(usize::from(byte))
            .is_some_and(|kinds| kinds & self.0 != 0)
    }

    /// Where the first byte of this kind stands.
    pub(super) fn position(self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| self.has(*byte))
    }

    /// How many bytes of this kind a text begins with.
    pub(super) fn leading(self, bytes: &[u8]) -> usize {
        bytes.iter().take_while(|byte| self.has(**byte)).count()
    }

    /// How many bytes of this kind a text ends with.
    pub(super) fn trailing(self, bytes: &[u8]) -> usize {
        bytes.iter().rev().take_while(|byte| self.has(**byte)).count()
    }
}

static KINDS: [u8; 256] = kinds();

#[expect(clippy::indexing_slicing, reason = "computed when the crate is built")]
const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    loop {
        let mut kind = 0;
        if byte.is_ascii_alphanumeric() {
            kind |= ALPHANUMERIC.0;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_') {
            kind |= BLOB.0;
        }
        if matches!(byte, b'\\' | b'%' | b'&' | b'=' | b'+' | 0x80..) {
            kind |= SUSPICIOUS.0;
        }
        if byte.is_ascii_digit() {
            kind |= DIGIT.0;
        }
        kinds[byte as usize] = kind;
        if byte == u8::MAX {
            return kinds;
        }
        byte += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_of_their_kinds() {
        for byte in 0..=u8::MAX {
            assert_eq!(ALPHANUMERIC.has(byte), byte.is_ascii_alphanumeric());
            assert_eq!(DIGIT.has(byte), byte.is_ascii_digit());
        }
        assert!(BLOB.has(b'_') && !BLOB.has(b'=') && SUSPICIOUS.has(b'=') && SUSPICIOUS.has(0xff));
        assert_eq!(DIGIT.position(b"ab12"), Some(2));
        assert_eq!((DIGIT.leading(b"12a"), DIGIT.trailing(b"a12")), (2, 2));
    }
}
