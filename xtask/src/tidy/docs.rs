//! Rules for words: what the documents name exists, ARCHITECTURE.md stays readable, the tone is ours.

use std::path::Path;

use anyhow::Result;

use crate::tidy::Finding;
use crate::workspace::Workspace;

/// Most lines ARCHITECTURE.md may have.
const ARCHITECTURE_LINES_MAX: usize = 400;

/// Documents that must be there.
const ROOT_DOCUMENTS: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
];

/// Top folders whose paths are checked where a document names them in backticks.
const TOP_FOLDERS: &[&str] = &[
    ".ci/",
    "changelog.d/",
    "crates/",
    "docs/",
    "fuzz/",
    "sdk/",
    "ui/",
    "xtask/",
];

/// Words that make a reader feel slow, and help nobody.
const UNWELCOME_WORDS: &[&str] = &["simply", "obviously", "just run", "easily"];

/// The page that explains every error code of the command line, and where these are.
const CLI_ERRORS: &str = "docs/reference/cli-errors.md";
const CLI_SOURCES: &str = "crates/everyframe/src/";

/// Kinds of changelog fragments: the last part but one of their names.
const FRAGMENT_KINDS: &[&str] = &["added", "changed", "fixed", "removed", "security"];

/// Checks every document.
pub(super) fn check(workspace: &Workspace, files: &[String]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for document in ROOT_DOCUMENTS {
        if !workspace.path(document).is_file() {
            findings.push(format!("{document}: is missing"));
        }
    }
    let known_errors = workspace.read(CLI_ERRORS)?;
    for file in files {
        if file.starts_with(CLI_SOURCES) && file.ends_with(".rs") {
            check_error_codes(file, &workspace.read(file)?, &known_errors, &mut findings);
        }
        if file.ends_with(".md") {
            let text = workspace.read(file)?;
            check_document(workspace, file, &text, &mut findings);
        }
        if let Some(fragment) = file.strip_prefix("changelog.d/")
            && fragment != "README.md"
        {
            check_fragment(fragment, &mut findings);
        }
    }
    Ok(findings)
}

fn check_document(workspace: &Workspace, file: &str, text: &str, findings: &mut Vec<Finding>) {
    let lines = text.lines().count();
    if file == "ARCHITECTURE.md" && lines >= ARCHITECTURE_LINES_MAX {
        findings.push(format!(
            "{file}: {lines} lines; below {ARCHITECTURE_LINES_MAX} it is still read"
        ));
    }
    for (index, line) in text.lines().enumerate() {
        let place = format!("{file}:{}", index + 1);
        let lower = line.to_ascii_lowercase();
        for word in UNWELCOME_WORDS {
            if has_word(&lower, word) {
                findings.push(format!("{place}: leave out “{word}”"));
            }
        }
        for path in named_paths(line) {
            if !workspace.path(path).exists() {
                findings.push(format!("{place}: there is no `{path}`"));
            }
        }
        for target in link_targets(line) {
            let folder = Path::new(file).parent().unwrap_or_else(|| Path::new(""));
            if !workspace.root().join(folder).join(target).exists() {
                findings.push(format!("{place}: the link to {target} leads nowhere"));
            }
        }
    }
}

/// Every code that a failure is made with has its line on the page.
fn check_error_codes(file: &str, text: &str, page: &str, findings: &mut Vec<Finding>) {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    for rest in code.split("Failure::new(").skip(1) {
        let Some(code) = rest
            .trim_start()
            .strip_prefix('"')
            .and_then(|rest| rest.split('"').next())
        else {
            continue;
        };
        if !page.contains(&format!("| `{code}` |")) {
            findings.push(format!("{file}: {CLI_ERRORS} has no line for `{code}`"));
        }
    }
}

fn check_fragment(fragment: &str, findings: &mut Vec<Finding>) {
    let kind = fragment
        .strip_suffix(".md")
        .and_then(|stem| stem.rsplit('.').next());
    if !kind.is_some_and(|kind| FRAGMENT_KINDS.contains(&kind)) {
        findings.push(format!(
            "changelog.d/{fragment}: its name is TITLE.KIND.md with a kind of {}",
            FRAGMENT_KINDS.join(", ")
        ));
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let is_edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|tail| tail.chars().next());
        is_edge(before) && is_edge(after)
    })
}

/// Paths in backticks that lie below one of the top folders. Patterns and placeholders are not paths.
fn named_paths(line: &str) -> Vec<&str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| TOP_FOLDERS.iter().any(|folder| code.starts_with(folder)))
        .filter(|code| !code.contains(['*', '<', '{', ' ', '$', '…', 'X']) && !code.contains("NAME"))
        .collect()
}

/// Relative targets of Markdown links, without their anchors.
fn link_targets(line: &str) -> Vec<&str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter_map(|target| target.split('#').next())
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_patterns() {
        let line = "see `crates/trace/src/lib.rs`, `crates/*/src`, `cargo run` and `docs/NAME.md`";
        assert_eq!(named_paths(line), ["crates/trace/src/lib.rs"]);
    }

    #[test]
    fn links_within_the_repository_are_found() {
        let line = "[a](docs/a.md#part) [b](https://example.org) [c](#here)";
        assert_eq!(link_targets(line), ["docs/a.md"]);
    }

    #[test]
    fn a_word_is_a_whole_word() {
        assert!(has_word("you simply run", "simply"));
        assert!(!has_word("uneasily", "easily"));
    }
}
