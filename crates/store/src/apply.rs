//! From durable to readable: one thread applies what the log has made durable, in order, and then answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use privacy::Receipt;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use trace::ports::LoggedSpan;
use trace::span::Batch;
use trace::{Sequence, TraceId};

use crate::error::Error;
use crate::inner::Inner;
use crate::memory::Applied;

/// A request on its way through the log.
pub(crate) struct Ticket {
    /// What was cleared; the log holds the same, encoded.
    pub(crate) batch: Batch,
    /// Who waits for it.
    pub(crate) answer: oneshot::Sender<Result<Receipt, privacy::AppendError>>,
}

/// Applies one batch that is durable. Runs on the log's apply thread, or before it starts, on recovery.
pub(crate) fn apply(inner: &Inner, runtime: &Handle, batch: Batch, sequence: Sequence) -> Applied {
    let traces = inner.memory().traces_to_look_up(&batch);
    let looked_up = if traces.is_empty() {
        HashMap::new()
    } else {
        metrics::counter!("everyframe_store_redelivery_look_ups_total").increment(1);
        let workspace_id = batch.workspace_id.clone();
        match runtime.block_on(inner.spans_in_files(&workspace_id, traces)) {
            Ok(records) => by_trace(records),
            Err(error) => {
                // The batch is durable and must be applied; a record that is already in a file may then stand
                // there twice until it is folded by readers.
                tracing::error!(error = %error.chain(), "could not look for redelivered spans");
                HashMap::new()
            }
        }
    };
    let applied = inner.memory_mut().apply(batch, sequence, &looked_up);
    if inner.memory().unflushed_size_bytes() >= inner.options.flush_size_bytes {
        inner.flush_wanted.notify_one();
    }
    applied
}

fn by_trace(records: Vec<Arc<LoggedSpan>>) -> HashMap<TraceId, Vec<Arc<LoggedSpan>>> {
    let mut traces: HashMap<TraceId, Vec<Arc<LoggedSpan>>> = HashMap::new();
    for record in crate::memory::fold(records) {
        traces.entry(record.span.trace_id).or_default().push(record);
    }
    traces
}

/// Applies a durable request, tells the listener, and answers who waits.
pub(crate) fn complete(inner: &Inner, runtime: &Handle, ticket: Ticket, sequence: Sequence) {
    let begun = Instant::now();
    let applied = apply(inner, runtime, ticket.batch, sequence);
    if let Some(listener) = inner.listener() {
        listener.logged(&applied.spans, &applied.scores);
    }
    took("apply", begun);
    let spans_new = u64::try_from(applied.spans.len()).unwrap_or(u64::MAX);
    // Who asked may have gone; what was logged stays logged.
    let _ = ticket.answer.send(Ok(Receipt { sequence, spans_new }));
}

/// Records how long a stage of the store took.
pub(crate) fn took(stage: &'static str, begun: Instant) {
    metrics::histogram!("everyframe_store_stage_seconds", "stage" => stage)
        .record(begun.elapsed().as_secs_f64());
}

/// Reports a failed look-up where only a log line can tell of it.
pub(crate) fn report(error: &Error, action: &str) {
    tracing::error!(error = %error.chain(), "{action}");
}
