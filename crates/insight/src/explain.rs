//! The first wrong decision of a run: up to three candidates, each with the rule that found it, what it rests on and
//! how sure it is; or nothing, which is an answer too.
//!
//! With runs that reached the same goal, what this run *changed* is compared with what they changed (`peers`).
//! Without, rules look inside the run (`repairs`, `loops`, `denied`, `retrieved`). Where no rule speaks, a linear score over named features orders
//! the decisions ([`score`]); its weights are in a file that says how they were fitted.
//!
//! It is a pure function: same runs, same answer. It never claims a cause, names no value of any argument, and does
//! not explain a run that reached its goal. What it found stays a suggestion until a person confirms it.

mod denied;
mod failures;
mod findings;
pub mod live;
pub(crate) mod loops;
mod peers;
mod repairs;
mod request;
mod retrieved;
pub mod score;
#[cfg(test)]
mod tests;
mod unlike;
pub mod words;

use std::collections::BTreeMap;

use trace::run::Run;
use trace::{Field, Outcome, RunId, SpanId, Text, TraceId};

use crate::subject::Subject;
use crate::subject::effect::{Effect, Effects};
use findings::{Finding, Findings};

/// Most candidates of an explanation.
pub const CANDIDATES_MAX: usize = 3;
/// Most successful runs a run is compared with.
pub const PEERS_MAX: usize = 8;

/// Most confidence of what rests on runs that are of the same goal, as far as words tell, and state no task: no labelled
/// runs say how often that is right, and two people may ask for different things in the same words.
pub const SAME_GOAL_CONFIDENCE_MAX: f64 = 0.6;

/// From this confidence on, a candidate is called high.
pub const HIGH_CONFIDENCE: f64 = 0.75;
/// From this confidence on, a candidate is called medium; below, low.
pub const MEDIUM_CONFIDENCE: f64 = 0.4;

/// A rule that finds candidates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Rule {
    /// The run changed something that no successful run of the task changed so.
    ChangeNoSuccessMade,
    /// Every successful run changed something that this run tried to change and could not.
    ChangeNotAchieved,
    /// Every successful run changed something that this run never tried to change.
    ChangeMissing,
    /// The run searched, and was given other documents than every successful run.
    OtherContext,
    /// The run was given another version of a document than every successful run.
    StaleContext,
    /// The run changed something without asking, and every successful run had asked before.
    ApprovalSkipped,
    /// Whoever approved was shown less than in every successful run.
    ApproverShownLess,
    /// A prompt or tool had another version than in every successful run.
    OtherVersion,
    /// The context was compacted, and in no successful run.
    LostContext,
    /// The value of a wrong change came from a read that no successful run made so.
    ValueOrigin,
    /// A call failed, and others in the same way after it.
    FailureCascade,
    /// A budget ran out.
    BudgetExhausted,
    /// A call failed on a thing that this run itself had changed before.
    Lock,
    /// A call that was to change something failed, and nothing repaired it.
    Misfire,
    /// The same call again and again, with the same result.
    LoopEntry,
    /// An action that a policy or a person refused.
    DeniedAction,
    /// A search found nothing, or an older version of what the run had seen elsewhere.
    PoorContext,
    /// What was asked for led to the change in question.
    Request,
    /// No rule speaks; the decision has the highest score.
    Score,
    /// People named the step, and no rule had found it.
    Person,
}

impl Rule {
    /// All rules.
    pub const ALL: &'static [Self] = &[
        Self::ChangeNoSuccessMade,
        Self::ChangeNotAchieved,
        Self::ChangeMissing,
        Self::OtherContext,
        Self::StaleContext,
        Self::ApprovalSkipped,
        Self::ApproverShownLess,
        Self::OtherVersion,
        Self::LostContext,
        Self::ValueOrigin,
        Self::FailureCascade,
        Self::BudgetExhausted,
        Self::Lock,
        Self::Misfire,
        Self::LoopEntry,
        Self::DeniedAction,
        Self::PoorContext,
        Self::Request,
        Self::Score,
        Self::Person,
    ];

    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangeNoSuccessMade => "change_no_success_made",
            Self::ChangeNotAchieved => "change_not_achieved",
            Self::ChangeMissing => "change_missing",
            Self::OtherContext => "other_context",
            Self::StaleContext => "stale_context",
            Self::ApprovalSkipped => "approval_skipped",
            Self::ApproverShownLess => "approver_shown_less",
            Self::OtherVersion => "other_version",
            Self::LostContext => "lost_context",
            Self::ValueOrigin => "value_origin",
            Self::FailureCascade => "failure_cascade",
            Self::BudgetExhausted => "budget_exhausted",
            Self::Lock => "lock",
            Self::Misfire => "misfire",
            Self::LoopEntry => "loop_entry",
            Self::DeniedAction => "denied_action",
            Self::PoorContext => "poor_context",
            Self::Request => "request",
            Self::Score => "score",
            Self::Person => "person",
        }
    }

    /// How often its first candidate is right, as far as labelled runs tell; see the page on the method.
    const fn confidence(self) -> f64 {
        match self {
            // A person's word has the share of the people who agree in place of this.
            Self::Person => 1.0,
            // What came before a wrong change and explains it stands above it.
            Self::StaleContext | Self::LostContext => 0.86,
            Self::ChangeNoSuccessMade => 0.85,
            Self::ApprovalSkipped | Self::ApproverShownLess => 0.7,
            Self::OtherVersion => 0.65,
            Self::DeniedAction | Self::Lock => 0.6,
            Self::ValueOrigin => 0.52,
            Self::Misfire | Self::ChangeNotAchieved | Self::BudgetExhausted => 0.5,
            Self::OtherContext | Self::PoorContext | Self::FailureCascade => 0.45,
            Self::LoopEntry => 0.4,
            Self::ChangeMissing => 0.35,
            Self::Request | Self::Score => 0.25,
        }
    }
}

/// How sure a candidate is, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Level {
    /// A hint where to begin reading.
    Low,
    /// Right about as often as not.
    Medium,
    /// Right three times of four or more, on labelled runs.
    High,
}

impl Level {
    /// The level of a confidence.
    #[must_use]
    pub fn of(confidence: f64) -> Self {
        match confidence {
            sure if sure >= HIGH_CONFIDENCE => Self::High,
            likely if likely >= MEDIUM_CONFIDENCE => Self::Medium,
            _ => Self::Low,
        }
    }

    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Something a candidate rests on: a span, and what it shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    /// The run of the span: this one, or one it was compared with.
    pub run_id: RunId,
    /// Trace of the span.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// Its place among the spans of its run, from 0.
    pub step: u32,
    /// What it shows, in plain words and without any value.
    pub shows: String,
    /// Paths of the arguments in question.
    pub arguments: Vec<Text>,
}

/// A candidate for the first wrong decision.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Trace of the span.
    pub trace_id: TraceId,
    /// The span that decided.
    pub span_id: SpanId,
    /// Its place among the spans of the run, from 0 for the root.
    pub step: u32,
    /// The rule that found it.
    pub rule: Rule,
    /// How sure, 0 to 1: how often candidates of this kind were right on labelled runs; of a step that only people
    /// named, the share of them who say so.
    pub confidence: f64,
    /// Why, in plain words.
    pub reason: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// What an explanation comes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub enum Verdict {
    /// A rule found a candidate.
    Found,
    /// There are candidates, none better than a hint.
    Unsure,
    /// The run reached its goal, nothing speaks for any step, or people say that nothing was wrong.
    #[default]
    Nothing,
}

impl Verdict {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Unsure => "unsure",
            Self::Nothing => "nothing",
        }
    }
}

/// Why a run did not reach its goal, as far as that can be told.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Explanation {
    /// What it comes to.
    pub verdict: Verdict,
    /// The best candidate first, then others in the order of the run.
    pub candidates: Vec<Candidate>,
    /// Successful runs of the same task that it was compared with.
    pub compared_with: Vec<RunId>,
    /// What would have helped and was not there, in plain words.
    pub missing: Vec<String>,
    /// What people said, where scores were at hand; runs alone say nothing of it.
    pub words: Vec<words::Word>,
}

/// What an explanation depends on besides the runs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Settings {
    /// Effects of tools that people stated.
    pub effects: BTreeMap<Text, Effect>,
    /// Weights of the score.
    pub models: score::Models,
}

/// Explains a run by itself and by runs of the same task that reached the goal. Of the peers at most [`PEERS_MAX`]
/// are looked at, in the order given; the run itself is no peer.
#[must_use]
pub fn explain(subject: &Subject, peers: &[Subject], settings: &Settings) -> Explanation {
    let peers: Vec<&Subject> = peers
        .iter()
        .filter(|peer| peer.run.run_id != subject.run.run_id && peer.run.outcome == Outcome::Success)
        .take(PEERS_MAX)
        .collect();
    let mut explanation = Explanation {
        compared_with: peers.iter().map(|peer| peer.run.run_id.clone()).collect(),
        ..Explanation::default()
    };
    if matches!(
        subject.run.outcome,
        Outcome::Success | Outcome::Running | Outcome::Waiting
    ) {
        return explanation;
    }
    let all = || peers.iter().copied().chain(std::iter::once(subject));
    let effects = Effects::learn(all().collect::<Vec<_>>(), &settings.effects);
    let mut findings = Findings::of(subject);
    peers::find(&mut findings, &peers, &effects);
    retrieved::unlike_peers(&mut findings, &peers);
    unlike::find(&mut findings, &peers, &effects);
    if !peers.iter().all(|peer| is_same_task(&subject.run, &peer.run)) {
        findings.at_most(SAME_GOAL_CONFIDENCE_MAX);
    }
    repairs::find(&mut findings, &effects);
    denied::find(&mut findings);
    loops::find(&mut findings, &effects);
    retrieved::find_empty(&mut findings);
    failures::find(&mut findings);
    if subject.run.outcome != Outcome::Unknown {
        score::find(&mut findings, &effects, &settings.models);
    }
    request::find(&mut findings, &effects);
    explanation.missing = missing(subject, &peers);
    explanation.candidates = rank(subject, findings.into_found());
    explanation.verdict = verdict_of(explanation.candidates.first());
    explanation
}

/// Whether two runs say that they are of one task.
fn is_same_task(one: &Run, other: &Run) -> bool {
    let task = one.facts.text(Field::TaskId);
    task.is_some() && task == other.facts.text(Field::TaskId)
}

fn verdict_of(best: Option<&Candidate>) -> Verdict {
    match best {
        None => Verdict::Nothing,
        Some(best) if best.confidence >= MEDIUM_CONFIDENCE => Verdict::Found,
        Some(_) => Verdict::Unsure,
    }
}

/// The surest finding first, one for each decision; the others in the order of the run, as a cause stands before
/// what follows from it.
fn rank(subject: &Subject, mut found: Vec<Finding>) -> Vec<Candidate> {
    found.sort_by(|one, other| {
        other
            .confidence
            .total_cmp(&one.confidence)
            .then(one.at.cmp(&other.at))
    });
    let mut kept: Vec<Finding> = Vec::new();
    for finding in found {
        if let Some(known) = kept.iter_mut().find(|known| known.at == finding.at) {
            known.add_evidence(finding.evidence);
        } else if kept.len() < CANDIDATES_MAX {
            kept.push(finding);
        }
    }
    if let Some((_, others)) = kept.split_first_mut() {
        others.sort_by_key(|finding| finding.at);
    }
    kept.into_iter()
        .filter_map(|finding| {
            let step = subject.step(finding.at)?;
            Some(Candidate {
                trace_id: step.trace_id,
                span_id: step.span_id,
                step: step.number,
                rule: finding.rule,
                confidence: finding.confidence,
                reason: finding.reason,
                evidence: finding.evidence,
            })
        })
        .collect()
}

fn missing(subject: &Subject, peers: &[&Subject]) -> Vec<String> {
    let mut missing = Vec::new();
    if peers.is_empty() {
        missing.push(
            "No successful run of the same task or goal is known: with one, what this run changed would be compared \
             with what it changed. Send `everyframe.run.task.id` and an outcome."
                .to_owned(),
        );
    }
    if peers.iter().any(|peer| !is_same_task(&subject.run, &peer.run)) {
        missing.push(
            "The runs it was compared with state no task: they were found by their goal, which is the same but for case \
             and spacing, so nothing that rests on them is called high. Send `everyframe.run.task.id`."
                .to_owned(),
        );
    }
    let mut tools = subject.tools().peekable();
    if tools.peek().is_some() && tools.all(|(.., step)| step.arguments_key().is_none()) {
        missing.push(
            "No tool call has arguments, so calls of one tool look alike. Record `gen_ai.tool.call.arguments`."
                .to_owned(),
        );
    }
    missing
}
