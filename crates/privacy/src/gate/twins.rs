//! Cleared twins: what was cleared before is not scanned again.
//!
//! Agents send their whole history with every turn. A keyed fingerprint of everything that decides (policy,
//! tenant, role, key, tool, text) finds what came of the same text before. In memory only, bounded, lost with
//! the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::text::Verdict;

/// Bytes held by all twins together, roughly.
const SIZE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Parts with a lock of their own.
const SHARDS: usize = 16;
/// What one entry costs beside its texts.
const ENTRY_SIZE_BYTES: usize = 160;

/// The fingerprint of a text with all that decides on it.
pub(super) type Fingerprint = [u8; 32];

/// The cache. Two generations a shard: when the young one is full it becomes the old one, and the old one goes.
pub(super) struct Twins {
    key: Zeroizing<[u8; 32]>,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    young: HashMap<Fingerprint, Arc<Verdict>>,
    old: HashMap<Fingerprint, Arc<Verdict>>,
    size_bytes: usize,
}

impl Twins {
    pub(super) fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self {
            key,
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// The fingerprint of a text under what decides on it.
    pub(super) fn fingerprint(&self, parts: &[&[u8]]) -> Fingerprint {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        hasher.finalize().into()
    }

    /// What came of the same text before.
    pub(super) fn get(&self, fingerprint: &Fingerprint) -> Option<Arc<Verdict>> {
        let mut shard = self
            .shard(fingerprint)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(verdict) = shard.young.get(fingerprint) {
            return Some(Arc::clone(verdict));
        }
        let verdict = shard.old.remove(fingerprint)?;
        shard.insert(*fingerprint, Arc::clone(&verdict));
        Some(verdict)
    }

    /// Remembers what came of a text.
    pub(super) fn put(&self, fingerprint: Fingerprint, verdict: Arc<Verdict>) {
        if let Some(shard) = self.shard(&fingerprint) {
            shard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(fingerprint, verdict);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = Shard::default();
        }
    }

    fn shard(&self, fingerprint: &Fingerprint) -> Option<&Mutex<Shard>> {
        self.shards.get(usize::from(*fingerprint.first()?) % SHARDS)
    }
}

impl Shard {
    fn insert(&mut self, fingerprint: Fingerprint, verdict: Arc<Verdict>) {
        self.size_bytes += ENTRY_SIZE_BYTES + verdict.size_bytes();
        self.young.insert(fingerprint, verdict);
        if self.size_bytes > SIZE_BYTES_MAX / SHARDS / 2 {
            self.old = std::mem::take(&mut self.young);
            self.size_bytes = 0;
        }
    }
}
