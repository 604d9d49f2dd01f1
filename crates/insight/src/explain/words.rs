//! What people said of the first wrong decision of a run: scores of the name [`SCORE_NAME`] whose source is a person.
//!
//! A rule never overwrites them, and one person's word does not overwrite another's: all are kept, and a candidate is
//! confirmed or disputed by the most of them.

use trace::ports::LoggedScore;
use trace::{SpanId, TraceId, UnixNanos};

/// Name of the scores that hold a person's word.
pub const SCORE_NAME: &str = "first_wrong_decision";

/// What a person said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// This step is the first wrong decision, as suggested or as the person saw by themselves.
    Confirm,
    /// This step is not.
    Dispute,
    /// There is none: no decision was wrong.
    Nothing,
}

impl Verdict {
    /// The word used everywhere outside Rust, and as the label of the score.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Dispute => "dispute",
            Self::Nothing => "nothing",
        }
    }
}

/// One person's word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// What was said.
    pub verdict: Verdict,
    /// Trace of the step; `None` for a word on the whole run.
    pub trace_id: Option<TraceId>,
    /// The step.
    pub span_id: Option<SpanId>,
    /// When.
    pub time: UnixNanos,
}

/// How people see a step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Nobody said anything, or as many for as against.
    Suggested,
    /// More people confirmed it than disputed it.
    Confirmed,
    /// More people disputed it than confirmed it.
    Disputed,
}

impl Standing {
    /// The word used everywhere outside Rust.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Confirmed => "confirmed",
            Self::Disputed => "disputed",
        }
    }
}

/// What people said, oldest first. A label that is none of ours is no word.
#[must_use]
pub fn of(scores: &[LoggedScore]) -> Vec<Word> {
    let scores = scores.iter().map(|logged| &logged.score);
    let said = scores.filter(|score| score.is_by_person() && score.name == SCORE_NAME);
    let mut words: Vec<Word> = said
        .filter_map(|score| {
            let verdict = match score.label.as_deref()? {
                "confirm" => Verdict::Confirm,
                "dispute" => Verdict::Dispute,
                "nothing" => Verdict::Nothing,
                _ => return None,
            };
            Some(Word {
                verdict,
                trace_id: score.trace_id,
                span_id: score.span_id,
                time: score.time,
            })
        })
        .collect();
    words.sort_by_key(|word| (word.time, word.span_id));
    words
}

/// How people see a step. That nothing was wrong disputes every step.
#[must_use]
pub fn standing(words: &[Word], span_id: SpanId) -> Standing {
    let count = |is_so: &dyn Fn(&Word) -> bool| words.iter().filter(|word| is_so(word)).count();
    let on_it = |word: &Word| word.span_id == Some(span_id);
    let confirming = count(&|word| on_it(word) && word.verdict == Verdict::Confirm);
    let disputing =
        count(&|word| (on_it(word) && word.verdict == Verdict::Dispute) || word.verdict == Verdict::Nothing);
    match confirming.cmp(&disputing) {
        std::cmp::Ordering::Greater => Standing::Confirmed,
        std::cmp::Ordering::Less => Standing::Disputed,
        std::cmp::Ordering::Equal => Standing::Suggested,
    }
}

#[cfg(test)]
mod tests {
    use testkit::sample::{self, span_id};
    use trace::score::Score;
    use trace::{Sequence, Text};

    use super::*;

    fn said(span: u64, label: &str, source: &str) -> LoggedScore {
        let score = sample::score(1, Some(span), SCORE_NAME, 1.0).score;
        LoggedScore {
            workspace_id: sample::workspace(),
            project_id: sample::project(),
            sequence: Sequence(1),
            received_at: sample::EPOCH,
            score: Score {
                label: Some(Text::from(label)),
                source: Some(Text::from(source)),
                value: None,
                ..score
            },
        }
    }

    fn check(scores: &[LoggedScore], expected: Standing) {
        assert_eq!(standing(&of(scores), span_id(2)), expected);
    }

    #[test]
    fn people_confirm_and_dispute() {
        check(&[], Standing::Suggested);
        check(&[said(2, "confirm", "human")], Standing::Confirmed);
        check(&[said(2, "dispute", "human")], Standing::Disputed);
        check(
            &[said(2, "confirm", "human"), said(2, "dispute", "human")],
            Standing::Suggested,
        );
        check(&[said(9, "nothing", "human")], Standing::Disputed);
    }

    #[test]
    fn a_program_and_an_odd_label_say_nothing() {
        check(
            &[said(2, "confirm", "model"), said(2, "maybe", "human")],
            Standing::Suggested,
        );
        assert_eq!(of(&[said(2, "maybe", "human")]), []);
    }
}
