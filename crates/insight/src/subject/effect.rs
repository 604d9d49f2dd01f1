//! What a tool does to the world: it only reads, it changes state, or nobody knows.
//!
//! In this order: as the sender states it (`everyframe.tool.effect`), as a catalog says that people edit, as the
//! verbs in its name say, as outcomes show. What is learned says so, with how sure it is.
//!
//! Known to mislead: a verb that lies (`get_and_increment`, `check_out`), and a change made by somebody else between
//! two reads, which is laid at the door of the only unknown tool that ran between them.

use std::collections::BTreeMap;

use trace::{Field, Text};

use super::Subject;

/// Verbs of tools that leave the world as it was.
const READING: &[&str] = &[
    "analyze",
    "ask",
    "browse",
    "calculate",
    "check",
    "classify",
    "compare",
    "compute",
    "convert",
    "count",
    "describe",
    "detect",
    "diff",
    "download",
    "estimate",
    "evaluate",
    "explain",
    "extract",
    "fetch",
    "filter",
    "find",
    "forecast",
    "get",
    "grep",
    "has",
    "head",
    "inspect",
    "is",
    "list",
    "load",
    "look",
    "lookup",
    "measure",
    "open",
    "parse",
    "peek",
    "plan",
    "predict",
    "preview",
    "query",
    "rank",
    "read",
    "reason",
    "recall",
    "reflect",
    "resolve",
    "retrieve",
    "scan",
    "scrape",
    "search",
    "select",
    "show",
    "sort",
    "stat",
    "status",
    "summarize",
    "tail",
    "think",
    "track",
    "translate",
    "validate",
    "verify",
    "view",
    "visit",
    "weather",
];

/// Verbs of tools that change something.
const CHANGING: &[&str] = &[
    "accept",
    "activate",
    "add",
    "adjust",
    "append",
    "apply",
    "approve",
    "archive",
    "assign",
    "attach",
    "ban",
    "block",
    "book",
    "buy",
    "cancel",
    "change",
    "charge",
    "clear",
    "close",
    "commit",
    "confirm",
    "copy",
    "create",
    "credit",
    "deactivate",
    "debit",
    "decline",
    "delete",
    "deploy",
    "disable",
    "drop",
    "edit",
    "email",
    "enable",
    "exchange",
    "expire",
    "file",
    "grant",
    "increment",
    "insert",
    "install",
    "invite",
    "issue",
    "kill",
    "lock",
    "mark",
    "merge",
    "modify",
    "move",
    "notify",
    "overwrite",
    "pay",
    "place",
    "post",
    "publish",
    "purchase",
    "push",
    "put",
    "refund",
    "register",
    "reject",
    "release",
    "remove",
    "rename",
    "renew",
    "reopen",
    "replace",
    "reply",
    "reschedule",
    "reserve",
    "reset",
    "restart",
    "restore",
    "return",
    "revoke",
    "save",
    "schedule",
    "send",
    "set",
    "ship",
    "start",
    "stop",
    "store",
    "submit",
    "subscribe",
    "suspend",
    "terminate",
    "unlock",
    "unsubscribe",
    "update",
    "upgrade",
    "upload",
    "upsert",
    "void",
    "withdraw",
    "write",
];

/// Verbs of the list above that are as often names of things: they count only where a name begins with them.
const ALSO_THINGS: &[&str] = &[
    "book", "charge", "commit", "copy", "credit", "email", "exchange", "file", "grant", "issue", "mark",
    "merge", "place", "post", "purchase", "release", "refund", "reply", "return", "schedule", "ship",
    "store",
];

/// With one of these in its name, a tool passes the work to a person: no change of the state worked on.
const PEOPLE: &[&str] = &[
    "human",
    "humans",
    "operator",
    "person",
    "representative",
    "supervisor",
];

/// How sure a verb in a name makes.
const NAME_CONFIDENCE: f64 = 0.9;
/// How sure it makes where verbs of both lists are in the name.
const MIXED_NAME_CONFIDENCE: f64 = 0.6;
/// How sure one observed change makes.
const OUTCOME_CONFIDENCE: f64 = 0.7;

/// What a tool does to the world.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Effect {
    /// It leaves everything as it was.
    Reads,
    /// It changes something that outlives the call.
    ChangesState,
    /// Nobody knows.
    Unknown,
}

impl Effect {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::ChangesState => "changes_state",
            Self::Unknown => "unknown",
        }
    }

    /// The effect of a word, as [`Self::as_str`] writes it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Reads, Self::ChangesState, Self::Unknown]
            .into_iter()
            .find(|effect| effect.as_str() == word)
    }
}

/// Who says what a tool does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Source {
    /// The sender, on a span.
    Stated,
    /// A catalog that people edit.
    Catalog,
    /// The verbs in its name.
    Name,
    /// What was seen to change around its calls.
    Outcome,
    /// Nobody.
    Nobody,
}

impl Source {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Catalog => "catalog",
            Self::Name => "name",
            Self::Outcome => "outcome",
            Self::Nobody => "nobody",
        }
    }
}

/// What is held of one tool.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Belief {
    /// What it does.
    pub effect: Effect,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Who says so.
    pub source: Source,
}

/// What the tools of some runs do.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Effects(BTreeMap<Text, Belief>);

impl Effects {
    /// Learns from runs, after what a catalog says.
    #[must_use]
    pub fn learn<'a>(
        subjects: impl IntoIterator<Item = &'a Subject> + Clone,
        catalog: &BTreeMap<Text, Effect>,
    ) -> Self {
        let mut beliefs: BTreeMap<Text, Belief> = BTreeMap::new();
        for subject in subjects.clone() {
            for (_, tool, step) in subject.tools() {
                let stated = step.facts.text(Field::ToolEffect).and_then(Effect::parse);
                let known = beliefs.get(tool).map(|belief| belief.source);
                if let Some(effect) = stated.filter(|_| known != Some(Source::Stated)) {
                    beliefs.insert(tool.into(), sure(effect, Source::Stated));
                } else if known.is_none() {
                    let belief = match catalog.get(tool) {
                        Some(effect) => sure(*effect, Source::Catalog),
                        None => of_name(tool),
                    };
                    beliefs.insert(tool.into(), belief);
                }
            }
        }
        let mut effects = Self(beliefs);
        for subject in subjects {
            effects.learn_from_outcomes(subject);
        }
        effects
    }

    /// What a tool does.
    #[must_use]
    pub fn of(&self, tool: &str) -> Belief {
        self.0.get(tool).copied().unwrap_or_else(|| of_name(tool))
    }

    /// Whether a tool changes state.
    #[must_use]
    pub fn changes_state(&self, tool: &str) -> bool {
        self.of(tool).effect == Effect::ChangesState
    }

    /// All tools that were met, with what is held of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Belief)> {
        self.0.iter().map(|(tool, belief)| (tool.as_str(), *belief))
    }

    /// One call answered differently the second time, and only one tool of unknown effect ran in between: that
    /// tool changes state.
    fn learn_from_outcomes(&mut self, subject: &Subject) {
        let mut last: BTreeMap<(&str, &str), (usize, &str)> = BTreeMap::new();
        let mut learned: Vec<Text> = Vec::new();
        for (index, tool, step) in subject.tools().filter(|(.., step)| step.is_done()) {
            let (Some(arguments), Some(result)) = (step.arguments_key(), step.result.as_ref()) else {
                continue;
            };
            if self.of(tool).effect != Effect::Reads {
                continue;
            }
            let before = last.insert((tool, arguments), (index, result.key()));
            if let Some((since, _)) = before.filter(|(_, known)| *known != result.key()) {
                learned.extend(self.only_unknown_between(subject, since, index));
            }
        }
        for tool in learned {
            let belief = Belief {
                effect: Effect::ChangesState,
                confidence: OUTCOME_CONFIDENCE,
                source: Source::Outcome,
            };
            self.0.insert(tool, belief);
        }
    }

    fn only_unknown_between(&self, subject: &Subject, since: usize, until: usize) -> Option<Text> {
        let mut between: Vec<&str> = subject
            .tools()
            .filter(|(index, _, step)| *index > since && *index < until && step.is_done())
            .map(|(_, tool, _)| tool)
            .filter(|tool| self.of(tool).effect != Effect::Reads)
            .collect();
        between.dedup();
        match between.as_slice() {
            [tool] if self.of(tool).source == Source::Nobody => Some(Text::from(*tool)),
            _ => None,
        }
    }
}

const fn sure(effect: Effect, source: Source) -> Belief {
    Belief {
        effect,
        confidence: 1.0,
        source,
    }
}

/// What the verbs in a name say; the first one wins.
fn of_name(tool: &str) -> Belief {
    let words = words(tool);
    let has = |list: &[&str]| words.iter().position(|word| list.contains(&word.as_str()));
    let changes = words.iter().enumerate().position(|(place, word)| {
        let word = word.as_str();
        CHANGING.contains(&word) && (place == 0 || !ALSO_THINGS.contains(&word))
    });
    let reads = has(READING);
    // `refund.lookup` names a thing, then says what is done with it.
    let is_thing = reads.is_some()
        && words
            .first()
            .is_some_and(|word| ALSO_THINGS.contains(&word.as_str()));
    let changes = changes.filter(|place| !(is_thing && *place == 0));
    let (effect, confidence) = match (reads, changes) {
        _ if has(PEOPLE).is_some() => (Effect::Unknown, 0.0),
        (None, None) => (Effect::Unknown, 0.0),
        (Some(_), None) => (Effect::Reads, NAME_CONFIDENCE),
        (None, Some(_)) => (Effect::ChangesState, NAME_CONFIDENCE),
        (Some(reads), Some(changes)) if reads < changes => (Effect::Reads, MIXED_NAME_CONFIDENCE),
        (Some(_), Some(_)) => (Effect::ChangesState, MIXED_NAME_CONFIDENCE),
    };
    let source = match effect {
        Effect::Unknown => Source::Nobody,
        _ => Source::Name,
    };
    Belief {
        effect,
        confidence,
        source,
    }
}

/// Whether a name speaks of passing work to people.
pub(crate) fn names_people(name: &str) -> bool {
    words(name).iter().any(|word| PEOPLE.contains(&word.as_str()))
}

/// The words of a name, in lower case: `refundOrder`, `refund_order`, `orders.refund-order`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_new = true;
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            is_new = true;
            continue;
        }
        if is_new || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        is_new = false;
        was_lower = letter.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, effect: Effect) {
        assert_eq!(of_name(name).effect, effect, "{name}");
    }

    #[test]
    fn verbs_say_what_a_tool_does() {
        check("get_order", Effect::Reads);
        check("orders.lookup", Effect::Reads);
        check("refundOrder", Effect::ChangesState);
        check("mcp__crm__update-contact", Effect::ChangesState);
        check("list_sent_orders", Effect::Reads);
        check("refund.lookup", Effect::Reads);
        check("file_read", Effect::Reads);
        check("book_flight", Effect::ChangesState);
    }

    #[test]
    fn what_no_verb_tells_is_unknown() {
        check("bash", Effect::Unknown);
        check("python", Effect::Unknown);
        check("transfer_to_human_agents", Effect::Unknown);
    }

    #[test]
    fn a_name_of_both_is_less_sure() {
        assert!(of_name("find_and_delete").confidence < NAME_CONFIDENCE);
    }

    #[test]
    fn names_fall_into_words() {
        assert_eq!(words("refundOrder"), ["refund", "order"]);
        assert_eq!(words("HTTPGet order.items"), ["httpget", "order", "items"]);
    }
}
