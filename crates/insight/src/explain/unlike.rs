//! What a run lacked or had otherwise than every success, beyond its changes: approvals, what the approver was shown,
//! versions of prompts and tools, a context that was compacted, and the read that a wrong value came from.

use std::collections::{BTreeMap, BTreeSet};

use trace::{Field, Kind, Text};

use super::Rule;
use super::findings::{Findings, called, listed};
use crate::subject::effect::Effects;
use crate::subject::{Part, Step, Subject};

pub(super) fn find(findings: &mut Findings<'_>, peers: &[&Subject], effects: &Effects) {
    if peers.is_empty() {
        return;
    }
    approval_skipped(findings, peers, effects);
    approver_shown_less(findings, peers);
    other_version(findings, peers);
    lost_context(findings, peers);
    value_origin(findings, peers, effects);
}

/// Tools that change state, each with whether somebody was asked before its first call.
fn asked_before<'a>(subject: &'a Subject, effects: &Effects) -> BTreeMap<&'a str, (usize, bool)> {
    let mut asked = BTreeMap::new();
    let mut is_asked = false;
    for (index, step) in subject.steps.iter().enumerate() {
        is_asked |= step.kind == Kind::Approval;
        let changing = step
            .tool()
            .filter(|tool| step.is_done() && effects.changes_state(tool));
        if let Some(tool) = changing {
            asked.entry(tool).or_insert((index, is_asked));
            is_asked = false;
        }
    }
    asked
}

/// A change that was made unasked, where every success that made it asked before.
fn approval_skipped(findings: &mut Findings<'_>, peers: &[&Subject], effects: &Effects) {
    let of_peers: Vec<_> = peers.iter().map(|peer| asked_before(peer, effects)).collect();
    let subject = findings.subject;
    let skipped = asked_before(subject, effects)
        .into_iter()
        .filter(|(_, (_, is_asked))| !is_asked)
        .filter(|(tool, _)| {
            let mut known = of_peers.iter().filter_map(|asked| asked.get(tool)).peekable();
            known.peek().is_some() && known.all(|(_, is_asked)| *is_asked)
        })
        .min_by_key(|(_, (index, _))| *index);
    if let Some((tool, (index, _))) = skipped {
        let reason = format!(
            "`{tool}` was called without asking anybody; every successful run of the same task that called it had \
             asked for approval before."
        );
        let shown = findings.shows(index, "the change that nobody was asked about".to_owned());
        findings.add(Rule::ApprovalSkipped, index, reason, shown);
    }
}

/// An approval whose approver was shown fewer fields than in every success.
fn approver_shown_less(findings: &mut Findings<'_>, peers: &[&Subject]) {
    let shown_fields = |step: &Step| -> BTreeSet<Text> {
        step.facts
            .list(Field::ApprovalShownFields)
            .iter()
            .cloned()
            .collect()
    };
    let approvals = |subject: &Subject| -> Vec<BTreeSet<Text>> {
        let steps = subject.steps.iter().filter(|step| step.kind == Kind::Approval);
        steps
            .map(shown_fields)
            .filter(|fields| !fields.is_empty())
            .collect()
    };
    let of_peers: Vec<BTreeSet<Text>> = peers.iter().flat_map(|peer| approvals(peer)).collect();
    let subject = findings.subject;
    let found = subject.steps.iter().enumerate().find(|(_, step)| {
        let fields = shown_fields(step);
        let is_less = |other: &BTreeSet<Text>| fields.is_subset(other) && fields.len() < other.len();
        step.kind == Kind::Approval
            && !of_peers.is_empty()
            && !fields.is_empty()
            && of_peers.iter().all(is_less)
    });
    let Some((index, step)) = found else { return };
    let fields = shown_fields(step);
    let lacking: BTreeSet<Text> = of_peers
        .iter()
        .flatten()
        .filter(|field| !fields.contains(*field))
        .cloned()
        .collect();
    let lacking: Vec<Text> = lacking.into_iter().collect();
    let reason = format!(
        "Whoever approved was not shown {}, which approvers of every successful run of the same task were shown.",
        listed(&lacking)
    );
    let shown = findings.shows(index, "the approval in question".to_owned());
    findings.add_at(Rule::ApproverShownLess, index, reason, shown);
}

/// The first step that ran under another version of its prompt or tool than in every success.
fn other_version(findings: &mut Findings<'_>, peers: &[&Subject]) {
    type Versions<'a> = BTreeMap<(Field, &'a str), BTreeSet<&'a str>>;
    fn of_step(step: &Step) -> impl Iterator<Item = ((Field, &str), &str)> {
        let prompt = step.facts.text(Field::PromptVersion).map(|version| {
            let name = step.facts.text(Field::PromptName).unwrap_or_default();
            ((Field::PromptVersion, name), version)
        });
        let tool = step.tool().zip(step.facts.text(Field::ToolVersion));
        prompt
            .into_iter()
            .chain(tool.map(|(tool, version)| ((Field::ToolVersion, tool), version)))
    }
    let mut known: Versions<'_> = BTreeMap::new();
    for step in peers.iter().flat_map(|peer| &peer.steps) {
        for (of, version) in of_step(step) {
            known.entry(of).or_default().insert(version);
        }
    }
    let subject = findings.subject;
    let mut told: BTreeSet<Field> = BTreeSet::new();
    for (index, step) in subject.steps.iter().enumerate() {
        for ((field, name), version) in of_step(step) {
            let is_other = known
                .get(&(field, name))
                .is_some_and(|known| !known.contains(version));
            if !is_other || !told.insert(field) {
                continue;
            }
            let what = match field {
                Field::ToolVersion => format!("tool `{name}`"),
                _ => "prompt".to_owned(),
            };
            let reason =
                format!("The {what} has another version here than in every successful run of the same task.");
            let shown = findings.shows(index, format!("the first step under that version of the {what}"));
            findings.add_at(Rule::OtherVersion, index, reason, shown);
        }
    }
}

/// A model call before which the context was compacted, where no success needed that.
fn lost_context(findings: &mut Findings<'_>, peers: &[&Subject]) {
    let is_compacted = |step: &Step| step.facts.flag(Field::ContextCompacted) == Some(true);
    if peers.iter().flat_map(|peer| &peer.steps).any(is_compacted) {
        return;
    }
    let subject = findings.subject;
    if let Some(index) = subject.steps.iter().position(is_compacted) {
        let reason =
            "The context was compacted before this call, which happened in no successful run of the same \
                      task: what was said earlier may have been lost."
                .to_owned();
        let shown = findings.shows(index, "the call after the compaction".to_owned());
        findings.add_at(Rule::LostContext, index, reason, shown);
    }
}

/// Where the value of a wrong change came from: a read that no success made so, and whose answer holds the value.
fn value_origin(findings: &mut Findings<'_>, peers: &[&Subject], effects: &Effects) {
    let subject = findings.subject;
    let changes: Vec<usize> = findings
        .iter()
        .filter(|finding| finding.rule == Rule::ChangeNoSuccessMade)
        .filter_map(|finding| {
            let changing = subject.tools().find(|(_, tool, step)| {
                step.decided_by == finding.at && step.is_done() && effects.changes_state(tool)
            });
            changing.map(|(index, ..)| index)
        })
        .collect();
    let made: BTreeSet<(&str, &str)> = peers
        .iter()
        .flat_map(|peer| peer.tools())
        .filter_map(|(_, tool, step)| Some((tool, step.arguments_key()?)))
        .collect();
    let usual: BTreeSet<&str> = peers
        .iter()
        .flat_map(|peer| &peer.steps)
        .flat_map(|step| [&step.arguments, &step.result].into_iter().flatten())
        .flat_map(|shape| shape.leaves())
        .map(|leaf| leaf.token.as_str())
        .collect();
    for change in changes {
        let Some(arguments) = subject.step(change).and_then(|step| step.arguments.as_ref()) else {
            continue;
        };
        let strange: BTreeSet<&str> = arguments
            .leaves()
            .iter()
            .map(|leaf| leaf.token.as_str())
            .filter(|token| !usual.contains(token))
            .collect();
        let origin = subject
            .tools()
            .take_while(|(index, ..)| *index < change)
            .find(|(_, tool, step)| {
                let is_unusual = step
                    .arguments_key()
                    .is_some_and(|key| !made.contains(&(*tool, key)));
                let mut given = step.result.iter().flat_map(|shape| shape.leaves());
                is_unusual
                    && step.part == Part::Action
                    && given.any(|leaf| strange.contains(leaf.token.as_str()))
            });
        if let Some((index, _, step)) = origin {
            let reason = format!(
                "A value of the change in question first appears in the answer of {}, called here as in no successful \
                 run of the same task.",
                called(step)
            );
            let mut shown = findings.shows(index, "the answer the value came from".to_owned());
            shown.extend(findings.shows(change, "the change it was used for".to_owned()));
            findings.add(Rule::ValueOrigin, index, reason, shown);
        }
    }
}
