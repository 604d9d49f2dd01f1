//! What a row says beyond totals once its run has settled: signals, evidence score, first wrong decision.
//!
//! Bodies are not read here: rules need shapes and tokens only, and what only text could tell is a hint, which a row
//! does not hold. Peers are read where the run failed and states its task.

use std::collections::BTreeMap;

use trace::ports::{Error, LoggedScore, ReadPort};
use trace::run::FirstWrong;
use trace::{Outcome, Text, WorkspaceId};

use crate::assemble::{Assembled, Settings};
use crate::explain::{self, Verdict};
use crate::signals;
use crate::subject::effect::Effects;
use crate::subject::{Bodies, Subject};
use crate::why;

/// Fills in the answers of an assembled run that has settled.
pub(super) async fn fill(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    assembled: &mut Assembled,
    scores: &[LoggedScore],
    settings: &Settings,
) -> Result<(), Error> {
    let subject = Subject::of(assembled, &Bodies::new());
    let effects = Effects::learn([&subject], &BTreeMap::new());
    let found = signals::of(assembled, &subject, &effects, scores);
    let evidence = why::evidence(assembled, &subject);
    let is_explained = !matches!(
        subject.run.outcome,
        Outcome::Success | Outcome::Unknown | Outcome::Running | Outcome::Waiting
    );
    let first_wrong = match is_explained {
        true => {
            let peers = explain::live::peers(read, workspace_id, &subject.run, settings).await?;
            first_wrong(&subject, &peers)
        }
        false => None,
    };
    let run = &mut assembled.derived.run;
    run.signals = signals::names(&found);
    run.evidence_score = Some(evidence.score);
    run.first_wrong = first_wrong;
    Ok(())
}

/// The best candidate, where a rule found it.
fn first_wrong(subject: &Subject, peers: &[Subject]) -> Option<FirstWrong> {
    let explanation = explain::explain(subject, peers, &explain::Settings::default());
    let best = explanation.candidates.first()?;
    (explanation.verdict == Verdict::Found && best.rule != explain::Rule::Score).then(|| FirstWrong {
        span_id: best.span_id,
        rule: Text::const_new(best.rule.as_str()),
        confidence: best.confidence,
    })
}
