//! Records of the write-ahead log: no panic, bounded memory, and what was read is written and read back the same.
//!
//! The record form is taken in by path, as its crate would bring the whole engine along.
#![no_main]
#![allow(dead_code)]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/store/src"]
mod store {
    pub(crate) mod codec;
}

use store::codec::{VERSION, decode_batch, decode_payload, encode_batch};

fuzz_target!(|data: &[u8]| {
    let _ = decode_payload(VERSION, data);
    let Ok(restored) = decode_batch(VERSION, data) else {
        return;
    };
    // By bytes, as numbers that are not equal to themselves are let through.
    let plain = encode_batch(&restored.batch).expect("what was read is not over the limit");
    let again = decode_batch(VERSION, &plain).expect("what was written can be read");
    assert_eq!(again.skipped, 0);
    assert!(encode_batch(&again.batch).expect("as before") == plain);
});
