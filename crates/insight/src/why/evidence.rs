//! The evidence score: of the fields an explanation needs, the share that is there.
//!
//! Needed of a run: whose work it was (tenant or user), agent version, instruction version, how it ended. Of a model
//! call: the model, tokens, status or finish reason. Of a tool call: its name, the classification of its arguments,
//! its status. Of an approval: the decision. Of whatever failed: the error class. Of every span: how long it took.
//! A field that the policy withheld was recorded: it counts as there.

use std::collections::BTreeMap;

use trace::{Facts, Field, Kind, Outcome, Status};

use super::{Hint, Source, hints, rows, step_of};
use crate::assemble::{Assembled, NodeId};
use crate::subject::{Step, Subject};

/// What is there of the evidence.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    /// Share of the needed fields that is there, 0 to 1.
    pub score: f64,
    /// Fields that are there.
    pub filled: u32,
    /// Fields that are needed.
    pub needed: u32,
    /// What is missing, the most frequent first.
    pub gaps: Vec<Gap>,
}

/// A field that is missing.
#[derive(Clone, PartialEq, Debug)]
pub struct Gap {
    /// The field, by its name in the registry; `duration_millis` for a span that was never ended.
    pub field: &'static str,
    /// Spans that lack it; 1 where the run as a whole does.
    pub spans: u32,
    /// One of them.
    pub example: Option<Source>,
    /// What to record.
    pub hint: Hint,
}

/// The evidence of a run, or of one of its spans.
pub(super) fn of(assembled: &Assembled, subject: &Subject, about: Option<NodeId>) -> Evidence {
    let mut count = Count {
        dialect: assembled.derived.run.facts.text(Field::Dialect),
        filled: 0,
        needed: 0,
        gaps: BTreeMap::new(),
    };
    match about {
        Some(node) => {
            let own = step_of(assembled, subject, node).and_then(|index| subject.step(index));
            match own.filter(|step| step.node == node || assembled.tree[node].call.is_some()) {
                Some(step) => count.step(assembled, step),
                None => {
                    let is_timed = assembled.tree[node].span().duration_nanos.is_some();
                    count.needs_end(is_timed, Some(rows::source(assembled, node)));
                }
            }
        }
        None => {
            count.run(assembled);
            for step in &subject.steps {
                count.step(assembled, step);
            }
        }
    }
    count.into_evidence()
}

struct Count<'a> {
    dialect: Option<&'a str>,
    filled: u32,
    needed: u32,
    gaps: BTreeMap<&'static str, Gap>,
}

impl Count<'_> {
    fn needs(&mut self, field: Field, is_there: bool, example: Option<Source>, says: &str) {
        self.needed += 1;
        if is_there {
            self.filled += 1;
            return;
        }
        let name = field.definition().name;
        let hint = hints::field(field, self.dialect, says);
        self.lacks(name, hint, example);
    }

    fn needs_end(&mut self, is_there: bool, example: Option<Source>) {
        self.needed += 1;
        if is_there {
            self.filled += 1;
            return;
        }
        let hint = hints::content("endTimeUnixNano", "end the span, also where the work failed");
        self.lacks("duration_millis", hint, example);
    }

    fn lacks(&mut self, field: &'static str, hint: Hint, example: Option<Source>) {
        let gap = self.gaps.entry(field).or_insert(Gap {
            field,
            spans: 0,
            example,
            hint,
        });
        gap.spans += 1;
    }

    fn run(&mut self, assembled: &Assembled) {
        let run = &assembled.derived.run;
        let anywhere = |fields: &[Field]| {
            let spans = assembled
                .tree
                .nodes()
                .iter()
                .map(super::super::assemble::Node::span);
            fields.iter().any(|field| run.facts.get(*field).is_some())
                || spans.into_iter().any(|span| {
                    fields.iter().any(|field| {
                        span.facts.get(*field).is_some()
                            || span
                                .withheld
                                .iter()
                                .any(|withheld| withheld.field == field.definition().name)
                    })
                })
        };
        let root = assembled
            .tree
            .tops()
            .next()
            .map(|(id, _)| rows::source(assembled, id));
        let needs: [(Field, bool, &str); 4] = [
            (
                Field::TenantId,
                anywhere(&[Field::TenantId, Field::UserId]),
                "say whose work it is: the tenant, or the user",
            ),
            (
                Field::AgentVersion,
                anywhere(&[Field::AgentVersion, Field::ServiceVersion]),
                "send the version of the agent with its spans",
            ),
            (
                Field::PromptVersion,
                anywhere(&[Field::PromptVersion, Field::InstructionsHash]),
                "send the version of the prompt, or the instructions, so that runs can be told apart by them",
            ),
            (
                Field::StopReason,
                run.outcome != Outcome::Unknown || anywhere(&[Field::StopReason]),
                "state how the run ended, or send a score that does",
            ),
        ];
        for (field, is_there, says) in needs {
            self.needs(field, is_there, root, says);
        }
    }

    fn step(&mut self, assembled: &Assembled, step: &Step) {
        let at = Some(rows::source(assembled, step.node));
        let span = assembled.tree[step.node].span();
        let has = |fields: &[Field]| {
            fields.iter().any(|field| {
                known(&step.facts, *field)
                    || span
                        .withheld
                        .iter()
                        .any(|withheld| withheld.field == field.definition().name)
            })
        };
        self.needs_end(step.duration_nanos.is_some(), at);
        match step.kind {
            Kind::Model => {
                let named = has(&[Field::ModelAnswered, Field::ModelRequested]);
                self.needs(Field::ModelRequested, named, at, "name the model of the call");
                self.needs(
                    Field::InputTokens,
                    has(&[Field::InputTokens]) || step.status == Status::Error,
                    at,
                    "record the tokens of the call; streaming calls often need an option for it",
                );
                let is_told = step.status != Status::Unknown || has(&[Field::FinishReasons]);
                self.needs(Field::FinishReasons, is_told, at, "record why the model stopped");
            }
            Kind::Tool | Kind::Mcp => {
                self.needs(Field::ToolName, has(&[Field::ToolName]), at, "name the tool");
                self.needs(
                    Field::ArgumentsClass,
                    has(&[Field::ArgumentsClass]),
                    at,
                    "classify the arguments: public, internal, personal, confidential, secret or regulated",
                );
            }
            Kind::Approval => self.needs(
                Field::ApprovalDecision,
                has(&[Field::ApprovalDecision]),
                at,
                "record what was decided",
            ),
            Kind::Policy => self.needs(
                Field::PolicyVerdict,
                has(&[Field::PolicyVerdict, Field::PolicyAction]),
                at,
                "record what the policy said",
            ),
            _ => {}
        }
        if step.status == Status::Error {
            self.needs(
                Field::ErrorClass,
                has(&[Field::ErrorClass, Field::HttpStatus]),
                at,
                "name the class of the error",
            );
        }
    }

    fn into_evidence(self) -> Evidence {
        let mut gaps: Vec<Gap> = self.gaps.into_values().collect();
        gaps.sort_by_key(|gap| std::cmp::Reverse(gap.spans));
        Evidence {
            score: match self.needed {
                0 => 1.0,
                needed => f64::from(self.filled) / f64::from(needed),
            },
            filled: self.filled,
            needed: self.needed,
            gaps,
        }
    }
}

fn known(facts: &Facts, field: Field) -> bool {
    facts.get(field).is_some()
}
