//! Licences of everything that is built in, read from cargo's own metadata against the list in deny.toml.
//!
//! `cargo deny` checks more (advisories, sources) where it is installed; this check needs no download.

use anyhow::{Context, Result};

use crate::shell;
use crate::tidy::Finding;
use crate::workspace::Workspace;

/// Checks every package of the lock file.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let policy: toml::Table = workspace.read("deny.toml")?.parse()?;
    let allowed: Vec<&str> = policy
        .get("licenses")
        .and_then(|licences| licences.get("allow"))
        .and_then(toml::Value::as_array)
        .context("deny.toml has no [licenses] allow list")?
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    let mut metadata = shell::cargo(
        workspace.root(),
        &["metadata", "--format-version", "1", "--quiet"],
    );
    let metadata: serde_json::Value = serde_json::from_slice(&shell::output(&mut metadata)?)?;
    let packages = metadata
        .get("packages")
        .and_then(serde_json::Value::as_array)
        .context("cargo metadata names no packages")?;
    Ok(packages
        .iter()
        .filter_map(|package| check_package(package, &allowed))
        .collect())
}

fn check_package(package: &serde_json::Value, allowed: &[&str]) -> Option<Finding> {
    let text = |key: &str| package.get(key).and_then(serde_json::Value::as_str);
    let name = text("name").unwrap_or("?");
    let Some(expression) = text("license") else {
        return Some(format!("deny.toml: {name} states no licence"));
    };
    if is_allowed(expression, allowed) {
        None
    } else {
        Some(format!(
            "deny.toml: {name} is under {expression}, which is not on the list"
        ))
    }
}

/// Whether an SPDX expression can be met by the list. `AND` binds closer than `OR`; the old `/` means `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Expression {
        words: &words,
        at: 0,
        allowed,
    };
    parser.any() && parser.at == words.len()
}

struct Expression<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a [&'a str],
}

impl Expression<'_> {
    fn any(&mut self) -> bool {
        let mut met = self.all();
        while self.take("OR") {
            met |= self.all();
        }
        met
    }

    fn all(&mut self) -> bool {
        let mut met = self.one();
        while self.take("AND") {
            met &= self.one();
        }
        met
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let met = self.any();
            return self.take(")") && met;
        }
        let Some(licence) = self.words.get(self.at) else {
            return false;
        };
        self.at += 1;
        let mut met = self.allowed.contains(licence);
        if self.take("WITH") {
            let exception = self.words.get(self.at).copied().unwrap_or_default();
            self.at += 1;
            let whole = format!("{licence} WITH {exception}");
            met |= self.allowed.contains(&whole.as_str());
        }
        met
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_expressions_as_spdx_means_them() {
        let check = |expression: &str| is_allowed(expression, &["MIT", "Apache-2.0", "Zlib"]);
        assert!(check("MIT OR GPL-3.0"));
        assert!(check("MIT/Apache-2.0"));
        assert!(check("(MIT OR GPL-3.0) AND Zlib"));
        assert!(check("Apache-2.0 WITH LLVM-exception"));
        assert!(!check("MIT AND GPL-3.0"));
        assert!(!check("GPL-3.0"));
        assert!(!check("MIT )"));
        assert!(!check(""));
    }
}
