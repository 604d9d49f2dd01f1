//! Each signal on a run that has it, and on one that looks alike.

use std::path::Path;

use trace::{CaptureLevel, Field, Kind, Status};

use super::*;
use crate::subject::story::Story;

/// The steps that show a signal on a run.
fn fires(name: &str, story: Story) -> Vec<u32> {
    let assembled = story.assembled(CaptureLevel::Metadata);
    let subject = Subject::of(&assembled);
    let effects = Effects::learn([&subject], &std::collections::BTreeMap::new());
    let found = of(&assembled, &subject, &effects, &[]);
    let signal = found.iter().find(|signal| signal.definition.name == name);
    signal.map_or_else(Vec::new, |signal| {
        signal.nodes.iter().map(|node| node.position()).collect()
    })
}

#[track_caller]
fn check(name: &str, story: Story, expected: &[u32], near_miss: Story) {
    assert!(definitions().any(|definition| definition.name == name), "{name}");
    assert_eq!(fires(name, story), expected, "{name}");
    assert_eq!(fires(name, near_miss), [0_u32; 0], "near miss of {name}");
}

fn run() -> Story {
    Story::new(1, "failure").says("refund order 4412")
}

fn failing(class: &str) -> Story {
    run().then(|span| {
        span.tool("refund")
            .status(Status::Error)
            .fact(Field::ErrorClass, class)
    })
}

fn approval(decision: &str) -> Story {
    run().then(|span| span.kind(Kind::Approval).fact(Field::ApprovalDecision, decision))
}

fn policy(verdict: &str) -> Story {
    run().then(|span| span.kind(Kind::Policy).fact(Field::PolicyVerdict, verdict))
}

fn model(reason: &str) -> Story {
    run().then(|span| span.model("model", 5, 5).list(Field::FinishReasons, &[reason]))
}

#[test]
fn abandonment_is_stated_and_never_guessed() {
    check(
        "abandonment",
        Story::new(1, "abandoned"),
        &[0],
        Story::new(1, "unknown"),
    );
}

#[test]
fn an_approval_nobody_decided_expired() {
    check(
        "approval_expired",
        approval("expired"),
        &[2],
        approval("cancelled"),
    );
}

#[test]
fn a_person_who_says_no_rejected() {
    check(
        "approval_rejected",
        approval("rejected"),
        &[2],
        approval("approved"),
    );
}

#[test]
fn a_change_beside_approved_ones_lacks_its_approval() {
    let approved = |story: Story| {
        story
            .then(|span| {
                span.kind(Kind::Approval)
                    .fact(Field::ApprovalDecision, "approved")
            })
            .then(|span| span.tool("refund_order"))
    };
    let unapproved = approved(run()).then(|span| span.tool("refund_order"));
    check("approval_missing", unapproved, &[4], approved(approved(run())));
}

#[test]
fn a_budget_that_is_used_up_is_exhausted() {
    let used =
        |used: f64| run().then(|span| span.fact(Field::BudgetUsed, used).fact(Field::BudgetLimit, 10.0));
    check("budget_exhausted", used(10.0), &[2], used(9.9));
}

#[test]
fn a_citation_of_what_no_search_returned_is_a_mismatch() {
    let citing = |document: &str| {
        run()
            .then(|span| span.kind(Kind::Retrieval).list(Field::DocumentIds, &["a", "b"]))
            .then(|span| span.model("model", 5, 5).list(Field::DocumentIds, &[document]))
    };
    check("citation_mismatch", citing("c"), &[3], citing("b"));
}

#[test]
fn a_compacted_context_is_marked() {
    let compacted =
        |flag: bool| run().then(|span| span.model("model", 5, 5).fact(Field::ContextCompacted, flag));
    check("context_compacted", compacted(true), &[2], compacted(false));
}

#[test]
fn an_edited_approval_is_a_correction() {
    check("correction", approval("edited"), &[2], approval("approved"));
}

#[test]
fn an_answer_of_nothing_is_empty_and_a_call_is_not() {
    let nothing = run().then(|span| span.model("model", 5, 0));
    let calls = run().then(|span| {
        span.model("model", 5, 0)
            .list(Field::CalledToolNames, &["refund"])
    });
    check("empty_answer", nothing, &[2], calls);
}

#[test]
fn passing_the_work_to_a_person_is_an_escalation() {
    let tool = |name: &'static str| run().then(|span| span.tool(name));
    check(
        "escalation",
        tool("transfer_to_human"),
        &[2],
        tool("transfer_money"),
    );
}

#[test]
fn three_equal_calls_are_a_loop_and_two_are_not() {
    let calls =
        |count: usize| (0..count).fold(run(), |story, _| story.calls("search_docs", r#"{"q":"a"}"#, "[]"));
    check("loop", calls(3), &[5, 7], calls(2));
}

#[test]
fn a_trace_without_its_root_lacks_it() {
    let orphan = || run().then(|span| span.below(99).kind(Kind::Model));
    let assembled = orphan().assembled(CaptureLevel::Metadata);
    assert_eq!(assembled.derived.run.totals.orphans, 1);
    // An orphan stands below the root that is there.
    assert_eq!(fires("missing_root", orphan()), [0_u32; 0]);
}

#[test]
fn an_answer_after_searches_that_found_nothing_has_no_evidence() {
    let searching = |found: bool| {
        run()
            .then(|span| {
                let span = span.kind(Kind::Retrieval).fact(Field::OutputPresent, found);
                match found {
                    true => span.list(Field::DocumentIds, &["a"]),
                    false => span,
                }
            })
            .answers("it is so")
    };
    check("no_evidence_answer", searching(false), &[3], searching(true));
}

#[test]
fn a_filtered_answer_is_refused() {
    check("refused", model("content_filter"), &[2], model("stop"));
}

#[test]
fn another_attempt_is_a_retry_and_the_first_is_not() {
    let attempt =
        |number: i64| run().then(|span| span.model("model", 5, 5).fact(Field::RetryAttempt, number));
    check("retry", attempt(2), &[2], attempt(1));
}

#[test]
fn arguments_of_the_wrong_form_violate_the_schema() {
    check(
        "schema_violation",
        failing("ValidationError"),
        &[2],
        failing("NotFound"),
    );
}

#[test]
fn a_gap_that_nobody_was_waited_in_is_a_stall() {
    let late = |kind: Kind| run().then(|span| span.kind(kind).millis(80_000, 81_000));
    check("stalled", late(Kind::Model), &[2], late(Kind::Approval));
}

#[test]
fn a_class_that_says_so_is_a_timeout() {
    check(
        "timeout",
        failing("ReadTimeout"),
        &[2],
        failing("ConnectionReset"),
    );
}

#[test]
fn a_tool_that_was_asked_for_and_never_run_is_a_wrong_choice() {
    let asking = |tool: &'static str| {
        run()
            .then(|span| span.model("model", 5, 5).list(Field::CalledToolNames, &[tool]))
            .then(|span| span.tool("lookup"))
            .answers("done")
    };
    check("tool_choice_error", asking("search"), &[2], asking("lookup"));
}

#[test]
fn a_tool_that_failed_is_an_error_and_one_that_was_cancelled_is_not() {
    let cancelled = run().then(|span| span.tool("refund").status(Status::Cancelled));
    check("tool_error", failing("NotFound"), &[2], cancelled);
}

#[test]
fn an_answer_at_the_limit_is_truncated() {
    check("truncated_output", model("length"), &[2], model("tool_call"));
}

#[test]
fn what_a_policy_denied_was_an_unsafe_attempt() {
    check("unsafe_attempt", policy("deny"), &[2], policy("warn"));
}

#[test]
fn names_are_unique_and_sorted() {
    let names: Vec<&str> = definitions().map(|definition| definition.name).collect();
    assert!(names.is_sorted_by(|one, other| one < other), "{names:?}");
}

#[test]
fn the_committed_reference_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/signals.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == reference(),
        "docs/reference/signals.md is stale: run `cargo xtask generate`"
    );
}
