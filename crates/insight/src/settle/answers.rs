//! What a row says beyond totals once its run has settled: signals, evidence score, first wrong decision.
//!
//! Peers are read where the run failed and states its task.

use std::collections::BTreeMap;

use trace::ports::{Error, LoggedScore, ReadPort};
use trace::run::FirstWrong;
use trace::{Outcome, Text, WorkspaceId};

use crate::assemble::{Assembled, Settings};
use crate::explain::words::{self, Standing};
use crate::explain::{self, Explanation, Rule, Verdict};
use crate::signals;
use crate::subject::Subject;
use crate::subject::effect::Effects;
use crate::why;

/// Fills in the answers of an assembled run that has settled.
pub(super) async fn fill(
    read: &dyn ReadPort,
    workspace_id: &WorkspaceId,
    assembled: &mut Assembled,
    scores: &[LoggedScore],
    settings: &Settings,
) -> Result<(), Error> {
    let subject = Subject::of(assembled);
    let effects = Effects::learn([&subject], &BTreeMap::new());
    let found = signals::of(assembled, &subject, &effects, scores);
    let evidence = why::evidence(assembled, &subject);
    let is_explained = !matches!(
        subject.run.outcome,
        Outcome::Success | Outcome::Unknown | Outcome::Running | Outcome::Waiting
    );
    let explanation = match is_explained {
        true => {
            let peers = explain::live::peers(read, workspace_id, &subject.run, settings).await?;
            explain::explain(&subject, &peers, &explain::Settings::default())
        }
        false => Explanation::default(),
    };
    let explanation = explanation.heard(words::of(scores), &assembled.tree);
    let run = &mut assembled.derived.run;
    run.signals = signals::names(&found);
    run.evidence_score = Some(evidence.score);
    run.first_wrong = first_wrong(&explanation);
    Ok(())
}

/// The best candidate, where people confirmed it, or a rule found it and people do not dispute it.
fn first_wrong(explanation: &Explanation) -> Option<FirstWrong> {
    let best = explanation.candidates.first()?;
    let is_found = explanation.verdict == Verdict::Found && best.rule != Rule::Score;
    let rule = match words::votes(&explanation.words, best.span_id).standing() {
        Standing::Confirmed => Rule::Person,
        Standing::Suggested if is_found => best.rule,
        Standing::Suggested | Standing::Disputed => return None,
    };
    Some(FirstWrong {
        span_id: best.span_id,
        rule: Text::const_new(rule.as_str()),
        confidence: best.confidence,
    })
}
