//! What may be in flight at the same time: so many requests, so many bytes. One more is turned away at once and
//! told when to come back, never dropped in silence and never queued without end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;
use crate::refusal::Refusal;

/// Bytes are reserved in units of this size.
const UNIT_SIZE_BYTES: usize = 4096;

#[derive(Debug)]
pub(crate) struct Budget {
    requests: Arc<Semaphore>,
    requests_max: usize,
    units: Arc<Semaphore>,
    retry_after: Duration,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        // The largest request allowed must fit when it is alone, or it would be told to come back for ever.
        let largest = limits
            .body_size_bytes_max
            .saturating_add(limits.expanded_size_bytes_max);
        let size_bytes = limits.size_bytes_in_flight_max.max(largest);
        let requests_max = limits.requests_in_flight_max.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            requests: Arc::new(Semaphore::new(requests_max)),
            requests_max,
            units: Arc::new(Semaphore::new(
                (size_bytes / UNIT_SIZE_BYTES + 2).min(Semaphore::MAX_PERMITS),
            )),
            retry_after: limits.retry_after,
        }
    }

    /// Lets one request in.
    pub(crate) fn admit(&self) -> Result<Ticket, Refusal> {
        let permit = Arc::clone(&self.requests).try_acquire_owned();
        Ok(Ticket {
            _request: permit.map_err(|_| self.busy())?,
            units: Arc::clone(&self.units),
            held: None,
            size_bytes: 0,
            retry_after: self.retry_after,
        })
    }

    /// Done once no request is in flight; none is let in from then on.
    pub(crate) async fn close_when_idle(&self) {
        let all = u32::try_from(self.requests_max).unwrap_or(u32::MAX);
        let permits = self.requests.acquire_many(all).await;
        self.requests.close();
        drop(permits);
    }

    const fn busy(&self) -> Refusal {
        Refusal::Busy {
            retry_after: self.retry_after,
        }
    }
}

/// The right of one request to be worked on, and the bytes it holds. Dropping it gives both back.
#[derive(Debug)]
pub struct Ticket {
    _request: OwnedSemaphorePermit,
    units: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    size_bytes: usize,
    retry_after: Duration,
}

impl Ticket {
    /// Asks for room for more bytes.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if all requests together hold as much as they may.
    pub(crate) fn grow(&mut self, size_bytes: usize) -> Result<(), Refusal> {
        self.size_bytes = self.size_bytes.saturating_add(size_bytes);
        let wanted = self.size_bytes.div_ceil(UNIT_SIZE_BYTES);
        let missing = wanted.saturating_sub(self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits));
        if missing == 0 {
            return Ok(());
        }
        let busy = Refusal::Busy {
            retry_after: self.retry_after,
        };
        let Ok(missing) = u32::try_from(missing) else {
            return Err(busy);
        };
        let Ok(more) = Arc::clone(&self.units).try_acquire_many_owned(missing) else {
            return Err(busy);
        };
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            body_size_bytes_max: 8192,
            expanded_size_bytes_max: 8192,
            requests_in_flight_max: 2,
            size_bytes_in_flight_max: 0,
            ..Limits::default()
        }
    }

    #[test]
    fn a_request_too_many_is_told_to_come_back() {
        let budget = Budget::new(&limits());
        let first = budget.admit().unwrap();
        let _second = budget.admit().unwrap();
        assert!(matches!(budget.admit(), Err(Refusal::Busy { .. })));
        drop(first);
        assert!(budget.admit().is_ok());
    }

    #[test]
    fn bytes_too_many_are_refused_and_given_back() {
        let budget = Budget::new(&limits());
        let mut first = budget.admit().unwrap();
        first.grow(16 * 1024).unwrap();
        let mut second = budget.admit().unwrap();
        assert!(matches!(second.grow(16 * 1024), Err(Refusal::Busy { .. })));
        drop(first);
        let mut third = budget.admit();
        assert!(third.is_err() || third.as_mut().is_ok_and(|ticket| ticket.grow(16 * 1024).is_ok()));
    }

    #[test]
    fn the_largest_request_fits_when_alone() {
        let budget = Budget::new(&limits());
        assert!(budget.admit().unwrap().grow(8192 + 8192).is_ok());
    }
}
