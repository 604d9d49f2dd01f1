//! The log as a whole, on a real disk.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use trace::{Sequence, Text, UnixNanos};

use super::*;

const PATIENCE: Duration = Duration::from_secs(20);

/// What the sink was told, in order.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Durable(u64, String),
    Refused(String),
}

struct Teller(Sender<Told>);

impl Sink<String> for Teller {
    fn durable(&mut self, group: Vec<Durable<String>>) {
        for request in group {
            let _ = self.0.send(Told::Durable(request.sequence.0, request.ticket));
        }
    }

    fn refused(&mut self, tickets: Vec<String>, _error: &io::Error) {
        for ticket in tickets {
            let _ = self.0.send(Told::Refused(ticket));
        }
    }
}

fn request(payload: &str) -> Request {
    Request {
        version: 1,
        key_id: Text::default(),
        payload: payload.as_bytes().to_vec(),
        received_at: UnixNanos(5),
    }
}

/// Opens the log and answers what was replayed.
fn open(directory: &Path, position: Position) -> (Opened, Recovery, Vec<(u64, String)>) {
    let mut replayed = Vec::new();
    let mut options = Options::new(directory.to_path_buf());
    options.segment_size_bytes = 200;
    let (opened, recovery) = Opened::open(options, position, &mut |frame| {
        replayed.push((frame.sequence.0, String::from_utf8(frame.payload.to_vec())?));
        Ok(())
    })
    .unwrap();
    (opened, recovery, replayed)
}

fn start(opened: Opened) -> (Log<String>, Receiver<Told>) {
    let (sender, receiver) = channel();
    (opened.start(Box::new(Teller(sender))).unwrap(), receiver)
}

fn log(log: &Log<String>, told: &Receiver<Told>, payload: &str) -> u64 {
    log.append(request(payload), payload.to_owned()).unwrap();
    match told.recv_timeout(PATIENCE).unwrap() {
        Told::Durable(sequence, ticket) if ticket == payload => sequence,
        other => panic!("told {other:?}"),
    }
}

fn segment_files(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".log"))
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_logged_is_replayed_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let (opened, recovery, replayed) = open(directory.path(), Position::default());
    assert_eq!((recovery, replayed), (Recovery::default(), vec![]));
    let (first, told) = start(opened);
    for (sequence, payload) in [(1, "one"), (2, "two"), (3, "three")] {
        assert_eq!(log(&first, &told, payload), sequence);
    }
    drop(first);
    let (opened, recovery, replayed) = open(
        directory.path(),
        Position {
            replay_after: Sequence(1),
            min_next: Sequence(0),
        },
    );
    assert_eq!(replayed, [(2, "two".to_owned()), (3, "three".to_owned())]);
    assert_eq!(
        (recovery.frames, recovery.last_sequence, recovery.torn_bytes),
        (2, Sequence(3), 0)
    );
    let (second, told) = start(opened);
    assert_eq!(log(&second, &told, "four"), 4);
}

#[test]
fn sequences_go_on_after_all_segments_are_gone() {
    let directory = tempfile::tempdir().unwrap();
    let (opened, ..) = open(
        directory.path(),
        Position {
            replay_after: Sequence(40),
            min_next: Sequence(50),
        },
    );
    let (first, told) = start(opened);
    assert_eq!(log(&first, &told, "one"), 50);
}

#[test]
fn segments_are_released_whole() {
    let directory = tempfile::tempdir().unwrap();
    let (first, told) = start(open(directory.path(), Position::default()).0);
    for index in 1..=10 {
        log(&first, &told, &format!("{index:0>80}"));
    }
    assert_eq!(segment_files(directory.path()).len(), 10);
    assert_eq!(first.size_bytes(), 10 * 124);
    assert_eq!(first.release(Sequence(4)).unwrap(), 4);
    assert_eq!(first.size_bytes(), 6 * 124);
    assert_eq!(
        first.release(Sequence(10)).unwrap(),
        6,
        "the active one is large enough to be rolled"
    );
    assert_eq!(log(&first, &told, "next"), 11);
    assert_eq!(segment_files(directory.path()).len(), 1);
}

#[test]
fn a_second_log_on_one_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let _first = open(directory.path(), Position::default()).0;
    let second = Opened::open(
        Options::new(directory.path().to_path_buf()),
        Position::default(),
        &mut |_| Ok(()),
    );
    assert!(matches!(second.err().unwrap(), Error::Locked));
}
