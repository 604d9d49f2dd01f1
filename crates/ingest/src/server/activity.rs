//! What one connection is doing, as far as its limits on time need it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::ConnectionLimits;

/// What one connection is doing. Clones look at the same one.
#[derive(Clone, Debug)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    requests_in_flight: usize,
    /// When the last request ended, or the connection began.
    quiet_since: Instant,
    /// When the first bytes of a request came whose headers are not complete.
    head_began: Option<Instant>,
    /// HTTP/2 sends bytes without a request too, so only its first headers can be waited for.
    is_multiplexed: bool,
}

/// Why a connection is to be closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Overdue {
    /// It asked nothing for too long.
    Idle,
    /// It began to ask and did not go on.
    Head,
}

/// What the watcher of a connection does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Watch {
    /// Look again then.
    Until(Instant),
    /// Close it.
    Close(Overdue),
}

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            requests_in_flight: 0,
            quiet_since: Instant::now(),
            head_began: None,
            is_multiplexed: false,
        })))
    }

    /// Bytes came.
    pub(super) fn bytes_came(&self) {
        let mut state = self.lock();
        if state.requests_in_flight > 0 || state.head_began.is_some() || state.is_multiplexed {
            return;
        }
        state.head_began = Some(Instant::now());
    }

    /// A request's headers are complete. It is in flight until what is answered here is dropped.
    pub(super) fn request_began(&self, version: http::Version) -> InFlight {
        let mut state = self.lock();
        state.requests_in_flight += 1;
        state.head_began = None;
        state.is_multiplexed = version == http::Version::HTTP_2;
        InFlight(self.clone())
    }

    /// What the watcher does next.
    pub(super) fn watch(&self, limits: &ConnectionLimits) -> Watch {
        let state = self.lock();
        let now = Instant::now();
        if state.requests_in_flight > 0 {
            return Watch::Until(now + limits.idle_timeout.min(limits.header_timeout));
        }
        let idle_at = state.quiet_since + limits.idle_timeout;
        let head_at = state.head_began.map(|began| began + limits.header_timeout);
        if head_at.is_some_and(|at| at <= now) {
            return Watch::Close(Overdue::Head);
        }
        if idle_at <= now {
            return Watch::Close(Overdue::Idle);
        }
        // A head may begin at any time before we look again, so never sleep longer than its limit.
        let next = head_at.map_or(idle_at, |at| at.min(idle_at));
        Watch::Until(next.min(now + limits.header_timeout.max(Duration::from_millis(1)) / 4))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request in flight.
#[derive(Debug)]
pub(super) struct InFlight(Activity);

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.requests_in_flight = state.requests_in_flight.saturating_sub(1);
        state.quiet_since = Instant::now();
    }
}
