//! The policy: what may be kept, in one value with a version of its own.
//!
//! A policy is made from a [file](Policy::parse) or stands for a capture level; either way it is the same kind of
//! value, and every span is decided on by the same rules. The version is made from the content, so that equal
//! policies have equal versions on every node and a span says exactly which rules acted on it.

use std::collections::{BTreeMap, HashMap};

use compact_str::format_compact;

use trace::field::PrivacyClass;
use trace::time::Day;
use trace::{CaptureLevel, Field, Role, Text};

use crate::attributes::{self, Form};
use crate::rules::{self, Class};
use crate::scan::Detectors;

mod check;
mod diff;
mod document;
mod error;
mod pattern;
mod profile;

use document::Document;
use pattern::Pattern;

pub use diff::{Change, Direction};
pub use error::{Error, Problem};
pub use profile::Profile;

/// Most bytes of one field or body that are scanned and kept; the rest is cut and marked.
pub const FIELD_SIZE_BYTES_MAX: usize = 1024 * 1024;
/// Most bytes of bodies of one span that are scanned and kept; the rest is withheld and marked.
pub const SPAN_SIZE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Version of the gate's own logic. Raise it whenever the gate treats the same input in another way.
const GATE_VERSION: u32 = 3;
/// Retention class of bodies where the policy names no other.
const RETENTION_CLASS_DEFAULT: &str = "content";

/// What the gate may let through.
#[derive(Debug)]
pub struct Policy {
    /// What the file says, without places and comments.
    text: Text,
    /// The version by capture level.
    versions: [Text; 4],
    defaults: Settings,
    scopes: Vec<Scope>,
    dropped: Vec<Field>,
    tokenized: Vec<Field>,
    attributes: BTreeMap<&'static str, Form>,
    detectors: [Detectors; 2],
    classifications: Vec<Classification>,
    opt_outs: Vec<OptOut>,
}

/// How much is kept.
#[derive(Clone, PartialEq, Debug)]
struct Settings {
    capture: CaptureLevel,
    /// Last day on which `full` is more than `redacted`.
    until: Option<Day>,
    shapes: bool,
    retention_class: Text,
    /// Share of traces whose content is kept, from 0 to 1.
    content_share: f64,
}

/// Settings for the spans that fit.
#[derive(Debug)]
struct Scope {
    tenant: Names,
    project: Names,
    environment: Names,
    agent: Names,
    kind: Names,
    capture: Option<(CaptureLevel, Option<Day>)>,
    shapes: Option<bool>,
    retention_class: Option<Text>,
    content_share: Option<f64>,
}

/// Any of these names; `None` is any at all, also none.
type Names = Option<Vec<Pattern>>;

fn fits(names: &Names, name: Option<&str>) -> bool {
    names
        .as_ref()
        .is_none_or(|patterns| name.is_some_and(|name| patterns.iter().any(|pattern| pattern.fits(name))))
}

/// What stands at some paths of the arguments or results of some tools.
#[derive(Debug)]
struct Classification {
    tool: Pattern,
    /// `None` is both.
    part: Option<Role>,
    path: Pattern,
    class: DataClass,
}

/// Somebody of whom less is kept.
#[derive(Debug)]
struct OptOut {
    tenant: Option<Text>,
    user: Option<Text>,
    keep: CaptureLevel,
}

/// How close data comes to somebody, as a policy states it. The order is that of strictness.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum DataClass {
    Public,
    Internal,
    Personal,
    Confidential,
    Secret,
    Regulated,
}

impl DataClass {
    /// The words of the classes, as fields and files have them.
    const WORDS: [(&'static str, Self); 6] = [
        ("public", Self::Public),
        ("internal", Self::Internal),
        ("personal", Self::Personal),
        ("confidential", Self::Confidential),
        ("secret", Self::Secret),
        ("regulated", Self::Regulated),
    ];

    fn parse(word: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(known, _)| *known == word)?;
        Some(known.1)
    }

    /// The class as a word.
    pub(crate) fn as_str(self) -> &'static str {
        let known = Self::WORDS.iter().find(|(_, class)| *class == self);
        known.map_or("", |(word, _)| word)
    }
}

/// What a decision rests on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) tenant: Option<&'a str>,
    pub(crate) project: Option<&'a str>,
    pub(crate) environment: Option<&'a str>,
    pub(crate) agent: Option<&'a str>,
    pub(crate) kind: &'a str,
    /// The most that those who opted out leave.
    pub(crate) most: Option<CaptureLevel>,
    /// What the sender asks for.
    pub(crate) asked: Option<CaptureLevel>,
    /// Day of receipt.
    pub(crate) day: Day,
    /// Where the trace stands among all, from 0 to 1.
    pub(crate) portion: f64,
}

/// What is kept of one span.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Decision {
    /// How much. [`CaptureLevel::Full`] only where its end date has not passed.
    pub(crate) capture: CaptureLevel,
    pub(crate) shapes: bool,
    pub(crate) retention_class: Text,
    /// The version that the span carries.
    pub(crate) version: Text,
}

impl Policy {
    /// The default policy at a capture level: facts of the registry, the documented attributes, shapes; content
    /// only from `redacted` on. `full` needs a justification and an end date, which this has not: it acts as
    /// `redacted`.
    #[must_use]
    pub fn with_capture(capture: CaptureLevel) -> Self {
        let capture = match capture {
            CaptureLevel::Full => CaptureLevel::Redacted,
            level => level,
        };
        let mut policy = Self::of_document(&Document::default());
        policy.defaults.capture = capture;
        policy.set_versions();
        policy
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// [`Error`] has every problem of the file with its line and column, and what to do about it.
    pub fn parse(text: &str) -> Result<Self, Error> {
        check::read(text)
    }

    /// A policy that says no more than the defaults of a document; what needs checking is added by `check`.
    fn of_document(document: &Document) -> Self {
        let mut policy = Self {
            text: serde_json::to_string(document).unwrap_or_default().into(),
            versions: Default::default(),
            defaults: Settings {
                capture: CaptureLevel::Metadata,
                until: None,
                shapes: true,
                retention_class: Text::const_new(RETENTION_CLASS_DEFAULT),
                content_share: 1.0,
            },
            scopes: Vec::new(),
            dropped: Vec::new(),
            tokenized: Vec::new(),
            attributes: BTreeMap::new(),
            detectors: Default::default(),
            classifications: Vec::new(),
            opt_outs: Vec::new(),
        };
        policy.set_versions();
        policy
    }

    /// The version that spans carry which nothing but the defaults decided on: capture level and a fingerprint of
    /// everything that decides.
    #[must_use]
    pub fn version(&self) -> &Text {
        self.version_at(self.defaults.capture)
    }

    /// The versions that spans carry, one for each level that something may be kept at.
    #[must_use]
    pub fn versions(&self) -> [&Text; 3] {
        let [_, metadata, redacted, full] = &self.versions;
        [metadata, redacted, full]
    }

    /// What the file says, as JSON without comments and what was left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let document: serde_json::Value = serde_json::from_str(&self.text).unwrap_or_default();
        diff::without_nulls(document).to_string()
    }

    /// How much is kept where no scope says otherwise.
    #[must_use]
    pub const fn capture(&self) -> CaptureLevel {
        self.defaults.capture
    }

    /// What is kept of a span. Scopes are read in order, and of those that fit the last one that states a setting
    /// decides it. An opt-out and the sender's own wish can only lower what is kept.
    pub(crate) fn decide(&self, subject: &Subject<'_>) -> Decision {
        let mut settings = self.defaults.clone();
        for scope in self.scopes.iter().filter(|scope| scope.fits(subject)) {
            scope.apply(&mut settings);
        }
        let is_over = settings.until.is_none_or(|until| subject.day > until);
        let mut capture = match settings.capture {
            CaptureLevel::Full if is_over => CaptureLevel::Redacted,
            level => level,
        };
        if subject.portion >= settings.content_share {
            capture = capture.min(CaptureLevel::Metadata);
        }
        for most in [subject.most, subject.asked].into_iter().flatten() {
            capture = capture.min(most);
        }
        Decision {
            capture,
            shapes: settings.shapes,
            retention_class: settings.retention_class,
            version: self.version_at(capture).clone(),
        }
    }

    /// Whether anybody opted out.
    pub(crate) fn has_opt_outs(&self) -> bool {
        !self.opt_outs.is_empty()
    }

    /// The most that is kept of what a tenant or a user opted out of; `None` where nobody did. The user is given as
    /// sent, and as the token that stands for them.
    pub(crate) fn opted_out(&self, tenant: Option<&str>, user: Option<(&str, &str)>) -> Option<CaptureLevel> {
        let opt_outs = self.opt_outs.iter().filter(|opt_out| opt_out.fits(tenant, user));
        opt_outs.map(|opt_out| opt_out.keep).min()
    }

    /// What is done with a field of the registry, by its class.
    #[must_use]
    pub const fn class(&self, field: Field) -> PrivacyClass {
        field.definition().class
    }

    /// Whether a field goes, whatever its class.
    pub(crate) fn is_dropped(&self, field: Field) -> bool {
        self.dropped.contains(&field)
    }

    /// Whether a token stands in place of a field's text, whatever its class.
    pub(crate) fn is_tokenized(&self, field: Field) -> bool {
        self.tokenized.contains(&field)
    }

    /// The form of an attribute's value, if the attribute is kept at all.
    pub(crate) fn attribute(&self, key: &str) -> Option<(&'static str, Form)> {
        let own = self.attributes.get_key_value(key);
        own.map(|(key, form)| (*key, *form))
            .or_else(|| attributes::form(key))
    }

    /// The detectors that act at a capture level: at `full` only those of secrets, which always go.
    pub(crate) const fn detectors(&self, capture: CaptureLevel) -> &Detectors {
        let [all, of_secrets] = &self.detectors;
        match capture {
            CaptureLevel::Full => of_secrets,
            _ => all,
        }
    }

    /// The strictest class of a leaf of a tool's arguments or result; `None` where no rule names it.
    pub(crate) fn class_of_leaf(&self, tool: &str, part: Role, path: &str) -> Option<DataClass> {
        self.classifications_of(tool, part)
            .filter(|rule| rule.path.fits(path))
            .map(|rule| rule.class)
            .max()
    }

    /// The strictest class that any leaf of a tool's arguments or result may have; `None` where no rule is about them.
    pub(crate) fn class_of_part(&self, tool: &str, part: Role) -> Option<DataClass> {
        self.classifications_of(tool, part).map(|rule| rule.class).max()
    }

    fn classifications_of(&self, tool: &str, part: Role) -> impl Iterator<Item = &Classification> {
        self.classifications
            .iter()
            .filter(move |rule| rule.part.is_none_or(|own| own == part) && rule.tool.fits(tool))
    }

    fn version_at(&self, capture: CaptureLevel) -> &Text {
        let [off, metadata, redacted, full] = &self.versions;
        match capture {
            CaptureLevel::Off => off,
            CaptureLevel::Metadata => metadata,
            CaptureLevel::Redacted => redacted,
            CaptureLevel::Full => full,
        }
    }

    /// Computes the versions; to be called when everything else is set.
    fn set_versions(&mut self) {
        let mut hasher = blake3::Hasher::new();
        let mut line = |text: &str| {
            hasher.update(text.as_bytes()).update(b"\n");
        };
        line(&format_compact!("gate {GATE_VERSION} rules {}", rules::VERSION));
        line(self.defaults.capture.as_str());
        line(&self.text);
        for field in Field::ALL {
            line(&format_compact!(
                "{} {:?}",
                field.definition().name,
                self.class(*field)
            ));
        }
        for (key, form) in attributes::ALLOWED {
            line(&format_compact!("{key} {form:?}"));
        }
        let digest = hasher.finalize().to_hex();
        let digest = digest.get(..12).unwrap_or_default();
        self.versions = [
            CaptureLevel::Off,
            CaptureLevel::Metadata,
            CaptureLevel::Redacted,
            CaptureLevel::Full,
        ]
        .map(|level| format_compact!("{level}-{digest}"));
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::with_capture(CaptureLevel::Metadata)
    }
}

impl Scope {
    fn fits(&self, subject: &Subject<'_>) -> bool {
        fits(&self.tenant, subject.tenant)
            && fits(&self.project, subject.project)
            && fits(&self.environment, subject.environment)
            && fits(&self.agent, subject.agent)
            && fits(&self.kind, Some(subject.kind))
    }

    fn apply(&self, settings: &mut Settings) {
        if let Some((capture, until)) = self.capture {
            settings.capture = capture;
            settings.until = until;
        }
        settings.shapes = self.shapes.unwrap_or(settings.shapes);
        settings.content_share = self.content_share.unwrap_or(settings.content_share);
        if let Some(class) = &self.retention_class {
            settings.retention_class.clone_from(class);
        }
    }
}

impl OptOut {
    fn fits(&self, tenant: Option<&str>, user: Option<(&str, &str)>) -> bool {
        let is_tenant = |own: &Text| tenant == Some(own.as_str());
        let is_user = |own: &Text| user.is_some_and(|(sent, token)| own == sent || own == token);
        self.tenant.as_ref().is_none_or(is_tenant) && self.user.as_ref().is_none_or(is_user)
    }
}

/// A word of this process that lives as long as it: rules and keys of a policy are named in evidence and counters,
/// which hold names that never go. Each is kept once, however often a policy is read.
pub(crate) fn kept(word: &str) -> &'static str {
    use std::collections::HashSet;
    use std::sync::{LazyLock, Mutex, PoisonError};
    static WORDS: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(word) {
        return known;
    }
    let kept: &'static str = Box::leak(word.to_owned().into_boxed_str());
    words.insert(kept);
    kept
}

/// A rule of this process that lives as long as it, see [`kept`].
fn kept_rule(id: &str, class: Class) -> &'static rules::Rule {
    use std::sync::{LazyLock, Mutex, PoisonError};
    type Known = HashMap<(&'static str, Class), &'static rules::Rule>;
    static RULES: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let id = kept(id);
    let mut known = RULES.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry((id, class)).or_insert_with(|| {
        let severity = match class {
            Class::Secret => rules::Severity::High,
            Class::Pii | Class::Name => rules::Severity::Medium,
        };
        Box::leak(Box::new(rules::Rule::new(id, class, severity, "the policy")))
    })
}

#[cfg(test)]
mod tests;
