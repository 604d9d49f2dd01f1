//! `everyframe policy`: policies as files, and what the detectors find, without a server.

mod dry_run;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use privacy::{Policy, PolicyProfile};
use serde_json::{Value, json};
use trace::CaptureLevel;

use crate::cli::{self, Capture, PolicyCommand, Profile};
use crate::failure::{Failure, Result};
use crate::terminal::{Style, print, visible};

/// What a server was told to keep.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// The default policy at a level.
    Level(Capture),
    /// What a file says.
    File(PathBuf),
}

impl Kept {
    /// From a command line, where a file goes before a level.
    pub(crate) fn from_arguments(file: Option<&Path>, capture: Capture) -> Self {
        file.map_or(Self::Level(capture), |file| Self::File(file.to_owned()))
    }

    /// The file, where there is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Level(_) => None,
            Self::File(file) => Some(file),
        }
    }

    /// The policy.
    pub(crate) fn policy(&self) -> Result<Policy> {
        match self {
            Self::Level(Capture::Metadata) => Ok(Policy::with_capture(CaptureLevel::Metadata)),
            Self::Level(Capture::Redacted) => Ok(Policy::with_capture(CaptureLevel::Redacted)),
            Self::File(file) => read(file),
        }
    }
}

/// Runs a command on policies.
pub(crate) fn run(arguments: &cli::Policy, style: Style) -> Result<()> {
    match &arguments.command {
        PolicyCommand::Init(arguments) => init(arguments),
        PolicyCommand::Check(arguments) => check(arguments),
        PolicyCommand::Show(arguments) => show(arguments),
        PolicyCommand::Diff(arguments) => diff(arguments),
        PolicyCommand::DryRun(arguments) => dry_run::run(arguments, style),
        PolicyCommand::Scan(_) => scan(),
    }
}

/// Reads a policy file.
pub(crate) fn read(file: &Path) -> Result<Policy> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            "cannot_read_policy",
            format!("cannot read the policy {}", file.display()),
        )
        .because(&error)
        .hint("check its name and permissions, or write one with `everyframe policy init FILE`")
    })?;
    Policy::parse(&text).map_err(|error| {
        let mut message = format!("{} is no policy", file.display());
        for problem in &error.problems {
            let _ = write!(message, "\n  {}", visible(&problem.to_string()));
        }
        Failure::new("bad_policy", message).hint("docs/reference/policy.md describes every line of a policy")
    })
}

fn init(arguments: &cli::PolicyInit) -> Result<()> {
    let text = match arguments.profile {
        Profile::Local => PolicyProfile::Local,
        Profile::Production => PolicyProfile::Production,
        Profile::Regulated => PolicyProfile::Regulated,
    }
    .text();
    let Some(file) = &arguments.file else {
        print(text);
        return Ok(());
    };
    let written = std::fs::File::create_new(file).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::new(
            "cannot_write_policy",
            format!("cannot write the policy {}", file.display()),
        )
        .because(&error)
        .hint("name a file that is not there yet, in a folder you may write to")
    })?;
    print(&format!(
        "wrote {}; run a server under it with `everyframe serve --policy {}`\n",
        file.display(),
        file.display()
    ));
    Ok(())
}

fn check(arguments: &cli::PolicyFile) -> Result<()> {
    if !arguments.json {
        let policy = read(&arguments.file)?;
        print(&format!(
            "{} is in order: {}\n",
            arguments.file.display(),
            policy.version()
        ));
        return Ok(());
    }
    let read = read(&arguments.file);
    let answer = match &read {
        Ok(policy) => json!({"version": policy.version().as_str(), "ok": true}),
        Err(failure) => json!({"ok": false, "problem": failure.to_string()}),
    };
    print(&format!("{answer}\n"));
    read.map(|_| ())
}

fn show(arguments: &cli::PolicyFile) -> Result<()> {
    let policy = read(&arguments.file)?;
    let says: Value = serde_json::from_str(&policy.to_json()).unwrap_or_default();
    let versions: Vec<&str> = policy.versions().map(|version| version.as_str()).to_vec();
    if arguments.json {
        print(&format!("{}\n", json!({"versions": versions, "policy": says})));
        return Ok(());
    }
    let mut text = String::from("Spans carry one of these versions, by how much was kept of them:\n");
    for version in versions {
        let _ = writeln!(text, "  {version}");
    }
    let _ = writeln!(text, "\nThe file says:\n{says:#}");
    print(&text);
    Ok(())
}

fn diff(arguments: &cli::PolicyDiff) -> Result<()> {
    let changes = read(&arguments.before)?.changes(&read(&arguments.after)?);
    if arguments.json {
        let changes: Vec<Value> = changes
            .iter()
            .map(|change| {
                json!({
                    "path": change.path,
                    "before": change.before,
                    "after": change.after,
                    "direction": change.direction.as_str(),
                })
            })
            .collect();
        print(&format!("{}\n", json!({ "changes": changes })));
        return Ok(());
    }
    if changes.is_empty() {
        print("no difference\n");
    }
    for change in changes {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        print(&format!(
            "{:<8}  {}: {} -> {}\n",
            change.direction.as_str(),
            visible(&change.path),
            visible(&value(&change.before)),
            visible(&value(&change.after)),
        ));
    }
    Ok(())
}

fn scan() -> Result<()> {
    privacy::scan_lines(std::io::stdin().lock(), std::io::stdout().lock()).map_err(|error| {
        Failure::new("scan_broken_off", "cannot go on scanning")
            .because(&error)
            .hint("each line is a JSON object with `id` and `text`; what stands before the line was answered")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_policy_is_written_once_and_is_in_order() {
        let place = place();
        let file = place.path().join("policy.toml");
        let arguments = cli::PolicyInit {
            file: Some(file.clone()),
            profile: Profile::Regulated,
        };
        init(&arguments).unwrap();
        assert_eq!(init(&arguments).unwrap_err().code(), "cannot_write_policy");
        assert_eq!(read(&file).unwrap().capture(), CaptureLevel::Metadata);
    }

    #[test]
    fn problems_are_told_with_their_places() {
        let place = place();
        let file = place.path().join("policy.toml");
        std::fs::write(&file, "version = 1\n[defaults]\ncapture = \"all\"\n").unwrap();
        let failure = read(&file).unwrap_err();
        assert_eq!(failure.code(), "bad_policy");
        let shown = failure.to_string();
        assert!(
            shown.contains("\n  line 3, column 11: a capture level is"),
            "{shown}"
        );
        assert_eq!(
            read(&place.path().join("none")).unwrap_err().code(),
            "cannot_read_policy"
        );
    }

    #[test]
    fn a_file_goes_before_a_level() {
        let kept = Kept::from_arguments(Some(Path::new("x.toml")), Capture::Redacted);
        assert_eq!(kept.file(), Some(Path::new("x.toml")));
        assert!(Kept::Level(Capture::Redacted).policy().unwrap().capture() == CaptureLevel::Redacted);
    }
}
