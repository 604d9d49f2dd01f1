//! What a policy file says, as it stands there. The format is documented in `docs/reference/policy.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use toml::Spanned;
use toml::value::Datetime;

/// A date as it is written.
fn write_date<S: Serializer>(date: &Option<Spanned<Datetime>>, serializer: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serializer.collect_str(date.get_ref()),
        None => serializer.serialize_none(),
    }
}

/// A policy file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) version: Option<Spanned<i64>>,
    #[serde(default)]
    pub(crate) defaults: Settings,
    #[serde(default, rename = "scope")]
    pub(crate) scopes: Vec<Spanned<Scope>>,
    #[serde(default)]
    pub(crate) fields: Fields,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub(crate) detectors: Detectors,
    #[serde(default, rename = "classification")]
    pub(crate) classifications: Vec<Classification>,
    #[serde(default, rename = "opt_out")]
    pub(crate) opt_outs: Vec<Spanned<OptOut>>,
}

/// How much is kept, of everything or of what a scope names.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) capture: Option<Spanned<String>>,
    pub(crate) justification: Option<String>,
    #[serde(serialize_with = "write_date")]
    pub(crate) until: Option<Spanned<Datetime>>,
    pub(crate) shapes: Option<bool>,
    pub(crate) retention: Option<Spanned<String>>,
    pub(crate) content_share: Option<Spanned<f64>>,
}

/// Settings for some spans: those that fit every name given.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scope {
    pub(crate) tenant: Option<Names>,
    pub(crate) project: Option<Names>,
    pub(crate) environment: Option<Names>,
    pub(crate) agent: Option<Names>,
    pub(crate) kind: Option<Names>,
    // The same as `Settings`: a flattened struct loses the places of its values.
    pub(crate) capture: Option<Spanned<String>>,
    pub(crate) justification: Option<String>,
    #[serde(serialize_with = "write_date")]
    pub(crate) until: Option<Spanned<Datetime>>,
    pub(crate) shapes: Option<bool>,
    pub(crate) retention: Option<Spanned<String>>,
    pub(crate) content_share: Option<Spanned<f64>>,
}

/// One pattern or several.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Names {
    /// One.
    One(String),
    /// Any of them.
    Any(Vec<String>),
}

impl Names {
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Any(names) => names,
        }
    }
}

/// What is done with fields of the registry besides what their class asks for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(crate) drop: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) tokenize: Vec<Spanned<String>>,
}

/// Detectors that do not act, and rules besides the built-in ones.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Detectors {
    #[serde(default)]
    pub(crate) off: Vec<Spanned<String>>,
    #[serde(default, rename = "rule")]
    pub(crate) rules: Vec<OwnRule>,
}

/// A rule of the policy's own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnRule {
    pub(crate) id: Spanned<String>,
    pub(crate) pattern: Spanned<String>,
    pub(crate) class: Spanned<String>,
    pub(crate) matches: Vec<Spanned<String>>,
    pub(crate) misses: Vec<Spanned<String>>,
}

/// What stands at some paths of the arguments and results of some tools.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Classification {
    pub(crate) tool: Spanned<String>,
    pub(crate) part: Option<Spanned<String>>,
    pub(crate) path: Option<Spanned<String>>,
    pub(crate) class: Spanned<String>,
}

/// Somebody of whom less is kept, whatever the rest of the policy says.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptOut {
    pub(crate) tenant: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) keep: Option<Spanned<String>>,
}
