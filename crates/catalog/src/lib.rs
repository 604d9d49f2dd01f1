//! Small facts in SQLite: the ledger, import progress, price overrides, settings.
//!
//! One file, `catalog.sqlite`, in write-ahead mode; its place is given by the caller. Migrations only go
//! forward. Nothing here holds content of a trace: names, counts and offsets only.

mod catalog;
mod error;

pub mod import;
pub mod ledger;
pub mod price;
pub mod setting;

pub use catalog::{Catalog, FILE_NAME};
pub use error::Error;
