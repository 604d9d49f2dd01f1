//! What was acknowledged is found again, whatever happens to disk and process in between.
//! `PROPTEST_CASES=20000` makes a long run of it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use trace::Text;

use super::faults::FaultyDisk;
use super::frame::HEADER_SIZE_BYTES;
use super::segment::Name;
use super::*;

const SEGMENT_SIZE_BYTES: u64 = 600;

/// A log over a disk that fails, and what is known of it from outside.
struct Model {
    disk: FaultyDisk,
    opened: Opened,
    recovery: Recovery,
    /// Acknowledged, and not yet in the tables: payload by sequence.
    acknowledged: BTreeMap<u64, Vec<u8>>,
    /// All payloads that were ever given to the log.
    attempted: BTreeSet<Vec<u8>>,
    /// Newest sequence ever acknowledged.
    newest: u64,
    /// The tables have everything up to here.
    in_tables: u64,
}

fn options() -> Options {
    Options {
        segment_size_bytes: SEGMENT_SIZE_BYTES,
        ..Options::new(PathBuf::new())
    }
}

/// Opens the log of a disk and answers the frames it hands on.
fn reopen(disk: &FaultyDisk, in_tables: u64) -> (Opened, Recovery, Vec<(u64, Vec<u8>)>) {
    let position = Position {
        replay_after: Sequence(in_tables),
        min_next: Sequence(in_tables + 1),
    };
    let mut frames = Vec::new();
    let (opened, recovery) =
        Opened::open_on(Arc::new(disk.clone()), options(), position, None, &mut |frame| {
            assert_eq!(
                (frame.version, frame.key_id, frame.received_at),
                (3, "key", UnixNanos(-9))
            );
            frames.push((frame.sequence.0, frame.payload.to_vec()));
            Ok(())
        })
        .unwrap();
    (opened, recovery, frames)
}

fn entry(payload: Vec<u8>) -> Entry {
    Entry {
        body_checksum: frame::body_checksum("key", &payload),
        version: 3,
        key_id: Text::from("key"),
        payload,
        received_at: UnixNanos(-9),
    }
}

impl Model {
    fn new() -> Self {
        let disk = FaultyDisk::default();
        let (opened, recovery, _) = reopen(&disk, 0);
        Self {
            disk,
            opened,
            recovery,
            acknowledged: BTreeMap::new(),
            attempted: BTreeSet::new(),
            newest: 0,
            in_tables: 0,
        }
    }

    /// Writes a group of payloads of these sizes, each unlike all others; answers whether it was acknowledged.
    fn write(&mut self, sizes: &[usize]) -> bool {
        let mut group = Vec::new();
        for size_bytes in sizes {
            let mut payload = format!("{}:", self.attempted.len()).into_bytes();
            payload.resize(payload.len() + size_bytes, b'.');
            self.attempted.insert(payload.clone());
            group.push(entry(payload));
        }
        let Ok(first) = self.opened.writer.write(group.iter()) else {
            return false;
        };
        for (sequence, entry) in (first.0..).zip(group) {
            assert!(sequence > self.newest, "a sequence was given twice");
            self.newest = sequence;
            self.acknowledged.insert(sequence, entry.payload);
        }
        true
    }

    /// The tables take everything up to some acknowledged sequence, and the log lets go of it.
    fn release(&mut self, part: usize) {
        let count = part.min(self.acknowledged.len());
        if let Some(up_to) = self.acknowledged.keys().nth(count).copied() {
            self.acknowledged = self.acknowledged.split_off(&(up_to + 1));
            self.in_tables = up_to;
            let _ = self
                .opened
                .segments
                .release(Sequence(up_to), SEGMENT_SIZE_BYTES / ROLL_PART);
        }
    }

    /// Starts again on what the disk holds, and checks what it hands on.
    fn restart(&mut self) {
        self.disk
            .set_faults(|faults| *faults = super::faults::Faults::default());
        let (opened, recovery, frames) = reopen(&self.disk, self.in_tables);
        assert!(
            frames.iter().map(|(sequence, _)| sequence).is_sorted(),
            "frames come in order"
        );
        let payloads: BTreeSet<_> = frames.iter().map(|(_, payload)| payload).collect();
        assert_eq!(payloads.len(), frames.len(), "nothing is doubled");
        assert!(
            payloads.iter().all(|payload| self.attempted.contains(*payload)),
            "nothing is made up"
        );
        let found: BTreeMap<_, _> = frames.into_iter().collect();
        for (sequence, payload) in &self.acknowledged {
            assert_eq!(
                found.get(sequence),
                Some(payload),
                "acknowledged sequence {sequence}"
            );
        }
        assert!(found.keys().all(|sequence| *sequence > self.in_tables));
        assert_eq!(recovery.repeated_frames, 0);
        // What was handed on is readable, so it has to stay.
        self.acknowledged = found;
        self.newest = self
            .newest
            .max(self.acknowledged.keys().last().copied().unwrap_or(0));
        self.opened = opened;
        self.recovery = recovery;
    }

    fn segment_names(&self) -> Vec<String> {
        segment_names(&self.disk)
    }
}

#[derive(Debug, Clone)]
enum Step {
    Write(Vec<usize>),
    Release(usize),
    Full(usize),
    FailSync,
    FailNames,
    FailCuts,
    FailRemovals,
    Mend,
    Kill,
    LosePower(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => prop::collection::vec(0_usize..200, 1..5).prop_map(Step::Write),
        2 => (0_usize..6).prop_map(Step::Release),
        2 => (0_usize..700).prop_map(Step::Full),
        1 => Just(Step::FailSync),
        1 => Just(Step::FailNames),
        1 => Just(Step::FailCuts),
        1 => Just(Step::FailRemovals),
        2 => Just(Step::Mend),
        1 => Just(Step::Kill),
        2 => any::<u64>().prop_map(Step::LosePower),
    ]
}

fn run(model: &mut Model, steps: Vec<Step>) {
    for step in steps {
        match step {
            Step::Write(sizes) => {
                model.write(&sizes);
            }
            Step::Release(part) => model.release(part),
            Step::Full(room) => model.disk.set_faults(|faults| faults.room_bytes = Some(room)),
            Step::FailSync => model.disk.set_faults(|faults| faults.syncs += 1),
            Step::FailNames => model.disk.set_faults(|faults| faults.names = true),
            Step::FailCuts => model.disk.set_faults(|faults| faults.cuts = true),
            Step::FailRemovals => model.disk.set_faults(|faults| faults.removals = true),
            Step::Mend => model
                .disk
                .set_faults(|faults| *faults = super::faults::Faults::default()),
            Step::Kill => model.restart(),
            Step::LosePower(seed) => {
                model.disk.lose_power(seed);
                model.restart();
            }
        }
    }
    model.restart();
}

proptest! {
    #[test]
    fn whatever_happens_what_was_acknowledged_is_found_once(steps in prop::collection::vec(step(), 1..60)) {
        run(&mut Model::new(), steps);
    }

    #[test]
    fn without_damage_nothing_is_put_aside(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        // A loss of power may leave a hole in the last group, which cannot be told from damage.
        let kills = steps.into_iter().map(|step| if let Step::LosePower(_) = step { Step::Kill } else { step });
        let steps: Vec<_> = kills.filter(|step| !matches!(step, Step::FailCuts)).collect();
        let mut model = Model::new();
        run(&mut model, steps);
        prop_assert_eq!(&model.recovery.lost, &vec![]);
        prop_assert_eq!(&model.recovery.quarantined, &vec![]);
    }

    #[test]
    fn one_changed_bit_costs_at_most_its_frame_and_is_never_passed_over(
        groups in prop::collection::vec(prop::collection::vec(0_usize..200, 1..4), 2..12),
        file in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let mut model = Model::new();
        for group in &groups {
            prop_assert!(model.write(group));
        }
        let last_group = model.newest + 1 - groups.last().unwrap().len() as u64..=model.newest;
        let names = model.segment_names();
        let name = names[file.index(names.len())].clone();
        let size_bytes = model.disk.list().unwrap().into_iter().find(|(other, _)| *other == name).unwrap().1;
        model.disk.flip(&name, place.index(usize::try_from(size_bytes).unwrap()), bit);

        let (_, recovery, frames) = reopen(&model.disk, 0);
        let found: BTreeMap<_, _> = frames.into_iter().collect();
        let missing: Vec<_> =
            model.acknowledged.keys().copied().filter(|sequence| !found.contains_key(sequence)).collect();
        let &[missing] = &missing[..] else { panic!("missing {missing:?}") };
        if *last_group.end() == missing {
            // It looks as if it had never been acknowledged.
            prop_assert!(recovery.torn_bytes > 0);
        } else {
            prop_assert_eq!(&recovery.lost, &vec![missing..=missing]);
            let [quarantined] = &recovery.quarantined[..] else { panic!("{:?}", recovery.quarantined) };
            prop_assert!(quarantined.is_new && quarantined.file_name.starts_with(&name));
            prop_assert!(quarantined.damaged_bytes >= HEADER_SIZE_BYTES as u64);

            // It is found and reported at every later start, until the tables have all around it.
            let (_, again, frames) = reopen(&model.disk, 0);
            prop_assert_eq!(frames.len(), found.len());
            prop_assert_eq!(&again.lost, &recovery.lost);
            prop_assert!(!again.quarantined[0].is_new);
            let (_, later, _) = reopen(&model.disk, model.newest);
            prop_assert_eq!(&later.lost, &vec![]);
        }
    }
}

/// A log of three frames with its newest segment cut here, opened, written to, and opened again.
fn check_cut(disk: &Arc<dyn Disk>, cut: u64, frame_size: u64) {
    let open = || {
        let mut frames = 0_u64;
        let (opened, recovery) = Opened::open_on(
            Arc::clone(disk),
            options(),
            Position::default(),
            None,
            &mut |_| {
                frames += 1;
                Ok(())
            },
        )
        .unwrap();
        assert_eq!((recovery.lost, recovery.quarantined), (vec![], vec![]));
        (opened, frames)
    };
    let group: Vec<_> = (0..3_u8).map(|index| entry(vec![index; 20])).collect();
    let mut opened = open().0;
    opened.writer.write(group.iter()).unwrap();
    drop(opened);
    let name = segment_names(&**disk).pop().unwrap();
    disk.cut(&name, cut).unwrap();
    let (mut opened, frames) = open();
    assert_eq!(frames, cut / frame_size, "cut at {cut}");
    // New frames follow good ones, and both are found.
    assert_eq!(
        opened.writer.write(group.iter().take(1)).unwrap(),
        Sequence(frames + 1)
    );
    drop(opened);
    assert_eq!(open().1, frames + 1, "cut at {cut}");
    for name in segment_names(&**disk) {
        disk.remove(&name).unwrap();
    }
}

fn segment_names(disk: &dyn Disk) -> Vec<String> {
    let names = disk.list().unwrap().into_iter().map(|(name, _)| name);
    let mut names: Vec<_> = names.filter(|name| Name::parse(name).is_some()).collect();
    names.sort();
    names
}

const CUT_FRAME_SIZE_BYTES: u64 = HEADER_SIZE_BYTES as u64 + 3 + 20;

#[test]
fn a_log_cut_at_any_byte_has_every_frame_before_the_cut() {
    let disk: Arc<dyn Disk> = Arc::new(FaultyDisk::default());
    for cut in 0..=3 * CUT_FRAME_SIZE_BYTES {
        check_cut(&disk, cut, CUT_FRAME_SIZE_BYTES);
    }
}

#[test]
fn a_log_on_a_real_disk_is_cut_and_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(disk::Directory::new(directory.path().to_path_buf()));
    for cut in [0, 1, 66, 67, 68, 200, 201] {
        check_cut(&disk, cut, CUT_FRAME_SIZE_BYTES);
    }
}

#[test]
fn a_segment_that_was_removed_is_reported() {
    let mut model = Model::new();
    for _ in 0..6 {
        assert!(model.write(&[400]));
    }
    let names = model.segment_names();
    model.disk.remove(&names[2]).unwrap();
    model.disk.sync_names().unwrap();
    let (_, recovery, frames) = reopen(&model.disk, 0);
    assert_eq!(recovery.lost, [3..=3]);
    assert_eq!(frames.len(), 5);
    assert_eq!(reopen(&model.disk, 3).1.lost, vec![], "the tables have it");
}

#[test]
fn a_segment_the_disk_cannot_read_is_put_aside() {
    let mut model = Model::new();
    for _ in 0..4 {
        assert!(model.write(&[400]));
    }
    let name = model.segment_names()[1].clone();
    model
        .disk
        .set_faults(|faults| faults.unreadable = Some((name, 100)));
    let (_, recovery, frames) = reopen(&model.disk, 0);
    assert_eq!(
        (frames.len(), recovery.lost, recovery.quarantined.len()),
        (3, vec![2..=2], 1)
    );
}

#[test]
fn a_disk_that_cannot_be_written_is_said_at_start() {
    let disk = FaultyDisk::default();
    disk.set_faults(|faults| faults.read_only = true);
    let refused = Opened::open_on(Arc::new(disk), options(), Position::default(), None, &mut |_| {
        Ok(())
    });
    assert_eq!(
        refused.err().unwrap().to_string(),
        "the log directory cannot be written to"
    );
}

#[test]
fn writing_goes_on_by_itself_when_the_disk_has_room_again() {
    let mut model = Model::new();
    assert!(model.write(&[10]));
    model.disk.set_faults(|faults| faults.room_bytes = Some(20));
    assert!(!model.write(&[10]));
    assert!(!model.write(&[10]));
    assert_eq!(model.segment_names().len(), 1, "nothing is left of what failed");
    model.disk.set_faults(|faults| faults.room_bytes = None);
    assert!(model.write(&[10]));
    model.disk.set_faults(|faults| faults.syncs = 1);
    assert!(!model.write(&[10, 20, 30]));
    assert!(model.write(&[10]));
    assert_eq!(model.acknowledged.keys().copied().collect::<Vec<_>>(), [1, 4, 8]);
    model.restart();
    assert_eq!(
        (model.recovery.lost.len(), model.recovery.quarantined.len()),
        (0, 0)
    );
}

#[test]
fn a_group_takes_one_sync() {
    let mut model = Model::new();
    assert!(model.write(&[1; 100]));
    assert_eq!(model.disk.syncs(), 1);
}
