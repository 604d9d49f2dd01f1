//! Which crate may import which. The arrows of ARCHITECTURE.md, read from the manifests.

use crate::tidy::Finding;
use crate::workspace::Member;

/// Crates of ours that each crate may import. What is not listed is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    ("trace", &[]),
    ("dialects", &["trace"]),
    ("privacy", &["trace"]),
    ("catalog", &["trace"]),
    ("insight", &["trace"]),
    ("store", &["privacy", "trace"]),
    ("ingest", &["catalog", "dialects", "privacy", "trace"]),
    ("api", &["catalog", "insight", "privacy", "trace"]),
    (
        "everyframe",
        &[
            "api", "catalog", "dialects", "ingest", "insight", "privacy", "store", "trace",
        ],
    ),
    ("testkit", &["catalog", "dialects", "insight", "privacy", "trace"]),
    ("xtask", &["trace"]),
];

/// Crates that only tests may import.
const TESTS_ONLY: &[&str] = &["testkit"];

/// Heavy dependencies, by the prefix of their names, and the one crate that may name them.
const FENCES: &[(&str, &str)] = &[
    ("arrow", "store"),
    ("datafusion", "store"),
    ("deltalake", "store"),
    ("object_store", "store"),
    ("parquet", "store"),
    ("sqlx", "catalog"),
    ("rusqlite", "catalog"),
];

/// All that `trace` may import from outside: whatever it imports, everybody imports.
const TRACE_EXTERNAL: &[&str] = &["compact_str", "thiserror"];

/// Names that say nothing about what a crate is for.
const EMPTY_NAMES: &[&str] = &["common", "core", "helpers", "shared", "types", "util", "utils"];

/// Checks every manifest.
pub(super) fn check(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        check_name(member, &mut findings);
        for (is_test, dependency) in dependencies(&member.manifest) {
            check_dependency(member, is_test, &dependency, &mut findings);
        }
    }
    findings
}

fn check_name(member: &Member, findings: &mut Vec<Finding>) {
    if EMPTY_NAMES.contains(&member.name.as_str()) {
        findings.push(format!(
            "{}: a crate named `{}` says nothing about what it is for",
            member.manifest_path, member.name
        ));
    }
    if !ARROWS.iter().any(|(name, _)| *name == member.name) {
        findings.push(format!(
            "{}: a new crate needs its arrows in xtask/src/tidy/arrows.rs and a decision record",
            member.manifest_path
        ));
    }
}

fn check_dependency(member: &Member, is_test: bool, dependency: &str, findings: &mut Vec<Finding>) {
    let mut report = |what: String| findings.push(format!("{}: {what}", member.manifest_path));
    if let Some((_, owner)) = FENCES.iter().find(|(prefix, _)| dependency.starts_with(prefix))
        && *owner != member.name
    {
        report(format!("only `{owner}` may name `{dependency}`"));
    }
    let Some(ours) = dependency.strip_prefix("everyframe-") else {
        if member.name == "trace" && !is_test && !TRACE_EXTERNAL.contains(&dependency) {
            report(format!(
                "`trace` imports almost nothing, and `{dependency}` is not on its list"
            ));
        }
        return;
    };
    let allowed = ARROWS
        .iter()
        .find(|(name, _)| *name == member.name)
        .map_or(&[][..], |(_, allowed)| allowed);
    if TESTS_ONLY.contains(&ours) {
        if !is_test {
            report(format!("`{ours}` is for [dev-dependencies] only"));
        }
    } else if !allowed.contains(&ours) {
        report(format!("there is no arrow from `{}` to `{ours}`", member.name));
    }
}

/// Every dependency a manifest names, with whether only tests see it.
fn dependencies(manifest: &toml::Table) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    collect(manifest, &mut found);
    if let Some(targets) = manifest.get("target").and_then(toml::Value::as_table) {
        for target in targets.values().filter_map(toml::Value::as_table) {
            collect(target, &mut found);
        }
    }
    found
}

fn collect(table: &toml::Table, found: &mut Vec<(bool, String)>) {
    for (section, is_test) in [
        ("dependencies", false),
        ("build-dependencies", false),
        ("dev-dependencies", true),
    ] {
        let Some(entries) = table.get(section).and_then(toml::Value::as_table) else {
            continue;
        };
        for (name, value) in entries {
            let package = value.get("package").and_then(toml::Value::as_str);
            found.push((is_test, package.unwrap_or(name).to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(name: &str, manifest: &str) -> Vec<Finding> {
        check(&[Member {
            name: name.to_owned(),
            manifest_path: "Cargo.toml".to_owned(),
            manifest: manifest.parse().unwrap(),
        }])
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_found() {
        let found = check_one("api", "[dependencies]\neveryframe-store = {}");
        assert_eq!(found, ["Cargo.toml: there is no arrow from `api` to `store`"]);
    }

    #[test]
    fn only_the_store_names_the_engine_whatever_the_section() {
        for section in [
            "dependencies",
            "dev-dependencies",
            "target.'cfg(unix)'.dependencies",
        ] {
            let found = check_one(
                "insight",
                &format!("[{section}]\nfusion = {{ package = \"datafusion\" }}"),
            );
            assert_eq!(found, ["Cargo.toml: only `store` may name `datafusion`"]);
        }
        assert!(check_one("store", "[dependencies]\narrow = \"1\"").is_empty());
    }

    #[test]
    fn testkit_is_for_tests() {
        assert!(check_one("insight", "[dev-dependencies]\neveryframe-testkit = {}").is_empty());
        assert_eq!(
            check_one("insight", "[dependencies]\neveryframe-testkit = {}").len(),
            1
        );
    }

    #[test]
    fn a_name_that_says_nothing_is_refused() {
        assert!(check_one("common", "")[0].contains("says nothing"));
    }
}
