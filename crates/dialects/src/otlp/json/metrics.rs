//! Counting metrics in JSON.

use super::walk::Walk;
use crate::otlp::{Error, Limits, MetricsCount};

/// Counts what a metrics export request holds.
pub(super) fn count(body: &[u8]) -> Result<MetricsCount, Error> {
    let limits = Limits::default();
    let mut walk = Walk::new(body, &limits);
    let mut count = MetricsCount::default();
    let begun = walk.reader.peek();
    if walk.place(begun)? != crate::json::Next::Object {
        return Err(walk.error("expected an object"));
    }
    walk.object("the request", |walk, key| match key {
        "resourceMetrics" | "resource_metrics" => walk.array(|walk| resource_metrics(walk, &mut count)),
        _ => walk.skip(),
    })?;
    let end = walk.reader.end();
    walk.place(end)?;
    Ok(count)
}

fn resource_metrics(walk: &mut Walk<'_, '_>, count: &mut MetricsCount) -> Result<(), Error> {
    walk.object("ResourceMetrics", |walk, key| match key {
        "scopeMetrics" | "scope_metrics" => walk.array(|walk| scope_metrics(walk, count)),
        _ => walk.skip(),
    })
}

fn scope_metrics(walk: &mut Walk<'_, '_>, count: &mut MetricsCount) -> Result<(), Error> {
    walk.object("ScopeMetrics", |walk, key| match key {
        "metrics" => walk.array(|walk| {
            count.metrics += 1;
            count.data_points += metric(walk)?;
            Ok(())
        }),
        _ => walk.skip(),
    })
}

/// Data points of one metric; of several kinds of data the last stands, as in any `oneof`.
fn metric(walk: &mut Walk<'_, '_>) -> Result<u64, Error> {
    const KINDS: [[&str; 2]; 5] = [
        ["gauge", "gauge"],
        ["sum", "sum"],
        ["histogram", "histogram"],
        ["exponentialHistogram", "exponential_histogram"],
        ["summary", "summary"],
    ];
    let mut kind = None;
    let mut count = 0;
    walk.object("Metric", |walk, key| {
        let known = KINDS.iter().position(|names| names.contains(&key));
        if known.is_none() {
            return walk.skip();
        }
        if walk.is_null()? {
            return Ok(());
        }
        if kind != known {
            (kind, count) = (known, 0);
        }
        walk.object("Metric.data", |walk, key| match key {
            "dataPoints" | "data_points" => walk.array(|walk| {
                count += 1;
                walk.skip()
            }),
            _ => walk.skip(),
        })
    })?;
    Ok(count)
}
