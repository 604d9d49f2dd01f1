//! Log records from their wire bytes.

use super::common::{any_value, attribute};
use super::wire::Field;
use crate::otlp::tally::{Marks, Tally};
use crate::otlp::{Error, LogRecord};

/// Reads one log record.
pub(super) fn log_record<'a>(
    field: Field<'a>,
    tally: &mut Tally<'_>,
) -> Result<Option<LogRecord<'a>>, Error> {
    let mut reader = field.message("LogRecord")?;
    let mut record = LogRecord::default();
    let mut marks = Marks::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => record.time_unix_nanos = field.fixed64()?,
            2 => record.severity = field.int32()?,
            5 => {
                any_value(field.message("AnyValue")?, &mut record.body, 1, tally, &mut marks)?;
                marks.finish_value("body");
            }
            6 => attribute(field, &mut record.attributes, tally, &mut marks)?,
            7 => record.dropped_count = field.uint32()?,
            9 => record.trace_id = field.bytes()?.into(),
            10 => record.span_id = field.bytes()?.into(),
            11 => record.observed_unix_nanos = field.fixed64()?,
            12 => record.event_name = tally.name(field.text()?, "event_name", &mut marks),
            _ => {}
        }
    }
    Ok(Some(Tally::finish_log_record(record, marks)))
}
