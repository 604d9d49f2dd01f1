//! Which rules act: the built-in ones but for those a policy switched off, and rules of the policy's own.

use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::Pass;
use crate::rules::{Class, Rule};

/// Longest pattern of an own rule, in bytes.
const PATTERN_SIZE_BYTES_MAX: usize = 1024;
/// Longest text that an own rule may match, in bytes. It bounds what one look costs, so that a text of any form is
/// scanned in linear time.
const MATCH_SIZE_BYTES_MAX: usize = 1024;
/// Most memory that the automaton of one own rule may take, in bytes.
const AUTOMATON_SIZE_BYTES_MAX: usize = 256 * 1024;

/// Why a pattern cannot be the one of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum PatternError {
    /// It is no regular expression.
    #[error(
        "this is no regular expression (look-around and back-references cannot be used: they need more than linear time)"
    )]
    Syntax,
    /// It is too long.
    #[error("a pattern has at most {PATTERN_SIZE_BYTES_MAX} bytes: make rules of its parts")]
    Long,
    /// It matches nothing at all, or texts of any length.
    #[error(
        "a pattern finds 1 to {MATCH_SIZE_BYTES_MAX} bytes: write {{1,64}} in place of + or *, and let no part be empty on its own"
    )]
    Unbounded,
    /// Its automaton takes too much memory.
    #[error("this pattern needs too much memory: shorten its repetitions")]
    Large,
}

/// A rule of a policy's own: an expression that matches in linear time.
#[derive(Clone, Debug)]
pub(crate) struct OwnRule {
    rule: &'static Rule,
    pattern: Regex,
}

impl OwnRule {
    /// A rule with a pattern over texts as a reader sees them.
    pub(crate) fn new(rule: &'static Rule, pattern: &str) -> Result<Self, PatternError> {
        if pattern.len() > PATTERN_SIZE_BYTES_MAX {
            return Err(PatternError::Long);
        }
        let parsed = syntax::parse(pattern).map_err(|_| PatternError::Syntax)?;
        let sizes = parsed.properties();
        let is_bounded = sizes.minimum_len().is_some_and(|size| size > 0)
            && sizes
                .maximum_len()
                .is_some_and(|size| size <= MATCH_SIZE_BYTES_MAX);
        if !is_bounded {
            return Err(PatternError::Unbounded);
        }
        let config = Regex::config()
            .nfa_size_limit(Some(AUTOMATON_SIZE_BYTES_MAX))
            .onepass_size_limit(Some(AUTOMATON_SIZE_BYTES_MAX));
        let pattern = Regex::builder()
            .configure(config)
            .build(pattern)
            .map_err(|_| PatternError::Large)?;
        Ok(Self { rule, pattern })
    }

    /// Whether it finds anything in a text.
    pub(crate) fn finds(&self, text: &str) -> bool {
        self.pattern.is_match(text)
    }
}

/// Which rules act on a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detectors {
    /// Ids and types of rules that do not act.
    off: Vec<&'static str>,
    own: Vec<OwnRule>,
    is_of_secrets: bool,
}

impl Detectors {
    /// All rules but those of these ids or types, and rules of one's own. `is_of_secrets` leaves only rules that find
    /// secrets.
    pub(crate) const fn new(off: Vec<&'static str>, own: Vec<OwnRule>, is_of_secrets: bool) -> Self {
        Self {
            off,
            own,
            is_of_secrets,
        }
    }

    /// Whether what a rule found counts. Secrets always do.
    pub(super) fn has(&self, rule: &Rule) -> bool {
        rule.class == Class::Secret
            || !self.is_of_secrets && !self.off.iter().any(|off| *off == rule.id || *off == rule.kind)
    }
}

/// Every built-in rule as it is.
pub(super) static BUILT_IN: LazyLock<Detectors> = LazyLock::new(Detectors::default);

/// Looks for what the policy's own rules find.
pub(super) fn find(pass: &mut Pass<'_>) {
    let text = pass.text;
    for own in &pass.detectors.own {
        for hit in own.pattern.find_iter(text) {
            pass.push(hit.range(), own.rule);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    use crate::scan::{Surface, scan_with};

    static OWN: Rule = Rule::new("order", Class::Pii, Severity::Medium, "test");

    #[test]
    fn a_pattern_that_could_take_long_is_refused_with_the_way_out() {
        let error = |pattern: &str| OwnRule::new(&OWN, pattern).err();
        assert_eq!(error("ORD-[0-9]{8}"), None);
        assert_eq!(error("ORD-[0-9]+"), Some(PatternError::Unbounded));
        assert_eq!(error("x{0,3}"), Some(PatternError::Unbounded));
        assert_eq!(error("(ORD"), Some(PatternError::Syntax));
        assert_eq!(error(r"(?=a)b"), Some(PatternError::Syntax));
        assert_eq!(error(&"a".repeat(2000)), Some(PatternError::Long));
        assert_eq!(error(r"[\p{L}\d]{900}"), Some(PatternError::Unbounded));
    }

    #[test]
    fn own_rules_look_through_escapes_and_wrappers() {
        let own = OwnRule::new(&OWN, "ORD-[0-9]{8}").unwrap();
        let detectors = Detectors::new(Vec::new(), vec![own], false);
        let found = |text: &str| {
            scan_with(text, Surface::Content, None, &detectors)
                .iter()
                .map(|found| text.get(found.range()).unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("see ORD-12345678, please"), ["ORD-12345678"]);
        assert_eq!(found("see ORD%2D12345678"), ["ORD%2D12345678"]);
        // The same in base64.
        assert_eq!(
            found("b3JkZXIgT1JELTEyMzQ1Njc4IHBsZWFzZQ=="),
            ["b3JkZXIgT1JELTEyMzQ1Njc4IHBsZWFzZQ=="]
        );
    }

    #[test]
    fn what_is_switched_off_is_kept_and_secrets_are_not() {
        let text = "mail jane@acme.io, password: Wombat7Sunrise";
        let found = |detectors: &Detectors| {
            let found = scan_with(text, Surface::Content, None, detectors);
            found.iter().map(|found| found.rule.id).collect::<Vec<_>>()
        };
        assert_eq!(found(&Detectors::default()), ["email", "password"]);
        assert_eq!(
            found(&Detectors::new(vec!["email", "password"], Vec::new(), false)),
            ["password"]
        );
        assert_eq!(found(&Detectors::new(Vec::new(), Vec::new(), true)), ["password"]);
    }
}
