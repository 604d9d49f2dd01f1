//! The nine rows.

mod ends;

use trace::{Field, Kind, Role, Status};

use super::{BodyRef, Question, Row, Source, State, hints, step_of};
use crate::assemble::{Assembled, NodeId};
use crate::subject::effect::Effects;
use crate::subject::{Part, Step, Subject};

/// Most sources of a row.
const SOURCES_MAX: usize = 20;

/// Where a span stands.
pub(super) fn source(assembled: &Assembled, node: NodeId) -> Source {
    let span = assembled.tree[node].span();
    Source {
        trace_id: span.trace_id,
        span_id: span.span_id,
        step: node.position(),
    }
}

pub(super) fn of(assembled: &Assembled, subject: &Subject, about: Option<NodeId>) -> Vec<Row> {
    let view = View {
        assembled,
        subject,
        at: about.and_then(|node| step_of(assembled, subject, node)),
        about,
        effects: Effects::learn([subject], &std::collections::BTreeMap::new()),
        dialect: assembled.derived.run.facts.text(Field::Dialect),
    };
    vec![
        view.goal(),
        view.context(),
        view.decision(),
        view.tool_call(),
        view.judgement(Question::Guardrail, Kind::Policy, Field::PolicyVerdict),
        view.judgement(Question::Approval, Kind::Approval, Field::ApprovalDecision),
        view.cost(),
        view.latency(),
        view.stop_reason(),
    ]
}

struct View<'a> {
    assembled: &'a Assembled,
    subject: &'a Subject,
    at: Option<usize>,
    about: Option<NodeId>,
    effects: Effects,
    dialect: Option<&'a str>,
}

impl View<'_> {
    const fn row(question: Question, state: State) -> Row {
        Row {
            question,
            state,
            value: None,
            bodies: Vec::new(),
            sources: Vec::new(),
            hint: None,
        }
    }

    fn gap(&self, question: Question, field: Field, says: &str) -> Row {
        Row {
            hint: Some(hints::field(field, self.dialect, says)),
            ..Self::row(question, State::NotRecorded)
        }
    }

    fn bodies(&self, node: NodeId, roles: &[Role]) -> Vec<BodyRef> {
        let held = self.assembled.tree[node].span().content.iter();
        held.filter(|reference| roles.contains(&reference.role) && reference.size_bytes > 0)
            .map(|reference| BodyRef {
                source: source(self.assembled, node),
                role: reference.role,
                position: reference.position,
                content_id: reference.content_id,
                size_bytes: reference.size_bytes,
            })
            .collect()
    }

    /// A row that rests on bodies: withheld where none of them is kept and no value says it.
    fn of_bodies(
        question: Question,
        value: Option<String>,
        bodies: Vec<BodyRef>,
        sources: Vec<Source>,
    ) -> Row {
        let is_kept = value.is_some() || bodies.iter().any(|body| body.content_id.is_some());
        Row {
            value,
            bodies,
            sources,
            ..Self::row(question, if is_kept { State::Recorded } else { State::Withheld })
        }
    }

    fn goal(&self) -> Row {
        let tree = &self.assembled.tree;
        let facts = &self.subject.run.facts;
        let task = facts.text(Field::TaskType).or_else(|| facts.text(Field::TaskId));
        let stated = tree.iter().map(|(id, _)| (id, self.bodies(id, &[Role::Goal])));
        let mut found = stated.into_iter().find(|(_, bodies)| !bodies.is_empty());
        if found.is_none() {
            found = tree
                .tops()
                .map(|(id, _)| (id, self.bodies(id, &[Role::Input, Role::InputMessage])))
                .find(|(_, bodies)| !bodies.is_empty());
        }
        if found.is_none() {
            let first = self
                .subject
                .steps
                .iter()
                .find(|step| step.part != Part::Judgement);
            found = first.map(|step| {
                let roles: &[Role] = match step.part {
                    Part::Message => &[Role::Output, Role::OutputMessage],
                    _ => &[Role::Input, Role::InputMessage],
                };
                (step.node, self.bodies(step.node, roles))
            });
        }
        match found.filter(|(_, bodies)| !bodies.is_empty()) {
            Some((node, bodies)) => Self::of_bodies(
                Question::Goal,
                task.map(str::to_owned),
                bodies,
                vec![source(self.assembled, node)],
            ),
            None if task.is_some() => Row {
                value: task.map(str::to_owned),
                ..Self::row(Question::Goal, State::Recorded)
            },
            None => Row {
                hint: Some(hints::content(
                    "everyframe.run.goal",
                    "state the goal of the run on its root span",
                )),
                ..Self::row(Question::Goal, State::NotRecorded)
            },
        }
    }

    /// The decision a step belongs to; the step itself where it is one.
    fn decision_step(&self) -> Option<&Step> {
        self.subject.step(self.subject.decision_of(self.at?))
    }

    fn context(&self) -> Row {
        let until = self.decision_step().map(|step| step.start);
        let searches: Vec<&Step> = self
            .subject
            .steps
            .iter()
            .filter(|step| matches!(step.kind, Kind::Retrieval | Kind::Memory))
            .filter(|step| until.is_none_or(|until| step.start <= until))
            .collect();
        let mut documents: Vec<String> = Vec::new();
        for step in &searches {
            let versions = step.facts.list(Field::DocumentVersions);
            for (place, id) in step.facts.list(Field::DocumentIds).iter().enumerate() {
                let shown = match versions.get(place).filter(|version| !version.is_empty()) {
                    Some(version) => format!("{id} {version}"),
                    None => id.to_string(),
                };
                if !documents.contains(&shown) {
                    documents.push(shown);
                }
            }
        }
        let mut sources: Vec<Source> = searches
            .iter()
            .rev()
            .take(SOURCES_MAX)
            .map(|step| source(self.assembled, step.node))
            .collect();
        let given = self.decision_step().map_or_else(Vec::new, |step| {
            self.bodies(step.node, &[Role::InputMessage, Role::Input, Role::Instructions])
        });
        if let Some(body) = given.first() {
            sources.push(body.source);
        }
        let value = match (documents.len(), searches.len()) {
            (0, 0) => None,
            (0, searches) => Some(format!("{searches} searches, no document ids")),
            (count, _) => Some(format!("{count} documents: {}", shortened(&documents))),
        };
        if value.is_none() && given.is_empty() {
            let says =
                "record what the model was given, or the ids of the documents it was given, on the span";
            return self.gap(Question::SelectedContext, Field::DocumentIds, says);
        }
        Self::of_bodies(Question::SelectedContext, value, given, sources)
    }

    fn decision(&self) -> Row {
        let step = match (self.about, self.at) {
            (None, _) => self
                .subject
                .steps
                .iter()
                .rev()
                .find(|step| step.part == Part::Decision),
            (Some(_), Some(_)) => self.decision_step(),
            (Some(_), None) => None,
        };
        let Some(step) = step.filter(|step| step.part == Part::Decision) else {
            let says = "record the model call that decided this as a span of the same trace";
            return self.gap(Question::Decision, Field::DecisionAction, says);
        };
        let asked = step.facts.list(Field::CalledToolNames);
        let value = step
            .facts
            .text(Field::DecisionAction)
            .map(str::to_owned)
            .or_else(|| (!asked.is_empty()).then(|| format!("call {}", asked.join(", "))))
            .or_else(|| {
                step.facts
                    .text(Field::HandoffTo)
                    .map(|to| format!("hand over to {to}"))
            })
            .or_else(|| (step.kind == Kind::Model && step.is_done()).then(|| "answer".to_owned()));
        let bodies = self.bodies(
            step.node,
            &[
                Role::DecisionSummary,
                Role::DecisionAlternatives,
                Role::Reason,
                Role::OutputMessage,
                Role::Output,
            ],
        );
        let sources = vec![source(self.assembled, step.node)];
        if value.is_none() && bodies.is_empty() {
            let says = "record what was decided: the answer of the model, or the action in a word";
            return self.gap(Question::Decision, Field::DecisionAction, says);
        }
        Self::of_bodies(Question::Decision, value, bodies, sources)
    }

    /// The actions in question: the span's own, those a decision led to, or all of the run.
    fn actions(&self) -> Vec<&Step> {
        let tools = self.subject.tools().map(|(index, _, step)| (index, step));
        match (self.about, self.at) {
            (None, _) => tools.map(|(_, step)| step).collect(),
            (Some(_), Some(at)) => {
                let is_action = self
                    .subject
                    .step(at)
                    .is_some_and(|step| step.part == Part::Action);
                tools
                    .filter(|(index, step)| *index == at || (!is_action && step.decided_by == at))
                    .map(|(_, step)| step)
                    .collect()
            }
            (Some(_), None) => Vec::new(),
        }
    }

    fn tool_call(&self) -> Row {
        let actions = self.actions();
        if actions.is_empty() {
            let asks = self
                .decision_step()
                .is_some_and(|step| !step.facts.list(Field::CalledToolNames).is_empty());
            if asks {
                let says = "the model asked for a tool; record its execution as a span";
                return self.gap(Question::ToolCall, Field::ToolName, says);
            }
            return Self::row(Question::ToolCall, State::NotNeeded);
        }
        let mut names: Vec<(String, usize)> = Vec::new();
        for step in &actions {
            let name = match step.status {
                Status::Error => format!("{} (failed)", step.tool().unwrap_or("tool")),
                _ => step.tool().unwrap_or("tool").to_owned(),
            };
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => names.push((name, 1)),
            }
        }
        let names: Vec<String> = names
            .into_iter()
            .map(|(name, count)| match count {
                1 => name,
                count => format!("{name} ×{count}"),
            })
            .collect();
        let bodies = match actions.as_slice() {
            [only] => self.bodies(only.node, &[Role::Arguments, Role::Result]),
            _ => Vec::new(),
        };
        Row {
            value: Some(shortened(&names)),
            bodies,
            sources: self.sources(&actions),
            ..Self::row(Question::ToolCall, State::Recorded)
        }
    }

    fn sources(&self, steps: &[&Step]) -> Vec<Source> {
        let nodes = steps.iter().take(SOURCES_MAX);
        nodes.map(|step| source(self.assembled, step.node)).collect()
    }

    /// What a policy or a person said of the actions in question.
    fn judgement(&self, question: Question, kind: Kind, field: Field) -> Row {
        let actions = self.actions();
        let judged: Vec<&Step> = self
            .subject
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| step.kind == kind)
            .filter(|(index, step)| match self.at {
                None => true,
                Some(at) => {
                    let before = self
                        .subject
                        .steps
                        .iter()
                        .take(*index)
                        .rposition(|earlier| earlier.part != Part::Judgement);
                    let is_own = *index == at || before == Some(at);
                    is_own
                        || actions.iter().any(|action| {
                            Some(action.number)
                                == before.and_then(|before| self.subject.step(before).map(|step| step.number))
                                || self.assembled.tree.is_above(action.node, step.node)
                        })
                }
            })
            .map(|(_, step)| step)
            .collect();
        if !judged.is_empty() {
            let says: Vec<String> = judged
                .iter()
                .map(|step| {
                    let word = step.facts.text(field).unwrap_or("no verdict recorded");
                    match step
                        .facts
                        .text(Field::PolicyRuleId)
                        .or_else(|| step.facts.text(Field::PolicyId))
                    {
                        Some(rule) => format!("{word} ({rule})"),
                        None => word.to_owned(),
                    }
                })
                .collect();
            return Row {
                value: Some(shortened(&says)),
                sources: self.sources(&judged),
                ..Self::row(question, State::Recorded)
            };
        }
        let changes = actions
            .iter()
            .any(|step| step.tool().is_some_and(|tool| self.effects.changes_state(tool)));
        if !changes {
            return Self::row(question, State::NotNeeded);
        }
        let says = match question {
            Question::Approval => "this changes state: record who allowed it, or that nobody was asked",
            _ => "this changes state: record what the policy said about it",
        };
        self.gap(question, field, says)
    }
}

/// A list as one line that stays one.
fn shortened(items: &[String]) -> String {
    const SHOWN_MAX: usize = 6;
    let shown = items
        .iter()
        .take(SHOWN_MAX)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(SHOWN_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
