//! `cargo xtask test`: everything CI checks, cheapest first, so that a mistake shows early.

use anyhow::Result;

use crate::generate;
use crate::shell::{cargo, is_installed, say, step, timed};
use crate::tidy;
use crate::ui;
use crate::workspace::Workspace;

/// How much to check.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it, as CI does.
    Whole,
    /// Without the crates that link the engine: for work on any of the others.
    Quick,
}

/// The crates that link the engine.
const ENGINE_CRATES: &[&str] = &["everyframe-store", "everyframe"];

/// Runs every check.
pub(crate) fn run(workspace: &Workspace, extent: Extent) -> Result<()> {
    let root = workspace.root();
    step("format", &mut cargo(root, &["fmt", "--all", "--check"]))?;
    tidy::run(workspace)?;
    timed("field reference is fresh", || {
        generate::fields(workspace, generate::Mode::Check)
    })?;
    deny(workspace)?;
    ui::check(workspace)?;

    let mut packages = vec!["--workspace", "--locked"];
    if extent == Extent::Quick {
        packages.extend(ENGINE_CRATES.iter().flat_map(|name| ["--exclude", name]));
    }
    let with = |head: &[&'static str], tail: &[&'static str]| [head, &packages, tail].concat();
    step(
        "lints",
        &mut cargo(
            root,
            &with(&["clippy"], &["--all-targets", "--", "-D", "warnings"]),
        ),
    )?;
    step(
        "API documentation",
        cargo(root, &with(&["doc"], &["--no-deps", "--quiet"])).env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    step(
        "build of the tests",
        &mut cargo(root, &with(&["test"], &["--no-run"])),
    )?;
    step("tests", &mut cargo(root, &with(&["test"], &[])))?;
    if extent == Extent::Whole {
        ui::journeys(workspace, ui::Journeys::Short)?;
    }
    say("all checks passed");
    Ok(())
}

/// `cargo deny` where it is installed. Building it takes longer than everything before it, and its advisory
/// database is a download; `tidy` has checked the licences either way.
fn deny(workspace: &Workspace) -> Result<()> {
    if !is_installed("cargo-deny", &["--version"]) {
        say("==> cargo deny: not installed, skipped (licences and fences are checked by tidy)");
        return Ok(());
    }
    step(
        "cargo deny",
        &mut cargo(
            workspace.root(),
            &["deny", "--offline", "check", "bans", "licenses", "sources"],
        ),
    )
}
