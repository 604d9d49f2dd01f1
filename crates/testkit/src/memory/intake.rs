//! The way in over memory: a gate before a store.

use privacy::{AppendError, Gate, Intake, Taken};
use trace::ports::Pending;
use trace::span::Decoded;

use super::MemoryStore;

/// The way in to a [`MemoryStore`], through a gate.
pub struct MemoryIntake {
    gate: Gate,
    store: MemoryStore,
}

impl MemoryIntake {
    /// Into this store, through this gate.
    #[must_use]
    pub const fn new(gate: Gate, store: MemoryStore) -> Self {
        Self { gate, store }
    }
}

impl Intake for MemoryIntake {
    fn take(&self, decoded: Decoded) -> Pending<'_, Result<Taken, AppendError>> {
        Box::pin(async move {
            let cleared = self.gate.clear(decoded);
            let scores = cleared.get().scores.clone();
            self.store.put(cleared);
            Ok(Taken { scores })
        })
    }
}
