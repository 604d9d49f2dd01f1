//! Exact counts of what is stored.

use std::collections::BTreeMap;

use serde::Serialize;
use trace::Kind;
use trace::ports;
use utoipa::ToSchema;

/// Exact counts of what is stored, the log included.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Stats {
    /// Runs, running ones included.
    pub runs: u64,
    /// Runs that have settled.
    pub runs_settled: u64,
    /// Distinct spans.
    pub spans: u64,
    /// Records of log events that add to spans.
    pub supplements: u64,
    /// Distinct bodies.
    pub content: u64,
    /// Scores.
    pub scores: u64,
    /// Distinct spans by kind; every kind is named.
    pub spans_by_kind: BTreeMap<String, u64>,
    /// Bytes of all table files.
    pub table_size_bytes: u64,
    /// Bytes of the log that are not yet in tables.
    pub log_size_bytes: u64,
    /// Newest log position.
    pub last_sequence: u64,
}

impl From<ports::Stats> for Stats {
    fn from(stats: ports::Stats) -> Self {
        let mut spans_by_kind: BTreeMap<String, u64> = Kind::ALL
            .iter()
            .map(|kind| (kind.as_str().to_owned(), 0))
            .collect();
        spans_by_kind.extend(stats.spans_by_kind);
        Self {
            runs: stats.runs,
            runs_settled: stats.runs_settled,
            spans: stats.spans,
            supplements: stats.supplements,
            content: stats.content,
            scores: stats.scores,
            spans_by_kind,
            table_size_bytes: stats.table_size_bytes,
            log_size_bytes: stats.log_size_bytes,
            last_sequence: stats.last_sequence,
        }
    }
}
