//! The answers: pure functions over plain data, and the service that settles runs.
//!
//! [`runs`] says which traces make a run, [`assemble`] what the run was, [`settle`] keeps the rows of `runs` and
//! `calls` up to date with what is logged, [`view`] answers for one run at this moment, and [`query`] reads the
//! filter language. Everything goes through the ports of `trace`: no store, no HTTP.

pub mod assemble;
pub mod cohort;
pub mod compare;
pub mod explain;
mod gather;
pub mod metrics;
pub mod query;
pub mod runs;
pub mod settle;
pub mod signals;
pub mod subject;
pub mod view;
pub mod why;
