//! The mark of the gate is put on a batch by somebody else.

use privacy::Cleared;
use trace::span::Batch;

fn forge(batch: Batch) -> Cleared<Batch> {
    Cleared::new(batch)
}

fn main() {}
