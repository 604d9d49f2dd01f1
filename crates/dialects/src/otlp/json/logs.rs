//! Log records from JSON.

use super::common::{any_value, attributes, name};
use super::walk::Walk;
use crate::otlp::tally::Marks;
use crate::otlp::{Error, LogRecord};

/// Severity number of the first name of each group of four (`SEVERITY_NUMBER_DEBUG`, `..._DEBUG2`, ...).
const SEVERITY_GROUPS: [(&str, i32); 6] = [
    ("TRACE", 1),
    ("DEBUG", 5),
    ("INFO", 9),
    ("WARN", 13),
    ("ERROR", 17),
    ("FATAL", 21),
];

/// Reads one log record.
pub(super) fn log_record<'a>(walk: &mut Walk<'a, '_>) -> Result<Option<LogRecord<'a>>, Error> {
    let mut record = LogRecord::default();
    let mut marks = Marks::default();
    walk.object("LogRecord", |walk, key| {
        match key {
            "timeUnixNano" | "time_unix_nano" => record.time_unix_nanos = walk.uint64()?,
            "observedTimeUnixNano" | "observed_time_unix_nano" => {
                record.observed_unix_nanos = walk.uint64()?;
            }
            "severityNumber" | "severity_number" => record.severity = walk.enumeration(severity_number)?,
            "eventName" | "event_name" => record.event_name = name(walk, "event_name", &mut marks)?,
            "body" => {
                any_value(walk, &mut record.body, 1, &mut marks)?;
                marks.finish_value("body");
            }
            "attributes" => attributes(walk, &mut record.attributes, &mut marks)?,
            "droppedAttributesCount" | "dropped_attributes_count" => record.dropped_count = walk.uint32()?,
            "traceId" | "trace_id" => record.trace_id = walk.id()?,
            "spanId" | "span_id" => record.span_id = walk.id()?,
            _ => walk.skip()?,
        }
        Ok(())
    })?;
    Ok(Some(walk.tally.finish_log_record(record, marks)))
}

fn severity_number(name: &str) -> Option<i32> {
    let name = name.strip_prefix("SEVERITY_NUMBER_")?;
    SEVERITY_GROUPS.iter().find_map(|(group, first)| {
        Some(match name.strip_prefix(group)? {
            "" => *first,
            "2" => first + 1,
            "3" => first + 2,
            "4" => first + 3,
            _ => return None,
        })
    })
}
