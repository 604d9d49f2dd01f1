//! The answers: pure functions over plain data, and the service that settles runs.

pub mod assemble;
pub mod query;
