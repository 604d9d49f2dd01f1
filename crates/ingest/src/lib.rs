//! Receivers for OTLP over gRPC and HTTP and for JSON lines: limits, back-pressure, the way to the gate.
//!
//! A body goes `Envelope -> Received -> Decoded -> Cleared` and is answered only when it is on disk. The core,
//! [`Ingest`], knows no transport; [`http`] and [`grpc`] are thin around it. Whatever cannot be taken is said in
//! the answer and counted in the ledger: nothing is dropped in silence.

mod account;
mod answer;
mod body;
mod budget;
mod decode;
mod expand;
mod intake;
mod limits;
mod pipeline;
mod received;
mod refusal;
mod server;
mod wire;

pub mod grpc;
pub mod http;

pub use answer::{Answer, LineError, Rejected};
pub use budget::Ticket;
pub use decode::decode;
pub use limits::{ConnectionLimits, Limits};
pub use pipeline::{Ingest, Ports, WORKSPACE_DEFAULT};
pub use received::{Compression, Encoding, Envelope, Received, Signal, Transport};
pub use refusal::Refusal;
