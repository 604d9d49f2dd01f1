//! Ids and orders that look random and are the same in every run of a test.

use trace::{SpanId, TraceId};

/// A sequence of numbers made from a seed (SplitMix64). Not for secrets.
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// The sequence of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number below a limit; 0 for a limit of 0.
    pub const fn below(&mut self, limit: u64) -> u64 {
        match self.number().checked_rem(limit) {
            Some(number) => number,
            None => 0,
        }
    }

    /// A new trace id.
    pub const fn trace_id(&mut self) -> TraceId {
        let bytes = ((self.number() as u128) << 64) | (self.number() as u128) | 1;
        TraceId::new(bytes.to_be_bytes())
    }

    /// A new span id.
    pub const fn span_id(&mut self) -> SpanId {
        SpanId::new((self.number() | 1).to_be_bytes())
    }

    /// Puts items in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let limit = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
            let other = usize::try_from(self.below(limit)).unwrap_or(0);
            items.swap(last, other);
        }
    }
}
