//! The protobuf wire format: fields of a message, one after another, borrowed from its bytes.

use crate::json::decode_utf8;
use crate::otlp::Error;

use std::borrow::Cow;

/// Bytes a 64-bit varint has at most.
const VARINT_SIZE_BYTES_MAX: usize = 10;

/// Boxed, so that the answers that are none stay small enough for registers.
pub(super) type Fault = Box<Error>;

/// Reads the fields of one message.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Where the message ends, in bytes from the start of the body.
    end: usize,
    message: &'static str,
}

/// One field of a message. The reader it came from tells what it holds, as it knows the place.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    /// Its number.
    pub(super) number: u32,
    payload: Payload<'a>,
}

#[derive(Clone, Copy)]
enum Payload<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    /// No field read here has this type.
    Fixed32,
}

impl<'a> Reader<'a> {
    /// A whole body that holds one message.
    pub(super) const fn new(body: &'a [u8], message: &'static str) -> Self {
        Self {
            rest: body,
            end: body.len(),
            message,
        }
    }

    /// The next field, whatever it is; `None` at the end of the message.
    ///
    /// A field no caller knows is thereby checked and skipped in one step.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Field<'a>>, Fault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.read_varint()?;
        let number = u32::try_from(tag >> 3).unwrap_or(0);
        if number == 0 || number > 0x1fff_ffff {
            return Err(self.fault("a field number out of range"));
        }
        let payload = match tag & 7 {
            0 => Payload::Varint(self.read_varint()?),
            1 => Payload::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => Payload::Bytes(self.read_bytes()?),
            3 | 4 => return Err(self.fault("a group, which OTLP does not use,")),
            5 => {
                self.array::<4>()?;
                Payload::Fixed32
            }
            _ => return Err(self.fault("an unknown wire type")),
        };
        Ok(Some(Field { number, payload }))
    }

    #[inline]
    fn read_varint(&mut self) -> Result<u64, Fault> {
        if let Some((&byte, rest)) = self.rest.split_first()
            && byte < 0x80
        {
            self.rest = rest;
            return Ok(u64::from(byte));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0u64;
        for (index, &byte) in self.rest.iter().take(VARINT_SIZE_BYTES_MAX).enumerate() {
            // The tenth byte holds the 64th bit alone.
            if index + 1 == VARINT_SIZE_BYTES_MAX && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.rest = self.rest.get(index + 1..).unwrap_or_default();
                return Ok(value);
            }
        }
        Err(self.fault(if self.rest.len() < VARINT_SIZE_BYTES_MAX {
            "a number that is cut off"
        } else {
            "a number longer than 64 bits"
        }))
    }

    #[inline]
    fn array<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], Fault> {
        let Some((array, rest)) = self.rest.split_first_chunk::<SIZE>() else {
            return Err(self.fault("a number that is cut off"));
        };
        self.rest = rest;
        Ok(*array)
    }

    #[inline]
    fn read_bytes(&mut self) -> Result<&'a [u8], Fault> {
        let length = usize::try_from(self.read_varint()?).unwrap_or(usize::MAX);
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.fault("a length that reaches over the end of its message"));
        };
        self.rest = rest;
        Ok(bytes)
    }

    #[cold]
    fn fault(&self, problem: &'static str) -> Fault {
        Box::new(Error::Protobuf {
            problem,
            message: self.message,
            offset: self.end - self.rest.len(),
        })
    }

    /// The payload as bytes.
    #[inline]
    pub(super) fn bytes(&self, field: Field<'a>) -> Result<&'a [u8], Fault> {
        match field.payload {
            Payload::Bytes(bytes) => Ok(bytes),
            _ => Err(self.misfit()),
        }
    }

    /// The payload as text. Bytes that are not UTF-8 are replaced by U+FFFD: refusing would lose the whole
    /// request for one character cut in half by a sender's own limit.
    #[inline]
    pub(super) fn text(&self, field: Field<'a>) -> Result<Cow<'a, str>, Fault> {
        Ok(decode_utf8(self.bytes(field)?))
    }

    /// The payload as a message.
    #[inline]
    pub(super) fn message(&self, field: Field<'a>, message: &'static str) -> Result<Reader<'a>, Fault> {
        match field.payload {
            Payload::Bytes(rest) => Ok(Reader {
                rest,
                end: self.end - self.rest.len(),
                message,
            }),
            _ => Err(self.misfit()),
        }
    }

    /// The payload as a 64-bit number without sign.
    #[inline]
    pub(super) fn varint(&self, field: Field<'a>) -> Result<u64, Fault> {
        match field.payload {
            Payload::Varint(number) => Ok(number),
            _ => Err(self.misfit()),
        }
    }

    /// The payload as a 32-bit number without sign: its low 32 bits, as protobuf says.
    #[inline]
    pub(super) fn uint32(&self, field: Field<'a>) -> Result<u32, Fault> {
        Ok(u32::try_from(self.varint(field)? & u64::from(u32::MAX)).unwrap_or_default())
    }

    /// The payload as an enumeration or a 32-bit number with sign.
    #[inline]
    pub(super) fn int32(&self, field: Field<'a>) -> Result<i32, Fault> {
        Ok(self.uint32(field)?.cast_signed())
    }

    /// The payload as 8 bytes, little end first.
    #[inline]
    pub(super) fn fixed64(&self, field: Field<'a>) -> Result<u64, Fault> {
        match field.payload {
            Payload::Fixed64(number) => Ok(number),
            _ => Err(self.misfit()),
        }
    }

    #[cold]
    fn misfit(&self) -> Fault {
        self.fault("a wire type that does not fit its field")
    }
}
