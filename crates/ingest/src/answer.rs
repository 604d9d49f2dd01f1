//! What became of a request that was taken, and the codes both transports answer with.

use crate::refusal::Refusal;
use crate::wire::PartialSuccess;

/// Records of a request that were not stored, with why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejected {
    /// Why, for the sender: names the rule and what to do, never a value.
    pub reason: &'static str,
    /// How many records.
    pub count: u64,
}

/// A line that was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineError {
    /// The line, from 1.
    pub line: u64,
    /// Why, for the sender: never a value.
    pub message: String,
}

/// What became of a request that was taken, wholly or in part. What is accepted is on disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// Records that are on disk, now or before.
    pub accepted: u64,
    /// Records that broke a rule.
    pub refused: Vec<Rejected>,
    /// Records that are in order and of no use here.
    pub not_kept: Vec<Rejected>,
    /// The first lines that were not taken, for JSON lines.
    pub line_errors: Vec<LineError>,
}

impl Answer {
    /// Records that are not on disk.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.refused
            .iter()
            .chain(&self.not_kept)
            .map(|rejected| rejected.count)
            .sum()
    }

    /// Says that some of what was in order is not kept either.
    pub(crate) fn leave_out(&mut self, count: u64, reason: &'static str) {
        let count = count.min(self.accepted);
        self.accepted -= count;
        if count > 0 {
            self.not_kept.push(Rejected { reason, count });
        }
    }

    /// What OTLP has the server say where it did not keep everything; `None` where it did.
    pub(crate) fn partial_success(&self) -> Option<PartialSuccess> {
        let rejected = self.rejected();
        if rejected == 0 {
            return None;
        }
        let reasons: Vec<_> = self
            .refused
            .iter()
            .chain(&self.not_kept)
            .map(|rejected| format!("{}: {}", rejected.count, rejected.reason))
            .collect();
        Some(PartialSuccess {
            rejected: i64::try_from(rejected).unwrap_or(i64::MAX),
            error_message: reasons.join("; "),
        })
    }
}

/// The codes of gRPC that we answer with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub(crate) enum GrpcCode {
    Ok = 0,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
}

/// The code for a refusal. OTLP lets a client retry `RESOURCE_EXHAUSTED` only where a delay is given with it, so
/// that the same code serves for "too large" and for "busy".
pub(crate) const fn grpc_code(refusal: &Refusal) -> GrpcCode {
    match refusal {
        Refusal::TooLarge { .. } | Refusal::TooMany(_) | Refusal::Bomb { .. } | Refusal::Busy { .. } => {
            GrpcCode::ResourceExhausted
        }
        Refusal::ContentEncoding => GrpcCode::Unimplemented,
        Refusal::ContentType { .. } | Refusal::Malformed(_) | Refusal::Incomplete => {
            GrpcCode::InvalidArgument
        }
        Refusal::TooSlow => GrpcCode::DeadlineExceeded,
        Refusal::CrossOrigin => GrpcCode::PermissionDenied,
        Refusal::Unavailable { .. } => GrpcCode::Unavailable,
        Refusal::Internal => GrpcCode::Internal,
    }
}
