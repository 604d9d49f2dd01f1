//! Log records from their wire bytes.

use super::common::{KEY_VALUE, any_value, attribute};
use super::wire::{Fault, Reader};
use crate::otlp::LogRecord;
use crate::otlp::tally::{Marks, Tally};

/// Reads one log record.
pub(super) fn log_record<'a>(
    mut reader: Reader<'a>,
    tally: &mut Tally<'_>,
) -> Result<Option<LogRecord<'a>>, Fault> {
    let mut record = LogRecord::default();
    let mut marks = Marks::default();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => record.time_unix_nanos = reader.fixed64(field)?,
            2 => record.severity = reader.int32(field)?,
            5 => {
                any_value(
                    reader.message(field, "AnyValue")?,
                    &mut record.body,
                    1,
                    tally,
                    &mut marks,
                )?;
                marks.finish_value("body");
            }
            6 => {
                tally.reserve_attributes(&mut record.attributes);
                attribute(
                    reader.message(field, KEY_VALUE)?,
                    &mut record.attributes,
                    tally,
                    &mut marks,
                )?;
            }
            7 => record.dropped_count = reader.uint32(field)?,
            9 => record.trace_id = reader.bytes(field)?.into(),
            10 => record.span_id = reader.bytes(field)?.into(),
            11 => record.observed_unix_nanos = reader.fixed64(field)?,
            12 => record.event_name = tally.name(reader.text(field)?, "event_name", &mut marks),
            _ => {}
        }
    }
    Ok(Some(tally.finish_log_record(record, marks)))
}
