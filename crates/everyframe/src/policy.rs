//! `everyframe policy`: what the gate does, without a server.

use crate::cli::{Policy, PolicyCommand};
use crate::failure::{Failure, Result};

/// Runs a command on policies.
pub(crate) fn run(arguments: &Policy) -> Result<()> {
    match &arguments.command {
        PolicyCommand::Scan(_) => privacy::scan_lines(std::io::stdin().lock(), std::io::stdout().lock()).map_err(|error| {
            Failure::new("scan_broken_off", "cannot go on scanning")
                .because(&error)
                .hint("each line is a JSON object with `id` and `text`; what stands before the line was answered")
        }),
    }
}
