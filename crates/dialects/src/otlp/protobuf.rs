//! OTLP protobuf bodies, walked once and borrowed: no structure is built that is not the answer.
//!
//! Answers where the format leaves a choice:
//! - A field nobody here knows is skipped; groups and unknown wire types are refused, as is a known field with
//!   another wire type than its own.
//! - A message sent in parts is joined as protobuf says: the last of a single field stands, repeated fields
//!   follow one another.
//! - Text that is not UTF-8 is kept with U+FFFD in place of the bad bytes.
//! - NaN and infinities are no value: [`AnyValue::Empty`](super::AnyValue::Empty).
//! - An id of wrong length, or of zeros, leaves its span out ([`Request::rejected`]); on a link it leaves the
//!   link out, on a log record it means no id. Values nest up to the limit; the rest is cut.

mod common;
mod logs;
mod spans;
mod wire;

use super::tally::Tally;
use super::{Error, Group, Limits, LogRecord, MetricsCount, Request, Resource, Span};
use wire::{Field, Reader};

/// Reads the body of a trace export request (or a `TracesData`, which has the same form).
///
/// # Errors
/// [`Error`] if the body as a whole cannot be read or is over a limit on requests.
pub fn read_traces<'a>(body: &'a [u8], limits: &Limits) -> Result<Request<'a, Span<'a>>, Error> {
    read(
        Reader::new(body, "ExportTraceServiceRequest"),
        limits,
        spans::span,
    )
}

/// Reads the body of a log export request (or a `LogsData`, which has the same form).
///
/// # Errors
/// [`Error`] if the body as a whole cannot be read or is over a limit on requests.
pub fn read_logs<'a>(body: &'a [u8], limits: &Limits) -> Result<Request<'a, LogRecord<'a>>, Error> {
    read(
        Reader::new(body, "ExportLogsServiceRequest"),
        limits,
        logs::log_record,
    )
}

/// Counts what a metrics export request holds, without reading it.
///
/// # Errors
/// [`Error::Protobuf`] if the body cannot be read.
pub fn count_metrics(body: &[u8]) -> Result<MetricsCount, Error> {
    let mut count = MetricsCount::default();
    let mut reader = Reader::new(body, "ExportMetricsServiceRequest");
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            let mut reader = field.message("ResourceMetrics")?;
            while let Some(field) = reader.next()? {
                if field.number == 2 {
                    let mut reader = field.message("ScopeMetrics")?;
                    while let Some(field) = reader.next()? {
                        if field.number == 2 {
                            count.metrics += 1;
                            count.data_points += data_points(field.message("Metric")?)?;
                        }
                    }
                }
            }
        }
    }
    Ok(count)
}

/// Data points of one metric; of several kinds of data the last stands, as in any `oneof`.
fn data_points(mut metric: Reader<'_>) -> Result<u64, Error> {
    let mut kind = 0;
    let mut count = 0;
    while let Some(field) = metric.next()? {
        // Gauge, sum, histogram, exponential histogram, summary.
        if matches!(field.number, 5 | 7 | 9 | 10 | 11) {
            if kind != field.number {
                (kind, count) = (field.number, 0);
            }
            let mut data = field.message("Metric.data")?;
            while let Some(field) = data.next()? {
                if field.number == 1 {
                    field.bytes()?;
                    count += 1;
                }
            }
        }
    }
    Ok(count)
}

/// Reads one record; `None` if it was left out.
type ReadRecord<'a, T> = fn(Field<'a>, &mut Tally<'_>) -> Result<Option<T>, Error>;

/// Walks a request: resources, in them scopes, in them records. Traces and logs share these field numbers.
fn read<'a, T>(
    mut reader: Reader<'a>,
    limits: &Limits,
    read_record: ReadRecord<'a, T>,
) -> Result<Request<'a, T>, Error> {
    let mut tally = Tally::new(limits);
    let mut resources = Vec::new();
    let mut groups = Vec::new();
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            tally.count_value()?;
            let mut resource = Resource::default();
            let mut reader = field.message("ResourceSpans or ResourceLogs")?;
            let first_group = groups.len();
            while let Some(field) = reader.next()? {
                match field.number {
                    1 => common::resource(field, &mut resource, &mut tally)?,
                    2 => read_group(field, resources.len(), &mut groups, &mut tally, read_record)?,
                    _ => {}
                }
            }
            // A resource without records would be memory for nothing.
            if groups.len() > first_group {
                resources.push(resource);
            }
        }
    }
    Ok(Request {
        resources,
        groups,
        rejected: tally.into_rejected(),
    })
}

fn read_group<'a, T>(
    field: Field<'a>,
    resource: usize,
    groups: &mut Vec<Group<'a, T>>,
    tally: &mut Tally<'_>,
    read_record: ReadRecord<'a, T>,
) -> Result<(), Error> {
    tally.count_value()?;
    let mut group = Group {
        resource,
        scope: super::Scope::default(),
        records: Vec::new(),
    };
    let mut reader = field.message("ScopeSpans or ScopeLogs")?;
    while let Some(field) = reader.next()? {
        match field.number {
            1 => common::scope(field, &mut group.scope, tally)?,
            2 => {
                tally.count_record()?;
                group.records.extend(read_record(field, tally)?);
            }
            _ => {}
        }
    }
    if !group.records.is_empty() {
        groups.push(group);
    }
    Ok(())
}
