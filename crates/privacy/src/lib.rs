//! The gate: nothing is stored that it has not cleared.
//!
//! A [`Decoded`](trace::span::Decoded) batch goes in, a [`Cleared`] one comes out, and only this crate can make
//! one. The write port takes nothing else, so code that would store an uncleared value does not compile. The
//! gate runs in memory, before the first byte reaches disk.

mod cleared;
mod write;

pub use cleared::Cleared;
pub use write::{AppendError, Receipt, WritePort};
