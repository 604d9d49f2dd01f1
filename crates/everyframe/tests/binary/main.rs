//! The binary from outside: it is started, asked and stopped as people and scripts do it.
//!
//! Tests that read the shared fixtures are skipped, and say so, where these do not lie beside the repository.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "helpers of tests end where something is not as expected"
)]

#[path = "../../../testkit/tests/captures/expected.rs"]
mod expected;
#[path = "../../../testkit/tests/captures/totals.rs"]
mod totals;

mod canary;
mod captures;
mod crash;
mod demo;
mod disk;
mod failures;
mod imports;
mod server;
mod serving;
mod shown;

use std::path::PathBuf;

/// A folder of shared fixtures, if it is there.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared")
        .join(folder);
    if !path.exists() {
        eprintln!("no {folder} beside the repository: nothing to test");
        return None;
    }
    Some(path)
}
