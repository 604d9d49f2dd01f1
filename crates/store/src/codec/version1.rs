//! Version 1 of the record form. Its layout is frozen: the order and the types of the fields below are what
//! is on people's disks. To store something new, add a version.
//!
//! The mirror types borrow in both directions: from the batch when writing, from the bytes when reading.

use serde::{Deserialize, Serialize};
use trace::span::Batch;

use super::{Error, Restored};

mod read;
mod write;

/// Room that a usual batch needs from the start.
const USUAL_SIZE_BYTES: usize = 64 * 1024;

/// Writes a record.
pub(super) fn encode(batch: &Batch) -> Result<Vec<u8>, Error> {
    postcard::to_extend(&BatchRecord::of(batch), Vec::with_capacity(USUAL_SIZE_BYTES))
        .map_err(|_| Error::Malformed("the batch does not fit the record form"))
}

/// Reads a record, all of it.
pub(super) fn decode(plain: &[u8]) -> Result<Restored, Error> {
    let (record, rest) = postcard::take_from_bytes::<BatchRecord<'_>>(plain)
        .map_err(|_| Error::Malformed("it breaks off, or a value is out of its range"))?;
    if !rest.is_empty() {
        return Err(Error::Malformed("bytes follow its end"));
    }
    Ok(read::restore(record))
}

#[derive(Serialize, Deserialize)]
struct BatchRecord<'a> {
    workspace_id: &'a str,
    project_id: &'a str,
    received_at: i64,
    #[serde(borrow)]
    spans: Vec<SpanRecord<'a>>,
    contents: Vec<ContentRecord<'a>>,
    scores: Vec<ScoreRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SpanRecord<'a> {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    parent_id: Option<[u8; 8]>,
    record: &'a str,
    supplement: u64,
    kind: &'a str,
    name: &'a str,
    start: i64,
    duration_nanos: Option<i64>,
    status: &'a str,
    /// By number of the field.
    #[serde(borrow)]
    facts: Vec<(u16, ValueRecord<'a>)>,
    attributes: Vec<(&'a str, ValueRecord<'a>)>,
    events: Vec<EventRecord<'a>>,
    links: Vec<LinkRecord>,
    content: Vec<ReferenceRecord<'a>>,
    withheld: Vec<WithheldRecord<'a>>,
    policy_version: &'a str,
}

#[derive(Serialize, Deserialize)]
enum ValueRecord<'a> {
    Text(&'a str),
    #[serde(borrow)]
    TextList(Vec<&'a str>),
    Int(i64),
    Double(f64),
    Bool(bool),
}

#[derive(Serialize, Deserialize)]
struct EventRecord<'a> {
    name: &'a str,
    time: i64,
    #[serde(borrow)]
    attributes: Vec<(&'a str, ValueRecord<'a>)>,
}

#[derive(Serialize, Deserialize)]
struct LinkRecord {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    is_resume: bool,
}

#[derive(Serialize, Deserialize)]
struct ReferenceRecord<'a> {
    role: &'a str,
    position: u32,
    content_id: Option<[u8; 16]>,
    size_bytes: u64,
    clearance: &'a str,
    #[serde(borrow)]
    removals: Vec<RemovalRecord<'a>>,
}

#[derive(Serialize, Deserialize)]
struct RemovalRecord<'a> {
    rule: &'a str,
    clearance: &'a str,
    count: u32,
    size_bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct WithheldRecord<'a> {
    field: &'a str,
    clearance: &'a str,
    rule: &'a str,
    count: u32,
}

#[derive(Serialize, Deserialize)]
struct ContentRecord<'a> {
    content_id: [u8; 16],
    author: Option<&'a str>,
    media: &'a str,
    text: &'a str,
    tenant_id: Option<&'a str>,
    scope: &'a str,
    retention_class: &'a str,
    policy_version: &'a str,
    key_id: &'a str,
}

#[derive(Serialize, Deserialize)]
struct ScoreRecord<'a> {
    score_id: [u8; 16],
    trace_id: Option<[u8; 16]>,
    span_id: Option<[u8; 8]>,
    stated_run_id: Option<&'a str>,
    response_id: Option<&'a str>,
    name: &'a str,
    value: Option<f64>,
    label: Option<&'a str>,
    source: Option<&'a str>,
    time: i64,
    #[serde(borrow)]
    content: Vec<ReferenceRecord<'a>>,
}
