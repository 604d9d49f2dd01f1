//! See `main.rs`.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use catalog::ledger::Tally;
use ingest::{Compression, Encoding, Envelope, Ingest, Limits, Ports, Refusal, Signal, Transport};
use privacy::{AppendError, Cleared, Gate, Keys, Policy, Receipt, WritePort};
use trace::ports::Pending;
use trace::span::Batch;
use trace::{CaptureLevel, SystemClock};

const MEBIBYTE: usize = 1024 * 1024;
const RISE_SIZE_BYTES_MAX: usize = 64 * MEBIBYTE;

struct Closed;

impl WritePort for Closed {
    fn append(&self, _: Cleared<Batch>) -> Pending<'_, Result<Receipt, AppendError>> {
        Box::pin(std::future::ready(Err(AppendError::Closing)))
    }
}

/// A zstd frame of blocks that each repeat one byte 128 KiB times: 10 GiB in 320 KiB.
fn zstd_bomb() -> Bytes {
    const BLOCK_SIZE_BYTES: u32 = 128 * 1024;
    const BLOCKS: u32 = 80 * 1024;
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd];
    // No size stated; a window of 128 KiB.
    bomb.extend([0x00, 0x38]);
    for number in 0..BLOCKS {
        let is_last = u32::from(number + 1 == BLOCKS);
        let repeat = 1 << 1;
        let header = (BLOCK_SIZE_BYTES << 3) | repeat | is_last;
        bomb.extend(&header.to_le_bytes()[..3]);
        bomb.push(b'a');
    }
    bomb.into()
}

/// Many members of 8 MiB each, up to the limit on bodies: about 4 GiB.
fn gzip_bomb() -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&vec![b'a'; 8 * MEBIBYTE]).unwrap();
    let member = encoder.finish().unwrap();
    member.repeat(4 * MEBIBYTE / member.len()).into()
}

/// Most memory this process ever held.
fn peak_size_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[tokio::test]
async fn ten_gigabytes_in_a_small_body_take_little_memory() {
    let ports = Ports {
        gate: Arc::new(Gate::new(
            Policy::with_capture(CaptureLevel::Metadata),
            Keys::derive(&[7; 32], "gate"),
        )),
        write: Arc::new(Closed),
        tally: Arc::new(Tally::default()),
        clock: Arc::new(SystemClock),
    };
    let ingest = Ingest::new(ports, Limits::default());
    for (bomb, compression) in [(zstd_bomb(), Compression::Zstd), (gzip_bomb(), Compression::Gzip)] {
        let before = peak_size_bytes();
        let envelope = Envelope {
            signal: Signal::Traces,
            encoding: Encoding::Protobuf,
            compression,
            body: bomb,
            transport: Transport::Local,
            key_name: catalog::ledger::KEY_LOCAL.into(),
        };
        let refusal = ingest.receive(envelope).await.unwrap_err();
        assert!(
            matches!(refusal, Refusal::Bomb { .. } | Refusal::TooLarge { .. }),
            "{refusal}"
        );
        let rise = peak_size_bytes() - before;
        assert!(rise < RISE_SIZE_BYTES_MAX, "{compression:?} took {rise} bytes");
    }
}
