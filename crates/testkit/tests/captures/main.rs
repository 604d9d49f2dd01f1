//! Payloads of real instrumentations and labelled runs, all the way: wire, dialects, gate, store, assembly. The
//! totals are those that the provider and the tools themselves logged.
//!
//! The fixtures lie beside the repository; where they are not at hand, nothing is tested and the test says so.

#[cfg(test)]
mod corpora;
#[cfg(test)]
mod expected;
#[cfg(test)]
mod otlp;
#[cfg(test)]
mod received;
#[cfg(test)]
mod settled;
#[cfg(test)]
mod totals;
