//! OTLP/JSON bodies, read in one pass into the same form as protobuf bodies, with the same answers
//! (see [`protobuf`](super::protobuf)). Where JSON leaves a choice of its own:
//! - Names are read in `lowerCamelCase` and in `snake_case`; unknown ones are skipped, at any depth.
//! - A name that stands twice is read as a protobuf field sent twice: the last of a single field stands, lists
//!   follow one another, objects are joined.
//! - `null` means that the field is not set.
//! - Ids are hex in either case, as OTLP says; base64, which the plain protobuf mapping would write, is an id of
//!   wrong length.
//! - 64-bit numbers may be texts or numbers. An `intValue` that is no 64-bit integer (JavaScript writes `1e21`
//!   so) is read as a double; `NaN` and infinities, bare or in quotes, are no value.
//! - Enumerations are numbers or names; an unknown name means unspecified.
//! - Bytes are base64, of the standard or the URL alphabet, padded or not.
//! - A lone surrogate, and bytes that are not UTF-8, are read as U+FFFD.
//! - A field of another type than its own refuses the body, with the place.

mod common;
mod logs;
mod metrics;
mod scalar;
mod spans;
mod walk;

use super::{Error, Group, Limits, LogRecord, MetricsCount, Request, Resource, Scope, Span};
use crate::json::Next;
pub(crate) use scalar::parse_number;
use walk::Walk;

/// What a body holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// Spans: [`read_traces`] reads it.
    Traces,
    /// Log records: [`read_logs`] reads it.
    Logs,
    /// Metrics: [`count_metrics`] reads it.
    Metrics,
}

/// Reads the body of a trace export request (or a `TracesData`, which has the same form).
///
/// # Errors
/// [`Error`] if the body as a whole cannot be read or is over a limit on requests.
pub fn read_traces<'a>(body: &'a [u8], limits: &Limits) -> Result<Request<'a, Span<'a>>, Error> {
    let names = Names {
        resources: ["resourceSpans", "resource_spans"],
        scopes: ["scopeSpans", "scope_spans"],
        records: ["spans", "spans"],
    };
    read(body, limits, &names, spans::span)
}

/// Reads the body of a log export request (or a `LogsData`, which has the same form).
///
/// # Errors
/// [`Error`] if the body as a whole cannot be read or is over a limit on requests.
pub fn read_logs<'a>(body: &'a [u8], limits: &Limits) -> Result<Request<'a, LogRecord<'a>>, Error> {
    let names = Names {
        resources: ["resourceLogs", "resource_logs"],
        scopes: ["scopeLogs", "scope_logs"],
        records: ["logRecords", "log_records"],
    };
    read(body, limits, &names, logs::log_record)
}

/// Counts what a metrics export request holds, without reading it.
///
/// # Errors
/// [`Error::Json`] if the body cannot be read.
pub fn count_metrics(body: &[u8]) -> Result<MetricsCount, Error> {
    metrics::count(body)
}

/// Which signal a body holds, by its first known name; `None` if it has none. For files, where no path says it.
///
/// # Errors
/// [`Error::Json`] if the body is no object or broken before that name.
pub fn signal(body: &[u8]) -> Result<Option<Signal>, Error> {
    let limits = Limits::default();
    let mut walk = Walk::new(body, &limits);
    let begun = walk.reader.begin_object();
    walk.place(begun)?;
    let mut is_first = true;
    loop {
        let key = walk.reader.next_key(&mut is_first);
        let Some(key) = walk.place(key)? else {
            return Ok(None);
        };
        match key.as_ref() {
            "resourceSpans" | "resource_spans" => return Ok(Some(Signal::Traces)),
            "resourceLogs" | "resource_logs" => return Ok(Some(Signal::Logs)),
            "resourceMetrics" | "resource_metrics" => return Ok(Some(Signal::Metrics)),
            _ => walk.skip()?,
        }
    }
}

/// Names that differ between signals, in both spellings.
struct Names {
    resources: [&'static str; 2],
    scopes: [&'static str; 2],
    records: [&'static str; 2],
}

/// Reads one record; `None` if it was left out.
type ReadRecord<'a, T> = fn(&mut Walk<'a, '_>) -> Result<Option<T>, Error>;

fn read<'a, T>(
    body: &'a [u8],
    limits: &Limits,
    names: &Names,
    read_record: ReadRecord<'a, T>,
) -> Result<Request<'a, T>, Error> {
    let mut walk = Walk::new(body, limits);
    let mut resources = Vec::new();
    let mut groups = Vec::new();
    let next = walk.reader.peek();
    if walk.place(next)? != Next::Object {
        return Err(walk.error("expected an object"));
    }
    walk.object("the request", |walk, key| {
        if names.resources.contains(&key) {
            walk.array(|walk| read_resource(walk, names, &mut resources, &mut groups, read_record))
        } else {
            walk.skip()
        }
    })?;
    let end = walk.reader.end();
    walk.place(end)?;
    Ok(Request {
        resources,
        groups,
        rejected: walk.tally.into_rejected(),
    })
}

fn read_resource<'a, T>(
    walk: &mut Walk<'a, '_>,
    names: &Names,
    resources: &mut Vec<Resource<'a>>,
    groups: &mut Vec<Group<'a, T>>,
    read_record: ReadRecord<'a, T>,
) -> Result<(), Error> {
    walk.tally.count_value()?;
    let mut resource = Resource::default();
    let first_group = groups.len();
    walk.object("ResourceSpans or ResourceLogs", |walk, key| {
        if key == "resource" {
            common::resource(walk, &mut resource)
        } else if names.scopes.contains(&key) {
            walk.array(|walk| read_group(walk, names, resources.len(), groups, read_record))
        } else {
            walk.skip()
        }
    })?;
    // A resource without records would be memory for nothing.
    if groups.len() > first_group {
        resources.push(resource);
    }
    Ok(())
}

fn read_group<'a, T>(
    walk: &mut Walk<'a, '_>,
    names: &Names,
    resource: usize,
    groups: &mut Vec<Group<'a, T>>,
    read_record: ReadRecord<'a, T>,
) -> Result<(), Error> {
    walk.tally.count_value()?;
    let mut scope = Scope::default();
    let mut records = Vec::new();
    walk.object("ScopeSpans or ScopeLogs", |walk, key| {
        if key == "scope" {
            common::scope(walk, &mut scope)
        } else if names.records.contains(&key) {
            walk.array(|walk| {
                walk.tally.count_record()?;
                records.extend(read_record(walk)?);
                Ok(())
            })
        } else {
            walk.skip()
        }
    })?;
    if !records.is_empty() {
        groups.push(Group {
            resource,
            scope,
            records,
        });
    }
    Ok(())
}
