//! Messages on the wire: a flag, a length of four bytes, the message.

use bytes::{BufMut, Bytes, BytesMut};

use super::PREFIX_SIZE_BYTES;
use crate::refusal::Refusal;

/// The one message of a unary call, and whether it is compressed.
pub(super) fn single(mut body: Bytes) -> Result<(bool, Bytes), Refusal> {
    if body.len() < PREFIX_SIZE_BYTES {
        return Err(malformed("the call holds no message"));
    }
    let message = body.split_off(PREFIX_SIZE_BYTES);
    let Ok([flag, length @ ..]) = <[u8; PREFIX_SIZE_BYTES]>::try_from(body.as_ref()) else {
        return Err(malformed("the call holds no message"));
    };
    let is_compressed = match flag {
        0 => false,
        1 => true,
        _ => return Err(malformed("the flag of the message is neither 0 nor 1")),
    };
    if usize::try_from(u32::from_be_bytes(length)) != Ok(message.len()) {
        return Err(malformed(
            "the length of the message is not the one stated, or there are several messages",
        ));
    }
    Ok((is_compressed, message))
}

/// A message as an answer, not compressed.
pub(super) fn write(message: &[u8]) -> Bytes {
    let mut framed = BytesMut::with_capacity(PREFIX_SIZE_BYTES + message.len());
    framed.put_u8(0);
    framed.put_u32(u32::try_from(message.len()).unwrap_or(u32::MAX));
    framed.put_slice(message);
    framed.freeze()
}

fn malformed(problem: &str) -> Refusal {
    Refusal::Malformed(problem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_message_reads_back() {
        assert_eq!(
            single(write(b"message")),
            Ok((false, Bytes::from_static(b"message")))
        );
        assert_eq!(single(write(b"")), Ok((false, Bytes::new())));
    }

    #[test]
    fn anything_but_one_whole_message_is_malformed() {
        let twice = [write(b"message"), write(b"message")].concat();
        for body in [
            &b""[..],
            b"\0\0\0\0",
            b"\0\0\0\0\x02a",
            b"\0\0\0\0\x01ab",
            b"\x02\0\0\0\0",
            &twice,
        ] {
            assert!(matches!(
                single(Bytes::copy_from_slice(body)),
                Err(Refusal::Malformed(_))
            ));
        }
    }
}
