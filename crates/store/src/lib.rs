//! The log and the tables.
//!
//! A cleared batch is encoded and appended to the log (`log`); when it is on disk, one thread applies it to
//! memory (`memory`), where it is readable at once, and only then is it acknowledged. From memory it is
//! flushed (`flush`) to Parquet files under a Delta log (`table`), each exactly once, and the log lets
//! go of it. Derived rows (`derived`) take the same way without the log, as they can be made again.
//!
//! In the background, small files become few, and days that are past their time go (`maintenance`).
//!
//! Reading looks into memory first and then into the files that may hold more: rows by key through bloom filters
//! (`lookup`), lists through the query engine (`list`, `engine`).
//!
//! This is the only crate that names Arrow, Parquet, Delta, DataFusion or object_store. It takes nothing that the
//! gate has not cleared, and interprets nothing.

mod apply;
mod codec;
mod columns;
mod data_file;
mod derived;
mod engine;
mod error;
mod facts_columns;
mod flush;
mod inner;
mod judge;
mod list;
mod log;
mod lookup;
mod maintenance;
mod memory;
mod memtable;
mod newest;
mod open;
mod options;
mod read;
mod sql;
mod store;
mod table;
mod tables;
mod udf;

pub use error::Error;
pub use maintenance::Maintained;
pub use options::Options;
pub use store::Store;
