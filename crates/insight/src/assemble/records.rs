//! From log records to spans: every record of one span becomes one span, whatever came first or twice.
//!
//! `started` and `finished` are one span, log records that speak of a span add what it does not say itself, and
//! a record that was delivered twice is one record. The result does not depend on the order of the input.

use std::cmp::Ordering;
use std::sync::Arc;

use trace::ports::LoggedSpan;
use trace::span::Span;
use trace::{Facts, Field, Kind, Record};

use super::supplements;

/// Merges records into whole spans, sorted by trace and span id, each once.
///
/// Log records that add to a span which never came make a span of their own where they say what it did.
pub(super) fn merge(records: &[Arc<LoggedSpan>]) -> Vec<Arc<LoggedSpan>> {
    let mut sorted: Vec<&Arc<LoggedSpan>> = records.iter().collect();
    sorted.sort_unstable_by(|one, other| compare(one, other));
    let mut merged = Vec::with_capacity(sorted.len());
    for group in sorted.chunk_by(|one, other| span_id(one) == span_id(other)) {
        if let [only] = group
            && only.span.record != Record::Supplement
        {
            merged.push(Arc::clone(only));
            continue;
        }
        merged.extend(whole(group));
    }
    merged
}

type Identity = (trace::TraceId, trace::SpanId);

fn span_id(record: &LoggedSpan) -> Identity {
    (record.span.trace_id, record.span.span_id)
}

/// The more a record knows of the end of its span, the later it stands; supplements stand last, in log order.
fn compare(one: &LoggedSpan, other: &LoggedSpan) -> Ordering {
    let key = |record: &LoggedSpan| {
        let span = &record.span;
        let log_order = match span.record {
            Record::Supplement => span.facts.int(Field::LogSequence).unwrap_or(0),
            _ => 0,
        };
        (
            span_id(record),
            // A record that contradicts another is kept and shown, and never speaks for the span.
            !record.conflict,
            rank(span.record),
            log_order,
            match span.record {
                Record::Supplement => span.start.0,
                _ => 0,
            },
            span.supplement,
            record.sequence,
            (span.start, span.duration_nanos),
        )
    };
    key(one).cmp(&key(other))
}

const fn rank(record: Record) -> u8 {
    match record {
        Record::Started => 0,
        Record::Log => 1,
        Record::Finished => 2,
        Record::Supplement => 3,
    }
}

/// One span of its records, which stand in the order of [`compare`].
fn whole(group: &[&Arc<LoggedSpan>]) -> Option<Arc<LoggedSpan>> {
    let is_supplement = |record: &&Arc<LoggedSpan>| record.span.record == Record::Supplement;
    let supplements: Vec<_> = group
        .iter()
        .copied()
        .filter(|record| is_supplement(record))
        .collect();
    let mains: Vec<_> = group
        .iter()
        .copied()
        .filter(|record| !is_supplement(record))
        .collect();
    let mut logged = match mains.split_last() {
        Some((newest, earlier)) => {
            let mut logged = LoggedSpan::clone(newest);
            for record in earlier.iter().rev() {
                let disagrees = disagrees(&logged.span, &record.span);
                logged.conflict |= disagrees;
                if !(disagrees || record.conflict) {
                    logged.span.complete_from(&record.span);
                }
            }
            logged
        }
        None => of_supplements(&supplements)?,
    };
    if !supplements.is_empty() {
        supplements::add(&mut logged.span, &supplements);
    }
    for record in group {
        logged.sequence = logged.sequence.max(record.sequence);
        logged.received_at = logged.received_at.min(record.received_at);
        logged.conflict |= record.conflict;
    }
    Some(Arc::new(logged))
}

fn disagrees(later: &Span, earlier: &Span) -> bool {
    let both_finished = later.record == earlier.record;
    both_finished
        && (later.start != earlier.start
            || later.kind != earlier.kind
            || later.parent_id != earlier.parent_id)
}

/// A span that only log records tell of: made from the first that says what it did.
fn of_supplements(supplements: &[&Arc<LoggedSpan>]) -> Option<LoggedSpan> {
    let telling = supplements
        .iter()
        .find(|record| record.span.kind != Kind::Other)?;
    let mut logged = LoggedSpan::clone(telling);
    logged.span.record = Record::Log;
    logged.span.supplement = 0;
    logged.span.facts = Facts::new();
    logged.span.content = Vec::new();
    Some(logged)
}
