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
mod metrics;
mod spans;
mod wire;

use super::tally::Tally;
use super::{Error, Group, Limits, LogRecord, MetricsCount, Request, Resource, Scope, Span};
use wire::{Fault, Reader};

/// Reads the body of a trace export request (or a `TracesData`, which has the same form).
///
/// # Errors
/// [`Error`] if the body as a whole cannot be read or is over a limit on requests.
pub fn read_traces<'a>(body: &'a [u8], limits: &Limits) -> Result<Request<'a, Span<'a>>, Error> {
    let kind = Kind {
        request: "ExportTraceServiceRequest",
        resource: "ResourceSpans",
        scope: "ScopeSpans",
        record: "Span",
        read_record: spans::span,
    };
    read(body, limits, &kind).map_err(|fault| *fault)
}

/// Reads the body of a log export request (or a `LogsData`, which has the same form).
///
/// # Errors
/// [`Error`] if the body as a whole cannot be read or is over a limit on requests.
pub fn read_logs<'a>(body: &'a [u8], limits: &Limits) -> Result<Request<'a, LogRecord<'a>>, Error> {
    let kind = Kind {
        request: "ExportLogsServiceRequest",
        resource: "ResourceLogs",
        scope: "ScopeLogs",
        record: "LogRecord",
        read_record: logs::log_record,
    };
    read(body, limits, &kind).map_err(|fault| *fault)
}

/// Counts what a metrics export request holds, without reading it.
///
/// # Errors
/// [`Error::Protobuf`] if the body cannot be read.
pub fn count_metrics(body: &[u8]) -> Result<MetricsCount, Error> {
    metrics::count(body).map_err(|fault| *fault)
}

/// One of the two signals whose records are read. They share their field numbers.
struct Kind<'a, T> {
    /// Names of the messages, for errors.
    request: &'static str,
    resource: &'static str,
    scope: &'static str,
    record: &'static str,
    /// Reads one record; `None` if it was left out.
    read_record: fn(Reader<'a>, &mut Tally<'_>) -> Result<Option<T>, Fault>,
}

/// Walks a request: resources, in them scopes, in them records.
fn read<'a, T>(body: &'a [u8], limits: &Limits, kind: &Kind<'a, T>) -> Result<Request<'a, T>, Fault> {
    let mut tally = Tally::new(limits);
    let mut resources = Vec::new();
    let mut groups = Vec::new();
    let mut reader = Reader::new(body, kind.request);
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            tally.count_value()?;
            let mut resource = Resource::default();
            let mut reader = reader.message(field, kind.resource)?;
            let first_group = groups.len();
            while let Some(field) = reader.next()? {
                match field.number {
                    1 => common::resource(reader.message(field, "Resource")?, &mut resource, &mut tally)?,
                    2 => {
                        let reader = reader.message(field, kind.scope)?;
                        groups.extend(read_group(reader, resources.len(), &mut tally, kind)?);
                    }
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

/// Reads the records of one scope; `None` if there are none.
fn read_group<'a, T>(
    mut reader: Reader<'a>,
    resource: usize,
    tally: &mut Tally<'_>,
    kind: &Kind<'a, T>,
) -> Result<Option<Group<'a, T>>, Fault> {
    tally.count_value()?;
    let mut scope = Scope::default();
    let mut records = Vec::new();
    while let Some(field) = reader.next()? {
        match field.number {
            1 => common::scope(reader.message(field, "InstrumentationScope")?, &mut scope, tally)?,
            2 => {
                tally.count_record()?;
                records.extend((kind.read_record)(reader.message(field, kind.record)?, tally)?);
            }
            _ => {}
        }
    }
    Ok((!records.is_empty()).then_some(Group {
        resource,
        scope,
        records,
    }))
}
