//! JSON over HTTP: wire types, errors, the routes people and programs read by, and the one they judge by.
//!
//! [`Api`] holds ports and gives an [`axum::Router`]; it decides nothing that a screen or a script could not see
//! for itself. Domain types are not `Serialize`: what goes over the wire stands in [`wire`], with explicit
//! conversions. Every error is decided in one file and comes as problem+json with a stable code. It cannot see
//! the store.

mod error;
mod guard;
mod parameters;
mod posted;
mod reading;
mod report;
mod routes;
mod server;

mod ui;

pub mod openapi;
pub mod wire;

pub use error::Code;
pub use server::{Api, Options};

#[cfg(test)]
mod tests;
