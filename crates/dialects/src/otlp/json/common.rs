//! What spans and log records share: attributes and their values.

use super::walk::Walk;
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{AnyValue, Attribute, Error, Resource, Scope};

/// Reads an array of attributes into a list, leaving out and counting what is over a limit.
pub(super) fn attributes<'a>(
    walk: &mut Walk<'a, '_>,
    list: &mut Vec<Attribute<'a>>,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    walk.array(|walk| {
        if list.len() >= walk.tally.limits.attributes_max {
            marks.drop_one();
            return walk.skip();
        }
        let attribute = key_value(walk, 1, marks)?;
        walk.tally.keep_attribute(list, attribute, marks);
        Ok(())
    })
}

/// Reads an object into a resource.
pub(super) fn resource<'a>(walk: &mut Walk<'a, '_>, resource: &mut Resource<'a>) -> Result<(), Error> {
    let mut marks = Marks::default();
    walk.object("Resource", |walk, key| {
        match key {
            "attributes" => attributes(walk, &mut resource.attributes, &mut marks)?,
            "droppedAttributesCount" | "dropped_attributes_count" => {
                resource.dropped_count = walk.uint32()?;
            }
            _ => walk.skip()?,
        }
        Ok(())
    })?;
    Tally::finish_resource(resource, &marks);
    Ok(())
}

/// Reads an object into a scope.
pub(super) fn scope<'a>(walk: &mut Walk<'a, '_>, scope: &mut Scope<'a>) -> Result<(), Error> {
    let mut marks = Marks::default();
    walk.object("InstrumentationScope", |walk, key| {
        match key {
            "name" => scope.name = name(walk, "scope.name", &mut marks)?,
            "version" => scope.version = name(walk, "scope.version", &mut marks)?,
            "attributes" => attributes(walk, &mut scope.attributes, &mut marks)?,
            "droppedAttributesCount" | "dropped_attributes_count" => scope.dropped_count = walk.uint32()?,
            _ => walk.skip()?,
        }
        Ok(())
    })?;
    Tally::finish_scope(scope, &marks);
    Ok(())
}

/// Reads a name, cut to its limit; `field` is what a cut is called.
pub(super) fn name<'a>(
    walk: &mut Walk<'a, '_>,
    field: &'static str,
    marks: &mut Marks<'a>,
) -> Result<std::borrow::Cow<'a, str>, Error> {
    let text = walk.text()?;
    Ok(walk.tally.name(text, field, marks))
}

/// Reads a value that is the `level`-th within its attribute or body. Callers recurse no deeper than the nesting
/// limit; what lies below is skipped without recursion.
pub(super) fn any_value<'a>(
    walk: &mut Walk<'a, '_>,
    value: &mut AnyValue<'a>,
    level: usize,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    walk.object("AnyValue", |walk, key| {
        let is_known = matches!(
            key,
            "stringValue"
                | "string_value"
                | "boolValue"
                | "bool_value"
                | "intValue"
                | "int_value"
                | "doubleValue"
                | "double_value"
                | "arrayValue"
                | "array_value"
                | "kvlistValue"
                | "kvlist_value"
                | "bytesValue"
                | "bytes_value"
        );
        if !is_known {
            return walk.skip();
        }
        if walk.is_null()? {
            return Ok(());
        }
        match key {
            "stringValue" | "string_value" => {
                let text = walk.text()?;
                *value = walk.tally.text_value(text, marks);
            }
            "boolValue" | "bool_value" => {
                let flag = walk.reader.bool();
                *value = AnyValue::Bool(walk.place(flag)?);
            }
            "intValue" | "int_value" => *value = walk.int_value()?,
            "doubleValue" | "double_value" => *value = walk.double_value()?,
            "bytesValue" | "bytes_value" => *value = walk.bytes_value(marks)?,
            _ if level >= walk.tally.limits.nesting_max => {
                marks.cut_value();
                *value = AnyValue::Empty;
                walk.skip()?;
            }
            "arrayValue" | "array_value" => list(walk, value, level, marks)?,
            _ => map(walk, value, level, marks)?,
        }
        Ok(())
    })
}

fn list<'a>(
    walk: &mut Walk<'a, '_>,
    value: &mut AnyValue<'a>,
    level: usize,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    let mut list = match std::mem::take(value) {
        AnyValue::List(list) => list,
        _ => Vec::new(),
    };
    walk.object("ArrayValue", |walk, key| {
        if key != "values" {
            return walk.skip();
        }
        walk.array(|walk| {
            walk.tally.count_value()?;
            let mut element = AnyValue::Empty;
            any_value(walk, &mut element, level + 1, marks)?;
            list.push(element);
            Ok(())
        })
    })?;
    *value = AnyValue::List(list);
    Ok(())
}

fn map<'a>(
    walk: &mut Walk<'a, '_>,
    value: &mut AnyValue<'a>,
    level: usize,
    marks: &mut Marks<'a>,
) -> Result<(), Error> {
    let mut map = match std::mem::take(value) {
        AnyValue::Map(map) => map,
        _ => Vec::new(),
    };
    walk.object("KeyValueList", |walk, key| {
        if key != "values" {
            return walk.skip();
        }
        walk.array(|walk| {
            let entry = key_value(walk, level + 1, marks)?;
            walk.tally.keep_entry(&mut map, entry, marks);
            Ok(())
        })
    })?;
    *value = AnyValue::Map(map);
    Ok(())
}

fn key_value<'a>(
    walk: &mut Walk<'a, '_>,
    level: usize,
    marks: &mut Marks<'a>,
) -> Result<Attribute<'a>, Error> {
    walk.tally.count_value()?;
    let mut attribute = Attribute::default();
    walk.object("KeyValue", |walk, key| {
        match key {
            "key" => attribute.key = walk.text()?,
            "value" => any_value(walk, &mut attribute.value, level, marks)?,
            _ => walk.skip()?,
        }
        Ok(())
    })?;
    Ok(attribute)
}
