//! Rows to Arrow columns and back. A table names its columns once, in its `schema`; here is how each type is
//! written and read. A column that a file lacks reads as unknown, so older files stay readable.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray, StringViewArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field as ArrowField, Float64Type, Int64Type, SchemaRef};
use trace::Text;
use trace::field::ValueType;

/// One column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Its name, everywhere.
    pub(crate) name: &'static str,
    /// Its Arrow type.
    pub(crate) data_type: DataType,
    /// Whether files carry minimum and maximum. Never for text: a prompt's first bytes in a footer are a leak.
    pub(crate) has_statistics: bool,
    /// Whether files carry a bloom filter for it.
    pub(crate) has_bloom_filter: bool,
}

impl Column {
    pub(crate) const fn new(name: &'static str, data_type: DataType) -> Self {
        let has_statistics = matches!(data_type, DataType::Int64 | DataType::Float64 | DataType::Boolean);
        Self {
            name,
            data_type,
            has_statistics,
            has_bloom_filter: false,
        }
    }

    pub(crate) const fn text(name: &'static str) -> Self {
        Self::new(name, DataType::Utf8)
    }

    pub(crate) const fn int(name: &'static str) -> Self {
        Self::new(name, DataType::Int64)
    }

    pub(crate) const fn double(name: &'static str) -> Self {
        Self::new(name, DataType::Float64)
    }

    pub(crate) const fn flag(name: &'static str) -> Self {
        Self::new(name, DataType::Boolean)
    }

    pub(crate) const fn id(name: &'static str) -> Self {
        Self::new(name, DataType::Binary)
    }

    pub(crate) fn text_list(name: &'static str) -> Self {
        Self::new(name, text_list_type())
    }

    pub(crate) const fn with_bloom_filter(mut self) -> Self {
        self.has_bloom_filter = true;
        self
    }

    /// The column of a registry field.
    pub(crate) fn of_field(field: trace::Field) -> Self {
        let definition = field.definition();
        match definition.value_type {
            ValueType::Text => Self::text(definition.name),
            ValueType::TextList => Self::text_list(definition.name),
            ValueType::Int => Self::int(definition.name),
            ValueType::Double => Self::double(definition.name),
            ValueType::Bool => Self::flag(definition.name),
        }
    }
}

/// The Arrow type of a list of short texts.
pub(crate) fn text_list_type() -> DataType {
    DataType::List(Arc::new(ArrowField::new("element", DataType::Utf8, true)))
}

/// The Arrow schema of these columns; every one may be null.
pub(crate) fn arrow_schema(columns: &[Column]) -> SchemaRef {
    let fields: Vec<_> = columns
        .iter()
        .map(|column| ArrowField::new(column.name, column.data_type.clone(), true))
        .collect();
    Arc::new(arrow::datatypes::Schema::new(fields))
}

/// Builds one batch column by column, in the order of its schema.
pub(crate) struct Writer {
    schema: SchemaRef,
    row_count: usize,
    arrays: Vec<ArrayRef>,
}

impl Writer {
    pub(crate) fn new(schema: SchemaRef, row_count: usize) -> Self {
        let arrays = Vec::with_capacity(schema.fields().len());
        Self {
            schema,
            row_count,
            arrays,
        }
    }

    pub(crate) fn text<'a>(&mut self, values: impl Iterator<Item = Option<&'a str>>) {
        self.arrays.push(Arc::new(values.collect::<StringArray>()));
    }

    pub(crate) fn int(&mut self, values: impl Iterator<Item = Option<i64>>) {
        self.arrays.push(Arc::new(values.collect::<Int64Array>()));
    }

    pub(crate) fn double(&mut self, values: impl Iterator<Item = Option<f64>>) {
        self.arrays.push(Arc::new(values.collect::<Float64Array>()));
    }

    pub(crate) fn flag(&mut self, values: impl Iterator<Item = Option<bool>>) {
        self.arrays.push(Arc::new(values.collect::<BooleanArray>()));
    }

    pub(crate) fn id<'a>(&mut self, values: impl Iterator<Item = Option<&'a [u8]>>) {
        self.arrays.push(Arc::new(values.collect::<BinaryArray>()));
    }

    pub(crate) fn text_list<'a>(&mut self, values: impl Iterator<Item = &'a [Text]>) {
        let mut lengths = Vec::with_capacity(self.row_count);
        let mut known = Vec::with_capacity(self.row_count);
        let mut items: Vec<&str> = Vec::new();
        for list in values {
            lengths.push(list.len());
            known.push(!list.is_empty());
            items.extend(list.iter().map(Text::as_str));
        }
        let items: ArrayRef = Arc::new(StringArray::from_iter_values(items));
        self.list(items, lengths, known);
    }

    /// A list column whose items were flattened in front; `lengths` says how many belong to each row.
    pub(crate) fn list(&mut self, items: ArrayRef, lengths: Vec<usize>, known: Vec<bool>) {
        let field = Arc::new(ArrowField::new("element", items.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(lengths);
        self.arrays.push(Arc::new(ListArray::new(
            field,
            offsets,
            items,
            Some(NullBuffer::from(known)),
        )));
    }

    /// A column without any value.
    pub(crate) fn nothing(&mut self) {
        if let Some(field) = self.schema.fields().get(self.arrays.len()) {
            self.arrays
                .push(arrow::array::new_null_array(field.data_type(), self.row_count));
        }
    }

    pub(crate) fn finish(self) -> Result<RecordBatch, arrow::error::ArrowError> {
        RecordBatch::try_new(self.schema, self.arrays)
    }
}

/// Reads one column of a batch by row; everything is unknown in a column that is not there.
pub(crate) enum Reader<'a> {
    Missing,
    Text(&'a StringArray),
    TextView(&'a StringViewArray),
    Int(&'a Int64Array),
    Double(&'a Float64Array),
    Flag(&'a BooleanArray),
    Bytes(&'a dyn Array),
    List(&'a ListArray),
}

impl<'a> Reader<'a> {
    pub(crate) fn of(batch: &'a RecordBatch, name: &str) -> Self {
        batch
            .column_by_name(name)
            .map_or(Self::Missing, |array| Self::over(array.as_ref()))
    }

    pub(crate) fn over(array: &'a dyn Array) -> Self {
        match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Int64 => Self::Int(array.as_primitive::<Int64Type>()),
            DataType::Float64 => Self::Double(array.as_primitive::<Float64Type>()),
            DataType::Boolean => Self::Flag(array.as_boolean()),
            DataType::Binary | DataType::BinaryView => Self::Bytes(array),
            DataType::List(_) => Self::List(array.as_list()),
            _ => Self::Missing,
        }
    }

    pub(crate) fn text(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Text(array) => array.is_valid(row).then(|| array.value(row)),
            Self::TextView(array) => array.is_valid(row).then(|| array.value(row)),
            _ => None,
        }
    }

    pub(crate) fn int(&self, row: usize) -> Option<i64> {
        match self {
            Self::Int(array) => array.is_valid(row).then(|| array.value(row)),
            _ => None,
        }
    }

    pub(crate) fn count(&self, row: usize) -> Option<u64> {
        self.int(row).and_then(|number| u64::try_from(number).ok())
    }

    pub(crate) fn double(&self, row: usize) -> Option<f64> {
        match self {
            Self::Double(array) => array.is_valid(row).then(|| array.value(row)),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, row: usize) -> Option<bool> {
        match self {
            Self::Flag(array) => array.is_valid(row).then(|| array.value(row)),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self, row: usize) -> Option<&'a [u8]> {
        let Self::Bytes(array) = self else { return None };
        if array.is_null(row) {
            return None;
        }
        match array.data_type() {
            DataType::BinaryView => Some(array.as_binary_view().value(row)),
            _ => Some(array.as_binary::<i32>().value(row)),
        }
    }

    /// The items of a list; `None` where the list is unknown.
    pub(crate) fn list(&self, row: usize) -> Option<ArrayRef> {
        match self {
            Self::List(array) => array.is_valid(row).then(|| array.value(row)),
            _ => None,
        }
    }

    pub(crate) fn texts(&self, row: usize) -> Vec<Text> {
        let Some(items) = self.list(row) else {
            return Vec::new();
        };
        let reader = Reader::over(items.as_ref());
        (0..items.len())
            .map(|index| reader.text(index).unwrap_or_default().into())
            .collect()
    }
}

/// Counts are unsigned in the domain and signed in the tables.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
