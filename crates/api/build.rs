//! Watches the built page, so that a new one is never left out of the binary. It builds nothing itself.

fn main() {
    println!("cargo::rerun-if-changed=../../ui/dist");
}
