//! What people said of the first wrong decision of a run: scores of the name [`SCORE_NAME`] whose source is a person.
//!
//! Every word is kept: a rule never overwrites one, nor does one person's word another's. What a person said later
//! stands over what the same person said earlier; a word whose speaker is not named is a voice of its own. A step is
//! confirmed or disputed as most of the people say.

use std::collections::{BTreeMap, BTreeSet};

use trace::ports::LoggedScore;
use trace::{SpanId, Text, TraceId, UnixNanos};

use super::{CANDIDATES_MAX, Candidate, Explanation, Rule, verdict_of};
use crate::assemble::Tree;

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
    /// The person takes back all they said before.
    Withdraw,
}

impl Verdict {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Confirm, Self::Dispute, Self::Nothing, Self::Withdraw];

    /// The word used everywhere outside Rust, and as the label of the score.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Dispute => "dispute",
            Self::Nothing => "nothing",
            Self::Withdraw => "withdraw",
        }
    }

    /// The verdict of a word, exactly as [`Self::as_str`] writes it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.as_str() == word)
    }

    /// Whether it is about one step.
    #[must_use]
    pub const fn is_about_step(self) -> bool {
        matches!(self, Self::Confirm | Self::Dispute)
    }
}

/// One person's word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// What was said.
    pub verdict: Verdict,
    /// By whom, where that is known.
    pub reviewer: Option<Text>,
    /// Trace of the step; `None` for a word on the whole run, or where the run was named alone.
    pub trace_id: Option<TraceId>,
    /// The step.
    pub span_id: Option<SpanId>,
    /// When.
    pub time: UnixNanos,
}

/// How many people say that a step is the first wrong decision, and how many that it is not.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Votes {
    /// People who confirm it.
    pub confirming: u32,
    /// People who dispute it, name another step, or say that nothing was wrong.
    pub disputing: u32,
}

impl Votes {
    /// How the step stands with that.
    #[must_use]
    pub fn standing(self) -> Standing {
        match self.confirming.cmp(&self.disputing) {
            std::cmp::Ordering::Greater => Standing::Confirmed,
            std::cmp::Ordering::Less => Standing::Disputed,
            std::cmp::Ordering::Equal => Standing::Suggested,
        }
    }
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

/// Where one person stands, after all they said.
#[derive(Default, Debug)]
struct View {
    wrong: Option<SpanId>,
    disputed: BTreeSet<SpanId>,
    is_nothing: bool,
}

impl View {
    fn hear(&mut self, word: &Word) {
        match (word.verdict, word.span_id) {
            (Verdict::Confirm, Some(span_id)) => {
                self.disputed.remove(&span_id);
                self.wrong = Some(span_id);
                self.is_nothing = false;
            }
            (Verdict::Dispute, Some(span_id)) => {
                self.disputed.insert(span_id);
                self.wrong = self.wrong.filter(|wrong| *wrong != span_id);
            }
            (Verdict::Nothing, _) => {
                self.wrong = None;
                self.is_nothing = true;
            }
            (Verdict::Withdraw, _) => *self = Self::default(),
            (Verdict::Confirm | Verdict::Dispute, None) => {}
        }
    }

    fn is_heard(&self) -> bool {
        self.wrong.is_some() || self.is_nothing || !self.disputed.is_empty()
    }
}

/// What people said, oldest first. A label that is none of ours is no word, and neither is one that has to be about a
/// step and names none.
#[must_use]
pub fn of(scores: &[LoggedScore]) -> Vec<Word> {
    let scores = scores.iter().map(|logged| &logged.score);
    let said = scores.filter(|score| score.is_by_person() && score.name == SCORE_NAME);
    let mut words: Vec<Word> = said
        .filter_map(|score| {
            let verdict = Verdict::parse(score.label.as_deref()?)?;
            (score.span_id.is_some() || !verdict.is_about_step()).then(|| Word {
                verdict,
                reviewer: score.judge().map(Text::from),
                trace_id: score.trace_id,
                span_id: score.span_id,
                time: score.time,
            })
        })
        .collect();
    words.sort_by_key(|word| (word.time, word.span_id));
    words
}

/// Where the people stand who hold any view.
fn views(words: &[Word]) -> Vec<View> {
    let mut named: BTreeMap<&str, View> = BTreeMap::new();
    let mut views = Vec::new();
    for word in words {
        match &word.reviewer {
            Some(reviewer) => named.entry(reviewer).or_default().hear(word),
            None => {
                let mut view = View::default();
                view.hear(word);
                views.push(view);
            }
        }
    }
    views.extend(named.into_values());
    views.retain(View::is_heard);
    views
}

/// How many people hold any view.
#[must_use]
pub fn people(words: &[Word]) -> usize {
    views(words).len()
}

/// What people say of a step. Who names another one, or says that nothing was wrong, disputes it.
#[must_use]
pub fn votes(words: &[Word], span_id: SpanId) -> Votes {
    let mut votes = Votes::default();
    for view in views(words) {
        match view.wrong {
            Some(wrong) if wrong == span_id => votes.confirming += 1,
            None if !view.is_nothing && !view.disputed.contains(&span_id) => {}
            _ => votes.disputing += 1,
        }
    }
    votes
}

/// The step that more people confirm than dispute; there is one at most.
fn confirmed(words: &[Word]) -> Option<(SpanId, Votes)> {
    let named: BTreeSet<SpanId> = views(words).iter().filter_map(|view| view.wrong).collect();
    let votes = named.into_iter().map(|span_id| (span_id, votes(words, span_id)));
    votes
        .filter(|(_, votes)| votes.standing() == Standing::Confirmed)
        .max_by_key(|(_, votes)| votes.confirming)
}

/// Whether more people say that nothing was wrong than name a step.
fn is_nothing(words: &[Word]) -> bool {
    let views = views(words);
    let nothing = views.iter().filter(|view| view.is_nothing).count();
    nothing > views.iter().filter(|view| view.wrong.is_some()).count()
}

impl Explanation {
    /// Puts what people said above what rules found: the step they confirm comes first, whether a rule had found it or
    /// not, and what they dispute comes last. Nothing that was found is taken away but for want of room.
    #[must_use]
    pub fn heard(mut self, words: Vec<Word>, tree: &Tree) -> Self {
        if words.is_empty() {
            return self;
        }
        let confirmed = confirmed(&words);
        let is_confirmed =
            |candidate: &Candidate| confirmed.is_some_and(|(span, _)| candidate.span_id == span);
        if let Some((span_id, votes)) = confirmed
            && !self.candidates.iter().any(is_confirmed)
        {
            self.candidates.extend(named_by_people(span_id, votes, tree));
        }
        let place = |candidate: &Candidate| match votes(&words, candidate.span_id).standing() {
            _ if is_confirmed(candidate) => 0,
            Standing::Disputed => 2,
            _ => 1,
        };
        self.candidates.sort_by_key(place);
        self.candidates.truncate(CANDIDATES_MAX);
        self.verdict = match self.candidates.first() {
            _ if is_nothing(&words) => super::Verdict::Nothing,
            Some(best) if is_confirmed(best) => super::Verdict::Found,
            Some(best) if place(best) == 2 => super::Verdict::Unsure,
            best => verdict_of(best),
        };
        self.words = words;
        self
    }
}

/// A candidate that people named and no rule found. A span that is not of the run is none.
fn named_by_people(span_id: SpanId, votes: Votes, tree: &Tree) -> Option<Candidate> {
    let (id, node) = tree.iter().find(|(_, node)| node.span().span_id == span_id)?;
    let people = match votes.confirming {
        1 => "A person".to_owned(),
        count => format!("{count} people"),
    };
    Some(Candidate {
        trace_id: node.span().trace_id,
        span_id,
        step: id.position(),
        rule: Rule::Person,
        confidence: f64::from(votes.confirming) / f64::from((votes.confirming + votes.disputing).max(1)),
        reason: format!("{people} named this step as the first wrong decision; no rule had found it."),
        evidence: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use testkit::sample::{self, span_id};
    use trace::Sequence;
    use trace::score::{Score, source};

    use super::*;
    use crate::explain::{self, Settings, explain};
    use crate::subject::Subject;
    use crate::subject::story::Story;

    /// Words told as `who verdict step`, one after the other; `-` for nobody by name.
    fn said(told: &str) -> Vec<LoggedScore> {
        let told = told.split(", ").filter(|told| !told.is_empty());
        let score = |(place, told): (usize, &str)| {
            let mut parts = told.split(' ');
            let who = parts.next().filter(|who| *who != "-");
            let label = parts.next().map(Text::from);
            let step = parts.next().map(|step| span_id(step.parse().unwrap()));
            let score = sample::score(1, None, SCORE_NAME, 1.0).score;
            LoggedScore {
                workspace_id: sample::workspace(),
                project_id: sample::project(),
                sequence: Sequence(1),
                received_at: sample::EPOCH,
                score: Score {
                    label,
                    span_id: step,
                    source: Some(source(trace::score::PERSON, who)),
                    time: sample::at_millis(i64::try_from(place).unwrap()),
                    ..score
                },
            }
        };
        told.enumerate().map(score).collect()
    }

    fn check(told: &str, expected: Standing) {
        assert_eq!(votes(&of(&said(told)), span_id(2)).standing(), expected, "{told}");
    }

    #[test]
    fn people_confirm_and_dispute() {
        check("", Standing::Suggested);
        check("- confirm 2", Standing::Confirmed);
        check("- dispute 2", Standing::Disputed);
        check("- confirm 2, - dispute 2", Standing::Suggested);
        check(
            "anna confirm 2, ben confirm 2, eva dispute 2",
            Standing::Confirmed,
        );
    }

    #[test]
    fn who_names_another_step_or_none_disputes_this_one() {
        check("anna confirm 9", Standing::Disputed);
        check("anna nothing", Standing::Disputed);
        check("anna dispute 9", Standing::Suggested);
    }

    #[test]
    fn what_a_person_says_later_stands_over_what_they_said_before() {
        check("anna confirm 2, anna dispute 2", Standing::Disputed);
        check("anna dispute 2, anna confirm 2", Standing::Confirmed);
        check("anna confirm 2, anna nothing", Standing::Disputed);
        check("anna confirm 2, anna withdraw", Standing::Suggested);
        check(
            "anna confirm 2, anna confirm 2, ben dispute 2",
            Standing::Suggested,
        );
        assert_eq!(
            people(&of(&said("anna confirm 2, anna withdraw, ben nothing"))),
            1
        );
    }

    #[test]
    fn an_odd_label_a_word_on_no_step_and_a_program_say_nothing() {
        assert_eq!(of(&said("- maybe 2, - confirm, - dispute")), []);
        let mut by_program = said("- confirm 2");
        by_program[0].score.source = Some(Text::new("model"));
        assert_eq!(of(&by_program), []);
    }

    /// Step, rule and standing of each candidate, after the verdict.
    fn check_heard(told: &str, expected: &[&str]) {
        let story = Story::new(1, "failure")
            .calls("get_order", r#"{"order_id":"4412"}"#, "paid")
            .fails("refund_order", r#"{"order_id":"4412"}"#)
            .answers("done");
        let assembled = story.assembled(trace::CaptureLevel::Metadata);
        let subject = Subject::of(&assembled);
        let explanation = explain(&subject, &[], &Settings::default());
        assert_eq!(explanation.verdict, explain::Verdict::Found);
        let heard = explanation.heard(of(&said(told)), &assembled.tree);
        let shown = heard.candidates.iter().map(|candidate| {
            let standing = votes(&heard.words, candidate.span_id).standing().as_str();
            format!("{} {} {standing}", candidate.step, candidate.rule.as_str())
        });
        let shown: Vec<String> = std::iter::once(heard.verdict.as_str().to_owned())
            .chain(shown)
            .collect();
        assert_eq!(shown, expected, "{told}");
    }

    #[test]
    fn what_people_say_comes_before_what_rules_found() {
        let found = [
            "found",
            "3 misfire suggested",
            "1 score suggested",
            "5 score suggested",
        ];
        check_heard("", &found);
        check_heard(
            "anna confirm 4",
            &[
                "found",
                "3 misfire confirmed",
                "1 score disputed",
                "5 score disputed",
            ],
        );
        check_heard(
            "anna confirm 2",
            &[
                "found",
                "1 score confirmed",
                "3 misfire disputed",
                "5 score disputed",
            ],
        );
        check_heard(
            "anna confirm 3, ben confirm 3",
            &[
                "found",
                "2 person confirmed",
                "3 misfire disputed",
                "1 score disputed",
            ],
        );
        check_heard(
            "anna dispute 4",
            &[
                "unsure",
                "1 score suggested",
                "5 score suggested",
                "3 misfire disputed",
            ],
        );
        check_heard(
            "anna nothing",
            &[
                "nothing",
                "3 misfire disputed",
                "1 score disputed",
                "5 score disputed",
            ],
        );
        check_heard(
            "anna confirm 77",
            &[
                "unsure",
                "3 misfire disputed",
                "1 score disputed",
                "5 score disputed",
            ],
        );
    }
}
