//! A run before it becomes spans: the plan of a task, and the steps of one try.

use trace::{Field, Kind, Role, Status, Text, Value};

use crate::sample::{self, SpanBuilder};
use crate::seeded::Seeded;

const THINGS: &[&str] = &[
    "order", "ticket", "invoice", "account", "device", "booking", "parcel",
];
const LOOKUPS: &[&str] = &["get", "find", "list", "describe"];
const PARTS: &[&str] = &["details", "history", "owner", "limits", "address"];
const CHANGES: &[&str] = &["update", "cancel", "create", "renew", "assign"];

/// A task: what has to be looked up and changed.
pub(super) struct Plan {
    pub(super) thing: &'static str,
    pub(super) id: u64,
    lookups: Vec<String>,
    pub(super) changes: Vec<(String, u64)>,
}

/// One step of a try.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) facts: Vec<(Field, Value)>,
    pub(super) bodies: Vec<(Role, String)>,
    pub(super) is_planted: bool,
}

impl Draft {
    pub(super) fn new(kind: Kind, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            status: Status::Ok,
            facts: Vec::new(),
            bodies: Vec::new(),
            is_planted: false,
        }
    }

    pub(super) fn fact(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }

    pub(super) fn set(&mut self, field: Field, value: impl Into<Value>) {
        self.facts.retain(|(known, _)| *known != field);
        self.facts.push((field, value.into()));
    }

    pub(super) fn list(self, field: Field, texts: &[&str]) -> Self {
        let texts: Vec<Text> = texts.iter().map(|text| Text::from(*text)).collect();
        self.fact(field, texts)
    }

    pub(super) fn body(mut self, role: Role, text: &str) -> Self {
        self.bodies.retain(|(known, _)| *known != role);
        self.bodies.push((role, text.to_owned()));
        self
    }

    pub(super) const fn is_planted(&self) -> bool {
        self.is_planted
    }

    /// A model call that asks for a tool.
    pub(super) fn asking(tool: &str) -> Self {
        Self::new(Kind::Model, "chat")
            .fact(Field::ModelRequested, "model")
            .fact(Field::InputTokens, 100)
            .fact(Field::OutputTokens, 20)
            .fact(Field::PromptVersion, "7")
            .list(Field::CalledToolNames, &[tool])
    }

    pub(super) fn tool(tool: &str, arguments: &str, result: &str) -> Self {
        Self::new(Kind::Tool, tool)
            .fact(Field::ToolName, tool)
            .fact(Field::ToolVersion, "3")
            .body(Role::Arguments, arguments)
            .body(Role::Result, result)
    }
}

impl Plan {
    pub(super) fn draw(random: &mut Seeded) -> Self {
        let thing = pick(random, THINGS);
        let mut lookups: Vec<String> = PARTS
            .iter()
            .map(|part| format!("{}_{thing}_{part}", pick(random, LOOKUPS)))
            .collect();
        random.shuffle(&mut lookups);
        lookups.truncate(2 + usize::try_from(random.below(3)).unwrap_or(0));
        let mut verbs = CHANGES.to_vec();
        random.shuffle(&mut verbs);
        verbs.truncate(1 + usize::try_from(random.below(3)).unwrap_or(0));
        let changes = verbs
            .into_iter()
            .map(|verb| (format!("{verb}_{thing}"), 10 + random.below(500)))
            .collect();
        Self {
            thing,
            id: 1_000 + random.below(9_000),
            lookups,
            changes,
        }
    }

    pub(super) fn arguments(&self, amount: u64) -> String {
        format!(r#"{{"{}_id":"{}","amount":{amount}}}"#, self.thing, self.id)
    }

    /// The steps of a healthy try: a message, a search, look-ups in some order and number, each change with its policy
    /// and approval, an answer.
    pub(super) fn drafts(&self, random: &mut Seeded) -> Vec<Draft> {
        let mut drafts = vec![
            Draft::new(Kind::Other, "message")
                .body(Role::OutputMessage, "please see to it, as we said on the phone"),
            Draft::asking("search_guides"),
            Draft::new(Kind::Retrieval, "search_guides")
                .list(Field::DocumentIds, &["guide", "terms"])
                .list(Field::DocumentVersions, &["v4", "v2"]),
        ];
        let mut lookups = self.lookups.clone();
        random.shuffle(&mut lookups);
        let extra = usize::try_from(random.below(2)).unwrap_or(0);
        let again: Vec<String> = lookups.iter().take(extra).cloned().collect();
        for tool in lookups.iter().chain(&again) {
            let arguments = format!(r#"{{"{}_id":"{}"}}"#, self.thing, self.id);
            let result = format!(r#"{{"{}_id":"{}","of":"{tool}"}}"#, self.thing, self.id);
            drafts.push(Draft::asking(tool));
            drafts.push(Draft::tool(tool, &arguments, &result));
        }
        for (tool, amount) in &self.changes {
            drafts.push(Draft::asking(tool));
            drafts.push(Draft::new(Kind::Policy, "limits").fact(Field::PolicyVerdict, "allow"));
            drafts.push(
                Draft::new(Kind::Approval, "approval")
                    .fact(Field::ApprovalDecision, "approved")
                    .list(Field::ApprovalShownFields, &["id", "amount", "reason"]),
            );
            drafts.push(Draft::tool(tool, &self.arguments(*amount), r#"{"state":"done"}"#));
        }
        drafts.push(
            Draft::new(Kind::Model, "chat")
                .fact(Field::ModelRequested, "model")
                .fact(Field::InputTokens, 150)
                .fact(Field::OutputTokens, 40)
                .fact(Field::PromptVersion, "7")
                .body(Role::OutputMessage, "it is done"),
        );
        drafts
    }
}

/// One of a list.
fn pick<T: Copy + Default>(random: &mut Seeded, list: &[T]) -> T {
    let count = u64::try_from(list.len()).unwrap_or(1).max(1);
    let place = usize::try_from(random.below(count)).unwrap_or(0);
    list.get(place).copied().unwrap_or_default()
}

/// The spans of a try, below a root, in a trace of this number.
pub(super) fn spans(trace: u64, outcome: &str, drafts: &[Draft]) -> Vec<SpanBuilder> {
    let last = i64::try_from(drafts.len()).unwrap_or(i64::MAX) * 20 + 40;
    let root = sample::span(trace, 1)
        .kind(Kind::Agent)
        .name("agent")
        .millis(0, last)
        .fact(Field::AgentName, "agent")
        .fact(Field::TaskId, "task")
        .fact(Field::StatedOutcome, outcome);
    let steps = (2_u64..).zip(drafts).map(|(number, draft)| {
        let from = i64::try_from(number).unwrap_or(i64::MAX) * 20;
        let mut span = sample::span(trace, number)
            .below(1)
            .kind(draft.kind)
            .name(&draft.name)
            .millis(from, from + 15)
            .status(draft.status);
        for (field, value) in &draft.facts {
            span = span.fact(*field, value.clone());
        }
        for (role, text) in &draft.bodies {
            span = span.body(*role, text);
        }
        span
    });
    std::iter::once(root).chain(steps).collect()
}
