//! Questions for approval that stand among an agent's messages: asked in its output, answered in its input.

use serde_json::Value as Json;
use trace::{Field, Kind, Text};

use super::draft::{Draft, Rank};
use super::message::{Message, Part};

/// Reads the question an agent ended with: it waits for a person.
pub(crate) fn read_questions(draft: &mut Draft<'_>, kind: Kind, output: &[Message]) {
    if !asks(kind) {
        return;
    }
    let Some(question) = last_part(output, "request") else {
        return;
    };
    draft.is_interrupt = true;
    if let Some(id) = id_of(question) {
        draft.infer(Rank::GENERIC, Field::ApprovalId, id);
    }
}

/// Reads the answer an agent began with.
pub(crate) fn read_answers(draft: &mut Draft<'_>, kind: Kind, input: &[Message]) {
    if !asks(kind) {
        return;
    }
    let Some(answer) = last_part(input, "response") else {
        return;
    };
    let flag = ["approved", "approve"]
        .iter()
        .find_map(|key| answer.get(*key).and_then(Json::as_bool));
    if let Some(is_approved) = flag {
        let decision = if is_approved { "approved" } else { "rejected" };
        draft.infer(Rank::GENERIC, Field::ApprovalDecision, decision);
    }
    if let Some(id) = id_of(answer) {
        draft.infer(Rank::GENERIC, Field::ApprovalId, id);
    }
}

/// Model calls repeat the whole conversation, so only what holds them tells of its own questions.
const fn asks(kind: Kind) -> bool {
    matches!(kind, Kind::Agent | Kind::Chain)
}

/// A part about an approval in the last message: `function_approval_request`, `tool-approval-response`.
fn last_part<'m>(messages: &'m [Message], what: &str) -> Option<&'m Json> {
    messages.last()?.parts.iter().rev().find_map(|part| match part {
        Part::Other(value) => {
            let kind = value.get("type").and_then(Json::as_str)?;
            let about = kind.strip_suffix(what)?.trim_end_matches(['_', '-']);
            about.ends_with("approval").then_some(value)
        }
        _ => None,
    })
}

fn id_of(part: &Json) -> Option<Text> {
    let id = ["approval_request_id", "approvalId", "approval_id", "id"];
    id.iter()
        .find_map(|key| part.get(*key).and_then(Json::as_str))
        .map(Text::from)
}
