//! Single values in the forms that senders write them.

use super::walk::Walk;
use crate::json::Next;
use crate::otlp::tally::Marks;
use crate::otlp::{AnyValue, Error};

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use std::borrow::Cow;

/// Hex digits of the longest id there is.
const ID_DIGITS_MAX: usize = 32;
/// Stands for an id that is no hex: of a length that no id has.
const INVALID_ID: &[u8] = &[0xff];

const ANY_PADDING: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

impl<'a> Walk<'a, '_> {
    /// A text; empty for `null`.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.is_null()? {
            return Ok(Cow::Borrowed(""));
        }
        let text = self.reader.text();
        self.place(text)
    }

    /// An id in hex; empty for `null`, of no valid length for anything that is no id.
    pub(super) fn id(&mut self) -> Result<Cow<'a, [u8]>, Error> {
        let text = self.text()?;
        Ok(parse_hex(&text).map_or(Cow::Borrowed(INVALID_ID), Cow::Owned))
    }

    /// A 64-bit number without sign, as a number or a text; 0 for `null`.
    pub(super) fn uint64(&mut self) -> Result<u64, Error> {
        let (written, offset) = self.written_number()?;
        let Some(written) = written else { return Ok(0) };
        let number = written.parse().ok().or_else(|| whole_u64(&written));
        number.ok_or_else(|| self.error_at("expected a whole number from 0 to 2^64 - 1", offset))
    }

    /// A 32-bit number without sign, as a number or a text; 0 for `null`.
    pub(super) fn uint32(&mut self) -> Result<u32, Error> {
        let (written, offset) = self.written_number()?;
        let Some(written) = written else { return Ok(0) };
        let number = written
            .parse()
            .ok()
            .or_else(|| whole_u64(&written)?.try_into().ok());
        number.ok_or_else(|| self.error_at("expected a whole number from 0 to 2^32 - 1", offset))
    }

    /// An enumeration, by number or by name; 0 for `null` and for a name that `number_of` does not know.
    pub(super) fn enumeration(&mut self, number_of: impl Fn(&str) -> Option<i32>) -> Result<i32, Error> {
        let (written, offset) = self.written_number()?;
        let Some(written) = written else { return Ok(0) };
        if let Ok(number) = written.parse() {
            return Ok(number);
        }
        if written.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Ok(number_of(&written).unwrap_or(0));
        }
        Err(self.error_at("expected an enumeration's number or name", offset))
    }

    /// An `intValue`: an integer of 64 bits, else a double.
    pub(super) fn int_value(&mut self) -> Result<AnyValue<'a>, Error> {
        let (written, offset) = self.written_number()?;
        let Some(written) = written else {
            return Ok(AnyValue::Empty);
        };
        parse_number(&written).ok_or_else(|| self.error_at("expected a number", offset))
    }

    /// A `doubleValue`.
    pub(super) fn double_value(&mut self) -> Result<AnyValue<'a>, Error> {
        let (written, offset) = self.written_number()?;
        let Some(written) = written else {
            return Ok(AnyValue::Empty);
        };
        parse_double(&written).ok_or_else(|| self.error_at("expected a number", offset))
    }

    /// A `bytesValue`.
    pub(super) fn bytes_value(&mut self, marks: &mut Marks<'a>) -> Result<AnyValue<'a>, Error> {
        let next = self.reader.peek();
        self.place(next)?;
        let offset = self.reader.offset();
        let text = self.text()?;
        let engine = if text.contains(['-', '_']) {
            &BASE64_URL
        } else {
            &BASE64
        };
        let Ok(bytes) = engine.decode(text.as_bytes()) else {
            return Err(self.error_at("expected base64", offset));
        };
        Ok(self.tally.bytes_value(bytes.into(), marks))
    }

    /// The next number or text as it is written, and where; `None` for `null`.
    fn written_number(&mut self) -> Result<(Option<Cow<'a, str>>, usize), Error> {
        let next = self.reader.peek();
        let next = self.place(next)?;
        let offset = self.reader.offset();
        let written = match next {
            Next::Number => self.reader.number().map(Cow::Borrowed),
            Next::Text => self.reader.text(),
            Next::Null => {
                self.is_null()?;
                return Ok((None, offset));
            }
            _ => return Err(self.error("expected a number or a text")),
        };
        Ok((Some(self.place(written)?), offset))
    }
}

/// A number as a value: an integer if it is one of 64 bits, else a double; not finite is no value.
pub(crate) fn parse_number(written: &str) -> Option<AnyValue<'static>> {
    match written.parse() {
        Ok(number) => Some(AnyValue::Int(number)),
        Err(_) => parse_double(written),
    }
}

fn parse_double(written: &str) -> Option<AnyValue<'static>> {
    let number: f64 = written.parse().ok()?;
    Some(if number.is_finite() {
        AnyValue::Double(number)
    } else {
        AnyValue::Empty
    })
}

/// A whole number written with a fraction or an exponent, as JavaScript and protobuf allow (`1.7e18`, `1.0`).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is whole and within the range when it is converted"
)]
fn whole_u64(written: &str) -> Option<u64> {
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;
    let number: f64 = written.parse().ok()?;
    let is_whole = number.fract() == 0.0 && (0.0..TWO_TO_64).contains(&number);
    is_whole.then_some(number as u64)
}

fn parse_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() > ID_DIGITS_MAX {
        return None;
    }
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| Some((hex_digit(high)? << 4) | hex_digit(low)?))
        .collect()
}

fn hex_digit(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}
