//! OTLP protobuf bodies, read only as far as import needs: which signal a body is, how many records it holds,
//! and its attribute keys. Whatever is not understood here is sent on as it is; the server judges it.

use super::mapping::KeyMap;
use super::source::Signal;

/// Messages of OTLP that hold, at any depth, attributes with keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    Request,
    OfResource,
    Resource,
    OfScope,
    Scope,
    Span,
    Event,
    Link,
    LogRecord,
    Attribute,
}

const LENGTH_DELIMITED: u64 = 2;

impl Message {
    /// The message that a field holds, for the signals whose attributes can be renamed.
    const fn of_field(self, signal: Signal, number: u64) -> Option<Self> {
        let is_log = matches!(signal, Signal::Logs);
        Some(match (self, number) {
            (Self::Request, 1) => Self::OfResource,
            (Self::OfResource, 1) => Self::Resource,
            (Self::OfResource, 2) => Self::OfScope,
            (Self::OfScope, 1) => Self::Scope,
            (Self::OfScope, 2) if is_log => Self::LogRecord,
            (Self::OfScope, 2) => Self::Span,
            (Self::Span, 11) => Self::Event,
            (Self::Span, 13) => Self::Link,
            (Self::Resource, 1)
            | (Self::Scope | Self::Event, 3)
            | (Self::Span, 9)
            | (Self::Link, 4)
            | (Self::LogRecord, 6) => Self::Attribute,
            _ => return None,
        })
    }
}

/// One field of a message.
struct Field<'a> {
    number: u64,
    wire_type: u64,
    /// All bytes of the field, tag included.
    whole: &'a [u8],
    /// What a length-delimited field holds; empty for others.
    value: &'a [u8],
}

/// Which signal a body is, and how many records it holds; `None` if it is no OTLP request.
pub(super) fn examine(body: &[u8]) -> Option<(Signal, u64)> {
    let mut signal = None;
    let mut records = 0;
    for of_resource in messages(body, 1)? {
        for of_scope in messages(of_resource, 2)? {
            for record in messages(of_scope, 2)? {
                records += 1;
                signal = signal.or(Some(signal_of(record)?));
            }
        }
    }
    // A body without records says nothing; traces is as good as any.
    (!body.is_empty()).then_some((signal.unwrap_or(Signal::Traces), records))
}

/// Tells spans, log records and metrics apart by the fields each must have.
fn signal_of(record: &[u8]) -> Option<Signal> {
    let fields = fields(record)?;
    let has = |number, wire_type, size: Option<usize>| {
        fields.iter().any(|field| {
            field.number == number
                && field.wire_type == wire_type
                && size.is_none_or(|size| field.value.len() == size)
        })
    };
    let is_span = has(2, LENGTH_DELIMITED, Some(8)) && has(1, LENGTH_DELIMITED, Some(16));
    let is_metric = [5, 7, 9, 10, 11]
        .iter()
        .any(|&data| has(data, LENGTH_DELIMITED, None))
        && has(1, LENGTH_DELIMITED, None);
    if is_span {
        Some(Signal::Traces)
    } else if fields
        .iter()
        .all(|field| field.number != 1 || field.wire_type != LENGTH_DELIMITED)
    {
        Some(Signal::Logs)
    } else if is_metric {
        Some(Signal::Metrics)
    } else {
        Some(Signal::Traces)
    }
}

/// The body with attribute keys renamed. Fields that are not known here are kept byte by byte.
pub(super) fn rename(body: &[u8], signal: Signal, map: &KeyMap) -> Option<Vec<u8>> {
    rename_in(body, Message::Request, signal, map)
}

fn rename_in(bytes: &[u8], message: Message, signal: Signal, map: &KeyMap) -> Option<Vec<u8>> {
    let mut renamed = Vec::with_capacity(bytes.len());
    for field in fields(bytes)? {
        let inner = match message.of_field(signal, field.number) {
            _ if field.wire_type != LENGTH_DELIMITED => None,
            Some(inner) => Some(rename_in(field.value, inner, signal, map)?),
            None if message == Message::Attribute && field.number == 1 => std::str::from_utf8(field.value)
                .ok()
                .and_then(|key| map.rename(key))
                .map(|new| new.as_bytes().to_vec()),
            None => None,
        };
        match inner {
            Some(inner) => {
                push_varint(&mut renamed, field.number << 3 | LENGTH_DELIMITED);
                push_varint(&mut renamed, u64::try_from(inner.len()).ok()?);
                renamed.extend_from_slice(&inner);
            }
            None => renamed.extend_from_slice(field.whole),
        }
    }
    Some(renamed)
}

/// The text and number of a partial success: how many records were refused, and why.
pub(super) fn partial_success(answer: &[u8]) -> Option<(u64, String)> {
    let partial = *messages(answer, 1)?.first()?;
    let rejected = fields(partial)?.into_iter().find(|field| field.number == 1);
    let count = rejected
        .and_then(|field| varint(field.whole.get(1..)?))
        .map_or(0, |(count, _)| count);
    let message = messages(partial, 2)?
        .first()
        .map(|text| String::from_utf8_lossy(text).into_owned());
    Some((count, message.unwrap_or_default()))
}

/// The message of a `google.rpc.Status`, which OTLP answers errors with.
pub(super) fn status_message(answer: &[u8]) -> Option<String> {
    let message = *messages(answer, 2)?.first()?;
    String::from_utf8(message.to_vec()).ok()
}

fn messages(bytes: &[u8], number: u64) -> Option<Vec<&[u8]>> {
    let is_wanted = |field: &Field<'_>| field.number == number && field.wire_type == LENGTH_DELIMITED;
    Some(
        fields(bytes)?
            .into_iter()
            .filter(is_wanted)
            .map(|field| field.value)
            .collect(),
    )
}

fn fields(mut bytes: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (tag, after_tag) = varint(bytes)?;
        let (value, rest): (&[u8], &[u8]) = match tag & 7 {
            0 => (&[], varint(after_tag)?.1),
            1 => (&[], after_tag.get(8..)?),
            2 => {
                let (size, after_size) = varint(after_tag)?;
                after_size.split_at_checked(usize::try_from(size).ok()?)?
            }
            5 => (&[], after_tag.get(4..)?),
            _ => return None,
        };
        let whole = bytes.get(..bytes.len() - rest.len())?;
        found.push(Field {
            number: tag >> 3,
            wire_type: tag & 7,
            whole,
            value,
        });
        bytes = rest;
    }
    Some(found)
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * index).min(63);
        if byte < 0x80 {
            return Some((number, bytes.get(index + 1..)?));
        }
    }
    None
}

fn push_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(number: u8, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![number << 3 | 2];
        push_varint(&mut bytes, value.len() as u64);
        bytes.extend_from_slice(value);
        bytes
    }

    fn request(record: &[u8]) -> Vec<u8> {
        field(1, &field(2, &field(2, record)))
    }

    fn span() -> Vec<u8> {
        let attribute = [field(1, b"a.b"), field(2, &field(1, b"value"))].concat();
        [
            field(1, &[1; 16]),
            field(2, &[2; 8]),
            field(5, b"name"),
            field(9, &attribute),
        ]
        .concat()
    }

    #[test]
    fn tells_signals_apart() {
        assert_eq!(examine(&request(&span())), Some((Signal::Traces, 1)));
        let log = [vec![0x09], vec![0; 8], field(5, b"")].concat();
        assert_eq!(examine(&request(&log)), Some((Signal::Logs, 1)));
        let metric = [field(1, b"sixteen_letters_"), field(7, b"")].concat();
        assert_eq!(examine(&request(&metric)), Some((Signal::Metrics, 1)));
        assert_eq!(examine(b"{\"a\":1}"), None);
        assert_eq!(examine(b""), None);
    }

    #[test]
    fn renames_a_key_and_keeps_every_other_byte() {
        let map = KeyMap::parse(&["a.b=everyframe.run.task.id".to_owned()]).unwrap();
        let unknown = [request(&span()), vec![0x78, 0x05]].concat();
        let renamed = rename(&unknown, Signal::Traces, &map).unwrap();
        assert_eq!(renamed.len(), unknown.len() + "everyframe.run.task.id".len() - 3);
        let none = KeyMap::parse(&["x=everyframe.run.task.id".to_owned()]).unwrap();
        assert_eq!(rename(&unknown, Signal::Traces, &none).unwrap(), unknown);
    }

    #[test]
    fn reads_a_partial_success() {
        let answer = field(1, &[vec![0x08, 0xac, 0x02], field(2, b"bad ids")].concat());
        assert_eq!(partial_success(&answer), Some((300, "bad ids".to_owned())));
        assert_eq!(partial_success(b""), None);
    }
}
