//! Rules for each file: its size, its first line, its name, and what must not be in it.

use anyhow::Result;

use crate::tidy::Finding;
use crate::workspace::Workspace;

/// Most lines a Rust file may have, its tests included.
const LINES_MAX: usize = 500;

/// Longer files, each with the reason it is not split.
const LONGER: &[(&str, &str)] = &[(
    "crates/insight/src/assemble/twins.rs",
    "one rule with its cases; halves of it cannot be proofread apart",
)];

/// Checks every file that git knows.
pub(super) fn check(workspace: &Workspace, files: &[String]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let machine_paths = machine_paths(workspace);
    for file in files {
        if file.ends_with("/mod.rs") {
            findings.push(format!(
                "{file}: a module `foo` is `foo.rs` beside `foo/`, never `mod.rs`"
            ));
        }
        let Ok(text) = workspace.read(file) else {
            continue;
        };
        if file.ends_with(".rs") {
            check_rust(file, &text, &mut findings);
        }
        for path in &machine_paths {
            if file != "Cargo.lock" && text.contains(path.as_str()) {
                findings.push(format!("{file}: names a path of this machine"));
            }
        }
    }
    for (file, _) in LONGER {
        if !files.iter().any(|known| known == file) {
            findings.push(format!(
                "xtask/src/tidy/files.rs: {file} is gone, take it off the list"
            ));
        }
    }
    Ok(findings)
}

fn check_rust(file: &str, text: &str, findings: &mut Vec<Finding>) {
    if !text.starts_with("//!") {
        findings.push(format!("{file}: starts with `//!` saying what it is for"));
    }
    let lines = text.lines().count();
    if lines > LINES_MAX && !LONGER.iter().any(|(known, _)| *known == file) {
        findings.push(format!(
            "{file}: {lines} lines, at most {LINES_MAX}: split it by what its parts are for"
        ));
    }
    let marker = concat!("TO", "DO");
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.contains(marker) && !line.contains(&format!("{marker}(#")) && !line.contains("concat!(") {
            findings.push(format!("{file}:{number}: {marker} needs an issue: {marker}(#12)"));
        }
        let is_skipped = line.trim_start().starts_with("#[ignore");
        if is_skipped && !line.contains("= \"#") && !line.contains("= \"a measurement") {
            findings.push(format!(
                "{file}:{number}: a skipped test needs an issue, or is a measurement"
            ));
        }
    }
}

/// Paths that only this machine has: the folder the repository lies in, and the home folder.
fn machine_paths(workspace: &Workspace) -> Vec<String> {
    let parent = workspace
        .root()
        .parent()
        .map(|folder| folder.display().to_string());
    let home = std::env::var("HOME").ok();
    [parent, home]
        .into_iter()
        .flatten()
        .filter(|path| path.len() > 1)
        .map(|path| format!("{path}/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        check_rust("a.rs", text, &mut findings);
        findings
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert!(check("//! For this.\n").is_empty());
        assert_eq!(check("fn main() {}\n").len(), 1);
    }

    #[test]
    fn a_file_has_a_limit() {
        let long = format!("//! Long.\n{}", "\n".repeat(LINES_MAX));
        assert_eq!(check(&long).len(), 1);
    }
}
