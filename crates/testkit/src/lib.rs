//! For tests only: ports in memory, sample spans, a clock that tests set, and the suites that every
//! implementation of a port has to pass.
//!
//! It stands beside the product, never in it: only `[dev-dependencies]` may name it.

pub mod clock;
pub mod contract;
pub mod memory;
pub mod sample;
pub mod scenario;
pub mod seeded;

pub use clock::SetClock;
pub use memory::{MemoryIntake, MemoryStore};
