//! Everyframe, the program: commands, configuration, and the wiring of all rooms into one server.
//!
//! This is the only crate that reads the environment, starts services and sees every other crate. Data goes to
//! standard output, everything else to standard error; a failure has a stable code and says what to do.

mod answers;
mod check;
mod cli;
mod client;
#[cfg(feature = "server")]
mod demo;
mod doctor;
mod failure;
mod format;
mod import;
#[cfg(feature = "server")]
mod policy;
#[cfg(all(test, feature = "server"))]
mod reference;
mod runs;
mod score;
#[cfg(feature = "server")]
mod serve;
mod show;
mod spans;
mod sql;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command};
use crate::failure::Result;
use crate::terminal::Style;

/// Spans come and go in small pieces on many threads; this allocator is made for that.
#[cfg(feature = "server")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::note(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let style = Style::detect(cli.color);
    match cli.command {
        #[cfg(feature = "server")]
        Command::Serve(arguments) => serve::run(&arguments),
        #[cfg(feature = "server")]
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Runs(arguments) => runs::run(&arguments, style),
        Command::Show(arguments) => show::run(&arguments, style),
        Command::Explain(arguments) => answers::explain(&arguments, style),
        Command::Why(arguments) => answers::why(&arguments, style),
        Command::Compare(arguments) => answers::compare(&arguments, style),
        Command::Score(arguments) => score::run(&arguments),
        Command::Metrics(arguments) => answers::metrics(&arguments, style),
        Command::Check(arguments) => check::run(&arguments, style),
        Command::Sql(arguments) => sql::run(&arguments, style),
        Command::Doctor(arguments) => doctor::run(&arguments, style),
        #[cfg(feature = "server")]
        Command::Rebuild(arguments) => serve::rebuild(&arguments),
        #[cfg(feature = "server")]
        Command::Policy(arguments) => policy::run(&arguments, style),
        Command::Completions(arguments) => {
            let mut script = Vec::new();
            clap_complete::generate(arguments.shell, &mut Cli::command(), "everyframe", &mut script);
            terminal::print(&String::from_utf8_lossy(&script));
            Ok(())
        }
    }
}
