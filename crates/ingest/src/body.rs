//! Reading a request's body from the network: never more than allowed, never longer than allowed.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::Instant;

use crate::budget::Ticket;
use crate::limits::Limits;
use crate::refusal::Refusal;

/// Reads a whole body of at most `size_bytes_max` bytes.
pub(crate) async fn read(
    body: &mut Body,
    size_bytes_max: usize,
    limits: &Limits,
    ticket: &mut Ticket,
) -> Result<Bytes, Refusal> {
    let too_large = Refusal::TooLarge {
        what: "the body",
        limit_bytes: limits.body_size_bytes_max,
    };
    let stated = usize::try_from(http_body::Body::size_hint(body).lower()).unwrap_or(usize::MAX);
    if stated > size_bytes_max {
        return Err(too_large);
    }
    let mut pace = Pace::new(limits);
    let mut chunks: Vec<Bytes> = Vec::new();
    let mut size_bytes = 0;
    while let Some(chunk) = pace.chunk(body).await? {
        size_bytes += chunk.len();
        if size_bytes > size_bytes_max {
            return Err(too_large);
        }
        ticket.grow(chunk.len())?;
        chunks.push(chunk);
    }
    Ok(joined(chunks, size_bytes))
}

/// Reads what is left of a refused body and throws it away. Many clients only look at the answer once they have
/// sent everything; without this they would see a broken connection instead of what to do.
pub(crate) async fn discard(body: &mut Body, limits: &Limits) {
    let stated = usize::try_from(http_body::Body::size_hint(body).lower()).unwrap_or(usize::MAX);
    if stated > limits.discard_size_bytes_max {
        return;
    }
    let mut pace = Pace::new(limits);
    let mut size_bytes = 0;
    while let Ok(Some(chunk)) = pace.chunk(body).await {
        size_bytes += chunk.len();
        if size_bytes > limits.discard_size_bytes_max {
            return;
        }
    }
}

fn joined(mut chunks: Vec<Bytes>, size_bytes: usize) -> Bytes {
    if chunks.len() == 1 {
        return chunks.pop().unwrap_or_default();
    }
    let mut body = BytesMut::with_capacity(size_bytes);
    for chunk in chunks {
        body.extend_from_slice(&chunk);
    }
    body.freeze()
}

/// Holds a sender to a total time and a slowest speed.
struct Pace<'a> {
    limits: &'a Limits,
    began: Instant,
    size_bytes: u64,
}

impl<'a> Pace<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            began: Instant::now(),
            size_bytes: 0,
        }
    }

    /// The next bytes; `None` at the end.
    async fn chunk(&mut self, body: &mut Body) -> Result<Option<Bytes>, Refusal> {
        loop {
            let frame = tokio::time::timeout_at(self.deadline(), body.frame()).await;
            let Some(frame) = frame.map_err(|_| Refusal::TooSlow)? else {
                return Ok(None);
            };
            let frame = frame.map_err(|_| Refusal::Incomplete)?;
            // Trailers hold nothing for us.
            if let Ok(chunk) = frame.into_data() {
                self.size_bytes = self.size_bytes.saturating_add(chunk.len() as u64);
                return Ok(Some(chunk));
            }
        }
    }

    /// When the sender, if nothing more comes, will have been too slow.
    fn deadline(&self) -> Instant {
        let earned_secs = self.size_bytes / self.limits.body_bytes_per_second_min.max(1);
        let allowed = Duration::from_secs(earned_secs).max(self.limits.body_grace);
        self.began + allowed.min(self.limits.body_timeout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use futures::StreamExt;

    fn limits() -> Limits {
        Limits {
            body_timeout: Duration::from_millis(200),
            body_grace: Duration::from_millis(50),
            ..Limits::default()
        }
    }

    async fn read_stream(
        chunks: impl futures::Stream<Item = &'static [u8]> + Send + 'static,
        size_bytes_max: usize,
    ) -> Result<Bytes, Refusal> {
        let limits = limits();
        let mut ticket = Budget::new(&limits).admit().unwrap();
        let mut body = Body::from_stream(chunks.map(Ok::<_, std::io::Error>));
        read(&mut body, size_bytes_max, &limits, &mut ticket).await
    }

    #[tokio::test]
    async fn chunks_become_one_body() {
        let chunks = futures::stream::iter([&b"one, "[..], &b"two"[..]]);
        assert_eq!(read_stream(chunks, 8).await.unwrap(), "one, two");
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_cut_off_at_the_limit() {
        let chunks = futures::stream::repeat(&b"12345678"[..]);
        assert!(matches!(
            read_stream(chunks, 100).await,
            Err(Refusal::TooLarge { .. })
        ));
    }

    #[tokio::test]
    async fn a_body_that_stalls_is_too_slow() {
        let chunks = futures::stream::iter([&b"one"[..]]).chain(futures::stream::pending());
        assert_eq!(read_stream(chunks, 100).await, Err(Refusal::TooSlow));
    }

    #[tokio::test]
    async fn a_body_that_drips_is_too_slow() {
        let drip = futures::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some((&b"."[..], ()))
        });
        assert_eq!(read_stream(drip, 100_000).await, Err(Refusal::TooSlow));
    }
}
