//! The front end: built by `cargo xtask ui`, checked by `cargo xtask test` where Node is there.
//!
//! Nobody who works on the server needs Node: without it the server is built without its page, and says so.

use anyhow::{Context, Result, bail};

use crate::shell::{command, is_installed, say, step};
use crate::workspace::Workspace;

/// Where the front end lies.
const FOLDER: &str = "ui";
/// Copy of the lock file that the installed packages were installed by.
const INSTALLED: &str = "ui/node_modules/.installed-by.json";
const LOCK: &str = "ui/package-lock.json";

/// Whether Node's package manager is there.
pub(crate) fn is_possible() -> bool {
    is_installed("npm", &["--version"])
}

/// Builds the page into `ui/dist`.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    if !is_possible() {
        bail!("building the page needs Node 20.19 or newer, with npm");
    }
    install(workspace)?;
    script(workspace, "page: build", "build")
}

/// Builds the page where that is possible, and says what is missing where not.
pub(crate) fn build_if_possible(workspace: &Workspace) -> Result<()> {
    if is_possible() {
        return build(workspace);
    }
    say("==> page: Node is not installed, so the server will have no web page (needs Node 20.19 or newer)");
    Ok(())
}

/// Checks everything about the front end that needs no server.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    if !is_possible() {
        say("==> page: Node is not installed, skipped");
        return Ok(());
    }
    if !is_installed_by_lock(workspace)? && !is_installed("npm", &["ping"]) {
        say("==> page: the registry of packages cannot be reached, skipped");
        return Ok(());
    }
    install(workspace)?;
    for (title, name) in [
        ("page: client of the API", "api"),
        ("page: lints", "lint"),
        ("page: types", "typecheck"),
        ("page: tests", "test"),
        ("page: build", "build"),
        ("page: sizes", "size"),
    ] {
        script(workspace, title, name)?;
    }
    Ok(())
}

/// Walks through the page as people do, in a real browser against the built server, where there is one.
pub(crate) fn journeys(workspace: &Workspace, extent: Journeys) -> Result<()> {
    if !is_possible() || !is_installed_by_lock(workspace)? {
        say("==> page: journeys need Node and installed packages, skipped");
        return Ok(());
    }
    if !BROWSERS
        .iter()
        .any(|browser| is_installed(browser, &["--version"]))
    {
        say("==> page: journeys need Chromium, skipped");
        return Ok(());
    }
    let folder = workspace.path(FOLDER);
    let program = workspace.program("everyframe");
    let files: &[&str] = match extent {
        Journeys::Short => &["e2e/journeys.test.ts", "e2e/hostile.test.ts"],
        Journeys::All => &[],
    };
    let arguments = [&["run", "--silent", "journeys", "--"], files].concat();
    let mut run = command(&folder, "npm", &arguments);
    run.env("EVERYFRAME_BIN", program);
    step("page: journeys", &mut run)
}

/// How far to go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Journeys {
    /// What people do, and what strangers would have their browsers do.
    Short,
    /// All of it: accessibility of every page, and how fast they are, too.
    All,
}

/// Programs that are a Chromium.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

fn script(workspace: &Workspace, title: &str, name: &str) -> Result<()> {
    let folder = workspace.path(FOLDER);
    step(title, &mut command(&folder, "npm", &["run", "--silent", name]))
}

/// Installs the packages, unless those of this lock file are there.
fn install(workspace: &Workspace) -> Result<()> {
    if is_installed_by_lock(workspace)? {
        return Ok(());
    }
    let folder = workspace.path(FOLDER);
    let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    step("page: packages", &mut command(&folder, "npm", &arguments))?;
    std::fs::copy(workspace.path(LOCK), workspace.path(INSTALLED))
        .context("cannot note what was installed")?;
    Ok(())
}

fn is_installed_by_lock(workspace: &Workspace) -> Result<bool> {
    let lock = workspace.read(LOCK)?;
    Ok(std::fs::read_to_string(workspace.path(INSTALLED)).is_ok_and(|installed| installed == lock))
}
