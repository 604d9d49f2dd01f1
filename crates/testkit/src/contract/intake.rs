//! What every way in has to promise.

use std::sync::Arc;

use privacy::Intake;
use trace::content::{Body, Sensitive};
use trace::ports::{LoggedScore, ReadPort};
use trace::score::{DecodedScore, PERSON, Score, source};
use trace::{Media, Role, Text};

use super::answer;
use crate::sample::{self, trace_id};

/// An address that no gate lets through.
const ADDRESS: &str = "anna.schmidt@example.com";

fn judged(note: &str) -> DecodedScore {
    let sample = sample::score(1, Some(2), "first_wrong_decision", 1.0);
    DecodedScore {
        score: Score {
            label: Some(Text::new("confirm")),
            source: Some(source(PERSON, Some(ADDRESS))),
            ..sample.score
        },
        bodies: vec![Body {
            role: Role::Explanation,
            position: 0,
            author: None,
            key: Text::new("note"),
            media: Media::Text,
            text: Sensitive::new(note.to_owned()),
        }],
    }
}

/// Tries a way in at capture level `redacted`, with the reading of the store it leads to: what was taken is readable at
/// once, is there once however often it comes, and holds no person's address.
pub async fn intake(intake: Arc<dyn Intake>, read: Arc<dyn ReadPort>) {
    let batch = || sample::decoded([], vec![judged(&format!("ask {ADDRESS} about it"))]);
    let taken = answer(intake.take(batch()).await);
    let again = answer(intake.take(batch()).await);
    assert_eq!(taken, again, "the same judgement is the same score");
    let workspace_id = sample::workspace();
    let stored: Vec<LoggedScore> = answer(read.scores(&workspace_id, &[trace_id(1)], &[]).await);
    let scores: Vec<&Score> = stored.iter().map(|logged| &logged.score).collect();
    assert_eq!(scores, taken.scores.iter().collect::<Vec<_>>());
    let judge = scores.first().and_then(|score| score.judge()).unwrap_or_default();
    assert!(scores.iter().all(|score| score.is_by_person()) && !judge.is_empty());
    let notes = scores.iter().flat_map(|score| &score.content);
    let notes: Vec<_> = notes.filter_map(|note| note.content_id).collect();
    let notes = answer(read.contents(&workspace_id, &notes).await);
    assert_eq!(notes.len(), 1, "the note is kept");
    let texts = notes.iter().map(|note| note.text.expose().as_str());
    for text in texts.chain([judge]) {
        assert!(!text.contains(ADDRESS), "an address went through");
    }
}
