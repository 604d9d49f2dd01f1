//! The gate: nothing is stored that it has not cleared.
//!
//! A [`Decoded`](trace::span::Decoded) batch goes in, a [`Cleared`] one comes out, and only this crate can make
//! one. The write port takes nothing else, so code that would store an uncleared value does not compile. The
//! gate runs in memory, before the first byte reaches disk.
//!
//! [`Gate`] applies a [`Policy`] with [`Keys`]; [`scan()`] is the pure detector behind it. No IO, no clock, no
//! runtime: what goes in decides what comes out.

mod attributes;
mod checks;
mod cleared;
mod counters;
mod forms;
mod gate;
mod keys;
mod lines;
mod output_shape;
mod policy;
pub mod rules;
pub mod scan;
mod shape;
mod trial;
mod write;

pub use cleared::Cleared;
pub use counters::{Count, Counters};
pub use gate::Gate;
pub use keys::{Error as KeyError, Keys, RootKey, ScopeKeys};
pub use lines::{Error as LinesError, scan_lines};
pub use policy::{
    Change as PolicyChange, Direction as PolicyDirection, Error as PolicyError, FIELD_SIZE_BYTES_MAX, Policy,
    Problem as PolicyProblem, Profile as PolicyProfile, SPAN_SIZE_BYTES_MAX,
};
pub use scan::{Found, Surface, scan};
pub use trial::{Difference, Trial, TrialRow};
pub use write::{AppendError, Intake, Receipt, Taken, WritePort};
