//! Everyframe, the program: commands, configuration, and the wiring of all rooms into one server.
//!
//! This is the only crate that reads the environment, starts services and sees every other crate. Data goes to
//! standard output, everything else to standard error; a failure has a stable code and says what to do.

mod cli;
mod client;
mod failure;
mod import;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::client::Client;
use crate::failure::Result;

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
    match cli.command {
        Command::Import(arguments) => import::run(&arguments, &Client::new(&arguments.server.url)?),
        _ => Ok(()),
    }
}
