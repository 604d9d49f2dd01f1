//! A disk in memory that can be full, fail, and lose its power.
//!
//! It forgets what a disk may forget: after a loss of power any part of what was not synced is there or is not,
//! block by block, and so are names. After a sync that failed it has dropped what it could not write, and says
//! that all is well when it is asked again, as Linux does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex, MutexGuard};

use super::disk::{Disk, Tail};

/// Small, so that a frame spans several.
const BLOCK_SIZE_BYTES: usize = 64;

/// A disk whose faults are switched from outside. Clones are the same disk.
#[derive(Clone, Default)]
pub(super) struct FaultyDisk(Arc<Mutex<State>>);

/// What goes wrong from now on.
#[derive(Clone, Default, Debug)]
pub(super) struct Faults {
    /// Bytes that can still be written; `None` for any number.
    pub(super) room_bytes: Option<usize>,
    /// Syncs of files that fail.
    pub(super) syncs: u32,
    /// Whether names cannot be synced.
    pub(super) names: bool,
    /// Whether files cannot be cut, as long as no sync fails.
    pub(super) cuts: bool,
    /// Whether files cannot be removed.
    pub(super) removals: bool,
    /// Whether the disk is mounted read-only.
    pub(super) read_only: bool,
    /// Name of a file whose bytes cannot be read from this place on.
    pub(super) unreadable: Option<(String, usize)>,
}

#[derive(Default)]
struct State {
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    nodes: Vec<Node>,
    faults: Faults,
    syncs: u64,
}

#[derive(Default, Clone)]
struct Node {
    cached: Vec<u8>,
    durable: Vec<u8>,
    /// Blocks that are in the cache only.
    dirty: BTreeSet<usize>,
}

impl Node {
    fn sync(&mut self) {
        for block in std::mem::take(&mut self.dirty) {
            self.write_back(block);
        }
        self.durable.resize(self.cached.len(), 0);
    }

    fn write_back(&mut self, block: usize) {
        let begin = block * BLOCK_SIZE_BYTES;
        let end = (begin + BLOCK_SIZE_BYTES).min(self.cached.len());
        if begin < end {
            self.durable.resize(self.durable.len().max(end), 0);
            self.durable[begin..end].copy_from_slice(&self.cached[begin..end]);
        }
    }

    fn lose_power(&mut self, random: &mut impl FnMut() -> u64) {
        let longest = self.durable.len().max(self.cached.len());
        let shortest = self.durable.len().min(self.cached.len());
        for block in std::mem::take(&mut self.dirty) {
            if random() & 1 == 0 {
                self.write_back(block);
            }
        }
        let length = shortest + usize::try_from(random()).unwrap() % (longest - shortest + 1);
        // What was cut without a sync may be there again.
        self.durable.resize(length, 0);
        self.cached.clone_from(&self.durable);
    }
}

impl FaultyDisk {
    /// Sets what goes wrong from now on.
    pub(super) fn set_faults(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut self.lock().faults);
    }

    /// Syncs of files that went well.
    pub(super) fn syncs(&self) -> u64 {
        self.lock().syncs
    }

    /// Changes one bit of a file, in the cache and on disk.
    pub(super) fn flip(&self, name: &str, place: usize, bit: u8) {
        let mut state = self.lock();
        let node = state.names[name];
        state.nodes[node].sync();
        state.nodes[node].cached[place] ^= 1 << bit;
        state.nodes[node].durable[place] ^= 1 << bit;
    }

    /// Loses power: faults are gone, and so is what was not synced, as `seed` has it.
    pub(super) fn lose_power(&self, seed: u64) {
        let mut seed = seed | 1;
        let mut random = move || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed >> 8
        };
        let mut state = self.lock();
        let state = &mut *state;
        state.faults = Faults::default();
        state
            .nodes
            .iter_mut()
            .for_each(|node| node.lose_power(&mut random));
        let all: BTreeSet<_> = state
            .names
            .keys()
            .chain(state.durable_names.keys())
            .cloned()
            .collect();
        for name in all {
            let (now, before) = (
                state.names.get(&name).copied(),
                state.durable_names.get(&name).copied(),
            );
            match if random() & 1 == 0 { now } else { before } {
                Some(node) => state.durable_names.insert(name, node),
                None => state.durable_names.remove(&name),
            };
        }
        state.names.clone_from(&state.durable_names);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn writable(&self) -> io::Result<()> {
        if self.faults.read_only {
            Err(io::ErrorKind::ReadOnlyFilesystem.into())
        } else {
            Ok(())
        }
    }

    fn node(&self, name: &str) -> io::Result<usize> {
        self.names
            .get(name)
            .copied()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn cut(&mut self, node: usize, size_bytes: u64) {
        let size_bytes = usize::try_from(size_bytes).unwrap();
        let freed = self.nodes[node].cached.len().saturating_sub(size_bytes);
        self.nodes[node].cached.truncate(size_bytes);
        if let Some(room) = &mut self.faults.room_bytes {
            *room += freed;
        }
    }

    fn sync_names(&mut self) -> io::Result<()> {
        if self.faults.names {
            return Err(io::Error::other("names cannot be synced"));
        }
        self.durable_names = self.names.clone();
        Ok(())
    }
}

impl Disk for FaultyDisk {
    fn list(&self) -> io::Result<Vec<(String, u64)>> {
        let state = self.lock();
        let size = |node: &usize| state.nodes[*node].cached.len() as u64;
        Ok(state
            .names
            .iter()
            .map(|(name, node)| (name.clone(), size(node)))
            .collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Tail>> {
        let mut state = self.lock();
        state.writable()?;
        let node = state.nodes.len();
        state.nodes.push(Node::default());
        if state.names.insert(name.to_owned(), node).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Ok(Box::new(FaultyTail {
            disk: self.clone(),
            node,
            has_failed: false,
        }))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let state = self.lock();
        let bytes = state.nodes[state.node(name)?].cached.clone();
        match &state.faults.unreadable {
            Some((unreadable, from)) if unreadable == name => {
                Ok(Box::new(Cursor::new(bytes[..*from].to_vec()).chain(Broken)))
            }
            _ => Ok(Box::new(Cursor::new(bytes))),
        }
    }

    fn cut(&self, name: &str, size_bytes: u64) -> io::Result<()> {
        let mut state = self.lock();
        state.writable()?;
        let node = state.node(name)?;
        state.cut(node, size_bytes);
        state.nodes[node].sync();
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.lock();
        let node = state.node(from)?;
        state.names.remove(from);
        state.names.insert(to.to_owned(), node);
        state.sync_names()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.lock();
        let node = state.node(name)?;
        state.writable()?;
        if state.faults.removals {
            return Err(io::Error::other("files cannot be removed"));
        }
        state.cut(node, 0);
        // The blocks of a removed file are free; a crash may bring the name back with what it held.
        let durable = state.nodes[node].durable.clone();
        state.nodes[node].cached = durable;
        state.names.remove(name);
        Ok(())
    }

    fn sync_names(&self) -> io::Result<()> {
        self.lock().sync_names()
    }
}

struct FaultyTail {
    disk: FaultyDisk,
    node: usize,
    has_failed: bool,
}

impl Tail for FaultyTail {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.writable()?;
        let fitting = state
            .faults
            .room_bytes
            .map_or(bytes.len(), |room| room.min(bytes.len()));
        if let Some(room) = &mut state.faults.room_bytes {
            *room -= fitting;
        }
        let node = &mut state.nodes[self.node];
        let begin = node.cached.len();
        node.cached.extend_from_slice(&bytes[..fitting]);
        let blocks = begin / BLOCK_SIZE_BYTES..node.cached.len().div_ceil(BLOCK_SIZE_BYTES);
        node.dirty.extend(blocks);
        if fitting < bytes.len() {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        assert!(!self.has_failed, "a file that failed is never synced again");
        let mut state = self.disk.lock();
        if state.faults.syncs > 0 {
            state.faults.syncs -= 1;
            self.has_failed = true;
            let node = &mut state.nodes[self.node];
            node.dirty.clear();
            return Err(io::Error::other("input/output error"));
        }
        state.syncs += 1;
        state.nodes[self.node].sync();
        Ok(())
    }

    fn cut(&mut self, size_bytes: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        if state.faults.cuts && !self.has_failed {
            return Err(io::Error::other("files cannot be cut"));
        }
        state.cut(self.node, size_bytes);
        Ok(())
    }
}

/// What a bad sector answers.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("input/output error"))
    }
}
