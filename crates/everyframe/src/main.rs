//! Everyframe, the program: commands, configuration, and the wiring of all rooms into one server.
//!
//! This is the only crate that reads the environment, starts services and sees every other crate. Data goes to
//! standard output, everything else to standard error; a failure has a stable code and says what to do.

mod cli;
mod client;
mod doctor;
mod failure;
mod format;
mod import;
mod runs;
mod show;
mod spans;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command};
use crate::client::Client;
use crate::failure::Result;
use crate::terminal::Style;

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
        Command::Import(arguments) => import::run(&arguments, &Client::new(&arguments.server.url)?),
        Command::Runs(arguments) => runs::run(&arguments, style),
        Command::Show(arguments) => show::run(&arguments, style),
        Command::Doctor(arguments) => doctor::run(&arguments, style),
        Command::Completions(arguments) => {
            let mut script = Vec::new();
            clap_complete::generate(arguments.shell, &mut Cli::command(), "everyframe", &mut script);
            terminal::print(&String::from_utf8_lossy(&script));
            Ok(())
        }
    }
}
