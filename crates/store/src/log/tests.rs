//! The log as a whole, with its threads.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use trace::{Sequence, Text, UnixNanos};

use super::faults::FaultyDisk;
use super::*;
use crate::codec;

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

#[test]
fn the_committed_log_of_version_1_still_loads() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/log-v1");
    let directory = tempfile::tempdir().unwrap();
    for name in segment_files(&fixtures) {
        fs::copy(fixtures.join(&name), directory.path().join(&name)).unwrap();
    }
    let mut restored = Vec::new();
    let options = Options::new(directory.path().to_path_buf());
    let (_, recovery) = Opened::open(options, Position::default(), &mut |frame| {
        assert_eq!(
            (frame.key_id, frame.received_at),
            ("key-1", UnixNanos(1_760_000_000_000_000_001))
        );
        restored.push((
            frame.sequence.0,
            codec::decode_payload(frame.version, frame.payload)?,
        ));
        Ok(())
    })
    .unwrap();
    assert_eq!((recovery.torn_bytes, recovery.quarantined), (0, vec![]));
    let fixture = codec::Restored {
        batch: codec::samples::fixture(),
        skipped: 0,
    };
    assert_eq!(restored, [(1, fixture.clone()), (2, fixture)]);
}

#[test]
fn a_frame_that_stands_twice_is_handed_on_once_and_counted() {
    let directory = tempfile::tempdir().unwrap();
    let (first, told) = start(open(directory.path(), Position::default()).0);
    log(&first, &told, "one");
    drop(first);
    let [name] = &segment_files(directory.path())[..] else {
        panic!("one segment")
    };
    let copy = format!("{name}.quarantined");
    fs::copy(directory.path().join(name), directory.path().join(copy)).unwrap();
    let (_, recovery, replayed) = open(directory.path(), Position::default());
    assert_eq!((replayed.len(), recovery.repeated_frames), (1, 1));
}

/// A log on a disk that can be made to fail.
fn start_on<T: Send + 'static>(disk: &FaultyDisk, options: Options, sink: impl Sink<T> + 'static) -> Log<T> {
    let disk = Arc::new(disk.clone());
    let (opened, _) = Opened::open_on(disk, options, Position::default(), None, &mut |_| Ok(())).unwrap();
    opened.start(Box::new(sink)).unwrap()
}

#[test]
fn requests_a_full_disk_refuses_are_told_and_may_be_tried_again() {
    let disk = FaultyDisk::default();
    let (sender, told) = channel();
    let log_ = start_on(&disk, Options::new(PathBuf::new()), Teller(sender));
    log(&log_, &told, "one");
    disk.set_faults(|faults| faults.room_bytes = Some(10));
    log_.append(request("two"), "two".to_owned()).unwrap();
    assert_eq!(
        told.recv_timeout(PATIENCE).unwrap(),
        Told::Refused("two".to_owned())
    );
    disk.set_faults(|faults| faults.room_bytes = None);
    assert_eq!(
        log(&log_, &told, "two"),
        3,
        "the sequence of the refused group is not given again"
    );
}

/// A sink that waits until it is let go.
struct Slow(Receiver<()>, SyncSender<u64>);

impl Sink<()> for Slow {
    fn durable(&mut self, group: Vec<Durable<()>>) {
        let _ = self.0.recv_timeout(PATIENCE);
        for request in group {
            let _ = self.1.send(request.sequence.0);
        }
    }

    fn refused(&mut self, _tickets: Vec<()>, error: &io::Error) {
        panic!("refused: {error}");
    }
}

#[test]
fn a_slow_sink_is_felt_at_the_door_and_loses_nothing() {
    let (go, gate) = channel();
    let (sender, applied) = sync_channel(1000);
    let options = Options {
        queue_requests: 7,
        ..Options::new(PathBuf::new())
    };
    let mut log = start_on(&FaultyDisk::default(), options, Slow(gate, sender));
    for _ in 0..7 {
        log.append(request("payload"), ()).unwrap();
    }
    assert_eq!(log.append(request("payload"), ()).unwrap_err().0, Refusal::Busy);
    drop(go);
    log.close();
    assert_eq!(applied.try_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        log.append(request("payload"), ()).unwrap_err().0,
        Refusal::Closing
    );
}

#[test]
fn the_queue_is_bounded_by_bytes_too() {
    let (go, gate) = channel();
    let (sender, _applied) = sync_channel(1000);
    let options = Options {
        queue_size_bytes: 10,
        ..Options::new(PathBuf::new())
    };
    let log = start_on(&FaultyDisk::default(), options, Slow(gate, sender));
    log.append(request("more than ten bytes"), ()).unwrap();
    assert_eq!(log.append(request("1"), ()).unwrap_err().0, Refusal::Busy);
    drop(go);
}

#[test]
fn a_request_over_the_limit_is_refused_for_good() {
    let (sender, _told) = channel();
    let log = start_on(
        &FaultyDisk::default(),
        Options::new(PathBuf::new()),
        Teller(sender),
    );
    let large = Request {
        payload: vec![0; frame::BODY_SIZE_BYTES_MAX],
        ..request("")
    };
    let (refusal, _ticket) = log.append(large, String::new()).unwrap_err();
    assert!(matches!(refusal, Refusal::TooLarge { .. }));
}

#[test]
fn many_threads_share_syncs_and_every_request_is_told_in_order() {
    const THREADS: usize = 8;
    const REQUESTS: usize = 200;
    let disk = FaultyDisk::default();
    let (sender, told) = channel();
    let log = start_on(&disk, Options::new(PathBuf::new()), Teller(sender));
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for name in 0..THREADS {
            let (log, barrier) = (&log, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for index in 0..REQUESTS {
                    let payload = format!("{name}-{index}");
                    log.append(request(&payload), payload.clone()).unwrap();
                }
            });
        }
    });
    drop(log);
    let told: Vec<_> = told.try_iter().collect();
    let sequences = told.iter().map(|told| {
        if let Told::Durable(sequence, _) = told {
            *sequence
        } else {
            0
        }
    });
    assert!(sequences.eq(1..=(THREADS * REQUESTS) as u64));
    assert!(
        disk.syncs() < (THREADS * REQUESTS) as u64,
        "{} syncs",
        disk.syncs()
    );
}
