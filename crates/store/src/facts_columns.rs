//! Facts to columns and back: one column per registry field, in registry order.

use arrow::array::RecordBatch;
use trace::field::ValueType;
use trace::{Facts, Field, Value};

use crate::columns::{Column, Reader, Writer};

/// The columns of these fields.
pub(crate) fn columns(fields: &[Field]) -> impl Iterator<Item = Column> + '_ {
    fields.iter().map(|field| Column::of_field(*field))
}

/// Writes one column per field. Most fields are unknown in most batches, and those cost nothing per row.
pub(crate) fn write(writer: &mut Writer, fields: &[Field], rows: &[&Facts]) {
    let mut is_used = std::collections::HashSet::new();
    for facts in rows {
        is_used.extend(facts.iter().map(|(field, _)| field));
    }
    for field in fields {
        if !is_used.contains(field) {
            writer.nothing();
            continue;
        }
        match field.definition().value_type {
            ValueType::Text => writer.text(rows.iter().map(|facts| facts.text(*field))),
            ValueType::TextList => writer.text_list(rows.iter().map(|facts| facts.list(*field))),
            ValueType::Int => writer.int(rows.iter().map(|facts| facts.int(*field))),
            ValueType::Double => writer.double(rows.iter().map(|facts| facts.double(*field))),
            ValueType::Bool => writer.flag(rows.iter().map(|facts| facts.flag(*field))),
        }
    }
}

/// Reads facts by row from the columns a batch has.
pub(crate) struct FactsReader<'a> {
    readers: Vec<(Field, Reader<'a>)>,
}

impl<'a> FactsReader<'a> {
    pub(crate) fn new(batch: &'a RecordBatch, fields: &[Field]) -> Self {
        let readers = fields
            .iter()
            .filter_map(|field| {
                let array = batch.column_by_name(field.definition().name)?;
                (array.null_count() < array.len()).then(|| (*field, Reader::over(array.as_ref())))
            })
            .collect();
        Self { readers }
    }

    pub(crate) fn read(&self, row: usize) -> Facts {
        self.readers
            .iter()
            .filter_map(|(field, reader)| {
                let value = match field.definition().value_type {
                    ValueType::Text => Value::Text(reader.text(row)?.into()),
                    ValueType::TextList => Value::TextList(reader.texts(row)),
                    ValueType::Int => Value::Int(reader.int(row)?),
                    ValueType::Double => Value::Double(reader.double(row)?),
                    ValueType::Bool => Value::Bool(reader.flag(row)?),
                };
                Some((*field, value))
            })
            .collect()
    }
}
