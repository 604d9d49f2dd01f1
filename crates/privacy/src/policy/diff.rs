//! What differs between two policies, in words, and which way it goes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Policy;

/// Whether more or less is kept after a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// More may be kept.
    Looser,
    /// Less is kept.
    Stricter,
    /// Neither is sure.
    Other,
}

impl Direction {
    /// The direction as a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Looser => "looser",
            Self::Stricter => "stricter",
            Self::Other => "other",
        }
    }
}

/// One difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Where in the file, such as `defaults.capture`.
    pub path: String,
    /// What stood there, as JSON; `None` if nothing did.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
    /// Which way it goes.
    pub direction: Direction,
}

impl Policy {
    /// What differs in another policy, by place in the file.
    #[must_use]
    pub fn changes(&self, other: &Self) -> Vec<Change> {
        let (before, after) = (self.lines(), other.lines());
        let mut paths: Vec<&String> = before.keys().chain(after.keys()).collect();
        paths.sort();
        paths.dedup();
        let changed = paths
            .into_iter()
            .filter(|path| before.get(*path) != after.get(*path));
        changed
            .map(|path| {
                let (before, after) = (before.get(path).cloned(), after.get(path).cloned());
                Change {
                    direction: direction(path, before.as_deref(), after.as_deref()),
                    path: path.clone(),
                    before,
                    after,
                }
            })
            .collect()
    }

    /// Every value of the file by its path; entries of lists that say something together are one value.
    fn lines(&self) -> BTreeMap<String, String> {
        let mut lines = BTreeMap::new();
        let document: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let Value::Object(sections) = document else {
            return lines;
        };
        for (section, value) in sections {
            match value {
                Value::Object(settings) => {
                    for (name, value) in settings {
                        add(&mut lines, &format!("{section}.{name}"), value);
                    }
                }
                value => add(&mut lines, &section, value),
            }
        }
        lines
            .entry("defaults.capture".to_owned())
            .or_insert_with(|| format!("\"{}\"", self.capture()));
        lines
    }
}

/// Adds a value, or the entries of a list one by one: by what they say, as their order matters in scopes only.
fn add(lines: &mut BTreeMap<String, String>, path: &str, value: Value) {
    match value {
        Value::Null => {}
        Value::Array(items) if path == "scope" => {
            for (index, item) in items.into_iter().enumerate() {
                lines.insert(format!("{path}[{index}]"), without_nulls(item).to_string());
            }
        }
        Value::Array(items) => {
            for item in items {
                let item = without_nulls(item).to_string();
                lines.insert(format!("{path} {item}"), item);
            }
        }
        value => {
            lines.insert(path.to_owned(), without_nulls(value).to_string());
        }
    }
}

/// A value without what nobody stated: members that are null, empty lists and empty tables.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members
                .into_iter()
                .map(|(name, value)| (name, without_nulls(value)));
            Value::Object(members.filter(|(_, value)| !is_unstated(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        value => value,
    }
}

fn is_unstated(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Which way a change goes, where its place and values tell.
fn direction(path: &str, before: Option<&str>, after: Option<&str>) -> Direction {
    let by_presence = |more: bool| match (before, after, more) {
        (None, Some(_), true) | (Some(_), None, false) => Direction::Looser,
        (Some(_), None, true) | (None, Some(_), false) => Direction::Stricter,
        _ => Direction::Other,
    };
    let by_order = |rank: fn(&str) -> Option<u32>, absent: u32| {
        let rank = |value: Option<&str>| value.map_or(Some(absent), rank);
        match rank(before).zip(rank(after)) {
            Some((before, after)) if before < after => Direction::Looser,
            Some((before, after)) if before > after => Direction::Stricter,
            _ => Direction::Other,
        }
    };
    let section = path.split([' ', '[']).next().unwrap_or_default();
    match section {
        "defaults.capture" => by_order(
            |value| {
                let levels = ["\"off\"", "\"metadata\"", "\"redacted\"", "\"full\""];
                let rank = levels.iter().position(|level| *level == value)?;
                u32::try_from(rank).ok()
            },
            1,
        ),
        "defaults.shapes" => by_order(|value| Some(u32::from(value == "true")), 1),
        "defaults.content_share" => by_order(
            |value| {
                let share: f64 = value.parse().ok()?;
                // Shares in parts of a million.
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "from 0 to 1"
                )]
                let parts = (share * 1e6) as u32;
                Some(parts)
            },
            1_000_000,
        ),
        "fields.drop" | "fields.tokenize" | "detectors.rule" | "opt_out" => by_presence(false),
        "detectors.off" => by_presence(true),
        section if section.starts_with("attributes.") => by_presence(true),
        _ => Direction::Other,
    }
}
