//! Segments of the write-ahead log: every byte is accounted for, and what is whole is found around what is not.
//!
//! The reader is taken in by path, as its crate would bring the whole engine along.
#![no_main]
#![allow(dead_code)]

use libfuzzer_sys::fuzz_target;
use trace::{Sequence, UnixNanos};

#[path = "../../crates/store/src"]
mod store {
    pub(crate) mod log {
        pub(crate) mod frame;
        pub(crate) mod scan;
    }
}

use store::log::frame::{HEADER_SIZE_BYTES, Header, MAGIC, body_checksum};
use store::log::scan::{Found, Scanner};

/// That of the committed fixture, which is the seed.
const SALT: u64 = 0x3bd2_dc20_1b8a_f46f;

fuzz_target!(|data: &[u8]| {
    sequences(data);

    // The same bytes as payloads, with one of them changed: only its frame is gone.
    let Some((&[place, change], data)) = data.split_first_chunk::<2>() else {
        return;
    };
    // A payload cannot pass for a frame where the sender does not know the salt; here the fuzzer does.
    let data: Vec<u8> = data
        .iter()
        .map(|byte| if MAGIC.contains(byte) { 0 } else { *byte })
        .collect();
    let payloads: Vec<_> = data.chunks(50).collect();
    let mut segment = Vec::new();
    let mut ends = Vec::new();
    for (payload, sequence) in payloads.iter().zip(0..) {
        segment.extend_from_slice(&header(payload, sequence).to_bytes(SALT));
        segment.extend_from_slice(payload);
        ends.push(segment.len());
    }
    let place = usize::from(place) * 7 % segment.len().max(1);
    if let (Some(byte), 1..) = (segment.get_mut(place), change) {
        *byte ^= change;
        let hit = ends.iter().position(|end| place < *end);
        let expected: Vec<_> = (0..payloads.len()).filter(|index| Some(*index) != hit).collect();
        let found: Vec<_> = sequences(&segment)
            .iter()
            .map(|sequence| *sequence as usize)
            .collect();
        assert_eq!(found, expected);
    }
});

fn header(payload: &[u8], sequence: u64) -> Header {
    Header {
        body_checksum: body_checksum("", payload),
        body_size_bytes: payload.len() as u32,
        version: 1,
        key_id_size_bytes: 0,
        sequence: Sequence(sequence),
        durable: Sequence(0),
        received_at: UnixNanos(0),
    }
}

fn sequences(segment: &[u8]) -> Vec<u64> {
    let mut scanner = Scanner::new(segment, SALT);
    let (mut sequences, mut total) = (Vec::new(), 0);
    while let Some(found) = scanner.next().expect("bytes in memory can be read") {
        total += match found {
            Found::Frame {
                header,
                key_id,
                payload,
                end,
            } => {
                sequences.push(header.sequence.0);
                let size_bytes = HEADER_SIZE_BYTES + key_id.len() + payload.len();
                assert_eq!(end, (total + size_bytes) as u64);
                size_bytes
            }
            Found::Damage { size_bytes } => {
                assert!(size_bytes > 0);
                size_bytes
            }
        };
    }
    assert_eq!(total, segment.len());
    sequences
}
