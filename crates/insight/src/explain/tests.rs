//! Explanations of small runs, at capture level `metadata`.

use super::*;
use crate::subject::story::Story;

const ORDER: &str = r#"{"order_id":"4412","amount":20}"#;
const OTHER_AMOUNT: &str = r#"{"order_id":"4412","amount":90}"#;

fn run(outcome: &str) -> Story {
    Story::new(1, outcome)
        .says("refund my order 4412, please, the cup was broken")
        .calls("get_order", r#"{"order_id":"4412"}"#, r#"{"state":"paid"}"#)
}

fn peer() -> Story {
    Story::new(2, "success")
        .says("refund order 4412")
        .calls("get_order", r#"{"order_id":"4412"}"#, r#"{"state":"paid"}"#)
        .calls("refund_order", ORDER, "done")
        .answers("done")
}

/// Step, rule and level of each candidate that a rule found. What only a score suggests, and the request before it,
/// are hints that these tests do not look at.
fn check(story: Story, peers: Vec<Story>, expected: &[&str]) {
    let peers: Vec<Subject> = peers.into_iter().map(Story::told).collect();
    let explanation = explain(&story.told(), &peers, &Settings::default());
    let is_found = |candidate: &&Candidate| !matches!(candidate.rule, Rule::Score | Rule::Request);
    let has_rule = explanation
        .candidates
        .iter()
        .any(|candidate| is_found(&candidate));
    let shown: Vec<String> = explanation
        .candidates
        .iter()
        .filter(|candidate| has_rule && candidate.rule != Rule::Score)
        .map(|candidate| {
            let level = Level::of(candidate.confidence).as_str();
            format!("{} {} {level}", candidate.step, candidate.rule.as_str())
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn a_change_with_other_arguments_than_every_success_is_found() {
    let story = run("failure")
        .calls("refund_order", OTHER_AMOUNT, "done")
        .answers("done");
    check(
        story,
        vec![peer()],
        &[
            "4 change_no_success_made high",
            "1 request low",
            "6 change_missing low",
        ],
    );
}

#[test]
fn the_argument_that_differs_and_the_peer_are_evidence() {
    let story = run("failure").calls("refund_order", OTHER_AMOUNT, "done");
    let explanation = explain(&story.told(), &[peer().told()], &Settings::default());
    let best = &explanation.candidates[0];
    assert!(
        best.reason.contains("other values of `amount`"),
        "{}",
        best.reason
    );
    assert_eq!(best.evidence[1].run_id, explanation.compared_with[0]);
    assert_eq!(best.evidence[1].arguments, ["amount"]);
    assert_eq!(explanation.verdict, Verdict::Found);
}

#[test]
fn the_same_change_as_a_success_is_not_blamed() {
    let story = run("failure")
        .calls("refund_order", ORDER, "done")
        .answers("done");
    check(story, vec![peer()], &[]);
}

#[test]
fn a_change_made_twice_is_found_where_every_success_made_it_once() {
    let story = run("failure")
        .calls("refund_order", ORDER, "done")
        .calls("refund_order", ORDER, "done");
    check(
        story,
        vec![peer()],
        &["6 change_no_success_made high", "1 request low"],
    );
}

#[test]
fn another_way_of_reading_is_no_difference() {
    let story = run("failure")
        .calls("list_orders", "{}", "[]")
        .calls("refund_order", ORDER, "done");
    check(story, vec![peer()], &[]);
}

#[test]
fn a_change_that_every_success_made_and_this_run_did_not_is_missing() {
    check(
        run("failure").answers("no"),
        vec![peer()],
        &["4 change_missing low"],
    );
}

#[test]
fn a_change_that_locks_what_was_to_follow_is_found_without_a_peer() {
    let story = run("failure")
        .calls("update_items", r#"{"order_id":"4412","sku":"a"}"#, "done")
        .fails("update_address", r#"{"order_id":"4412","city":"b"}"#)
        .answers("sorry");
    check(story, vec![], &["4 lock medium", "1 request low"]);
}

#[test]
fn a_failure_on_another_thing_is_no_lock() {
    let story = run("failure")
        .calls("update_items", r#"{"order_id":"4412","sku":"a"}"#, "done")
        .fails("update_address", r#"{"order_id":"9999","city":"b"}"#);
    check(story, vec![], &["6 misfire medium", "1 request low"]);
}

#[test]
fn a_failure_that_was_repaired_is_not_blamed() {
    let story = run("failure")
        .fails("refund_order", OTHER_AMOUNT)
        .calls("refund_order", ORDER, "done");
    check(story, vec![], &[]);
}

#[test]
fn the_first_repeat_of_a_loop_is_where_it_was_entered() {
    let mut story = run("failure");
    for _ in 0..4 {
        story = story.calls("search_docs", r#"{"query":"refund"}"#, "[]");
    }
    check(story, vec![], &["6 loop_entry medium"]);
}

#[test]
fn asking_again_after_a_change_is_no_loop() {
    let mut story = run("failure");
    for number in 0..4 {
        story = story.calls("get_total", "{}", "5").calls(
            "add_item",
            &format!(r#"{{"sku":"{number}"}}"#),
            "done",
        );
    }
    check(story, vec![], &[]);
}

#[test]
fn a_run_that_reached_its_goal_is_not_explained() {
    let explanation = explain(
        &run("success").fails("refund_order", OTHER_AMOUNT).told(),
        &[],
        &Settings::default(),
    );
    assert_eq!(explanation.verdict, Verdict::Nothing);
    assert!(explanation.candidates.is_empty());
}

#[test]
fn the_same_runs_give_the_same_answer() {
    let explained = || {
        let story = run("failure").calls("refund_order", OTHER_AMOUNT, "done");
        explain(&story.told(), &[peer().told()], &Settings::default())
    };
    assert_eq!(explained(), explained());
}

/// Bounded work: a run that changes thousands of things, in vain, is explained in a moment.
#[test]
fn a_long_run_is_explained_in_bounded_time() {
    let mut story = run("failure");
    for number in 0..1_500 {
        let order = format!(r#"{{"order_id":"{number}"}}"#);
        story = story
            .calls("update_order", &order, "done")
            .fails("cancel_order", &order);
    }
    let subject = story.told();
    let begun = std::time::Instant::now();
    let explanation = explain(&subject, &[], &Settings::default());
    assert_eq!(explanation.candidates.len(), CANDIDATES_MAX);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    eprintln!("{:?} for {} steps", begun.elapsed(), subject.steps.len());
}

/// A run told at capture level `metadata`, of a task that nobody named.
fn of_no_task(story: Story) -> Subject {
    let mut subject = story.told();
    subject.run.facts.remove(Field::TaskId);
    subject
}

#[test]
fn what_rests_on_runs_of_the_same_goal_alone_is_never_called_high() {
    let story = run("failure").calls("refund_order", OTHER_AMOUNT, "done");
    let explanation = explain(&of_no_task(story), &[of_no_task(peer())], &Settings::default());
    let best = &explanation.candidates[0];
    assert_eq!(
        (best.rule, Level::of(best.confidence)),
        (Rule::ChangeNoSuccessMade, Level::Medium)
    );
    assert!(
        explanation
            .missing
            .iter()
            .any(|missing| missing.contains("found by their goal"))
    );
}
