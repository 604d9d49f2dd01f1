//! Reading one span: its records become one.

use std::sync::Arc;

use trace::ports::LoggedSpan;
use trace::span::Span;
use trace::{ProjectId, Record, Sequence, UnixNanos};

/// One span, made whole from its records.
pub(crate) struct WholeSpan {
    /// The span.
    pub(crate) span: Span,
    /// Project it belongs to.
    pub(crate) project_id: ProjectId,
    /// When the first record of it was received.
    pub(crate) received_at: UnixNanos,
    /// Newest log position among its records.
    pub(crate) sequence: Sequence,
    /// Whether records disagreed.
    pub(crate) conflict: bool,
    /// Records of log events among them.
    pub(crate) supplements: usize,
}

/// Makes one span of its records; `None` where there are none.
pub(crate) fn whole_span(mut records: Vec<Arc<LoggedSpan>>) -> Option<WholeSpan> {
    let rank = |record: &LoggedSpan| match record.span.record {
        Record::Finished => 0,
        Record::Log => 1,
        Record::Started => 2,
        Record::Supplement => 3,
    };
    records.sort_by_key(|record| (rank(record), record.sequence, record.span.supplement));
    let (first, others) = records.split_first()?;
    let mut whole = WholeSpan {
        span: first.span.clone(),
        project_id: first.project_id.clone(),
        received_at: first.received_at,
        sequence: first.sequence,
        conflict: first.conflict,
        supplements: usize::from(first.span.record == Record::Supplement),
    };
    for other in others {
        whole.span.complete_from(&other.span);
        whole.received_at = whole.received_at.min(other.received_at);
        whole.sequence = whole.sequence.max(other.sequence);
        whole.conflict |= other.conflict;
        whole.supplements += usize::from(other.span.record == Record::Supplement);
        for withheld in &other.span.withheld {
            if !whole.span.withheld.contains(withheld) {
                whole.span.withheld.push(withheld.clone());
            }
        }
    }
    Some(whole)
}
