//! What spans and log records share: attributes and their values.

use super::wire::{Fault, Reader};
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{AnyValue, Attribute, Resource, Scope};

/// The message of an attribute.
pub(super) const KEY_VALUE: &str = "KeyValue";

/// Reads one attribute into a list, or leaves it out and counts it where a limit says so.
pub(super) fn attribute<'a>(
    reader: Reader<'a>,
    list: &mut Vec<Attribute<'a>>,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Fault> {
    if list.len() >= tally.limits.attributes_max {
        marks.drop_one();
        return Ok(());
    }
    let attribute = key_value(reader, 1, tally, marks)?;
    tally.keep_attribute(list, attribute, marks);
    Ok(())
}

/// Reads a message into a resource; one that is sent in parts is joined, as protobuf says.
pub(super) fn resource<'a>(
    mut reader: Reader<'a>,
    resource: &mut Resource<'a>,
    tally: &mut Tally<'_>,
) -> Result<(), Fault> {
    let mut marks = Marks::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => attribute(
                reader.message(field, KEY_VALUE)?,
                &mut resource.attributes,
                tally,
                &mut marks,
            )?,
            2 => resource.dropped_count = reader.uint32(field)?,
            _ => {}
        }
    }
    Tally::finish_resource(resource, &marks);
    Ok(())
}

/// Reads a message into a scope; one that is sent in parts is joined, as protobuf says.
pub(super) fn scope<'a>(
    mut reader: Reader<'a>,
    scope: &mut Scope<'a>,
    tally: &mut Tally<'_>,
) -> Result<(), Fault> {
    let mut marks = Marks::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => scope.name = tally.name(reader.text(field)?, "scope.name", &mut marks),
            2 => scope.version = tally.name(reader.text(field)?, "scope.version", &mut marks),
            3 => attribute(
                reader.message(field, KEY_VALUE)?,
                &mut scope.attributes,
                tally,
                &mut marks,
            )?,
            4 => scope.dropped_count = reader.uint32(field)?,
            _ => {}
        }
    }
    Tally::finish_scope(scope, &marks);
    Ok(())
}

/// Reads a value that is the `level`-th within its attribute or body.
///
/// A value sent in parts is joined, as protobuf says: of several members the last stands, and a list or map
/// that follows one of its own kind continues it. Callers recurse no deeper than the nesting limit.
pub(super) fn any_value<'a>(
    mut reader: Reader<'a>,
    value: &mut AnyValue<'a>,
    level: usize,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Fault> {
    while let Some(field) = reader.next()? {
        match field.number {
            1 => *value = tally.text_value(reader.text(field)?, marks),
            2 => *value = AnyValue::Bool(reader.varint(field)? != 0),
            3 => *value = AnyValue::Int(reader.varint(field)?.cast_signed()),
            4 => {
                let number = f64::from_bits(reader.fixed64(field)?);
                *value = if number.is_finite() {
                    AnyValue::Double(number)
                } else {
                    AnyValue::Empty
                };
            }
            5 | 6 if level >= tally.limits.nesting_max => {
                reader.bytes(field)?;
                marks.cut_value();
                *value = AnyValue::Empty;
            }
            5 => {
                let mut list = match std::mem::take(value) {
                    AnyValue::List(list) => list,
                    _ => Vec::new(),
                };
                values(
                    reader.message(field, "ArrayValue")?,
                    &mut list,
                    level,
                    tally,
                    marks,
                )?;
                *value = AnyValue::List(list);
            }
            6 => {
                let mut map = match std::mem::take(value) {
                    AnyValue::Map(map) => map,
                    _ => Vec::new(),
                };
                entries(
                    reader.message(field, "KeyValueList")?,
                    &mut map,
                    level,
                    tally,
                    marks,
                )?;
                *value = AnyValue::Map(map);
            }
            7 => *value = tally.bytes_value(reader.bytes(field)?.into(), marks),
            _ => {}
        }
    }
    Ok(())
}

fn values<'a>(
    mut reader: Reader<'a>,
    list: &mut Vec<AnyValue<'a>>,
    level: usize,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Fault> {
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            tally.count_value()?;
            let mut value = AnyValue::Empty;
            any_value(
                reader.message(field, "AnyValue")?,
                &mut value,
                level + 1,
                tally,
                marks,
            )?;
            list.push(value);
        }
    }
    Ok(())
}

fn entries<'a>(
    mut reader: Reader<'a>,
    map: &mut Vec<Attribute<'a>>,
    level: usize,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Fault> {
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            let entry = key_value(reader.message(field, KEY_VALUE)?, level + 1, tally, marks)?;
            tally.keep_entry(map, entry, marks);
        }
    }
    Ok(())
}

fn key_value<'a>(
    mut reader: Reader<'a>,
    level: usize,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<Attribute<'a>, Fault> {
    tally.count_value()?;
    let mut attribute = Attribute::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => attribute.key = reader.text(field)?,
            2 => any_value(
                reader.message(field, "AnyValue")?,
                &mut attribute.value,
                level,
                tally,
                marks,
            )?,
            _ => {}
        }
    }
    Ok(attribute)
}
