//! Counting metrics in their wire bytes.

use super::wire::{Fault, Reader};
use crate::otlp::MetricsCount;

/// Counts what a metrics export request holds.
pub(super) fn count(body: &[u8]) -> Result<MetricsCount, Fault> {
    let mut count = MetricsCount::default();
    let mut reader = Reader::new(body, "ExportMetricsServiceRequest");
    while let Some(field) = reader.next()? {
        if field.number == 1 {
            resource_metrics(reader.message(field, "ResourceMetrics")?, &mut count)?;
        }
    }
    Ok(count)
}

fn resource_metrics(mut reader: Reader<'_>, count: &mut MetricsCount) -> Result<(), Fault> {
    while let Some(field) = reader.next()? {
        if field.number == 2 {
            scope_metrics(reader.message(field, "ScopeMetrics")?, count)?;
        }
    }
    Ok(())
}

fn scope_metrics(mut reader: Reader<'_>, count: &mut MetricsCount) -> Result<(), Fault> {
    while let Some(field) = reader.next()? {
        if field.number == 2 {
            count.metrics += 1;
            count.data_points += data_points(reader.message(field, "Metric")?)?;
        }
    }
    Ok(())
}

/// Data points of one metric; of several kinds of data the last stands, as in any `oneof`.
fn data_points(mut reader: Reader<'_>) -> Result<u64, Fault> {
    let mut kind = 0;
    let mut count = 0;
    while let Some(field) = reader.next()? {
        // Gauge, sum, histogram, exponential histogram, summary.
        if matches!(field.number, 5 | 7 | 9 | 10 | 11) {
            if kind != field.number {
                (kind, count) = (field.number, 0);
            }
            let mut data = reader.message(field, "Metric.data")?;
            while let Some(field) = data.next()? {
                if field.number == 1 {
                    data.bytes(field)?;
                    count += 1;
                }
            }
        }
    }
    Ok(count)
}
