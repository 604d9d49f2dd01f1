//! Counting what happens: in the ledger, for users, and in metrics, for whoever runs the server. Labels and
//! reasons are words of ours, never anything a request said.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use catalog::ledger::{Counter, Entry, Line, Signal, Tally};
use trace::span::Batch;
use trace::{Clearance, Text, UnixNanos, WorkspaceId};

use crate::answer::Answer;
use crate::pipeline::WORKSPACE_DEFAULT;
use crate::received::{Envelope, Transport};
use crate::refusal::Refusal;

/// Time between two lines in the log on requests that are turned away.
const OVERLOAD_PAUSE_NANOS: i64 = 10_000_000_000;

/// Where and when a body came.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) signal: Signal,
    pub(crate) transport: Transport,
    pub(crate) key_name: Text,
    pub(crate) received_at: UnixNanos,
}

impl Origin {
    pub(crate) fn of(envelope: &Envelope, received_at: UnixNanos) -> Self {
        Self {
            signal: envelope.signal,
            transport: envelope.transport,
            key_name: envelope.key_name.clone(),
            received_at,
        }
    }

    fn entry(&self, counter: Counter, reason: impl Into<Text>, count: u64) -> Entry {
        let line = Line {
            workspace_id: WorkspaceId::new(WORKSPACE_DEFAULT),
            day: self.received_at.day(),
            key_name: self.key_name.clone(),
            signal: self.signal,
            counter,
            reason: reason.into(),
        };
        Entry { line, count }
    }
}

/// A part of the way of a body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stage {
    Expand,
    Decode,
    Gate,
    Log,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Decode => "decode",
            Self::Gate => "gate",
            Self::Log => "log",
        }
    }
}

/// What a cleared batch holds, counted before the log takes it away.
#[derive(Default, Debug)]
pub(crate) struct BatchCounts {
    spans: u64,
    /// Values the gate did not let through as sent, by rule.
    by_rule: Vec<(Text, u64)>,
}

impl BatchCounts {
    pub(crate) fn of(batch: &Batch) -> Self {
        let mut counts = Self {
            spans: batch.spans.len() as u64,
            by_rule: Vec::new(),
        };
        for span in &batch.spans {
            for withheld in &span.withheld {
                if withheld.clearance != Clearance::Kept {
                    counts.add(&withheld.rule, withheld.count.into());
                }
            }
            counts.add_removals(&span.content);
        }
        for score in &batch.scores {
            counts.add_removals(&score.content);
        }
        counts
    }

    fn add_removals(&mut self, content: &[trace::content::ContentRef]) {
        for removal in content.iter().flat_map(|reference| &reference.removals) {
            self.add(&removal.rule, removal.count.into());
        }
    }

    fn add(&mut self, rule: &Text, count: u64) {
        // Few rules act on one batch, so looking through them is quicker than hashing.
        match self.by_rule.iter_mut().find(|(known, _)| known == rule) {
            Some((_, held)) => *held += count,
            None => self.by_rule.push((rule.clone(), count)),
        }
    }
}

/// Where everything is counted.
#[derive(Debug)]
pub(crate) struct Account {
    tally: Arc<Tally>,
    overload: Mutex<Overload>,
}

/// Requests turned away for no fault of theirs, since that was last said in the log.
#[derive(Default, Debug)]
struct Overload {
    requests: u64,
    said_at: Option<UnixNanos>,
}

impl Account {
    pub(crate) fn new(tally: Arc<Tally>) -> Self {
        Self {
            tally,
            overload: Mutex::default(),
        }
    }

    /// A batch is on disk.
    pub(crate) fn logged(&self, origin: &Origin, counts: &BatchCounts, spans_new: u64) {
        let duplicates = counts.spans.saturating_sub(spans_new);
        let by_rule = counts
            .by_rule
            .iter()
            .map(|(rule, count)| origin.entry(Counter::Redacted, rule.clone(), *count));
        let spans = [
            origin.entry(Counter::Stored, "", spans_new),
            origin.entry(Counter::Duplicate, "", duplicates),
        ];
        self.tally.add_all(spans.into_iter().chain(by_rule));
        let signal = origin.signal.as_str();
        metrics::counter!("everyframe_ingest_span_records_total", "signal" => signal, "result" => "stored")
            .increment(spans_new);
        metrics::counter!("everyframe_ingest_span_records_total", "signal" => signal, "result" => "duplicate")
            .increment(duplicates);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, origin: &Origin, size_bytes: usize, answer: &Answer) {
        let received = answer.accepted + answer.rejected();
        let of = |counter: Counter, rejected: &crate::Rejected| {
            origin.entry(counter, rejected.reason, rejected.count)
        };
        let refused = answer
            .refused
            .iter()
            .map(|rejected| of(Counter::Refused, rejected));
        let not_kept = answer
            .not_kept
            .iter()
            .map(|rejected| of(Counter::NotKept, rejected));
        let received_entry = origin.entry(Counter::Received, "", received);
        self.tally
            .add_all(refused.chain(not_kept).chain([received_entry]));
        count_request(origin, "ok");
        let signal = origin.signal.as_str();
        metrics::counter!("everyframe_ingest_body_bytes_total", "signal" => signal)
            .increment(size_bytes as u64);
        metrics::counter!("everyframe_ingest_records_total", "signal" => signal).increment(received);
        metrics::counter!("everyframe_ingest_records_rejected_total", "signal" => signal)
            .increment(answer.rejected());
    }

    /// A request was turned away.
    pub(crate) fn refused(&self, origin: &Origin, refusal: &Refusal) {
        let reason = refusal.reason();
        self.tally
            .add_all([origin.entry(Counter::RequestRefused, reason, 1)]);
        count_request(origin, reason);
        if refusal.retry_after().is_some() {
            self.say_overload(origin.received_at, reason);
        }
    }

    /// Says in the log that requests are turned away, but not for each of them.
    fn say_overload(&self, now: UnixNanos, reason: &'static str) {
        let mut overload = self.overload.lock().unwrap_or_else(PoisonError::into_inner);
        overload.requests += 1;
        let is_news = overload
            .said_at
            .is_none_or(|said_at| now.since(said_at).abs() > OVERLOAD_PAUSE_NANOS);
        if is_news {
            tracing::warn!(
                reason,
                requests = overload.requests,
                "turned requests away; their senders will retry"
            );
            *overload = Overload {
                requests: 0,
                said_at: Some(now),
            };
        }
    }

    /// A stage of the way ended.
    pub(crate) fn stage(&self, stage: Stage, began: Instant) {
        metrics::histogram!("everyframe_ingest_stage_seconds", "stage" => stage.as_str())
            .record(began.elapsed().as_secs_f64());
    }
}

fn count_request(origin: &Origin, result: &'static str) {
    metrics::counter!(
        "everyframe_ingest_requests_total",
        "signal" => origin.signal.as_str(),
        "transport" => origin.transport.as_str(),
        "result" => result
    )
    .increment(1);
}
