//! A clock that shows what the test says.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use trace::{Clock, UnixNanos};

/// A clock that stands still until it is set. Clones show the same time.
#[derive(Clone, Debug)]
pub struct SetClock(Arc<AtomicI64>);

impl SetClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn at(now: UnixNanos) -> Self {
        Self(Arc::new(AtomicI64::new(now.0)))
    }

    /// Sets it, forwards or backwards.
    pub fn set(&self, now: UnixNanos) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves it on.
    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(
            millis.saturating_mul(trace::time::NANOS_PER_MILLI),
            Ordering::SeqCst,
        );
    }
}

impl Clock for SetClock {
    fn now(&self) -> UnixNanos {
        UnixNanos(self.0.load(Ordering::SeqCst))
    }
}
