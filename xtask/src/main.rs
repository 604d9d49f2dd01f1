//! What developers run: `cargo xtask test`, `demo`, `ui`, `tidy`, `generate`, `bench`, `accuracy`, `fuzz`.
//!
//! It is kept small in dependencies, as it is the first thing a fresh clone builds. Everything it says goes to
//! standard error; what the commands it starts print is theirs.

mod commands;
mod demo;
mod generate;
mod shell;
mod test;
mod tidy;
mod ui;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::shell::say;
use crate::workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test               everything CI checks: format, lints, tidy, licences, tests, docs, generated files
  test --quick       the same without the crates that link the engine
  demo [--release]   build the server quickly, start it on an empty directory with sample runs
  ui                 build the web page into ui/dist, for the server to embed (needs Node)
  journeys           walk through the page in a real browser: all journeys, accessibility, speed
  tidy               house rules: arrows between crates, file sizes, named paths, licences
  generate           write the generated reference pages again
  generate --check   fail if one of them is stale
  bench [ARGS]       measure the server on this machine
  accuracy [ARGS]    how often explanations name the step that people named, on labelled runs
  fuzz [SECONDS]     run every fuzz target for this long (default 30)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    let workspace = Workspace::find()?;
    match arguments {
        ["test"] => test::run(&workspace, test::Extent::Whole),
        ["test", "--quick"] => test::run(&workspace, test::Extent::Quick),
        ["demo"] => demo::run(&workspace, demo::Build::Quick),
        ["demo", "--release"] => demo::run(&workspace, demo::Build::Release),
        ["ui"] => ui::build(&workspace),
        ["journeys"] => ui::journeys(&workspace, ui::Journeys::All),
        ["tidy"] => tidy::run(&workspace),
        ["generate"] => generate::run(&workspace, generate::Mode::Write),
        ["generate", "--check"] => generate::run(&workspace, generate::Mode::Check),
        ["bench", rest @ ..] => commands::bench(&workspace, rest),
        ["accuracy", rest @ ..] => commands::accuracy(&workspace, rest),
        ["fuzz"] => commands::fuzz(&workspace, commands::FUZZ_SECS_DEFAULT),
        ["fuzz", seconds] => commands::fuzz(&workspace, seconds.parse()?),
        ["help" | "--help" | "-h"] => {
            say(USAGE);
            Ok(())
        }
        [] => bail!("which command?\n\n{USAGE}"),
        [unknown, ..] => bail!("there is no command `{unknown}` with these arguments\n\n{USAGE}"),
    }
}
