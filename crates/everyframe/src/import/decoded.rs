//! Files of telemetry read as a server would read them, for whoever only looks at them.

use std::path::Path;
use std::sync::Arc;

use ingest::{Encoding, Limits, Received};
use trace::UnixNanos;
use trace::span::Decoded;

use super::source::{Signal, Source, Unit, cannot_read};
use crate::failure::Result;

/// Hands on every batch of a file, and answers how many requests of it a server would refuse.
pub(crate) fn read(path: &Path, received_at: UnixNanos, mut take: impl FnMut(Decoded)) -> Result<u64> {
    let source = Source::new(path)?;
    let limits = Limits::default();
    let mut refused = 0;
    for item in source.open(None, Arc::default())? {
        let item = item.map_err(|error| cannot_read(&source.name, &error))?;
        let batches = item.ok().and_then(|unit| {
            let received = received(unit, received_at);
            ingest::decode(&received, &limits).ok()
        });
        match batches {
            Some(batches) => batches.into_iter().for_each(&mut take),
            None => refused += 1,
        }
    }
    Ok(refused)
}

fn received(unit: Unit, received_at: UnixNanos) -> Received {
    Received {
        signal: match unit.signal {
            Signal::Traces => ingest::Signal::Traces,
            Signal::Logs => ingest::Signal::Logs,
            Signal::Metrics => ingest::Signal::Metrics,
            Signal::Events => ingest::Signal::Events,
        },
        encoding: match unit.content_type {
            "application/x-protobuf" => Encoding::Protobuf,
            "application/x-ndjson" => Encoding::JsonLines,
            _ => Encoding::Json,
        },
        body: unit.body.into(),
        received_at,
    }
}
