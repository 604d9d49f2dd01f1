//! `cargo xtask demo`: from a clone to a running server with sample runs.

use anyhow::Result;

use crate::shell::{self, cargo, say, step};
use crate::ui;
use crate::workspace::Workspace;

/// Which build to show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Quick to build.
    Quick,
    /// What users get; takes several times as long to build.
    Release,
}

/// Builds the server and runs its demo until it is stopped.
pub(crate) fn run(workspace: &Workspace, build: Build) -> Result<()> {
    let profile = match build {
        Build::Quick => "demo",
        Build::Release => "release",
    };
    ui::build_if_possible(workspace)?;
    say(&format!(
        "Building Everyframe (profile {profile}). The first build takes several minutes on two cores."
    ));
    let flags = ["--locked", "--package", "everyframe", "--profile", profile];
    step(
        "build",
        &mut cargo(workspace.root(), &[&["build"], &flags[..]].concat()),
    )?;
    shell::run(&mut cargo(
        workspace.root(),
        &[&["run", "--quiet"], &flags[..], &["--", "demo"]].concat(),
    ))
}
