//! From bytes to `Decoded`: which reader a body goes to, and which project its spans belong to.

mod clock;
mod project;

use dialects::otlp::{self, Request};
use dialects::{KeyMap, Origin, decode_events, decode_logs, decode_traces, events};
use trace::span::Decoded;
use trace::{ProjectId, WorkspaceId};

use crate::answer::{Answer, LineError, Rejected};
use crate::limits::Limits;
use crate::received::{Encoding, Received, Signal};
use crate::refusal::Refusal;

/// Why data points are not kept.
const METRICS_NOT_KEPT: &str =
    "metrics are not kept, as calls, tokens, cost and latency are counted from spans; send traces and logs";
/// Where scores go, as no receiver takes them as they come.
const SCORES_ELSEWHERE: &str = "scores are sent to /api/v1/scores";
/// Why a line is not taken, in the ledger.
const LINE_MALFORMED: &str = "not a line this endpoint reads";

/// What one body says.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Its batches, one for each project; none if nothing of it is to be stored.
    pub(crate) batches: Vec<Decoded>,
    /// What is to be answered once they are on disk.
    pub(crate) answer: Answer,
}

/// Reads a body as the receivers do, for whoever looks at telemetry without taking it: its batches, one for each
/// project. Nothing of them is cleared.
///
/// # Errors
/// [`Refusal`] says why a receiver would not take the body.
pub fn decode(received: &Received, limits: &Limits) -> Result<Vec<Decoded>, Refusal> {
    let workspace_id = WorkspaceId::new(crate::pipeline::WORKSPACE_DEFAULT);
    read(received, &workspace_id, limits).map(|reading| reading.batches)
}

/// Reads a body.
pub(crate) fn read(
    received: &Received,
    workspace_id: &WorkspaceId,
    limits: &Limits,
) -> Result<Reading, Refusal> {
    let (body, at) = (received.body.as_ref(), received.received_at);
    let is_json = received.encoding == Encoding::Json;
    let origin = |project_id| Origin {
        workspace_id: workspace_id.clone(),
        project_id,
        received_at: at,
    };
    match received.signal {
        Signal::Traces => {
            let read = if is_json {
                otlp::json::read_traces
            } else {
                otlp::protobuf::read_traces
            };
            let request = read(body, &limits.otlp).map_err(refusal)?;
            let decode = |part, project_id| {
                (
                    decode_traces(&part, &origin(project_id), &KeyMap::default()),
                    vec![],
                )
            };
            Ok(of_request(request, decode))
        }
        Signal::Logs => {
            let read = if is_json {
                otlp::json::read_logs
            } else {
                otlp::protobuf::read_logs
            };
            let request = read(body, &limits.otlp).map_err(refusal)?;
            let decode = |part, project_id| {
                let (decoded, read) = decode_logs(&part, &origin(project_id), &KeyMap::default());
                (decoded, read.not_kept)
            };
            Ok(of_request(request, decode))
        }
        Signal::Metrics => {
            let count = if is_json {
                otlp::json::count_metrics
            } else {
                otlp::protobuf::count_metrics
            };
            let points = count(body).map_err(refusal)?.data_points;
            let not_kept = rejected(METRICS_NOT_KEPT, points);
            Ok(Reading {
                batches: Vec::new(),
                answer: Answer {
                    not_kept,
                    ..Answer::default()
                },
            })
        }
        Signal::Events => lines(body, &origin(project::standard()), limits),
        // Scores are decoded by who takes them; see `intake`.
        Signal::Scores => Err(Refusal::Malformed(SCORES_ELSEWHERE.to_owned())),
    }
}

/// Reads a request project by project. `decode` answers what it did not keep beside what it did.
fn of_request<'a, T>(
    request: Request<'a, T>,
    mut decode: impl FnMut(Request<'a, T>, ProjectId) -> (Decoded, Vec<otlp::Rejected>),
) -> Reading {
    let records: usize = request.groups.iter().map(|group| group.records.len()).sum();
    let mut answer = Answer::default();
    for left_out in &request.rejected {
        add(&mut answer.refused, left_out);
    }
    let mut batches = Vec::new();
    for (project_id, part) in project::split(request) {
        let (decoded, not_kept) = decode(part, project_id);
        for left_out in &not_kept {
            add(&mut answer.not_kept, left_out);
        }
        batches.extend(kept(decoded));
    }
    let not_kept: u64 = answer.not_kept.iter().map(|rejected| rejected.count).sum();
    answer.accepted = (records as u64).saturating_sub(not_kept);
    Reading { batches, answer }
}

fn add(list: &mut Vec<Rejected>, left_out: &otlp::Rejected) {
    match list.iter_mut().find(|known| known.reason == left_out.reason) {
        Some(known) => known.count += left_out.count,
        None => list.extend(rejected(left_out.reason, left_out.count)),
    }
}

fn lines(body: &[u8], origin: &Origin, limits: &Limits) -> Result<Reading, Refusal> {
    // Bytes that are no UTF-8 become U+FFFD, as in every other body.
    let body = String::from_utf8_lossy(body);
    let mut good = Vec::new();
    let mut answer = Answer::default();
    let mut bad: u64 = 0;
    for line in events::read_lines(&body, &limits.otlp) {
        match line {
            Ok(event) => good.push(event),
            Err(error) => {
                bad += 1;
                if answer.line_errors.len() < limits.line_errors_max {
                    answer.line_errors.push(line_error(&error));
                }
            }
        }
        if good.len() > limits.otlp.records_max {
            return Err(refusal(otlp::Error::TooManyRecords {
                limit: limits.otlp.records_max,
            }));
        }
    }
    answer.accepted = good.len() as u64;
    answer.refused = rejected(LINE_MALFORMED, bad);
    let decoded = decode_events(good, origin, &KeyMap::default());
    Ok(Reading {
        batches: kept(decoded).into_iter().collect(),
        answer,
    })
}

fn line_error(error: &events::Error) -> LineError {
    let line = match *error {
        events::Error::Json { line, .. }
        | events::Error::Field { line, .. }
        | events::Error::TooManyValues { line, .. } => line,
    };
    LineError {
        line: line as u64,
        message: format!("{error}; {}", error.hint()),
    }
}

fn rejected(reason: &'static str, count: u64) -> Vec<Rejected> {
    if count == 0 {
        return Vec::new();
    }
    vec![Rejected { reason, count }]
}

/// The batch, if there is anything in it to keep.
fn kept(mut decoded: Decoded) -> Option<Decoded> {
    if decoded.spans.is_empty() && decoded.scores.is_empty() {
        return None;
    }
    clock::mark_late(&mut decoded);
    Some(decoded)
}

fn refusal(error: otlp::Error) -> Refusal {
    match error {
        otlp::Error::Protobuf { .. } | otlp::Error::Json { .. } => Refusal::Malformed(error.to_string()),
        otlp::Error::TooManyRecords { .. } | otlp::Error::TooManyValues { .. } => {
            Refusal::TooMany(error.to_string())
        }
    }
}
