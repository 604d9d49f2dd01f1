//! `everyframe import`: files of telemetry into a server, exact however often it is run.
//!
//! Everything goes through the same door as live telemetry, so the same limits, the same gate and the same
//! redelivery rule hold: a span that is sent twice is stored once. An import that broke off goes on where every
//! request before had been acknowledged; the server keeps that place, beside the data it belongs to.

#[cfg(feature = "server")]
pub(crate) mod decoded;
mod lines;
mod mapping;
mod progress;
mod protobuf;
mod sender;
mod source;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::mapping::KeyMap;
use self::progress::{Bar, Record, Row};
use self::sender::{Outcome, Sender};
use self::source::{Signal, Source};
use crate::cli;
use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::terminal::{print, visible};

/// Refusals that are shown one by one; the rest are counted.
const REFUSALS_SHOWN_MAX: u64 = 20;

/// What was sent from one file, or from all.
#[derive(Clone, Debug, Default)]
struct Counts {
    requests: u64,
    spans: u64,
    log_records: u64,
    events: u64,
    refused: u64,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        self.requests += 1;
        match outcome.signal {
            Some(Signal::Traces) => self.spans += outcome.taken,
            Some(Signal::Logs) => self.log_records += outcome.taken,
            Some(Signal::Events) => self.events += outcome.taken,
            Some(Signal::Metrics) | None => {}
        }
        self.refused += outcome.refused;
    }

    fn add_all(&mut self, other: &Self) {
        self.requests += other.requests;
        self.spans += other.spans;
        self.log_records += other.log_records;
        self.events += other.events;
        self.refused += other.refused;
    }

    const fn records(&self) -> u64 {
        self.spans + self.log_records + self.events
    }

    fn json(&self, more: [(&str, Value); 2]) -> Value {
        let counts = [
            ("requests", json!(self.requests)),
            ("spans", json!(self.spans)),
            ("log_records", json!(self.log_records)),
            ("events", json!(self.events)),
            ("refused", json!(self.refused)),
        ];
        counts
            .into_iter()
            .chain(more)
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// Imports files into a server, or into a directory by a server of its own.
pub(crate) fn run(arguments: &cli::Import) -> Result<()> {
    #[cfg(feature = "server")]
    if let Some(data) = &arguments.data {
        return into_directory(arguments, data);
    }
    into_server(arguments, &Client::new(&arguments.server.url)?)
}

/// Runs a server on the directory for as long as the import takes.
#[cfg(feature = "server")]
fn into_directory(arguments: &cli::Import, data: &std::path::Path) -> Result<()> {
    use crate::serve::{Plan, Server, runtime};
    let free_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let plan = Plan {
        data: data.to_owned(),
        http: free_port,
        grpc: free_port,
        kept: crate::policy::Kept::from_arguments(arguments.policy.as_deref(), arguments.capture),
        settings: arguments.settings.clone(),
    };
    runtime()?.block_on(async {
        let server = Server::start(&plan).await?;
        let (arguments, url) = (arguments.clone(), server.url());
        let import = move || into_server(&arguments, &Client::new(&url)?);
        let imported = tokio::task::spawn_blocking(import).await;
        server.stop().await;
        imported.unwrap_or_else(|_| Err(Failure::new("internal", "the import broke off")))
    })
}

fn into_server(arguments: &cli::Import, client: &Client) -> Result<()> {
    let began = Instant::now();
    let map = KeyMap::parse(&arguments.maps)?;
    let sources: Vec<Source> = arguments
        .files
        .iter()
        .map(|path| Source::new(path))
        .collect::<Result<_>>()?;
    let bar = Bar::new(sources.iter().map(|source| source.size_bytes).sum());
    let sender = Sender {
        client,
        map: &map,
        concurrency: usize::from(arguments.concurrency),
        patience: Duration::from_secs(u64::from(arguments.retry_for)),
    };
    let mut total = Counts::default();
    let mut files = Vec::new();
    for source in &sources {
        let import = File {
            source,
            sender: &sender,
            bar: &bar,
            is_restart: arguments.restart,
        };
        let (counts, resumed_at_line) = import.run(&total).inspect_err(|_| bar.finish())?;
        files.push(counts.json([
            ("file", json!(&*source.name)),
            ("resumed_at_line", json!(resumed_at_line)),
        ]));
        total.add_all(&counts);
    }
    bar.finish();
    summary(arguments.json, &total, &files, began.elapsed());
    if total.refused > 0 {
        let message = format!(
            "{} records or lines were refused; all others are in",
            total.refused
        );
        return Err(Failure::new("import_incomplete", message).hint(
            "mend the places named above and run the same command again: what is in already stays as it is",
        ));
    }
    Ok(())
}

/// The import of one file.
struct File<'a> {
    source: &'a Source,
    sender: &'a Sender<'a>,
    bar: &'a Bar,
    is_restart: bool,
}

impl File<'_> {
    fn run(&self, before: &Counts) -> Result<(Counts, Option<u64>)> {
        let fingerprint = self.source.fingerprint()?;
        let mut record = fingerprint
            .map(|fingerprint| Record::new(self.sender.client, &fingerprint, self.sender.map.text()));
        let from = match &mut record {
            Some(record) if !self.is_restart => record.resume(),
            _ => None,
        };
        if let Some((_, line)) = from {
            self.bar.note(&format!(
                "{}: going on at line {line}",
                visible(&self.source.name)
            ));
        }
        let items = self.source.open(from, self.bar.consumed())?;
        let mut counts = Counts::default();
        let mut row = Row::default();
        let mut shown = before.refused;
        self.sender.send_all(items, |outcome| {
            counts.add(&outcome);
            for (line, why) in &outcome.reasons {
                if shown < REFUSALS_SHOWN_MAX {
                    let place = outcome.place.at(*line);
                    self.bar
                        .note(&format!("{}: {}", visible(&place.to_string()), visible(why)));
                }
                shown += 1;
            }
            if let Some(place) = row.finish(outcome.index, outcome.place)
                && let Some(record) = &mut record
            {
                record.reached(place, counts.records());
            }
            self.bar.update(
                before.records() + counts.records(),
                before.refused + counts.refused,
            );
        })?;
        if let Some(record) = &mut record {
            record.finished(counts.records());
        }
        Ok((counts, from.map(|(_, line)| line)))
    }
}

fn summary(is_json: bool, total: &Counts, files: &[Value], elapsed: Duration) {
    let seconds = elapsed.as_secs_f64();
    if is_json {
        let summary = total.json([("files", json!(files)), ("seconds", json!(seconds))]);
        return print(&format!("{summary}\n"));
    }
    let mut parts = vec![format!("{} spans", total.spans)];
    if total.log_records > 0 {
        parts.push(format!("{} log records", total.log_records));
    }
    if total.events > 0 {
        parts.push(format!("{} events", total.events));
    }
    print(&format!(
        "sent {} in {} requests from {} files in {seconds:.1} s; {} refused\n",
        parts.join(", "),
        total.requests,
        files.len(),
        total.refused
    ));
}
