//! Reads the log at start: hands every frame on that is newer than the tables, and says what is damaged.
//!
//! A crash leaves the end of the newest segment torn; a write that failed may leave torn bytes at the end of any
//! segment. Neither was ever acknowledged. Damage to frames that *were* acknowledged is another thing: the
//! segment is put aside under another name and reported, and its other frames are read all the same, now and at
//! every later start. The two are told apart by what later frames say was durable when they were written.

use std::io::{self, Read};
use std::ops::RangeInclusive;

use trace::{Sequence, UnixNanos};

use super::Error;
use super::disk::Disk;
use super::frame::Header;
use super::scan::{Found, Scanner};
use super::segment::{Closed, Name};

/// Takes the frames at start, in order. An error ends the start.
pub(crate) type OnFrame<'a> = dyn FnMut(Frame<'_>) -> Result<(), BoxError> + 'a;

/// Why whoever takes the frames cannot go on.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A frame, as it is handed on at start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// Its position.
    pub(crate) sequence: Sequence,
    /// When the request arrived.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "the record has it too; a sealed one could not be read for it"
        )
    )]
    pub(crate) received_at: UnixNanos,
    /// Version of the payload's record form.
    pub(crate) version: u16,
    /// Key that seals the payload; empty for none.
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "written since the first version; read once payloads are sealed"
        )
    )]
    pub(crate) key_id: &'a str,
    /// The payload.
    pub(crate) payload: &'a [u8],
}

/// What reading the log at start came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Recovery {
    /// Frames handed on.
    pub(crate) frames: u64,
    /// Newest position found on disk; 0 for an empty log.
    pub(crate) last_sequence: Sequence,
    /// Bytes that a crash or a failed write left, and that were never acknowledged.
    pub(crate) torn_bytes: u64,
    /// Frames left out as another frame had their sequence. More than 0 means a fault in the log itself.
    pub(crate) repeated_frames: u64,
    /// Sequences that were acknowledged (or, in the last group before a power loss, may have been), are not in
    /// the tables, and cannot be found on disk. Report them loudly.
    pub(crate) lost: Vec<RangeInclusive<u64>>,
    /// Segments put aside, those of earlier starts included. Report them.
    pub(crate) quarantined: Vec<Quarantined>,
}

/// A segment that holds damaged bytes where frames were, or may have been, acknowledged. It is kept for the
/// operator, who may remove it once its readable frames are in the tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Quarantined {
    /// Name of its file.
    pub(crate) file_name: String,
    /// Whether it was put aside at this start; an operator knows the others.
    pub(crate) is_new: bool,
    /// Frames in it that could be read.
    pub(crate) frames: u64,
    /// Sequences of the first and last of them.
    pub(crate) sequences: Option<(Sequence, Sequence)>,
    /// Bytes that could not be read as frames.
    pub(crate) damaged_bytes: u64,
}

/// What is left to the log after recovery.
pub(super) struct Recovered {
    pub(super) recovery: Recovery,
    /// Segments that are not quarantined, oldest first.
    pub(super) segments: Vec<Closed>,
}

/// Reads all segments, oldest first.
pub(super) fn recover(
    disk: &dyn Disk,
    after: Sequence,
    on_frame: &mut OnFrame<'_>,
) -> Result<Recovered, Error> {
    let failed = |source| Error::Directory {
        doing: "be read",
        source,
    };
    let mut names: Vec<_> = (disk.list().map_err(failed)?.into_iter())
        .filter_map(|(file_name, size_bytes)| Some((Name::parse(&file_name)?, size_bytes)))
        .collect();
    names.sort_unstable();
    let mut replay = Replay {
        after,
        reached: after,
        recovery: Recovery::default(),
        on_frame,
    };
    let mut walks = Vec::with_capacity(names.len());
    for (name, size_bytes) in names {
        walks.push(replay.walk(disk, name, size_bytes)?);
    }
    let mut recovery = replay.recovery;
    let verdict = judge(&walks, after);
    recovery.lost = verdict.lost;
    let mut segments = Vec::new();
    for (walk, is_quarantined) in walks.iter().zip(verdict.quarantined) {
        let settled = settle(disk, walk, is_quarantined, after, &mut recovery);
        segments.extend(settled.map_err(|source| Error::Directory {
            doing: "be mended",
            source,
        })?);
    }
    disk.sync_names().map_err(failed)?;
    Ok(Recovered { recovery, segments })
}

/// What was seen in one segment.
struct Walk {
    name: Name,
    size_bytes: u64,
    frames: u64,
    /// Sequence of the first good frame, and what it says was durable.
    first: Option<(Sequence, Sequence)>,
    /// Sequence of the last.
    last: Option<Sequence>,
    /// Sequences missing in front of good frames.
    gaps: Vec<RangeInclusive<u64>>,
    /// Bytes of all good frames.
    good_bytes: u64,
    /// Where the last good frame ends; what follows is damaged.
    good_end: u64,
    /// Whether the disk refused to read all of it.
    is_unreadable: bool,
}

struct Replay<'a, 'b> {
    after: Sequence,
    /// Newest sequence handed on, or in the tables.
    reached: Sequence,
    recovery: Recovery,
    on_frame: &'a mut OnFrame<'b>,
}

impl Replay<'_, '_> {
    fn walk(&mut self, disk: &dyn Disk, name: Name, size_bytes: u64) -> Result<Walk, Error> {
        let mut walk = Walk::new(name, size_bytes);
        let outcome = match disk.read(&name.file_name()) {
            Ok(source) => self.walk_source(source, &mut walk)?,
            Err(source) => Err(source),
        };
        // A file that cannot be read to its end is put aside; the log must be able to start without it.
        walk.is_unreadable = outcome.is_err();
        walk.size_bytes = walk.size_bytes.max(walk.good_end);
        Ok(walk)
    }

    /// The inner error is the disk's, the outer one that of who was handed a frame.
    fn walk_source(&mut self, source: impl Read, walk: &mut Walk) -> Result<io::Result<()>, Error> {
        let mut scanner = Scanner::new(source, walk.name.salt);
        loop {
            match scanner.next() {
                Ok(None) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
                // Counted as what is left when the good frames are taken off.
                Ok(Some(Found::Damage { .. })) => {}
                Ok(Some(Found::Frame {
                    header,
                    key_id,
                    payload,
                    end,
                })) => {
                    walk.note(&header, end);
                    self.hand_on(Frame {
                        sequence: header.sequence,
                        received_at: header.received_at,
                        version: header.version,
                        key_id,
                        payload,
                    })?;
                }
            }
        }
    }

    fn hand_on(&mut self, frame: Frame<'_>) -> Result<(), Error> {
        let sequence = frame.sequence;
        self.recovery.last_sequence = self.recovery.last_sequence.max(sequence);
        if sequence > self.reached {
            self.reached = sequence;
            self.recovery.frames = self.recovery.frames.saturating_add(1);
            return (self.on_frame)(frame).map_err(|source| Error::Replay { sequence, source });
        }
        if sequence > self.after {
            self.recovery.repeated_frames = self.recovery.repeated_frames.saturating_add(1);
        }
        Ok(())
    }
}

impl Walk {
    fn new(name: Name, size_bytes: u64) -> Self {
        Self {
            name,
            size_bytes,
            frames: 0,
            first: None,
            last: None,
            gaps: Vec::new(),
            good_bytes: 0,
            good_end: 0,
            is_unreadable: false,
        }
    }

    /// Bytes that are no good frame.
    const fn damaged_bytes(&self) -> u64 {
        self.size_bytes.saturating_sub(self.good_bytes)
    }

    /// Notes a good frame and where it ends.
    fn note(&mut self, header: &Header, end: u64) {
        let sequence = header.sequence;
        let previous = self
            .last
            .map_or(self.name.first.0.saturating_sub(1), |last| last.0);
        let expected = previous.saturating_add(1);
        if expected < sequence.0 {
            self.gaps.push(expected..=sequence.0.saturating_sub(1));
        }
        self.first.get_or_insert((sequence, header.durable));
        self.last = Some(sequence);
        self.frames = self.frames.saturating_add(1);
        self.good_bytes = self.good_bytes.saturating_add(header.frame_size());
        self.good_end = end;
    }
}

/// What the segments say together.
#[derive(Default)]
struct Verdict {
    /// Acknowledged, newer than the tables, and gone.
    lost: Vec<RangeInclusive<u64>>,
    /// For each segment, whether it is to be put aside.
    quarantined: Vec<bool>,
}

/// Tells lost frames from those that never were acknowledged.
///
/// Writing goes on in a segment only after success. So a frame that is missing in front of a good one of the same
/// segment had been written well, unless both are of the very last group; then it cannot be known, and is taken
/// for lost. What is missing between segments was acknowledged as far as the later one says that it was durable.
fn judge(walks: &[Walk], after: Sequence) -> Verdict {
    let mut verdict = Verdict {
        lost: Vec::new(),
        quarantined: walks
            .iter()
            .map(|walk| walk.is_unreadable || walk.name.is_quarantined)
            .collect(),
    };
    let mut end = after.0;
    // The segments since the last one with a good frame, that one included.
    let mut candidates = 0..0;
    for (index, walk) in walks.iter().enumerate() {
        candidates.end = index;
        let Some((_, durable)) = walk.first else { continue };
        let missing = end.saturating_add(1)..=walk.name.first.0.saturating_sub(1);
        if verdict.note_lost(&missing, durable, after) {
            for (walk, quarantined) in walks
                .iter()
                .zip(&mut verdict.quarantined)
                .take(candidates.end)
                .skip(candidates.start)
            {
                *quarantined |= walk.good_end < walk.size_bytes;
            }
        }
        let later = walks
            .iter()
            .skip(index.saturating_add(1))
            .find_map(|later| later.first);
        let durable = later.map_or(Sequence(u64::MAX), |(_, durable)| durable);
        for gap in &walk.gaps {
            if verdict.note_lost(gap, durable, after)
                && let Some(quarantined) = verdict.quarantined.get_mut(index)
            {
                *quarantined = true;
            }
        }
        end = walk.last.map_or(end, |last| end.max(last.0));
        candidates = index..index;
    }
    verdict
}

impl Verdict {
    /// Notes those of `missing` that had been durable; answers whether there are any, in the tables or not.
    fn note_lost(&mut self, missing: &RangeInclusive<u64>, durable: Sequence, after: Sequence) -> bool {
        let end = *missing.end().min(&durable.0);
        let start = *missing.start().max(&after.0.saturating_add(1));
        if start <= end {
            self.lost.push(start..=end);
        }
        *missing.start() <= end
    }
}

/// Leaves a segment on disk as it is to be: put aside, or cut back to its good frames and durable, or gone.
fn settle(
    disk: &dyn Disk,
    walk: &Walk,
    is_quarantined: bool,
    after: Sequence,
    recovery: &mut Recovery,
) -> io::Result<Option<Closed>> {
    let file_name = walk.name.file_name();
    if is_quarantined {
        let quarantined = Name {
            is_quarantined: true,
            ..walk.name
        };
        if !walk.name.is_quarantined {
            if !walk.is_unreadable {
                disk.cut(&file_name, walk.size_bytes)?;
            }
            disk.rename(&file_name, &quarantined.file_name())?;
        }
        recovery.quarantined.push(Quarantined {
            file_name: quarantined.file_name(),
            is_new: !walk.name.is_quarantined,
            frames: walk.frames,
            sequences: walk.first.map(|(first, _)| first).zip(walk.last),
            damaged_bytes: walk.damaged_bytes(),
        });
        return Ok(None);
    }
    recovery.torn_bytes = recovery.torn_bytes.saturating_add(walk.damaged_bytes());
    let Some(last) = walk.last else {
        disk.remove(&file_name)?;
        return Ok(None);
    };
    // What is handed on must not be gone after the next crash: a client that sends it again is told it is there.
    if last > after || walk.good_end < walk.size_bytes {
        disk.cut(&file_name, walk.good_end)?;
    }
    Ok(Some(Closed {
        name: walk.name,
        last,
        size_bytes: walk.good_end,
    }))
}
