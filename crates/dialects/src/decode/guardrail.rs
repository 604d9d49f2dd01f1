//! What a guardrail said, read from what it returned where the sender has no word for it.

use serde_json::Value as Json;
use trace::{Field, Role};

use super::content::push_value;
use super::draft::{Draft, Rank, Slot};

/// Reads input and output of a guardrail. What is read from the output is inferred.
pub(crate) fn settle(draft: &mut Draft<'_>) {
    if let Some(candidate) = draft.take(Slot::Input).or_else(|| draft.take(Slot::Arguments)) {
        push_value(draft, Role::Input, candidate.key, candidate.source.into_json());
    }
    let Some(candidate) = draft.take(Slot::Output).or_else(|| draft.take(Slot::Result)) else {
        return;
    };
    let key = candidate.key;
    let value = candidate.source.into_json();
    if let Some(verdict) = verdict_of(&value) {
        draft.infer(Rank::GENERIC, Field::PolicyVerdict, verdict);
    }
    draft.facts.set(Field::OutputPresent, true);
    push_value(draft, Role::Output, key, value);
}

/// The verdict in what a guardrail returned: a word, or a flag whose name says which way it points.
fn verdict_of(value: &Json) -> Option<&'static str> {
    if let Json::String(word) = value {
        return verdict_word(word);
    }
    let entries = value.as_object()?;
    let word = ["verdict", "decision", "action", "result", "status"]
        .iter()
        .find_map(|key| entries.get(*key).and_then(Json::as_str).and_then(verdict_word));
    if word.is_some() {
        return word;
    }
    let flag = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| entries.get(*key).and_then(Json::as_bool))
    };
    let passed = flag(&[
        "allowed",
        "allow",
        "passed",
        "pass",
        "valid",
        "is_valid",
        "validation_passed",
        "safe",
        "ok",
    ]);
    let caught = flag(&[
        "tripwire_triggered",
        "triggered",
        "blocked",
        "block",
        "flagged",
        "denied",
        "violation",
        "violated",
    ]);
    match (passed, caught) {
        (Some(true), _) | (None, Some(false)) => Some("allow"),
        (Some(false), _) | (None, Some(true)) => Some("deny"),
        (None, None) => None,
    }
}

fn verdict_word(word: &str) -> Option<&'static str> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "allow" | "allowed" | "pass" | "passed" | "approve" | "safe" => "allow",
        "deny" | "denied" | "block" | "blocked" | "reject" | "rejected" | "fail" | "failed" | "unsafe" => {
            "deny"
        }
        "modify" | "modified" | "redact" | "redacted" => "modify",
        "warn" | "warning" => "warn",
        "escalate" | "escalated" => "escalate",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_verdict_is_read_from_what_was_returned() {
        assert_eq!(verdict_of(&json!({"allowed": true})), Some("allow"));
        assert_eq!(
            verdict_of(&json!({"allowed": false, "reason": "limit"})),
            Some("deny")
        );
        assert_eq!(verdict_of(&json!({"tripwire_triggered": true})), Some("deny"));
        assert_eq!(verdict_of(&json!({"action": "block"})), Some("deny"));
        assert_eq!(verdict_of(&json!({"score": 0.3})), None);
    }
}
