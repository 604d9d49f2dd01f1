//! Scores, as JSON: what is posted, what became of it, and those of a run.

use insight::explain::words;
use serde::{Deserialize, Serialize};
use trace::ports::LoggedScore;
use trace::{Role, RunId, score};
use utoipa::ToSchema;

use super::rfc3339;
use crate::reading::Bodies;

/// Scores to be taken, all of them or none.
#[derive(Clone, PartialEq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostedScores {
    /// At most 1000.
    pub scores: Vec<PostedScore>,
}

/// A judgement of a run or of one of its spans: feedback, a correction, a business outcome, an evaluator's result, a
/// person's word on the first wrong decision.
#[derive(Clone, PartialEq, Default, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostedScore {
    /// The run that is judged. It need not have arrived yet. Needed unless a trace is named.
    pub run_id: Option<String>,
    /// Trace of what is judged, as 32 hex digits.
    pub trace_id: Option<String>,
    /// The span that is judged, as 16 hex digits; without it the whole run is.
    pub span_id: Option<String>,
    /// What is judged, such as `user_feedback`. A person's word on the first wrong decision is named
    /// `first_wrong_decision`.
    #[schema(required)]
    pub name: String,
    /// The number, in the unit of its name.
    pub value: Option<f64>,
    /// The word, such as `pass`. Of a person's word: `confirm` or `dispute` (about a span), `nothing` (no decision was
    /// wrong) or `withdraw` (all I said before).
    pub label: Option<String>,
    /// What kind of judge: `human`, `model` or `code`.
    pub source: Option<String>,
    /// Which person, model or program. Kept where it has the form of an id, else as a token. A person who is not named
    /// is known by the key the request came with.
    pub reviewer: Option<String>,
    /// What the judge wrote about it. It is content: redacted, and not kept at capture level `metadata`.
    pub note: Option<String>,
    /// When it was judged, RFC 3339; now, if it is left out.
    pub time: Option<String>,
    /// A key of the sender's: the same key is the same score, however often it is sent. Without it, equal scores with
    /// equal times are.
    pub id: Option<String>,
}

/// What became of posted scores. They are on disk and readable.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct TakenScores {
    /// In the order they were posted; empty where the policy keeps nothing at all.
    pub scores: Vec<TakenScore>,
}

/// What became of one posted score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct TakenScore {
    /// Its id, for good: the same score sent again has the same.
    pub score_id: String,
    /// Whether the run it names is here already; `null` where it names none.
    #[schema(required)]
    pub run_known: Option<bool>,
    /// Whether the span it names is here already; `null` where it names none, or was not looked for.
    #[schema(required)]
    pub span_known: Option<bool>,
    /// Whether the policy kept its note, perhaps redacted; `null` where there is none.
    #[schema(required)]
    pub note_kept: Option<bool>,
}

/// The scores of a run.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct RunScores {
    /// The run.
    pub run_id: String,
    /// People who hold a view on its first wrong decision, after all they said.
    pub people: usize,
    /// Its scores, oldest first.
    pub scores: Vec<RunScore>,
}

/// One score of a run.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct RunScore {
    /// Its id.
    pub score_id: String,
    /// What is judged.
    pub name: String,
    /// The number.
    #[schema(required)]
    pub value: Option<f64>,
    /// The word.
    #[schema(required)]
    pub label: Option<String>,
    /// What kind of judge: human, model, code.
    #[schema(required)]
    pub source: Option<String>,
    /// Which one, where that is known.
    #[schema(required)]
    pub reviewer: Option<String>,
    /// Trace of the span that is judged.
    #[schema(required)]
    pub trace_id: Option<String>,
    /// The span that is judged; `null` for the whole run.
    #[schema(required)]
    pub span_id: Option<String>,
    /// When it was judged.
    pub time: String,
    /// When it was received.
    pub received: String,
    /// What the judge wrote about it; `null` where nothing, or where the policy kept it back.
    #[schema(required)]
    pub note: Option<String>,
    /// Whether there was a note that the policy kept back.
    pub note_withheld: bool,
}

impl RunScores {
    pub(crate) fn new(run_id: &RunId, scores: &[LoggedScore], bodies: &Bodies) -> Self {
        let mut ordered: Vec<&LoggedScore> = scores.iter().collect();
        ordered.sort_by_key(|logged| (logged.score.time, logged.sequence, logged.score.score_id));
        Self {
            run_id: run_id.to_string(),
            people: words::people(&words::of(scores)),
            scores: ordered
                .into_iter()
                .map(|logged| RunScore::new(logged, bodies))
                .collect(),
        }
    }
}

impl RunScore {
    fn new(logged: &LoggedScore, bodies: &Bodies) -> Self {
        let score = &logged.score;
        let text = |text: &trace::Text| text.to_string();
        let judge = score.source.as_deref().map(score::source_parts);
        let notes = || score.content.iter().filter(|note| note.role == Role::Explanation);
        let note = notes().find_map(|note| bodies.get(&note.content_id?));
        Self {
            score_id: score.score_id.to_string(),
            name: text(&score.name),
            value: score.value,
            label: score.label.as_ref().map(text),
            source: judge.map(|(kind, _)| kind.to_owned()),
            reviewer: judge.and_then(|(_, judge)| judge).map(str::to_owned),
            trace_id: score.trace_id.map(|trace_id| trace_id.to_string()),
            span_id: score.span_id.map(|span_id| span_id.to_string()),
            time: rfc3339(score.time),
            received: rfc3339(logged.received_at),
            note: note.map(|note| note.text.expose().clone()),
            note_withheld: notes().any(|note| note.content_id.is_none()),
        }
    }
}
