//! The rows of small runs.

use trace::{CaptureLevel, Field, Kind};

use super::*;
use crate::subject::story::Story;

fn story() -> Story {
    Story::new(1, "failure")
        .says("refund order 4412")
        .calls("get_order", r#"{"order_id":"4412"}"#, "paid")
        .calls("refund_order", r#"{"order_id":"4412"}"#, "done")
        .answers("done")
}

/// Row, state and value of each row about a step.
fn shown(story: Story, level: CaptureLevel, step: Option<usize>) -> String {
    let assembled = story.assembled(level);
    let node = step.map(|step| assembled.tree.iter().nth(step).unwrap().0);
    let why = of(&assembled, node);
    let lines = why.rows.iter().map(|row| {
        let value = row.value.as_deref().unwrap_or("-");
        format!("{}: {} {value}\n", row.question.as_str(), row.state.as_str())
    });
    lines.collect()
}

#[test]
fn a_run_has_nine_rows() {
    insta::assert_snapshot!(shown(story(), CaptureLevel::Redacted, None));
}

#[test]
fn a_tool_call_is_shown_with_what_decided_it() {
    insta::assert_snapshot!(shown(story(), CaptureLevel::Redacted, Some(5)));
}

#[test]
fn what_the_policy_kept_back_is_withheld_and_not_a_gap() {
    let told = |level| {
        let story = Story::new(1, "failure").then(|span| {
            span.model("model", 10, 5)
                .body(trace::Role::InputMessage, "refund order 4412")
        });
        shown(story, level, Some(1))
    };
    let kept_back = told(CaptureLevel::Metadata);
    assert!(kept_back.contains("selected_context: withheld"), "{kept_back}");
    let kept = told(CaptureLevel::Redacted);
    assert!(kept.contains("selected_context: recorded"), "{kept}");
}

#[test]
fn a_refusal_stands_beside_what_was_refused() {
    let story = story().calls("cancel_order", "{}", "").then(|span| {
        span.kind(Kind::Policy)
            .fact(Field::PolicyVerdict, "deny")
            .fact(Field::PolicyRuleId, "r-7")
    });
    let rows = shown(story, CaptureLevel::Metadata, Some(8));
    assert!(rows.contains("guardrail: recorded deny (r-7)"), "{rows}");
}

#[test]
fn a_gap_says_what_to_record() {
    let assembled = story().assembled(CaptureLevel::Metadata);
    let why = of(&assembled, None);
    let guardrail = &why.rows[4];
    assert_eq!(guardrail.state, State::NotRecorded);
    assert_eq!(
        guardrail.hint.as_ref().map(|hint| hint.attribute.as_str()),
        Some("everyframe.policy.verdict")
    );
}

#[test]
fn the_evidence_score_counts_what_is_there() {
    let assembled = story().assembled(CaptureLevel::Metadata);
    let evidence = of(&assembled, None).evidence;
    assert!(evidence.score > 0.5 && evidence.score < 1.0, "{evidence:?}");
    let gaps: Vec<&str> = evidence.gaps.iter().map(|gap| gap.field).collect();
    assert!(
        gaps.contains(&"tenant_id") && gaps.contains(&"arguments_class"),
        "{gaps:?}"
    );
    assert!(!gaps.contains(&"input_tokens"), "{gaps:?}");
}
