//! Expanding bodies, counted while it happens: a small body must not be able to take all memory.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::budget::Ticket;
use crate::limits::Limits;
use crate::received::Compression;
use crate::refusal::Refusal;

/// Bytes expanded between two looks at the limits.
const STEP_SIZE_BYTES: usize = 64 * 1024;
/// Largest window a zstd frame may ask for, as a power of two: 8 MiB, as RFC 9659 has it.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// The body as it was before it was compressed.
pub(crate) fn expand(
    body: Bytes,
    compression: Compression,
    limits: &Limits,
    ticket: &mut Ticket,
) -> Result<Bytes, Refusal> {
    match compression {
        Compression::Identity => Ok(body),
        Compression::Gzip => {
            let reader = MultiGzDecoder::new(body.as_ref());
            read_all(reader, body.len(), limits, ticket, "the body is not valid gzip")
        }
        Compression::Zstd => {
            let complaint = "the body is not valid zstd, or asks for a window over 8 MiB";
            let malformed = |_| Refusal::Malformed(complaint.to_owned());
            let mut reader = zstd::Decoder::with_buffer(body.as_ref()).map_err(malformed)?;
            reader.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(malformed)?;
            read_all(reader, body.len(), limits, ticket, complaint)
        }
    }
}

fn read_all(
    mut reader: impl Read,
    sent_size_bytes: usize,
    limits: &Limits,
    ticket: &mut Ticket,
    complaint: &str,
) -> Result<Bytes, Refusal> {
    let by_ratio = sent_size_bytes
        .saturating_mul(limits.expansion_ratio_max)
        .max(limits.expansion_free_size_bytes);
    let limit = by_ratio.min(limits.expanded_size_bytes_max);
    let mut expanded = Vec::new();
    loop {
        // One byte over the limit tells "exactly at it" from "more than it".
        let step = STEP_SIZE_BYTES.min((limit + 1).saturating_sub(expanded.len()));
        ticket.grow(step)?;
        let read = (&mut reader)
            .take(step as u64)
            .read_to_end(&mut expanded)
            .map_err(|_| Refusal::Malformed(complaint.to_owned()))?;
        if expanded.len() > limit {
            return Err(over(limit, limits));
        }
        if read < step {
            return Ok(Bytes::from(expanded));
        }
    }
}

const fn over(limit: usize, limits: &Limits) -> Refusal {
    if limit < limits.expanded_size_bytes_max {
        return Refusal::Bomb {
            ratio_max: limits.expansion_ratio_max,
        };
    }
    Refusal::TooLarge {
        what: "the expanded body",
        limit_bytes: limits.expanded_size_bytes_max,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use std::io::Write;

    fn gzip(body: &[u8]) -> Bytes {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap().into()
    }

    fn zstd_frame(body: &[u8]) -> Bytes {
        zstd::encode_all(body, 1).unwrap().into()
    }

    fn noise(size_bytes: usize) -> Vec<u8> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..size_bytes).map(|_| next()).collect()
    }

    fn expanded(body: Bytes, compression: Compression, limits: &Limits) -> Result<Bytes, Refusal> {
        expand(
            body,
            compression,
            limits,
            &mut Budget::new(limits).admit().unwrap(),
        )
    }

    #[test]
    fn what_was_compressed_comes_back() {
        let body = noise(300_000);
        let limits = Limits::default();
        assert_eq!(expanded(gzip(&body), Compression::Gzip, &limits).unwrap(), body);
        assert_eq!(
            expanded(zstd_frame(&body), Compression::Zstd, &limits).unwrap(),
            body
        );
        let plain = Bytes::from(body);
        assert_eq!(
            expanded(plain.clone(), Compression::Identity, &limits).unwrap(),
            plain
        );
    }

    #[test]
    fn several_members_are_one_body() {
        let body = [gzip(b"one, "), gzip(b"two")].concat();
        assert_eq!(
            expanded(body.into(), Compression::Gzip, &Limits::default()).unwrap(),
            "one, two"
        );
        let body = [zstd_frame(b"one, "), zstd_frame(b"two")].concat();
        assert_eq!(
            expanded(body.into(), Compression::Zstd, &Limits::default()).unwrap(),
            "one, two"
        );
    }

    #[test]
    fn a_small_body_may_expand_at_any_ratio() {
        let body = vec![b'a'; 1024 * 1024];
        assert_eq!(
            expanded(gzip(&body), Compression::Gzip, &Limits::default()).unwrap(),
            body
        );
    }

    #[test]
    fn a_bomb_is_refused() {
        let body = vec![b'a'; 2 * 1024 * 1024];
        for (body, compression) in [
            (gzip(&body), Compression::Gzip),
            (zstd_frame(&body), Compression::Zstd),
        ] {
            assert!(matches!(
                expanded(body, compression, &Limits::default()),
                Err(Refusal::Bomb { ratio_max: 100 })
            ));
        }
    }

    #[test]
    fn the_limit_itself_is_allowed_and_one_more_is_not() {
        let limits = Limits {
            expanded_size_bytes_max: 200_000,
            expansion_ratio_max: 1_000_000,
            ..Limits::default()
        };
        assert!(expanded(gzip(&noise(200_000)), Compression::Gzip, &limits).is_ok());
        assert!(matches!(
            expanded(gzip(&noise(200_001)), Compression::Gzip, &limits),
            Err(Refusal::TooLarge {
                limit_bytes: 200_000,
                ..
            })
        ));
    }

    #[test]
    fn what_is_not_compressed_or_cut_short_is_malformed() {
        let cut = |body: Bytes| body.slice(..body.len() - 3);
        for (body, compression) in [
            (Bytes::from_static(b"plain text"), Compression::Gzip),
            (Bytes::from_static(b"plain text"), Compression::Zstd),
            (cut(gzip(&noise(1000))), Compression::Gzip),
            (cut(zstd_frame(&noise(1000))), Compression::Zstd),
        ] {
            assert!(matches!(
                expanded(body, compression, &Limits::default()),
                Err(Refusal::Malformed(_))
            ));
        }
    }
}
