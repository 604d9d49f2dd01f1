//! From a policy file to a policy: every rule that a file must keep, and what to do where it does not.

use compact_str::format_compact;
use toml::Spanned;
use toml::value::Datetime;

use trace::field::ValueType;
use trace::time::Day;
use trace::{CaptureLevel, Field, Kind, Role, Text};

use super::document::{
    Classification as ClassificationEntry, Document, Names as NamesEntry, OptOut as OptOutEntry,
};
use super::error::place;
use super::pattern::{PATTERN_SIZE_BYTES_MAX, Pattern};
use super::{Classification, DataClass, Error, Names, OptOut, Policy, Problem, Scope, kept, kept_rule};
use crate::attributes::{self, Form};
use crate::rules::{self, Class};
use crate::scan::{Detectors, OwnRule};

/// Largest policy file, in bytes.
const FILE_SIZE_BYTES_MAX: usize = 1024 * 1024;
/// Version of the format that is read.
const FORMAT_VERSION: i64 = 1;
/// Most own rules; each is matched against every text.
const OWN_RULES_MAX: usize = 64;
/// Most entries of any other list.
const ENTRIES_MAX: usize = 10_000;
/// Most scopes, and most classifications: each is asked for every span.
const SCOPES_MAX: usize = 256;
/// Longest name of a rule, retention class or attribute, in bytes.
const NAME_SIZE_BYTES_MAX: usize = 64;

/// Reads and checks a file.
pub(super) fn read(text: &str) -> Result<Policy, Error> {
    let mut checker = Checker {
        text,
        problems: Vec::new(),
    };
    if text.len() > FILE_SIZE_BYTES_MAX {
        checker.problem(
            0,
            format!("a policy has at most {FILE_SIZE_BYTES_MAX} bytes: make it shorter"),
        );
        return Err(checker.into_error());
    }
    match toml::from_str::<Document>(text) {
        Ok(document) => checker.policy(&document),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            checker.problem(at, error.message().to_owned());
            Err(checker.into_error())
        }
    }
}

struct Checker<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn problem(&mut self, at: usize, message: impl Into<String>) {
        let (line, column) = place(self.text, at);
        self.problems.push(Problem {
            line,
            column,
            message: message.into(),
        });
    }

    fn into_error(mut self) -> Error {
        self.problems
            .sort_by_key(|problem| (problem.line, problem.column));
        Error {
            problems: self.problems,
        }
    }

    fn policy(mut self, document: &Document) -> Result<Policy, Error> {
        let mut policy = Policy::of_document(document);
        match &document.version {
            Some(version) if *version.get_ref() == FORMAT_VERSION => {}
            Some(version) => self.problem(
                version.span().start,
                format!("this program reads version {FORMAT_VERSION} of the format"),
            ),
            None => self.problem(0, format!("a policy begins with `version = {FORMAT_VERSION}`")),
        }
        self.defaults(document, &mut policy);
        self.bounded(document.scopes.len(), SCOPES_MAX, "scopes");
        policy.scopes = document.scopes.iter().map(|scope| self.scope(scope)).collect();
        policy.dropped = document
            .fields
            .drop
            .iter()
            .filter_map(|name| self.field(name))
            .collect();
        policy.tokenized = self.tokenized(&document.fields.tokenize);
        for (key, form) in &document.attributes {
            if let Some((key, form)) = self.attribute(key, form) {
                policy.attributes.insert(key, form);
            }
        }
        policy.detectors = self.detectors(&document.detectors);
        self.bounded(document.classifications.len(), SCOPES_MAX, "classifications");
        let classifications = document.classifications.iter();
        policy.classifications = classifications
            .filter_map(|entry| self.classification(entry))
            .collect();
        self.bounded(document.opt_outs.len(), ENTRIES_MAX, "opt-outs");
        policy.opt_outs = document
            .opt_outs
            .iter()
            .filter_map(|entry| self.opt_out(entry))
            .collect();
        if !self.problems.is_empty() {
            return Err(self.into_error());
        }
        policy.set_versions();
        Ok(policy)
    }

    fn bounded(&mut self, count: usize, most: usize, what: &str) {
        if count > most {
            self.problem(
                0,
                format!("a policy has at most {most} {what}: join some with `*`"),
            );
        }
    }

    fn defaults(&mut self, document: &Document, policy: &mut Policy) {
        let stated = &document.defaults;
        let defaults = &mut policy.defaults;
        if let Some((capture, until)) = self.capture(
            stated.capture.as_ref(),
            stated.justification.as_deref(),
            stated.until.as_ref(),
        ) {
            defaults.capture = capture;
            defaults.until = until;
        }
        defaults.shapes = stated.shapes.unwrap_or(defaults.shapes);
        if let Some(class) = stated.retention.as_ref().and_then(|class| self.retention(class)) {
            defaults.retention_class = class;
        }
        if let Some(share) = stated.content_share.as_ref() {
            defaults.content_share = self.share(share);
        }
    }

    fn scope(&mut self, entry: &Spanned<super::document::Scope>) -> Scope {
        let at = entry.span().start;
        let scope = entry.get_ref();
        let named = [
            &scope.tenant,
            &scope.project,
            &scope.environment,
            &scope.agent,
            &scope.kind,
        ];
        if named.iter().all(|names| names.is_none()) {
            self.problem(
                at,
                "a scope names a tenant, project, environment, agent or kind; what holds for all stands under [defaults]",
            );
        }
        for name in scope.kind.iter().flat_map(NamesEntry::all) {
            let is_kind = |kind: &Kind| Pattern::new(name).fits(kind.as_str());
            if !Kind::ALL.iter().any(is_kind) {
                let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
                self.problem(
                    at,
                    format!("no span has this kind; the kinds are {}", kinds.join(", ")),
                );
            }
        }
        Scope {
            tenant: self.names(at, scope.tenant.as_ref()),
            project: self.names(at, scope.project.as_ref()),
            environment: self.names(at, scope.environment.as_ref()),
            agent: self.names(at, scope.agent.as_ref()),
            kind: self.names(at, scope.kind.as_ref()),
            capture: self.capture(
                scope.capture.as_ref(),
                scope.justification.as_deref(),
                scope.until.as_ref(),
            ),
            shapes: scope.shapes,
            retention_class: scope.retention.as_ref().and_then(|class| self.retention(class)),
            content_share: scope.content_share.as_ref().map(|share| self.share(share)),
        }
    }

    fn names(&mut self, at: usize, names: Option<&NamesEntry>) -> Names {
        let names = names?.all();
        if names.is_empty() || names.len() > ENTRIES_MAX {
            self.problem(at, format!("a list of names has 1 to {ENTRIES_MAX} of them"));
        }
        if names.iter().any(|name| name.len() > PATTERN_SIZE_BYTES_MAX) {
            self.problem(at, format!("a name has at most {PATTERN_SIZE_BYTES_MAX} bytes"));
        }
        Some(names.iter().map(|name| Pattern::new(name)).collect())
    }

    /// A capture level with the last day of `full`.
    fn capture(
        &mut self,
        capture: Option<&Spanned<String>>,
        justification: Option<&str>,
        until: Option<&Spanned<Datetime>>,
    ) -> Option<(CaptureLevel, Option<Day>)> {
        let capture = capture?;
        let at = capture.span().start;
        let Some(level) = CaptureLevel::parse(capture.get_ref()) else {
            self.problem(at, "a capture level is off, metadata, redacted or full");
            return None;
        };
        if level != CaptureLevel::Full {
            return Some((level, None));
        }
        if justification.is_none_or(|reason| reason.trim().is_empty()) {
            self.problem(
                at,
                "full needs a `justification`: say why personal data must be readable here",
            );
        }
        let Some(until) = until else {
            self.problem(
                at,
                "full needs an end date: add `until = 2026-12-31` with a day of yours",
            );
            return None;
        };
        let day = until
            .get_ref()
            .date
            .map(|date| Day::from_civil(i64::from(date.year), i64::from(date.month), i64::from(date.day)));
        if day.is_none() {
            self.problem(until.span().start, "`until` is a date, as in 2026-12-31");
        }
        Some((level, day))
    }

    fn retention(&mut self, class: &Spanned<String>) -> Option<Text> {
        let name = class.get_ref();
        if !is_name(name) {
            self.problem(class.span().start, NAME_RULE);
            return None;
        }
        Some(name.into())
    }

    fn share(&mut self, share: &Spanned<f64>) -> f64 {
        if !(0.0..=1.0).contains(share.get_ref()) {
            self.problem(share.span().start, "a share is a number from 0 to 1");
        }
        *share.get_ref()
    }

    fn field(&mut self, name: &Spanned<String>) -> Option<Field> {
        let field = Field::ALL
            .iter()
            .find(|field| field.definition().name == name.get_ref());
        if field.is_none() {
            self.problem(
                name.span().start,
                "there is no such field; docs/reference/fields.md lists them by name",
            );
        }
        field.copied()
    }

    fn tokenized(&mut self, names: &[Spanned<String>]) -> Vec<Field> {
        let mut fields = Vec::new();
        for name in names {
            let Some(field) = self.field(name) else {
                continue;
            };
            if matches!(
                field.definition().value_type,
                ValueType::Text | ValueType::TextList
            ) {
                fields.push(field);
            } else {
                self.problem(
                    name.span().start,
                    "only texts can be tokenized; drop this field instead",
                );
            }
        }
        fields
    }

    fn attribute(&mut self, key: &Spanned<String>, form: &Spanned<String>) -> Option<(&'static str, Form)> {
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:/".contains(&byte);
        if key.get_ref().is_empty()
            || key.get_ref().len() > 2 * NAME_SIZE_BYTES_MAX
            || !key.get_ref().bytes().all(is_key)
        {
            self.problem(
                key.span().start,
                "an attribute's key has up to 128 letters, digits and . _ - : /",
            );
            return None;
        }
        let Some(parsed) = attributes::parse_form(form.get_ref()) else {
            self.problem(
                form.span().start,
                "the form of a value is number, word, name, version, model or id",
            );
            return None;
        };
        Some((kept(key.get_ref()), parsed))
    }

    fn detectors(&mut self, stated: &super::document::Detectors) -> [Detectors; 2] {
        let mut off = Vec::new();
        for name in &stated.off {
            match rules::named(name.get_ref()) {
                Some(Class::Secret) => {
                    self.problem(name.span().start, "detectors of secrets cannot be switched off")
                }
                Some(_) => off.push(kept(name.get_ref())),
                None => self.problem(
                    name.span().start,
                    "there is no such detector; docs/reference/privacy lists them by rule",
                ),
            }
        }
        if stated.rules.len() > OWN_RULES_MAX {
            self.problem(
                0,
                format!("a policy has at most {OWN_RULES_MAX} rules of its own"),
            );
        }
        let rules = stated.rules.iter().take(OWN_RULES_MAX);
        let own: Vec<OwnRule> = rules.filter_map(|rule| self.own_rule(rule)).collect();
        [
            Detectors::new(off.clone(), own.clone(), false),
            Detectors::new(off, own, true),
        ]
    }

    fn own_rule(&mut self, stated: &super::document::OwnRule) -> Option<OwnRule> {
        let id = stated.id.get_ref();
        if !is_name(id) || rules::named(id).is_some() {
            self.problem(
                stated.id.span().start,
                format!("{NAME_RULE}, and is none of a built-in rule"),
            );
            return None;
        }
        let class = match stated.class.get_ref().as_str() {
            "secret" => Class::Secret,
            "personal" => Class::Pii,
            _ => {
                self.problem(
                    stated.class.span().start,
                    "a rule finds what is secret (it is removed) or personal (it becomes a token)",
                );
                return None;
            }
        };
        let rule = match OwnRule::new(kept_rule(id, class), stated.pattern.get_ref()) {
            Ok(rule) => rule,
            Err(error) => {
                self.problem(stated.pattern.span().start, error.to_string());
                return None;
            }
        };
        if stated.matches.is_empty() || stated.misses.is_empty() {
            self.problem(
                stated.id.span().start,
                "a rule has examples: at least one text in `matches` and one in `misses`",
            );
        }
        let examples = [(&stated.matches, true), (&stated.misses, false)];
        for (texts, expected) in examples {
            for text in texts.iter().filter(|text| rule.finds(text.get_ref()) != expected) {
                let says = if expected {
                    "does not find this example"
                } else {
                    "finds this example"
                };
                self.problem(
                    text.span().start,
                    format!("the rule {says}: mend the pattern or the example"),
                );
            }
        }
        Some(rule)
    }

    fn classification(&mut self, stated: &ClassificationEntry) -> Option<Classification> {
        let Some(class) = DataClass::parse(stated.class.get_ref()) else {
            self.problem(
                stated.class.span().start,
                "a class is public, internal, personal, confidential, secret or regulated",
            );
            return None;
        };
        let part = match stated
            .part
            .as_ref()
            .map(|part| (part.get_ref().as_str(), part.span().start))
        {
            None => None,
            Some(("arguments", _)) => Some(Role::Arguments),
            Some(("result", _)) => Some(Role::Result),
            Some((_, at)) => {
                self.problem(at, "a part is arguments or result; leave it out for both");
                return None;
            }
        };
        let tool = self.pattern(&stated.tool);
        let path = stated.path.as_ref().map(|path| self.pattern(path));
        Some(Classification {
            tool,
            part,
            path: path.unwrap_or_else(|| Pattern::new("*")),
            class,
        })
    }

    fn pattern(&mut self, text: &Spanned<String>) -> Pattern {
        if text.get_ref().is_empty() || text.get_ref().len() > PATTERN_SIZE_BYTES_MAX {
            self.problem(
                text.span().start,
                format!("a name has 1 to {PATTERN_SIZE_BYTES_MAX} bytes; `*` stands for any characters"),
            );
        }
        Pattern::new(text.get_ref())
    }

    fn opt_out(&mut self, entry: &Spanned<OptOutEntry>) -> Option<OptOut> {
        let stated = entry.get_ref();
        if stated.tenant.is_none() && stated.user.is_none() {
            self.problem(
                entry.span().start,
                "an opt-out names a tenant, a user, or a user of a tenant",
            );
            return None;
        }
        let keep = match stated
            .keep
            .as_ref()
            .map(|keep| (keep.get_ref().as_str(), keep.span()))
        {
            None | Some(("nothing", _)) => CaptureLevel::Off,
            Some(("metadata", _)) => CaptureLevel::Metadata,
            Some((_, span)) => {
                self.problem(span.start, "of who opted out, `keep` is nothing or metadata");
                return None;
            }
        };
        let text = |name: &Option<String>| name.as_ref().map(|name| format_compact!("{name}"));
        Some(OptOut {
            tenant: text(&stated.tenant),
            user: text(&stated.user),
            keep,
        })
    }
}

/// What names of rules and retention classes look like.
const NAME_RULE: &str = "a name has up to 64 small letters, digits and hyphens, and begins with a letter";

fn is_name(name: &str) -> bool {
    name.len() <= NAME_SIZE_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
