//! Reading what takes more than one question to a port: a run as it stands, its tree, a span made whole.

use std::sync::Arc;

use insight::assemble::{Settings, assemble};
use trace::Record;
use trace::ports::LoggedSpan;

/// One span, made whole from its records.
pub(crate) struct WholeSpan {
    /// The span, with the newest log position and the first receipt of its records.
    pub(crate) record: Arc<LoggedSpan>,
    /// Records of log events among them.
    pub(crate) supplements: usize,
}

/// Makes one span of its records, by the rules a run is assembled by; `None` where there are none.
pub(crate) fn whole_span(records: &[Arc<LoggedSpan>]) -> Option<WholeSpan> {
    let is_supplement = |record: &&Arc<LoggedSpan>| record.span.record == Record::Supplement;
    let merged = assemble(records, &[], &Settings::default());
    let merged = merged.and_then(|assembled| {
        assembled
            .tree
            .nodes()
            .first()
            .map(|node| Arc::clone(&node.record))
    });
    // Log records that do not say what their span did make no span of a run, yet what they hold is stored.
    let record = merged.or_else(|| records.iter().min_by_key(|record| record.sequence).cloned())?;
    Some(WholeSpan {
        record,
        supplements: records.iter().filter(is_supplement).count(),
    })
}
