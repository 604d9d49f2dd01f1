//! A trial of a policy: the same telemetry under two of them, and what differs, by agent and field. Nothing is stored,
//! and what is reported are names and counts, never values.

use std::collections::{BTreeMap, HashMap};

use trace::span::{Batch, Decoded, Span};
use trace::{ContentId, Field, Record, SpanId, Text, TraceId};

use crate::{Gate, Keys, Policy};

/// Name of a row for spans as a whole.
const SPAN: &str = "span";
/// Most rows; what comes after them is counted in the row of no agent.
const ROWS_MAX: usize = 10_000;

/// How often something differs between two policies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Difference {
    /// Times it is kept under both.
    pub kept: u64,
    /// Times it is kept under the first and not under the second.
    pub withheld: u64,
    /// Times it is kept under the second and not under the first.
    pub let_through: u64,
    /// Times it is kept under both, but not in the same words.
    pub changed: u64,
}

impl Difference {
    const fn add(&mut self, before: bool, after: bool, is_same: bool) {
        match (before, after) {
            (true, true) if is_same => self.kept += 1,
            (true, true) => self.changed += 1,
            (true, false) => self.withheld += 1,
            (false, true) => self.let_through += 1,
            (false, false) => {}
        }
    }

    /// Whether anything differs.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        self.withheld + self.let_through + self.changed > 0
    }
}

/// One row of a trial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrialRow {
    /// The agent, as it is stored; empty where a span names none.
    pub agent: Text,
    /// The field, attribute or role of a body; `span` for spans as a whole.
    pub field: Text,
    /// What differs.
    pub difference: Difference,
}

/// Two policies side by side.
#[derive(Debug)]
pub struct Trial {
    before: Gate,
    after: Gate,
    rows: BTreeMap<(Text, Text), Difference>,
}

impl Trial {
    /// A trial of these policies. The keys make tokens that nobody keeps; any will do.
    #[must_use]
    pub fn new(before: Policy, after: Policy, root: &[u8; 32]) -> Self {
        Self {
            before: Gate::new(before, Keys::derive(root, "trial")),
            after: Gate::new(after, Keys::derive(root, "trial")),
            rows: BTreeMap::new(),
        }
    }

    /// Clears a batch under both policies and counts what differs.
    pub fn add(&mut self, decoded: Decoded) {
        // A supplement's number is made anew by the gate, so it is not asked for.
        let spans = decoded.spans.iter();
        let keys: Vec<_> = spans.map(|decoded| key_of(&decoded.span)).collect();
        let before = self.before.clear(decoded.clone()).into_inner();
        let after = self.after.clear(decoded).into_inner();
        let (before, after) = (Texts::of(&before), Texts::of(&after));
        for key in keys {
            let sides = [&before, &after].map(|side| side.spans.get(&key));
            self.add_one(sides, &before, &after);
        }
    }

    fn add_one(&mut self, sides: [Option<&&Span>; 2], before: &Texts<'_>, after: &Texts<'_>) {
        let [of_before, of_after] = sides;
        let Some(any) = of_before.or(of_after) else {
            return;
        };
        let agent: Text = any.facts.text(Field::AgentName).unwrap_or_default().into();
        self.count(&agent, SPAN, of_before.is_some(), of_after.is_some(), true);
        let (before, after) = (
            of_before.map(|span| before.parts(span)).unwrap_or_default(),
            of_after.map(|span| after.parts(span)).unwrap_or_default(),
        );
        for (name, value) in &before {
            let other = after.get(name);
            self.count(&agent, name, true, other.is_some(), other == Some(value));
        }
        for name in after.keys().filter(|name| !before.contains_key(*name)) {
            self.count(&agent, name, false, true, false);
        }
    }

    fn count(&mut self, agent: &Text, field: &str, before: bool, after: bool, is_same: bool) {
        let agent = if self.rows.len() < ROWS_MAX {
            agent.clone()
        } else {
            Text::default()
        };
        let row = self.rows.entry((agent, field.into())).or_default();
        row.add(before, after, is_same);
    }

    /// Every row, by agent and field.
    #[must_use]
    pub fn rows(&self) -> Vec<TrialRow> {
        let rows = self.rows.iter();
        rows.map(|((agent, field), difference)| TrialRow {
            agent: agent.clone(),
            field: field.clone(),
            difference: *difference,
        })
        .collect()
    }
}

/// A record of a span within a batch.
type SpanRecord = (TraceId, SpanId, Record);

const fn key_of(span: &Span) -> SpanRecord {
    (span.trace_id, span.span_id, span.record)
}

/// A cleared batch, to be asked for its spans and texts.
struct Texts<'a> {
    spans: HashMap<SpanRecord, &'a Span>,
    texts: HashMap<ContentId, &'a str>,
}

impl<'a> Texts<'a> {
    fn of(batch: &'a Batch) -> Self {
        let spans = batch.spans.iter();
        let contents = batch.contents.iter();
        Self {
            spans: spans.map(|span| (key_of(span), span)).collect(),
            texts: contents
                .map(|content| (content.content_id, content.text.expose().as_str()))
                .collect(),
        }
    }

    /// What is kept of a span, by name: in a form that can be compared, and is never shown.
    fn parts(&self, span: &Span) -> BTreeMap<String, String> {
        let mut parts = BTreeMap::new();
        for (field, value) in span.facts.iter() {
            parts.insert(field.definition().name.to_owned(), format!("{value:?}"));
        }
        for (key, value) in &span.attributes {
            parts.insert(key.to_string(), format!("{value:?}"));
        }
        for reference in &span.content {
            if let Some(text) = reference.content_id.as_ref().and_then(|id| self.texts.get(id)) {
                let role: &mut String = parts.entry(reference.role.as_str().to_owned()).or_default();
                role.push_str(text);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::content::{Body, Sensitive};
    use trace::span::DecodedSpan;
    use trace::{Facts, Kind, Media, ProjectId, Role, Status, UnixNanos, WorkspaceId};

    fn decoded(agent: &str, text: &str) -> Decoded {
        let mut facts = Facts::new();
        facts.set(Field::AgentName, agent);
        facts.set(Field::UserId, "jane");
        let span = Span {
            trace_id: TraceId::new([1; 16]),
            span_id: SpanId::new([2; 8]),
            parent_id: None,
            record: Record::Finished,
            supplement: 0,
            kind: Kind::Tool,
            name: "look up".into(),
            start: UnixNanos(1_763_856_000_000_000_000),
            duration_nanos: None,
            status: Status::Ok,
            facts,
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            content: Vec::new(),
            withheld: Vec::new(),
            policy_version: Text::default(),
        };
        let body = Body {
            role: Role::Output,
            position: 0,
            author: None,
            key: "k".into(),
            media: Media::Text,
            text: Sensitive::new(text.to_owned()),
        };
        Decoded {
            workspace_id: WorkspaceId::new("w"),
            project_id: ProjectId::new("p"),
            received_at: UnixNanos(1_763_856_000_000_000_000),
            spans: vec![DecodedSpan {
                span,
                bodies: vec![body],
            }],
            scores: Vec::new(),
        }
    }

    fn differences(before: &str, after: &str, text: &str) -> Vec<String> {
        let read = |policy: &str| Policy::parse(&format!("version = 1\n{policy}")).unwrap();
        let mut trial = Trial::new(read(before), read(after), &[7; 32]);
        trial.add(decoded("refunds", text));
        let rows = trial.rows().into_iter().filter(|row| row.difference.is_any());
        rows.map(|row| {
            let Difference {
                withheld,
                let_through,
                changed,
                ..
            } = row.difference;
            format!(
                "{} {} -{withheld} +{let_through} ~{changed}",
                row.agent, row.field
            )
        })
        .collect()
    }

    #[test]
    fn a_trial_says_by_agent_and_field_what_a_change_would_do() {
        const REDACTED: &str = "[defaults]\ncapture = \"redacted\"\n";
        assert_eq!(
            differences("", REDACTED, "an answer"),
            ["refunds output -0 +1 ~0"]
        );
        assert_eq!(
            differences(REDACTED, "[fields]\ndrop = [\"user_id\"]", "an answer"),
            ["refunds output -1 +0 ~0", "refunds user_id -1 +0 ~0"]
        );
        let off = format!("{REDACTED}[detectors]\noff = [\"email\"]\n");
        assert_eq!(
            differences(REDACTED, &off, "mail jane@acme.io"),
            ["refunds output -0 +0 ~1"]
        );
        assert!(differences(REDACTED, REDACTED, "mail jane@acme.io").is_empty());
    }

    #[test]
    fn a_span_that_would_go_is_withheld_with_all_its_fields() {
        let found = differences("", "[[opt_out]]\nuser = \"jane\"\n", "an answer");
        assert!(found.contains(&"refunds span -1 +0 ~0".to_owned()), "{found:?}");
        assert!(
            found.contains(&"refunds user_id -1 +0 ~0".to_owned()),
            "{found:?}"
        );
    }
}
