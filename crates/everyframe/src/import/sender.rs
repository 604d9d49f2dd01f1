//! Sending: some requests at once, each until it is answered for good or patience ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::mapping::KeyMap;
use super::protobuf;
use super::source::{Item, Place, Signal, Unit};
use crate::client::{Client, Reply};
use crate::failure::{Failure, Result};

/// A body above this size is compressed: the server takes 4 MiB on the wire and 32 MiB expanded.
const PLAIN_SIZE_BYTES_MAX: usize = 3 << 20;
/// First and longest pause between two tries that the server gave no time for.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// What became of one request.
pub(super) struct Outcome {
    /// Its place in the row of requests of its file, from 0.
    pub(super) index: u64,
    /// Where it stands in the file.
    pub(super) place: Place,
    /// What it carried, unless it could not be read.
    pub(super) signal: Option<Signal>,
    /// Records the server took.
    pub(super) taken: u64,
    /// Records it did not take; a request that could not be read counts as one.
    pub(super) refused: u64,
    /// Why: the line, where another than that of the place, and the words.
    pub(super) reasons: Vec<(Option<u64>, String)>,
}

/// How to send.
pub(super) struct Sender<'a> {
    /// To whom.
    pub(super) client: &'a Client,
    /// Which keys to rename.
    pub(super) map: &'a KeyMap,
    /// Requests under way at once.
    pub(super) concurrency: usize,
    /// How long to try again while the server is away or busy.
    pub(super) patience: Duration,
}

impl Sender<'_> {
    /// Sends a row of items. `done` hears of each as it ends, in any order. The first failure that is not about
    /// one request ends the row.
    pub(super) fn send_all(
        &self,
        items: impl Iterator<Item = std::io::Result<Item>> + Send,
        mut done: impl FnMut(Outcome),
    ) -> Result<()> {
        let is_over = AtomicBool::new(false);
        let (to_workers, from_reader) = sync_channel::<(u64, Item)>(self.concurrency * 2);
        let from_reader = Mutex::new(from_reader);
        let (to_us, from_workers) = sync_channel::<Result<Outcome>>(self.concurrency * 2);
        std::thread::scope(|scope| {
            for _ in 0..self.concurrency {
                let to_us = to_us.clone();
                scope.spawn(|| self.work(&from_reader, to_us, &is_over));
            }
            drop(to_us);
            let reader = scope.spawn(|| read_all(items, to_workers, &is_over));
            let mut failure = None;
            for outcome in from_workers {
                match outcome {
                    Ok(outcome) => done(outcome),
                    Err(error) => {
                        is_over.store(true, Ordering::Relaxed);
                        failure.get_or_insert(error);
                    }
                }
            }
            let read = reader
                .join()
                .unwrap_or_else(|_| Err(Failure::new("internal", "the reader stopped")));
            failure.map_or(read, Err)
        })
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "the row ends when every worker has dropped it"
    )]
    fn work(
        &self,
        items: &Mutex<Receiver<(u64, Item)>>,
        outcomes: SyncSender<Result<Outcome>>,
        is_over: &AtomicBool,
    ) {
        loop {
            let next = items.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((index, item)) = next else { return };
            if is_over.load(Ordering::Relaxed) {
                continue;
            }
            let outcome = match item {
                Ok(unit) => self.send_one(index, unit, is_over),
                Err((place, what)) => Ok(Outcome {
                    index,
                    place,
                    signal: None,
                    taken: 0,
                    refused: 1,
                    reasons: vec![(None, what)],
                }),
            };
            if outcomes.send(outcome).is_err() {
                return;
            }
        }
    }

    fn send_one(&self, index: u64, mut unit: Unit, is_over: &AtomicBool) -> Result<Outcome> {
        rename(&mut unit, self.map);
        let compressed = (unit.body.len() > PLAIN_SIZE_BYTES_MAX)
            .then(|| zstd::encode_all(unit.body.as_slice(), 1).ok())
            .flatten();
        let encoding = compressed.as_ref().map(|_| "zstd");
        let body = compressed.as_deref().unwrap_or(&unit.body);
        let began = Instant::now();
        let mut pause = PAUSE_FIRST;
        loop {
            let sent = self
                .client
                .send(unit.signal.path(), unit.content_type, encoding, body);
            let wait = match &sent {
                Ok(reply) if is_retryable(reply.status) => reply.retry_after,
                Ok(reply) => return Ok(outcome(index, &unit, reply)),
                Err(_) => None,
            };
            let wait = wait.unwrap_or(pause).min(PAUSE_MAX.max(pause));
            pause = (pause * 2).min(PAUSE_MAX);
            if began.elapsed() + wait > self.patience || is_over.load(Ordering::Relaxed) {
                return Err(self.gave_up(sent));
            }
            std::thread::sleep(wait);
        }
    }

    fn gave_up(&self, last: std::result::Result<Reply, ureq::Error>) -> Failure {
        let failure = match last {
            Err(error) => self.client.unreachable(&error),
            Ok(reply) => Failure::new(
                "server_busy",
                format!(
                    "the server at {} still answers HTTP {}",
                    self.client.url(),
                    reply.status
                ),
            ),
        };
        failure.hint(
            "run the same command again when the server is back: it goes on where it stopped, and what is sent twice is stored once",
        )
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the workers end when it is dropped")]
fn read_all(
    items: impl Iterator<Item = std::io::Result<Item>>,
    workers: SyncSender<(u64, Item)>,
    is_over: &AtomicBool,
) -> Result<()> {
    for (index, item) in (0..).zip(items) {
        let item = item.map_err(|error| {
            Failure::new("cannot_read_file", "a file cannot be read to its end")
                .because(&error)
                .hint("it may be cut off or damaged; what came before was sent")
        })?;
        if is_over.load(Ordering::Relaxed) || workers.send((index, item)).is_err() {
            break;
        }
    }
    Ok(())
}

fn rename(unit: &mut Unit, map: &KeyMap) {
    if map.is_empty() {
        return;
    }
    let renamed = match (unit.signal, unit.content_type) {
        (_, "application/x-protobuf") => protobuf::rename(&unit.body, unit.signal, map),
        (Signal::Events, _) => {
            let text = unit.body.strip_suffix(b"\n").unwrap_or(&unit.body);
            let renamed: Option<Vec<String>> = text
                .split(|&byte| byte == b'\n')
                .map(|line| {
                    if line.is_empty() {
                        return Some("\n".to_owned());
                    }
                    let mut event: Value = serde_json::from_slice(line).ok()?;
                    map.apply_to_event(&mut event);
                    Some(format!("{event}\n"))
                })
                .collect();
            renamed.map(|lines| lines.concat().into_bytes())
        }
        _ => serde_json::from_slice::<Value>(&unit.body)
            .ok()
            .map(|mut request| {
                map.apply_to_otlp(&mut request);
                request.to_string().into_bytes()
            }),
    };
    // What cannot be read here is sent as it is: the server says what is wrong with it.
    if let Some(body) = renamed {
        unit.body = body;
    }
}

const fn is_retryable(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

fn outcome(index: u64, unit: &Unit, reply: &Reply) -> Outcome {
    let is_taken = (200..300).contains(&reply.status);
    let (refused, reasons) = match unit.signal {
        Signal::Events => refused_lines(unit, reply),
        _ if is_taken => partly_refused(unit, reply),
        _ => None,
    }
    .unwrap_or_else(|| match is_taken {
        true => (0, vec![]),
        false => (unit.records.max(1), vec![(None, refusal(reply))]),
    });
    Outcome {
        index,
        place: unit.place.clone(),
        signal: Some(unit.signal),
        taken: unit.records.saturating_sub(refused),
        refused,
        reasons,
    }
}

/// How many records were not taken, and why.
type Refused = (u64, Vec<(Option<u64>, String)>);

/// What an answer to event lines says of each bad one. Lines count from that of the request.
fn refused_lines(unit: &Unit, reply: &Reply) -> Option<Refused> {
    let answer: Value = serde_json::from_slice(&reply.body).ok()?;
    let refused = answer.get("rejected")?.as_u64()?;
    let errors = answer.get("errors").and_then(Value::as_array);
    let reason = |error: &Value| {
        let line = error.get("line").and_then(Value::as_u64).unwrap_or(1);
        let line = unit.place.line.saturating_add(line).saturating_sub(1);
        (
            Some(line),
            error
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        )
    };
    Some((refused, errors.into_iter().flatten().map(reason).collect()))
}

/// What a successful answer says was not taken. A partial success that refuses nothing is only a remark.
fn partly_refused(unit: &Unit, reply: &Reply) -> Option<Refused> {
    let (count, message) = if unit.content_type == "application/x-protobuf" {
        protobuf::partial_success(&reply.body)?
    } else {
        let answer: Value = serde_json::from_slice(&reply.body).ok()?;
        let partial = answer.get("partialSuccess")?;
        let count = ["rejectedSpans", "rejectedLogRecords", "rejectedDataPoints"]
            .iter()
            .find_map(|name| partial.get(name))
            .and_then(|count| count.as_u64().or_else(|| count.as_str()?.parse().ok()));
        let message = partial.get("errorMessage").and_then(Value::as_str);
        (count.unwrap_or(0), message.unwrap_or_default().to_owned())
    };
    // Metrics are never kept, and the answer says so; nothing is wrong with the file.
    let is_expected = unit.signal == Signal::Metrics;
    (count > 0 && !is_expected).then(|| (count, vec![(None, message)]))
}

/// The server's own words for a refused request.
fn refusal(reply: &Reply) -> String {
    let said = match serde_json::from_slice::<Value>(&reply.body) {
        Ok(document) => ["detail", "title", "message"]
            .iter()
            .find_map(|name| document.get(name)?.as_str())
            .map(str::to_owned),
        // A google.rpc.Status: code, then message.
        Err(_) => protobuf::status_message(&reply.body),
    };
    match said {
        Some(said) if !said.is_empty() => said,
        _ => format!("was refused with HTTP {}", reply.status),
    }
}
