//! Each model call counts once, however many spans recorded it.

use testkit::sample::{SpanBuilder, span};
use trace::{Field, Kind, Status};

use super::{run_of, told};

fn check(spans: Vec<SpanBuilder>, expected: &str) {
    assert_eq!(told(spans), expected);
}

fn root() -> SpanBuilder {
    span(1, 1).kind(Kind::Agent).name("agent").millis(0, 1_000)
}

#[test]
fn two_instrumentations_nested_are_one_call() {
    check(
        vec![
            root(),
            span(1, 2).below(1).millis(10, 100).model("gpt-4o", 50, 7),
            span(1, 3)
                .below(2)
                .millis(11, 99)
                .model("gpt-4o-2024-08-06", 50, 7),
        ],
        "1 calls, 50 in, 7 out, tools [?]",
    );
}

#[test]
fn two_response_ids_are_two_calls_whatever_else_is_equal() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .model("gpt-4o", 50, 7)
                .fact(Field::ResponseId, "r1"),
            span(1, 3)
                .below(2)
                .model("gpt-4o", 50, 7)
                .fact(Field::ResponseId, "r2"),
        ],
        "2 calls, 100 in, 14 out, tools [?]",
    );
}

#[test]
fn one_response_id_is_one_call_anywhere_in_the_trace() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .model("gpt-4o", 50, 8)
                .fact(Field::ResponseId, "r1"),
            span(1, 3)
                .below(1)
                .millis(500, 600)
                .model("other", 50, 7)
                .fact(Field::ResponseId, "r1"),
        ],
        "1 calls, 50 in, 8 out, tools [?]",
    );
}

#[test]
fn a_wrapper_above_several_calls_is_no_call() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .kind(Kind::Model)
                .fact(Field::OutputForm, "messages"),
            span(1, 3).below(2).millis(1, 2).model("gpt-4o", 10, 1),
            span(1, 4).below(2).millis(3, 4).model("gpt-4o", 20, 2),
        ],
        "2 calls, 30 in, 3 out, tools [?]",
    );
}

#[test]
fn wrappers_in_wrappers_around_one_call_are_that_call() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .kind(Kind::Model)
                .fact(Field::OutputForm, "messages"),
            span(1, 3)
                .below(2)
                .kind(Kind::Model)
                .fact(Field::OutputForm, "messages"),
            span(1, 4).below(3).model("gpt-4o", 10, 1),
        ],
        "1 calls, 10 in, 1 out, tools []",
    );
}

#[test]
fn a_sum_over_calls_below_is_not_added() {
    check(
        vec![
            root().fact(Field::InputTokens, 30).fact(Field::OutputTokens, 3),
            span(1, 2).below(1).model("gpt-4o", 30, 3),
            span(1, 3).below(2).millis(1, 2).model("gpt-4o", 10, 1),
            span(1, 4).below(2).millis(3, 4).model("gpt-4o", 20, 2),
        ],
        "2 calls, 30 in, 3 out, tools [?]",
    );
}

#[test]
fn a_call_that_runs_its_tools_and_agents_inside_keeps_its_own_usage() {
    check(
        vec![
            root(),
            span(1, 2).below(1).model("gemini", 100, 9).millis(1, 900),
            span(1, 3).below(2).tool("ask_expert").millis(10, 800),
            span(1, 4).below(3).kind(Kind::Agent).millis(11, 799),
            span(1, 5).below(4).model("gemini", 400, 60).millis(12, 300),
        ],
        "2 calls, 500 in, 69 out, tools [ask_expert:unknown]",
    );
}

#[test]
fn siblings_of_two_scopes_that_overlap_are_one_call() {
    let beside = |id, scope: &str, from, to| {
        span(1, id)
            .below(1)
            .millis(from, to)
            .model("claude", 10, 5)
            .fact(Field::Scope, scope)
    };
    check(
        vec![root(), beside(2, "one", 0, 100), beside(3, "two", 1, 99)],
        "1 calls, 10 in, 5 out, tools [?]",
    );
    check(
        vec![root(), beside(2, "one", 0, 100), beside(3, "one", 1, 99)],
        "2 calls, 20 in, 10 out, tools [?]",
    );
    check(
        vec![root(), beside(2, "one", 0, 100), beside(3, "two", 50, 200)],
        "2 calls, 20 in, 10 out, tools [?]",
    );
}

#[test]
fn calls_in_parallel_seen_by_two_instrumentations_stay_apart() {
    let beside = |id, scope: &str, output| {
        span(1, id)
            .below(1)
            .millis(0, 100)
            .model("claude", 10, output)
            .fact(Field::Scope, scope)
    };
    check(
        vec![
            root(),
            beside(2, "a", 5),
            beside(3, "b", 5),
            beside(4, "a", 6),
            beside(5, "b", 6),
        ],
        "2 calls, 20 in, 11 out, tools [?]",
    );
}

#[test]
fn where_twins_disagree_the_provider_sdk_counts() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .model("claude", 10, 21)
                .fact(Field::ResponseId, "r"),
            span(1, 3)
                .below(2)
                .model("claude", 10, 20)
                .fact(Field::ResponseId, "r")
                .fact(Field::Scope, "com.anthropic.sdk.python"),
        ],
        "1 calls, 10 in, 20 out, tools [?]",
    );
}

#[test]
fn a_model_span_that_shows_nothing_is_no_call() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .kind(Kind::Model)
                .fact(Field::ModelRequested, "m"),
        ],
        "? calls, ? in, ? out, tools [?]",
    );
}

#[test]
fn a_failed_call_counts_without_tokens() {
    check(
        vec![
            root(),
            span(1, 2).below(1).kind(Kind::Model).status(Status::Error),
        ],
        "1 calls, ? in, ? out, tools [?]",
    );
}

#[test]
fn a_log_record_of_a_call_is_that_call() {
    check(
        vec![
            root(),
            span(1, 2)
                .below(1)
                .millis(10, 300)
                .model("claude-sonnet-4-5", 50, 7),
            span(1, 3)
                .below(1)
                .millis(10, 300)
                .model("claude-sonnet-4-5", 60, 9),
            span(1, 4)
                .below(1)
                .millis(20, 310)
                .model("claude-sonnet-4-5-20250929", 60, 9)
                .record(trace::Record::Log),
            span(1, 5)
                .below(1)
                .millis(20, 310)
                .model("claude-sonnet-4-5-20250929", 50, 7)
                .record(trace::Record::Log),
        ],
        "2 calls, 110 in, 16 out, tools [?]",
    );
}

#[test]
fn twins_fill_each_others_gaps_and_are_marked() {
    let assembled = run_of(vec![
        root(),
        span(1, 2)
            .below(1)
            .model("gpt-4o", 50, 7)
            .fact(Field::ModelAnswered, "gpt-4o-2024-08-06"),
        span(1, 3)
            .below(2)
            .model("gpt-4o", 50, 7)
            .fact(Field::CacheReadTokens, 5),
    ]);
    let [call] = assembled.derived.calls.as_slice() else {
        panic!("one call")
    };
    assert_eq!(call.facts.int(Field::CacheReadTokens), Some(5));
    assert_eq!(call.facts.text(Field::ModelAnswered), Some("gpt-4o-2024-08-06"));
    assert_eq!(call.members.len(), 2);
    let primaries = assembled
        .tree
        .nodes()
        .iter()
        .filter(|node| node.is_primary)
        .count();
    assert_eq!(primaries, 1);
    assert_eq!(assembled.derived.run.totals.tokens.cache_write, None);
}

#[test]
fn embeddings_count_apart_and_once() {
    let run = run_of(vec![
        root(),
        span(1, 2)
            .below(1)
            .kind(Kind::Embedding)
            .fact(Field::ModelRequested, "embed")
            .fact(Field::InputTokens, 9),
        span(1, 3)
            .below(2)
            .kind(Kind::Embedding)
            .fact(Field::ModelRequested, "embed")
            .fact(Field::InputTokens, 9),
    ])
    .derived
    .run;
    assert_eq!(run.totals.embedding_tokens, Some(9));
    assert_eq!(run.totals.tokens.input, None);
    assert_eq!(run.totals.model_calls, None);
}
