//! `everyframe demo`: a server on an empty directory, with runs to look at.
//!
//! The runs go in through OTLP, like anybody's: nothing here knows the store.

mod library;
mod steps;
mod telemetry;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use trace::{Clock, SystemClock};

use crate::cli::{self, Capture};
use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::format::number;
use crate::policy::Kept;
use crate::serve::{Plan, Server, runtime, stop_signal};
use crate::terminal::{note, print};

/// How long the runs may take to show.
const PATIENCE: Duration = Duration::from_secs(30);
/// How soon the sample runs settle, so that a first look shows final rows.
const SETTLE_AFTER_SECS: u32 = 1;

/// Where the demo's data and key lie.
struct Place {
    data: PathBuf,
    key_file: Option<PathBuf>,
    /// Removed when the demo ends.
    _temporary: Option<TempDir>,
}

/// Runs the demo.
pub(crate) fn run(arguments: &cli::Demo) -> Result<()> {
    let place = place(arguments.data.as_deref())?;
    let plan = Plan {
        data: place.data.clone(),
        http: arguments.listen.http,
        grpc: arguments.listen.grpc,
        kept: Kept::Level(Capture::Redacted),
        settings: cli::Settings {
            key_file: place.key_file.clone(),
            settle_after: SETTLE_AFTER_SECS,
            ..cli::Settings::default()
        },
    };
    runtime()?.block_on(async {
        let stop = stop_signal()?;
        let server = Server::start(&plan).await?;
        let url = server.url();
        let loaded = tokio::task::spawn_blocking(move || load(&url)).await;
        let loaded = loaded.unwrap_or_else(|_| Err(Failure::new("internal", "loading the runs broke off")));
        if let Ok(count) = &loaded {
            server.say_ready();
            print(&welcome(&server.url(), *count));
            if !arguments.once {
                stop.await;
            }
        }
        server.stop().await;
        loaded.map(drop)
    })
}

fn place(data: Option<&Path>) -> Result<Place> {
    let Some(data) = data else {
        let temporary = TempDir::with_prefix("everyframe-demo-").map_err(|error| {
            Failure::new("no_temporary_directory", "cannot make a temporary directory")
                .because(&error)
                .hint("name an empty directory with --data")
        })?;
        return Ok(Place {
            data: temporary.path().join("data"),
            key_file: Some(temporary.path().join("root.key")),
            _temporary: Some(temporary),
        });
    };
    let is_used = std::fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some());
    if is_used {
        return Err(Failure::new("not_empty", format!("{} is not empty", data.display())).hint(
            "the demo starts on an empty directory; `everyframe serve --data DIR` opens one that is in use",
        ));
    }
    Ok(Place {
        data: data.to_owned(),
        key_file: None,
        _temporary: None,
    })
}

/// Sends every run, and waits until all can be listed. Gives how many there are.
fn load(url: &str) -> Result<usize> {
    let client = Client::new(url)?;
    let requests = library::requests(SystemClock.now());
    note(&format!(
        "loading {} sample runs through OTLP ...",
        requests.len()
    ));
    for request in &requests {
        let body = request.to_string();
        let reply = client
            .send("/v1/traces", "application/json", None, body.as_bytes())
            .map_err(|error| client.unreachable(&error))?;
        if reply.status != 200 || reply.body != b"{}" {
            let said = String::from_utf8_lossy(&reply.body).into_owned();
            return Err(Failure::new(
                "samples_refused",
                format!("the server answered {}: {said}", reply.status),
            ));
        }
    }
    let began = Instant::now();
    loop {
        let stats: Value = client.get("/api/v1/stats", &[])?;
        let settled = number(&stats, "runs_settled").unwrap_or_default();
        if settled >= f64::from(u32::try_from(requests.len()).unwrap_or(u32::MAX)) {
            return Ok(requests.len());
        }
        if began.elapsed() > PATIENCE {
            return Err(Failure::new(
                "samples_missing",
                "the sample runs did not settle in time",
            ));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn welcome(url: &str, runs: usize) -> String {
    let option = if url == cli::URL_DEFAULT {
        String::new()
    } else {
        format!(" --url {url}")
    };
    format!(
        "\n\
        Everyframe runs at {url} with {runs} sample runs of a support agent.\n\
        \n\
        Try, in another terminal:\n\
        \x20 everyframe runs{option}                           list them\n\
        \x20 everyframe show demo-stale-policy{option}         the one that went wrong\n\
        \x20 everyframe show demo-success{option}              the same task, done right\n\
        \x20 everyframe runs{option} 'outcome:failure'         filter them\n\
        \x20 everyframe doctor{option}                         what their telemetry says, and lacks\n\
        \n\
        Send your own: OTEL_EXPORTER_OTLP_ENDPOINT={url} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n\
        Stop with Ctrl-C.\n"
    )
}
