//! House rules that a machine can check. Each check gives findings; any finding fails the run.
//!
//! A rule that was broken twice unseen belongs here, not in a reminder.

mod arrows;
mod docs;
mod files;
mod licences;

use anyhow::{Result, bail};

use crate::shell::{say, timed};
use crate::workspace::Workspace;

/// One broken rule: where, and what to do.
pub(crate) type Finding = String;

/// Runs every check and prints all findings.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    timed("tidy", || {
        let files = workspace.files()?;
        let mut findings = arrows::check(&workspace.members()?);
        findings.extend(files::check(workspace, &files)?);
        findings.extend(docs::check(workspace, &files)?);
        findings.extend(licences::check(workspace)?);
        for finding in &findings {
            say(&format!("    {finding}"));
        }
        match findings.len() {
            0 => Ok(()),
            count => bail!("{count} broken rules"),
        }
    })
}
