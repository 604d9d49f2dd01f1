//! What two runs differ in.

use trace::{Field, Text};

use super::{Aspect, Difference, Item, Pair};
use crate::subject::{Part, Step, Subject};

/// Fields of runs that are versions of something.
const VERSIONS: &[Field] = &[
    Field::AgentVersion,
    Field::PromptName,
    Field::PromptVersion,
    Field::InstructionsHash,
    Field::WorkflowVersion,
    Field::ServiceVersion,
    Field::Environment,
    Field::Provider,
];

/// What two steps that stand beside each other differ in; a step alone is a difference of decision.
pub(super) fn aspects(
    one: &Subject,
    other: &Subject,
    left: Option<&Item>,
    right: Option<&Item>,
) -> Vec<Aspect> {
    let (Some(left), Some(right)) = (left, right) else {
        return vec![Aspect::Decision];
    };
    let (Some(mine), Some(theirs)) = (last(one, left), last(other, right)) else {
        return Vec::new();
    };
    let mut aspects = Vec::new();
    let differs = |fields: &[Field]| {
        fields
            .iter()
            .any(|field| mine.facts.get(*field) != theirs.facts.get(*field))
    };
    let mut note = |is_so: bool, aspect: Aspect| {
        if is_so {
            aspects.push(aspect);
        }
    };
    note(
        differs(&[Field::DocumentIds, Field::DocumentVersions]),
        Aspect::Context,
    );
    note(
        mine.part == Part::Decision && differs(&[Field::CalledToolNames]),
        Aspect::Decision,
    );
    note(
        mine.part == Part::Action && mine.arguments_key() != theirs.arguments_key(),
        Aspect::Arguments,
    );
    note(left.steps.len() != right.steps.len(), Aspect::Retries);
    note(
        differs(&[Field::PolicyVerdict, Field::PolicyAction]),
        Aspect::Guardrail,
    );
    note(differs(&[Field::ApprovalDecision]), Aspect::Approval);
    note(mine.is_done() != theirs.is_done(), Aspect::Status);
    aspects
}

/// The last of the folded steps: how a loop came out.
fn last<'a>(subject: &'a Subject, item: &Item) -> Option<&'a Step> {
    subject.step(item.steps.last().copied()?)
}

pub(super) fn of(one: &Subject, other: &Subject, pairs: &[Pair]) -> Vec<Difference> {
    let mut differences = versions(one, other);
    for (place, pair) in pairs.iter().enumerate() {
        for aspect in &pair.aspects {
            differences.push(of_pair(one, other, place, pair, *aspect));
        }
    }
    differences.extend(totals(one, other));
    // Versions hold from the beginning, totals are known at the end; between them the order is that of the run.
    differences
}

fn versions(one: &Subject, other: &Subject) -> Vec<Difference> {
    let shown = |subject: &Subject, field: Field| subject.run.facts.text(field).map(str::to_owned);
    let mut differences: Vec<Difference> = VERSIONS
        .iter()
        .map(|field| (field.definition().name, shown(one, *field), shown(other, *field)))
        .chain(std::iter::once((
            "models",
            listed(&one.run.totals.models_requested),
            listed(&other.run.totals.models_requested),
        )))
        .filter(|(_, mine, theirs)| mine != theirs)
        .map(|(name, mine, theirs)| whole(Aspect::Version, name, mine, theirs))
        .collect();
    differences.extend(tool_versions(one, other));
    differences
}

/// Versions of tools that both runs called.
fn tool_versions(one: &Subject, other: &Subject) -> Vec<Difference> {
    let versions = |subject: &Subject| {
        let called = subject.tools().filter_map(|(_, tool, step)| {
            Some((Text::from(tool), step.facts.text(Field::ToolVersion)?.to_owned()))
        });
        called.collect::<std::collections::BTreeMap<_, _>>()
    };
    let (mine, theirs) = (versions(one), versions(other));
    mine.iter()
        .filter_map(|(tool, version)| Some((tool, version, theirs.get(tool)?)))
        .filter(|(_, version, other)| version != other)
        .map(|(tool, version, other)| {
            let of = format!("tool_version of {tool}");
            whole(Aspect::Version, &of, Some(version.clone()), Some(other.clone()))
        })
        .collect()
}

fn listed(texts: &[Text]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn whole(aspect: Aspect, of: &str, one: Option<String>, other: Option<String>) -> Difference {
    Difference {
        aspect,
        of: of.into(),
        one,
        other,
        pair: None,
        arguments: Vec::new(),
    }
}

fn of_pair(one: &Subject, other: &Subject, place: usize, pair: &Pair, aspect: Aspect) -> Difference {
    let mine = pair.one.as_ref().and_then(|item| last(one, item));
    let theirs = pair.other.as_ref().and_then(|item| last(other, item));
    let says = |step: Option<&Step>, item: Option<&Item>| -> Option<String> {
        let step = step?;
        let fact = |field| step.facts.text(field).map(str::to_owned);
        match aspect {
            Aspect::Context => {
                let documents = step.facts.list(Field::DocumentIds);
                let versions = step.facts.list(Field::DocumentVersions);
                let shown: Vec<String> = documents
                    .iter()
                    .enumerate()
                    .map(
                        |(place, id)| match versions.get(place).filter(|version| !version.is_empty()) {
                            Some(version) => format!("{id} {version}"),
                            None => id.to_string(),
                        },
                    )
                    .collect();
                (!shown.is_empty()).then(|| shown.join(", "))
            }
            Aspect::Decision => match step.facts.list(Field::CalledToolNames) {
                [] => Some(called(step)),
                tools => Some(format!("call {}", tools.join(", "))),
            },
            Aspect::Retries => item.map(|item| format!("×{}", item.steps.len())),
            Aspect::Guardrail => fact(Field::PolicyVerdict).or_else(|| fact(Field::PolicyAction)),
            Aspect::Approval => fact(Field::ApprovalDecision),
            Aspect::Status => Some(step.status.to_string()),
            Aspect::Arguments | Aspect::Version | Aspect::Outcome | Aspect::Totals => None,
        }
    };
    let shapes = |step: Option<&Step>| step.and_then(|step| step.arguments.clone());
    let arguments = match (aspect, shapes(mine), shapes(theirs)) {
        (Aspect::Arguments, Some(mine), Some(theirs)) => mine.differing_paths(&theirs),
        _ => Vec::new(),
    };
    Difference {
        aspect,
        of: mine.or(theirs).map(called).unwrap_or_default().into(),
        one: says(mine, pair.one.as_ref()),
        other: says(theirs, pair.other.as_ref()),
        pair: Some(place),
        arguments,
    }
}

fn called(step: &Step) -> String {
    step.tool().unwrap_or(&step.name).to_owned()
}

fn totals(one: &Subject, other: &Subject) -> Vec<Difference> {
    let (mine, theirs) = (&one.run, &other.run);
    let mut differences = Vec::new();
    if mine.outcome != theirs.outcome {
        let shown = |run: &trace::run::Run| Some(run.outcome.to_string());
        differences.push(whole(Aspect::Outcome, "outcome", shown(mine), shown(theirs)));
    }
    let cost = |run: &trace::run::Run| run.totals.cost.map(|cost| format!("${cost:.4}"));
    let steps = |subject: &Subject| Some(subject.steps.len().to_string());
    for (name, mine, theirs) in [
        ("steps", steps(one), steps(other)),
        ("cost", cost(mine), cost(theirs)),
    ] {
        if mine != theirs {
            differences.push(whole(Aspect::Totals, name, mine, theirs));
        }
    }
    differences
}
