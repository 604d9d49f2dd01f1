//! Captures of real instrumentations, each request posted with its own headers to a server of its own.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::expected::Expected;
use crate::server::{Place, Server, wait_within};
use crate::{shared, shown};

/// How long the totals may take to become those expected.
const PATIENCE: Duration = Duration::from_secs(30);
/// Servers at once.
const SERVERS_MAX: usize = 2;
/// Headers that belong to one connection.
const CONNECTION_HEADERS: &[&str] = &["host", "content-length", "transfer-encoding", "connection"];

fn captures() -> Vec<PathBuf> {
    let Some(folder) = shared("fixtures/otlp") else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    let mut captures: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("expected.json").exists())
        .collect();
    captures.sort();
    captures
}

/// Posts every request of a capture, in the order they were captured.
fn send(server: &Server, folder: &Path) {
    for number in 1.. {
        let Ok(text) = std::fs::read(folder.join(format!("{number}.headers.json"))) else {
            return;
        };
        let request: Value = serde_json::from_slice(&text).expect("JSON");
        let headers = request["headers"].as_object().expect("headers");
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .filter(|(name, _)| !CONNECTION_HEADERS.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str().expect("a value")))
            .collect();
        let body = std::fs::read(folder.join(request["body"].as_str().expect("a name"))).expect("a body");
        let path = request["path"].as_str().expect("a path");
        let (status, answer) = server.post(path, &headers, &body);
        assert_eq!(
            status,
            200,
            "{}: {path}: {}",
            folder.display(),
            String::from_utf8_lossy(&answer)
        );
    }
}

/// What is wrong with the totals of one capture, once there was time to settle.
fn differences(folder: &Path, capture: &str) -> Vec<String> {
    let expected = Expected::read(&folder.join("expected.json"));
    let place = Place::new();
    let server = Server::start(&place, capture);
    send(&server, folder);
    let look = || expected.differences(&shown::of(&server));
    let is_right = || Some(()).filter(|()| look().is_empty());
    match wait_within(PATIENCE, is_right) {
        Some(()) => Vec::new(),
        None => look(),
    }
}

#[test]
fn every_capture_gives_the_totals_of_its_provider() {
    let captures = captures();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..SERVERS_MAX {
            scope.spawn(|| {
                while let Some(folder) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = folder.file_name().unwrap_or_default().to_string_lossy();
                    let found = differences(folder, "metadata");
                    let mut wrong = wrong.lock().expect("no test panicked");
                    wrong.extend(
                        found
                            .into_iter()
                            .map(|difference| format!("{name}: {difference}")),
                    );
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no test panicked");
    assert!(
        wrong.is_empty(),
        "{} totals are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
