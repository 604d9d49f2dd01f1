//! Watches the built page, so that a new one is never left out of the binary. It builds nothing itself.

use std::path::Path;

fn main() {
    // A path that is not there counts as changed, so that everything above would be built again each time.
    let page = Path::new("../../ui/dist");
    let watched = if page.exists() {
        page
    } else {
        Path::new("../../ui")
    };
    println!("cargo::rerun-if-changed={}", watched.display());
}
