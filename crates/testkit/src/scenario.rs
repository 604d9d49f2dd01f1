//! Healthy runs, and the same runs with one fault planted: what explanations and signals are held against.
//!
//! A seed decides everything. A scenario is one task: three runs of it that succeeded, each reading in its own order,
//! and one more run, healthy or with a fault at a step that is known. Names are drawn from small lists of plain words;
//! nothing is taken from any data set.

mod draft;
mod plant;

use trace::SpanId;

use crate::sample::{self, SpanBuilder};
use crate::seeded::Seeded;
use draft::{Draft, Plan};

/// Runs of the same task that succeeded, in each scenario.
const PEERS: u64 = 3;

/// What is planted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// An older version of a document is retrieved, and a value is wrong after it.
    StaleDocument,
    /// Another tool is called than the task needs.
    WrongTool,
    /// A look-up by a field that fits several things returns another thing, which is then changed.
    AmbiguousField,
    /// A change has a wrong value.
    WrongArgument,
    /// A change is made without the approval it needs.
    SkippedApproval,
    /// The approver is shown too few fields.
    ApproverShownTooLittle,
    /// A policy denies an action, and it is tried again.
    DeniedActionRetried,
    /// The same call again and again.
    Loop,
    /// A budget runs out.
    Budget,
    /// The context is compacted, and a value is wrong after it.
    LostContext,
    /// The prompt has another version, and a value is wrong after it.
    PromptVersionChange,
    /// A tool has another version, and refuses its arguments.
    ToolVersionChange,
    /// A call times out, and others after it.
    TimeoutCascade,
}

impl Fault {
    /// All faults.
    pub const ALL: &'static [Self] = &[
        Self::StaleDocument,
        Self::WrongTool,
        Self::AmbiguousField,
        Self::WrongArgument,
        Self::SkippedApproval,
        Self::ApproverShownTooLittle,
        Self::DeniedActionRetried,
        Self::Loop,
        Self::Budget,
        Self::LostContext,
        Self::PromptVersionChange,
        Self::ToolVersionChange,
        Self::TimeoutCascade,
    ];

    /// Names of the signals that a run with this fault has, and no run without.
    #[must_use]
    pub const fn signals(self) -> &'static [&'static str] {
        match self {
            Self::DeniedActionRetried => &["unsafe_attempt"],
            Self::Loop => &["loop"],
            Self::Budget => &["budget_exhausted"],
            Self::LostContext => &["context_compacted"],
            Self::ToolVersionChange => &["schema_violation", "tool_error"],
            Self::TimeoutCascade => &["timeout", "tool_error"],
            _ => &[],
        }
    }
}

/// One task, tried several times.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The run in question.
    pub run: Vec<SpanBuilder>,
    /// Runs that succeeded.
    pub peers: Vec<Vec<SpanBuilder>>,
    /// The span at which the fault was planted; `None` for a healthy run.
    pub planted: Option<SpanId>,
}

/// The scenario of a seed. A healthy run of no fault does not say how it ended, so that only its course can blame it.
#[must_use]
pub fn scenario(seed: u64, fault: Option<Fault>) -> Scenario {
    let mut random = Seeded::new(seed);
    let plan = Plan::draw(&mut random);
    let peers = (0..PEERS)
        .map(|number| draft::spans(number + 2, "success", &plan.drafts(&mut random)))
        .collect();
    let mut drafts = plan.drafts(&mut random);
    let outcome = match fault {
        Some(fault) => {
            plant::plant(fault, &plan, &mut drafts, &mut random);
            "failure"
        }
        None => "unknown",
    };
    let planted = drafts.iter().position(Draft::is_planted);
    Scenario {
        run: draft::spans(1, outcome, &drafts),
        peers,
        planted: planted.and_then(|place| Some(sample::span_id(u64::try_from(place).ok()? + 2))),
    }
}
