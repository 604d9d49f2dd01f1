//! The bounded queue in front of the writer.
//!
//! A request counts against the bounds until its group was applied, so that a slow sink, too, is felt at the door.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::writer::Entry;
use super::{Options, Refusal};

/// Requests on their way to the disk.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    /// Rung when something was put into an empty queue, and at closing.
    bell: Condvar,
    size_bytes_max: usize,
    requests_max: usize,
}

struct State<T> {
    waiting: VecDeque<(Entry, T)>,
    /// Of all that wait or are under way.
    load: Load,
    is_closing: bool,
}

/// How much of the bounds something takes.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Load {
    /// Bytes of payload.
    pub(super) size_bytes: usize,
    /// Requests.
    pub(super) requests: usize,
}

impl<T> Queue<T> {
    /// An empty queue with the bounds of `options`.
    pub(super) fn new(options: &Options) -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                load: Load::default(),
                is_closing: false,
            }),
            bell: Condvar::new(),
            size_bytes_max: options.queue_size_bytes,
            requests_max: options.queue_requests,
        }
    }

    /// Puts a request at the end. One that is alone is taken whatever its size.
    pub(super) fn push(&self, entry: Entry, ticket: T) -> Result<(), (Refusal, T)> {
        let mut state = self.lock();
        if state.is_closing {
            return Err((Refusal::Closing, ticket));
        }
        let size_bytes = state.load.size_bytes.saturating_add(entry.payload.len());
        let is_over = size_bytes > self.size_bytes_max || state.load.requests >= self.requests_max;
        if is_over && state.load.requests > 0 {
            return Err((Refusal::Busy, ticket));
        }
        state.load.size_bytes = size_bytes;
        state.load.requests = state.load.requests.saturating_add(1);
        state.waiting.push_back((entry, ticket));
        drop(state);
        self.bell.notify_one();
        Ok(())
    }

    /// Takes what waits, up to so many bytes but at least one; waits while there is nothing. `None` when the queue
    /// is closed and empty.
    pub(super) fn take(&self, size_bytes_max: usize) -> Option<Vec<(Entry, T)>> {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.is_closing {
                return None;
            }
            state = self.bell.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let mut size_bytes: usize = 0;
        let fits = |(entry, _): &&(Entry, T)| {
            size_bytes = size_bytes.saturating_add(entry.payload.len());
            size_bytes <= size_bytes_max
        };
        let count = state.waiting.iter().take_while(fits).count().max(1);
        Some(state.waiting.drain(..count).collect())
    }

    /// Says that so much is done with.
    pub(super) fn done(&self, load: Load) {
        let mut state = self.lock();
        state.load.size_bytes = state.load.size_bytes.saturating_sub(load.size_bytes);
        state.load.requests = state.load.requests.saturating_sub(load.requests);
    }

    /// Refuses everything from now on; what waits is still given out.
    pub(super) fn close(&self) {
        self.lock().is_closing = true;
        self.bell.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
