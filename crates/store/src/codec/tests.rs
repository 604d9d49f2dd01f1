//! The record form reads back, stays readable, and holds for any bytes.

use proptest::prelude::*;
use trace::{Field, Kind};

use super::samples::{batch, fixture, thin};
use super::*;

/// `plain` with its only occurrence of one text replaced by another of the same length.
fn replace(plain: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<_> = (0..plain.len())
        .filter(|place| plain[*place..].starts_with(from.as_bytes()))
        .collect();
    let [place] = places[..] else {
        panic!("{from} occurs {} times", places.len())
    };
    let mut changed = plain.to_vec();
    changed[place..place + to.len()].copy_from_slice(to.as_bytes());
    changed
}

#[test]
fn the_committed_record_of_version_1_still_loads() {
    let restored = decode_batch(1, include_bytes!("../../tests/fixtures/record-v1.bin")).unwrap();
    assert_eq!(
        restored,
        Restored {
            batch: fixture(),
            skipped: 0
        }
    );
}

#[test]
fn a_newer_version_is_refused_by_name() {
    let refused = decode_batch(VERSION + 1, &[]).unwrap_err();
    assert!(matches!(refused, Error::Version { found: 2 }), "{refused}");
}

#[test]
fn a_field_of_a_newer_release_is_left_out_and_counted() {
    // Facts are written by number; 131 is the last one, as a varint of two bytes.
    let mut batch = fixture();
    batch.spans[0].facts = [(Field::AnsweredToolStatuses, vec!["ok".into()].into())]
        .into_iter()
        .collect();
    let plain = encode_batch(&batch).unwrap();
    let number = postcard::to_stdvec(&(Field::AnsweredToolStatuses as u16, 1_u8)).unwrap();
    let place = plain.windows(3).position(|bytes| bytes == number).unwrap();
    let mut newer = plain.clone();
    newer[place..place + 2].copy_from_slice(&[0xFF, 0x7F]);
    let restored = decode_batch(1, &newer).unwrap();
    assert!(restored.batch.spans[0].facts.is_empty());
    assert_eq!(restored.skipped, 1);
}

#[test]
fn words_of_a_newer_release_become_the_weakest_known_word() {
    let mut batch = fixture();
    batch.spans[0].kind = Kind::Evaluator;
    let newer = replace(&encode_batch(&batch).unwrap(), "evaluator", "elevators");
    let restored = decode_batch(1, &newer).unwrap();
    assert_eq!((restored.batch.spans[0].kind, restored.skipped), (Kind::Other, 1));
}

#[test]
fn a_payload_that_unpacks_to_more_than_it_may_is_refused() {
    let bomb = zstd::bulk::compress(&vec![0; PLAIN_SIZE_BYTES_MAX + 1], 1).unwrap();
    assert!(bomb.len() < 64 * 1024);
    assert!(matches!(decode_payload(1, &bomb), Err(Error::TooLarge { .. })));
}

#[test]
fn a_list_that_claims_more_than_there_is_takes_no_memory() {
    // Two empty texts, a time of zero, and a list of 2^60 spans.
    let plain = [&[0, 0, 0][..], &postcard::to_stdvec(&(1_u64 << 60)).unwrap()].concat();
    assert!(matches!(decode_batch(1, &plain), Err(Error::Malformed(_))));
}

#[test]
fn bytes_behind_a_record_are_refused() {
    let mut plain = encode_batch(&fixture()).unwrap();
    plain.push(0);
    assert!(matches!(decode_batch(1, &plain), Err(Error::Malformed(_))));
}

#[test]
fn a_thin_span_takes_few_bytes() {
    let batch = thin(100);
    let payload = encode_payload(&batch).unwrap();
    assert!(payload.len() < 12_000, "{} bytes", payload.len());
    assert_eq!(decode_payload(VERSION, &payload).unwrap().batch, batch);
}

proptest! {
    #[test]
    fn every_batch_reads_back(batch in batch()) {
        let restored = decode_payload(VERSION, &encode_payload(&batch).unwrap()).unwrap();
        prop_assert_eq!(restored, Restored { batch, skipped: 0 });
    }

    #[test]
    fn changed_bytes_end_in_a_batch_or_an_error(batch in batch(), place in any::<prop::sample::Index>(), byte: u8) {
        let mut plain = encode_batch(&batch).unwrap();
        let place = place.index(plain.len());
        plain[place] = byte;
        let _ = decode_batch(VERSION, &plain);
        let _ = decode_batch(VERSION, &plain[..place]);
    }

    #[test]
    fn any_bytes_end_in_a_batch_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        let _ = decode_batch(VERSION, &bytes);
        let _ = decode_payload(VERSION, &bytes);
    }
}
