//! A posted score, read: every field checked, its id made, ready for the gate.
//!
//! What is wrong is named by its place and the rule it breaks, never by its value.

use catalog::ledger::KEY_LOCAL;
use insight::explain::words::{self, Verdict};
use trace::content::{Body, Sensitive};
use trace::score::{DecodedScore, PERSON, Score, source};
use trace::{Media, Role, ScoreId, SpanId, Text, TraceId, UnixNanos};

use crate::error::Error;
use crate::wire::scores::{PostedScore, PostedScores};

/// Most scores of one request.
pub(crate) const SCORES_MAX: usize = 1_000;
/// Most bytes of a name, label, id or reviewer.
const WORD_SIZE_BYTES_MAX: usize = 256;
/// Most bytes of a note.
const NOTE_SIZE_BYTES_MAX: usize = 64 * 1024;
/// Kinds of judges.
const SOURCES: &[&str] = &[PERSON, "model", "code"];

/// Reads the scores of a request that came at this time.
pub(crate) fn read(body: &[u8], received_at: UnixNanos) -> Result<Vec<DecodedScore>, Error> {
    let posted: PostedScores = serde_json::from_slice(body).map_err(|error| Error::InvalidBody {
        place: format!("line {}, column {}", error.line(), error.column()),
        detail: "is not as it should be".to_owned(),
        hint:
            "send `{\"scores\":[{\"run_id\":…,\"name\":…,\"value\":…}]}`; the OpenAPI document has all fields"
                .to_owned(),
    })?;
    if posted.scores.is_empty() || posted.scores.len() > SCORES_MAX {
        return Err(Error::InvalidBody {
            place: "scores".to_owned(),
            detail: format!("has 1 to {SCORES_MAX} entries"),
            hint: "send more in several requests".to_owned(),
        });
    }
    let scores = posted.scores.into_iter().enumerate();
    scores
        .map(|(index, score)| {
            let place = Place { index };
            decoded(&place, score, received_at)
        })
        .collect()
}

/// Where in the request a score stands.
struct Place {
    index: usize,
}

impl Place {
    fn wrong(&self, field: &str, detail: &str, hint: &str) -> Error {
        Error::InvalidBody {
            place: format!("scores[{}].{field}", self.index),
            detail: detail.to_owned(),
            hint: hint.to_owned(),
        }
    }

    /// A short text; an empty one is none.
    fn word(&self, field: &str, text: Option<String>) -> Result<Option<Text>, Error> {
        let text = text.filter(|text| !text.is_empty());
        if text.as_ref().is_some_and(|text| text.len() > WORD_SIZE_BYTES_MAX) {
            let detail = format!("has at most {WORD_SIZE_BYTES_MAX} bytes");
            return Err(self.wrong(field, &detail, "longer texts go into `note`"));
        }
        Ok(text.map(Text::from))
    }

    fn one_of(&self, field: &str, text: Option<&str>, known: &[&str]) -> Result<(), Error> {
        if text.is_none_or(|text| known.contains(&text)) {
            return Ok(());
        }
        let detail = format!("is one of: {}", known.join(", "));
        Err(self.wrong(field, &detail, "write it in lower case"))
    }
}

fn decoded(place: &Place, posted: PostedScore, received_at: UnixNanos) -> Result<DecodedScore, Error> {
    let run_id = place.word("run_id", posted.run_id)?;
    let name = place.word("name", Some(posted.name))?;
    let name = name.ok_or_else(|| place.wrong("name", "is missing", "say what is judged"))?;
    let label = place.word("label", posted.label)?;
    let kind = place.word("source", posted.source)?;
    place.one_of("source", kind.as_deref(), SOURCES)?;
    let reviewer = place.word("reviewer", posted.reviewer)?;
    let key = place.word("id", posted.id)?;
    let trace_id = posted.trace_id.as_deref().map(TraceId::parse_hex).transpose();
    let trace_id = trace_id.map_err(|_| place.wrong("trace_id", "is 32 hex digits", "or name a run"))?;
    let span_id = posted.span_id.as_deref().map(SpanId::parse_hex).transpose();
    let span_id =
        span_id.map_err(|_| place.wrong("span_id", "is 16 hex digits", "leave it out for the run"))?;
    if run_id.is_none() && trace_id.is_none() {
        return Err(place.wrong(
            "run_id",
            "is missing",
            "name the run that is judged, or a trace of it",
        ));
    }
    if label.is_none() && posted.value.is_none() && posted.note.is_none() {
        return Err(place.wrong("value", "is missing", "give a value, a label or a note"));
    }
    if posted
        .note
        .as_ref()
        .is_some_and(|note| note.len() > NOTE_SIZE_BYTES_MAX)
    {
        let detail = format!("has at most {NOTE_SIZE_BYTES_MAX} bytes");
        return Err(place.wrong("note", &detail, "shorten it, or link to it"));
    }
    let time = match posted.time.as_deref() {
        None => received_at,
        Some(time) => insight::query::parse_moment(time)
            .map(|moment| moment.start)
            .ok_or_else(|| place.wrong("time", "is a time", "write it as `2026-01-31T10:00:00Z`"))?,
    };
    if name == words::SCORE_NAME {
        check_word(place, label.as_deref(), kind.as_deref(), span_id)?;
    }
    let reviewer = match (kind.as_deref(), reviewer) {
        (Some(PERSON), None) => Some(Text::const_new(KEY_LOCAL)),
        (_, reviewer) => reviewer,
    };
    let score = Score {
        score_id: ScoreId::new([0; 16]),
        trace_id,
        span_id,
        stated_run_id: run_id,
        response_id: None,
        name,
        value: posted.value,
        label,
        source: kind.map(|kind| source(&kind, reviewer.as_deref())),
        time,
        content: Vec::new(),
    };
    let note = posted.note.filter(|note| !note.is_empty());
    Ok(DecodedScore {
        score: Score {
            score_id: id_of(&score, key.as_deref(), note.as_deref()),
            ..score
        },
        bodies: note.map(body_of).into_iter().collect(),
    })
}

/// A person's word says one of four things, and two of them about a step.
fn check_word(
    place: &Place,
    label: Option<&str>,
    kind: Option<&str>,
    span_id: Option<SpanId>,
) -> Result<(), Error> {
    let known: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect();
    place.one_of("label", Some(label.unwrap_or_default()), &known)?;
    if kind != Some(PERSON) {
        return Err(place.wrong(
            "source",
            "is `human`",
            "only people confirm or dispute a first wrong decision",
        ));
    }
    let is_about_step = label.and_then(Verdict::parse).is_some_and(Verdict::is_about_step);
    if is_about_step && span_id.is_none() {
        return Err(place.wrong(
            "span_id",
            "is missing",
            "name the step that is confirmed or disputed",
        ));
    }
    Ok(())
}

fn body_of(note: String) -> Body {
    Body {
        role: Role::Explanation,
        position: 0,
        author: None,
        key: Text::const_new("note"),
        media: Media::Text,
        text: Sensitive::new(note),
    }
}

/// The same key is the same score; without one, a score is what it says, about what, by whom and when.
fn id_of(score: &Score, key: Option<&str>, note: Option<&str>) -> ScoreId {
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&part.len().to_le_bytes());
        hasher.update(part);
    };
    match key {
        Some(key) => {
            add(b"key");
            add(key.as_bytes());
        }
        None => {
            add(b"score");
            add(score.trace_id.as_ref().map_or(&[][..], |id| id.as_bytes()));
            add(score.span_id.as_ref().map_or(&[][..], |id| id.as_bytes()));
            add(&score.value.map_or([0xff; 8], f64::to_le_bytes));
            add(&score.time.0.to_le_bytes());
            let texts = [&score.stated_run_id, &score.label, &score.source].map(Option::as_deref);
            for text in [Some(score.name.as_str()), note].into_iter().chain(texts) {
                add(text.unwrap_or_default().as_bytes());
            }
        }
    }
    let mut id = [0; 16];
    hasher.finalize_xof().fill(&mut id);
    ScoreId::new(id)
}
