//! Every capture gives the totals its provider logged, whatever the order and however often it is sent.

use std::path::PathBuf;

use testkit::MemoryStore;
use testkit::seeded::Seeded;
use trace::CaptureLevel;

use crate::expected::Expected;
use crate::received::{self, Request, Sender};
use crate::settled;
use crate::totals::Totals;

/// A folder of shared fixtures, if it is there.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(folder);
    if !path.exists() {
        eprintln!("no {folder} beside the repository: nothing to test");
        return None;
    }
    Some(path)
}

struct Capture {
    name: String,
    requests: Vec<Request>,
    expected: Expected,
}

fn captures() -> Vec<Capture> {
    let Some(folder) = shared("fixtures/otlp") else {
        return Vec::new();
    };
    let mut captures: Vec<Capture> = std::fs::read_dir(folder)
        .expect("the folder can be listed")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.join("expected.json").exists())
        .map(|path| Capture {
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            requests: received::requests(&path),
            expected: Expected::read(&path.join("expected.json")),
        })
        .collect();
    captures.sort_by(|one, other| one.name.cmp(&other.name));
    captures
}

/// What a capture shows after all its requests were sent in this order, at this capture level.
fn shown(requests: &[&Request], level: CaptureLevel) -> Totals {
    let store = MemoryStore::new();
    let sender = Sender::to(&store, level);
    for request in requests {
        sender.send(request);
    }
    settled::of(&store).1
}

/// Sends every capture in an order of the test's choice; all must show what is expected of them.
fn check(level: CaptureLevel, order: impl Fn(&[Request]) -> Vec<&Request>) {
    let mut wrong = Vec::new();
    for capture in captures() {
        let shown = shown(&order(&capture.requests), level);
        let differences = capture.expected.differences(&shown);
        wrong.extend(
            differences
                .into_iter()
                .map(|difference| format!("{}: {difference}", capture.name)),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} totals are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn as_sent(requests: &[Request]) -> Vec<&Request> {
    requests.iter().collect()
}

#[test]
fn every_capture_gives_the_totals_of_its_provider_without_content() {
    check(CaptureLevel::Metadata, as_sent);
}

#[test]
fn every_capture_gives_the_totals_of_its_provider_with_redacted_content() {
    check(CaptureLevel::Redacted, as_sent);
}

#[test]
fn requests_sent_twice_and_in_any_order_change_nothing() {
    for seed in 0..3 {
        check(CaptureLevel::Metadata, |requests| {
            let mut twice: Vec<&Request> = requests.iter().chain(requests).collect();
            Seeded::new(seed).shuffle(&mut twice);
            twice
        });
    }
}
