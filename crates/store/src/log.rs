//! The write-ahead log: what was acknowledged is here until it is in the tables.
//!
//! A request's way: its own thread encodes, compresses and checksums it and puts it into a bounded queue
//! ([`Log::append`]). The writer thread takes all that wait, writes them with one append and one sync, and goes on
//! to the next group at once, while the apply thread hands the durable ones, in order, to the [`Sink`] that makes
//! them readable and answers. So a request is answered only when it is durable and readable, groups grow by
//! themselves while the disk is busy, and nobody waits on an idle disk.
//!
//! Promises: what the sink was handed survives the process and the operating system; every frame newer than the
//! tables is handed on at the next start, once; a sequence is never given twice; damage is never passed over in
//! silence (see [`Recovery`]). It does not survive the loss of its disk.
//!
//! Bytes in, bytes out: what a payload says is `codec`'s business.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use trace::{Sequence, Text, UnixNanos};

mod disk;
mod frame;
mod lock;
mod queue;
mod recovery;
mod scan;
mod segment;
mod threads;
mod writer;

pub(crate) use lock::DirectoryLock;
pub(crate) use recovery::{BoxError, Frame, Recovery};

use disk::Disk;
use frame::BODY_SIZE_BYTES_MAX;
use queue::Queue;
use segment::Segments;
use writer::{Entry, Writer};

/// Part of a full segment from which on the active one is closed when all of it is in the tables.
const ROLL_PART: u64 = 16;

/// Most bytes of a key's id.
const KEY_ID_SIZE_BYTES_MAX: usize = 256;

/// How the log works. The defaults are right for a server.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Where the segments are; made if it is not there.
    pub(crate) directory: PathBuf,
    /// Size from which on a new segment is begun.
    pub(crate) segment_size_bytes: u64,
    /// Bytes of payload that are written at once at most, a single larger request aside.
    pub(crate) group_size_bytes: usize,
    /// Bytes of payload that may wait or be under way.
    pub(crate) queue_size_bytes: usize,
    /// Requests that may wait or be under way.
    pub(crate) queue_requests: usize,
}

impl Options {
    /// The defaults, for this directory.
    pub(crate) const fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            segment_size_bytes: 64 * 1024 * 1024,
            group_size_bytes: 8 * 1024 * 1024,
            queue_size_bytes: 64 * 1024 * 1024,
            queue_requests: 4096,
        }
    }
}

/// Why the log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Two servers on one directory would destroy each other's data.
    #[error(
        "another Everyframe is running on this data directory; stop it, or give this one a directory of its own"
    )]
    Locked,
    /// Check that the directory exists, is writable for this user, and that its disk has room.
    #[error("the log directory cannot {doing}")]
    Directory {
        /// What was tried, as in "cannot be read".
        doing: &'static str,
        /// What the operating system answered.
        source: io::Error,
    },
    /// The frame is whole, but what it says was not understood; the source says what to do.
    #[error("the frame of sequence {} cannot be replayed", .sequence.0)]
    Replay {
        /// Its position.
        sequence: Sequence,
        /// Why.
        source: BoxError,
    },
    /// The system has no thread left.
    #[error("the log's threads cannot be started")]
    Threads(#[source] io::Error),
}

/// Where the tables are, so that the log knows where to go on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Position {
    /// Everything at or before it is in all tables; newer frames are replayed.
    pub(crate) replay_after: Sequence,
    /// The next sequence is at least this one, whatever the log holds: one more than any that is known anywhere.
    pub(crate) min_next: Sequence,
}

/// A request to be logged.
#[derive(Debug)]
pub(crate) struct Request {
    /// Version of the payload's record form.
    pub(crate) version: u16,
    /// Key that seals the payload; empty for none.
    pub(crate) key_id: Text,
    /// Encoded and compressed by the caller, whose thread has the time.
    pub(crate) payload: Vec<u8>,
    /// When it arrived.
    pub(crate) received_at: UnixNanos,
}

/// Why a request was not taken. The ticket comes back with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The queue is full: try again soon.
    #[error("the log's queue is full")]
    Busy,
    /// The log is closing: try again when the server is back.
    #[error("the log is closing")]
    Closing,
    /// The request can never be logged; send it in parts.
    #[error("a request of {size_bytes} bytes is over the log's limit of {BODY_SIZE_BYTES_MAX}")]
    TooLarge {
        /// Bytes of the payload.
        size_bytes: usize,
    },
}

/// A request that is durable.
#[derive(Debug)]
pub(crate) struct Durable<T> {
    /// Its position.
    pub(crate) sequence: Sequence,
    /// What the caller gave along: usually the batch, and the way to answer.
    pub(crate) ticket: T,
}

/// Who is told of each group, in order, on the log's apply thread.
pub(crate) trait Sink<T>: Send {
    /// These are on disk. Make them readable, then answer them. While this works the next group is written.
    fn durable(&mut self, group: Vec<Durable<T>>);

    /// The disk refused these: full, read-only or broken. Nothing of them counts as stored; they may be tried
    /// again. Some may come back at the next start all the same, as whatever was not acknowledged may.
    fn refused(&mut self, tickets: Vec<T>, error: &io::Error);
}

/// A log whose frames were read, and that writes nothing yet.
pub(crate) struct Opened {
    options: Options,
    writer: Writer,
    segments: Arc<Segments>,
    lock: Option<DirectoryLock>,
}

/// A log that is written to. Dropping it writes what waits, hands it to the sink, and ends the threads.
pub(crate) struct Log<T> {
    queue: Arc<Queue<T>>,
    segments: Arc<Segments>,
    roll_size_bytes: u64,
    threads: Vec<JoinHandle<()>>,
    /// Let go of last.
    _lock: Option<DirectoryLock>,
}

impl Opened {
    /// Locks the directory, reads the log and hands every frame after `position.replay_after` to `on_frame`.
    ///
    /// # Errors
    /// [`Error`] says what to do. Damage is no error: it is told in [`Recovery`].
    pub(crate) fn open(
        options: Options,
        position: Position,
        on_frame: &mut recovery::OnFrame<'_>,
    ) -> Result<(Self, Recovery), Error> {
        std::fs::create_dir_all(&options.directory).map_err(|source| Error::Directory {
            doing: "be made",
            source,
        })?;
        let lock = DirectoryLock::acquire(&options.directory)?;
        let disk = Arc::new(disk::Directory::new(options.directory.clone()));
        Self::open_on(disk, options, position, Some(lock), on_frame)
    }

    fn open_on(
        disk: Arc<dyn Disk>,
        options: Options,
        position: Position,
        lock: Option<DirectoryLock>,
        on_frame: &mut recovery::OnFrame<'_>,
    ) -> Result<(Self, Recovery), Error> {
        probe(&*disk).map_err(|source| Error::Directory {
            doing: "be written to",
            source,
        })?;
        let recovery::Recovered { recovery, segments } =
            recovery::recover(&*disk, position.replay_after, on_frame)?;
        let durable = recovery.last_sequence.max(position.replay_after);
        let lost = recovery.lost.iter().map(|range| *range.end()).max().unwrap_or(0);
        let next = position.min_next.0.max(durable.0.max(lost).saturating_add(1));
        let segments = Arc::new(Segments::new(disk, segments));
        let writer = Writer::new(
            Arc::clone(&segments),
            options.segment_size_bytes,
            Sequence(next),
            durable,
        );
        Ok((
            Self {
                options,
                writer,
                segments,
                lock,
            },
            recovery,
        ))
    }

    /// Starts to write.
    ///
    /// # Errors
    /// [`Error::Threads`].
    pub(crate) fn start<T: Send + 'static>(self, sink: Box<dyn Sink<T>>) -> Result<Log<T>, Error> {
        let queue = Arc::new(Queue::new(&self.options));
        let threads = threads::start(
            Arc::clone(&queue),
            self.writer,
            self.options.group_size_bytes,
            sink,
        )
        .map_err(Error::Threads)?;
        Ok(Log {
            queue,
            segments: self.segments,
            roll_size_bytes: self.options.segment_size_bytes / ROLL_PART,
            threads,
            _lock: self.lock,
        })
    }
}

/// Finds out at start, and not at the first request, that nothing can be written.
fn probe(disk: &dyn Disk) -> io::Result<()> {
    const NAME: &str = "probe";
    match disk.remove(NAME) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    drop(disk.create(NAME)?);
    disk.remove(NAME)
}

impl<T> Log<T> {
    /// Puts a request into the queue. The sink is told of it when it is durable, or refused.
    ///
    /// # Errors
    /// [`Refusal`], with the ticket.
    pub(crate) fn append(&self, request: Request, ticket: T) -> Result<(), (Refusal, T)> {
        let Request {
            version,
            key_id,
            payload,
            received_at,
        } = request;
        let size_bytes = payload.len();
        if key_id.len() > KEY_ID_SIZE_BYTES_MAX
            || size_bytes > BODY_SIZE_BYTES_MAX.saturating_sub(KEY_ID_SIZE_BYTES_MAX)
        {
            return Err((Refusal::TooLarge { size_bytes }, ticket));
        }
        let body_checksum = frame::body_checksum(&key_id, &payload);
        let entry = Entry {
            body_checksum,
            version,
            key_id,
            payload,
            received_at,
        };
        self.queue.push(entry, ticket)
    }

    /// Removes whole segments whose frames are all at or before `up_to`, which must be in the tables for good. It
    /// waits for the disk: do not call it where requests are served. What cannot be removed is tried again at the
    /// next call.
    ///
    /// # Errors
    /// What the disk answered.
    pub(crate) fn release(&self, up_to: Sequence) -> io::Result<usize> {
        self.segments.release(up_to, self.roll_size_bytes)
    }

    /// Bytes of all segments that are not quarantined.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.segments.size_bytes()
    }

    /// Takes no more requests, and returns when all that wait are answered.
    pub(crate) fn close(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            // A panic was reported by the thread itself.
            let _ = thread.join();
        }
    }
}

impl<T> Drop for Log<T> {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;
