//! The smaller commands: measuring and fuzzing.

use anyhow::{Context, Result};

use crate::shell::{cargo, command, step};
use crate::workspace::Workspace;

/// How long each fuzz target runs unless said otherwise, in seconds.
pub(crate) const FUZZ_SECS_DEFAULT: u64 = 30;

/// Measures the server on this machine: the benchmark of the binary's own crate, built as users get it.
pub(crate) fn bench(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let head = ["bench", "--locked", "--package", "everyframe", "--"];
    step(
        "bench",
        &mut cargo(workspace.root(), &[&head[..], arguments].concat()),
    )
}

/// Explains labelled runs and prints how often the right step was named.
pub(crate) fn accuracy(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    let head = [
        "run",
        "--locked",
        "--profile",
        "demo",
        "--quiet",
        "--package",
        "everyframe-testkit",
        "--example",
        "accuracy",
        "--",
    ];
    // What follows a `--` of the caller's own is for the program, too.
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|argument| *argument != "--")
        .collect();
    step(
        "accuracy",
        &mut cargo(workspace.root(), &[&head[..], &arguments].concat()),
    )
}

/// Runs every fuzz target for some seconds. The targets stand in fuzz/, outside the workspace.
pub(crate) fn fuzz(workspace: &Workspace, seconds: u64) -> Result<()> {
    let folder = workspace.path("fuzz/fuzz_targets");
    let mut targets: Vec<String> = std::fs::read_dir(&folder)
        .context("there are no fuzz targets here")?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    targets.sort();
    for target in &targets {
        let run = [target.as_str(), &seconds.to_string()];
        step(target, &mut command(&workspace.path("fuzz"), "./run", &run))?;
    }
    Ok(())
}
