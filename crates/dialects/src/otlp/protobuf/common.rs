//! What spans and log records share: attributes and their values.

use super::wire::{Field, Reader};
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{AnyValue, Attribute, Error, Resource, Scope};

/// Reads one attribute into a list, or leaves it out and counts it where a limit says so.
pub(super) fn attribute<'a>(
    field: Field<'a>,
    list: &mut Vec<Attribute<'a>>,
    tally: &mut Tally<'_>,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    let reader = field.message("KeyValue")?;
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
    field: Field<'a>,
    resource: &mut Resource<'a>,
    tally: &mut Tally<'_>,
) -> Result<(), Error> {
    let mut reader = field.message("Resource")?;
    let mut marks = Marks::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => attribute(field, &mut resource.attributes, tally, &mut marks)?,
            2 => resource.dropped_count = field.uint32()?,
            _ => {}
        }
    }
    Tally::finish_resource(resource, &marks);
    Ok(())
}

/// Reads a message into a scope; one that is sent in parts is joined, as protobuf says.
pub(super) fn scope<'a>(field: Field<'a>, scope: &mut Scope<'a>, tally: &mut Tally<'_>) -> Result<(), Error> {
    let mut reader = field.message("InstrumentationScope")?;
    let mut marks = Marks::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => scope.name = tally.name(field.text()?, "scope.name", &mut marks),
            2 => scope.version = tally.name(field.text()?, "scope.version", &mut marks),
            3 => attribute(field, &mut scope.attributes, tally, &mut marks)?,
            4 => scope.dropped_count = field.uint32()?,
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
) -> Result<(), Error> {
    while let Some(field) = reader.next()? {
        match field.number {
            1 => *value = tally.text_value(field.text()?, marks),
            2 => *value = AnyValue::Bool(field.varint()? != 0),
            3 => *value = AnyValue::Int(field.varint()?.cast_signed()),
            4 => {
                let number = f64::from_bits(field.fixed64()?);
                *value = if number.is_finite() {
                    AnyValue::Double(number)
                } else {
                    AnyValue::Empty
                };
            }
            5 | 6 if level >= tally.limits.nesting_max => {
                field.bytes()?;
                marks.cut_value();
                *value = AnyValue::Empty;
            }
            5 => {
                let mut list = match std::mem::take(value) {
                    AnyValue::List(list) => list,
                    _ => Vec::new(),
                };
                values(field.message("ArrayValue")?, &mut list, level, tally, marks)?;
                *value = AnyValue::List(list);
            }
            6 => {
                let mut map = match std::mem::take(value) {
                    AnyValue::Map(map) => map,
                    _ => Vec::new(),
                };
                entries(field.message("KeyValueList")?, &mut map, level, tally, marks)?;
                *value = AnyValue::Map(map);
            }
            7 => *value = tally.bytes_value(field.bytes()?.into(), marks),
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
) -> Result<(), Error> {
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            tally.count_value()?;
            let mut value = AnyValue::Empty;
            any_value(field.message("AnyValue")?, &mut value, level + 1, tally, marks)?;
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
) -> Result<(), Error> {
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            let entry = key_value(field.message("KeyValue")?, level + 1, tally, marks)?;
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
) -> Result<Attribute<'a>, Error> {
    tally.count_value()?;
    let mut attribute = Attribute::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => attribute.key = field.text()?,
            2 => any_value(
                field.message("AnyValue")?,
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
