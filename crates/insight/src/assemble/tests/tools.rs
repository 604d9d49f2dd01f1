//! Each execution of a tool counts once, and what only the conversation shows is marked.

use testkit::sample::{SpanBuilder, span};
use trace::{Field, Kind, Record, Status};

use super::{run_of, told};

fn check(spans: Vec<SpanBuilder>, expected: &str) {
    let told = told(spans);
    let tools = told.split_once("tools ").map(|(_, tools)| tools.to_owned());
    assert_eq!(tools.as_deref(), Some(expected));
}

fn tool(id: u64, name: &str, from: i64, to: i64) -> SpanBuilder {
    span(1, id)
        .below(1)
        .tool(name)
        .millis(from, to)
        .status(Status::Ok)
}

#[test]
fn a_transport_below_its_tool_is_the_same_execution() {
    let call = |id, below| {
        span(1, id)
            .below(below)
            .kind(Kind::Mcp)
            .millis(11, 19)
            .fact(Field::McpMethod, "tools/call")
            .fact(Field::ToolName, "search")
    };
    check(
        vec![
            span(1, 1),
            tool(2, "mcp__docs__search", 10, 20),
            call(3, 2),
            call(4, 3).status(Status::Error),
        ],
        "[mcp__docs__search:error]",
    );
    check(vec![span(1, 1), call(3, 1), call(4, 3)], "[search:unknown]");
}

#[test]
fn a_listing_of_tools_is_no_execution() {
    check(
        vec![
            span(1, 1),
            span(1, 2)
                .below(1)
                .kind(Kind::Mcp)
                .fact(Field::McpMethod, "tools/list"),
        ],
        "[?]",
    );
}

#[test]
fn asked_then_run_is_one_execution() {
    let refund = |id, from, to| tool(id, "refund", from, to).fact(Field::ArgumentsToken, "same");
    check(
        vec![
            span(1, 1),
            refund(2, 10, 11),
            refund(3, 50, 60).fact(Field::OutputPresent, true),
        ],
        "[refund:ok]",
    );
    check(
        vec![
            span(1, 1),
            refund(2, 10, 11).fact(Field::OutputPresent, true),
            refund(3, 50, 60).fact(Field::OutputPresent, true),
        ],
        "[refund:ok refund:ok]",
    );
    check(
        vec![
            span(1, 1),
            refund(2, 10, 11),
            tool(3, "refund", 50, 60)
                .fact(Field::ArgumentsToken, "another")
                .fact(Field::OutputPresent, true),
        ],
        "[refund:ok refund:ok]",
    );
}

#[test]
fn a_tool_that_waits_has_not_run() {
    check(
        vec![span(1, 1), tool(2, "refund", 1, 2).status(Status::Paused)],
        "[]",
    );
}

#[test]
fn a_tool_within_itself_is_two_executions_unless_another_instrumentation_saw_it() {
    let within = |scope: &str| {
        vec![
            span(1, 1),
            tool(2, "lookup", 10, 20).fact(Field::Scope, "one"),
            span(1, 3)
                .below(2)
                .tool("lookup")
                .millis(11, 19)
                .status(Status::Ok)
                .fact(Field::Scope, scope),
        ]
    };
    check(within("one"), "[lookup:ok lookup:ok]");
    check(within("two"), "[lookup:ok]");
}

#[test]
fn a_log_record_tells_how_its_tool_ended() {
    check(
        vec![
            span(1, 1),
            span(1, 2)
                .below(1)
                .tool("Bash")
                .millis(10, 20)
                .fact(Field::ToolCallId, "t1"),
            tool(3, "Bash", 12, 21)
                .fact(Field::ToolCallId, "t1")
                .record(Record::Log),
        ],
        "[Bash:ok]",
    );
}

#[test]
fn without_tool_spans_the_conversation_tells_what_ran() {
    let call = |id, from| span(1, id).below(1).model("m", 1, 1).millis(from, from + 5);
    check(
        vec![
            span(1, 1),
            call(2, 0)
                .list(Field::CalledToolNames, &["lookup"])
                .list(Field::CalledToolIds, &["c1"]),
            call(3, 10)
                .list(Field::AnsweredToolIds, &["c1"])
                .list(Field::CalledToolNames, &["refund"])
                .list(Field::CalledToolIds, &["c2"]),
            call(4, 20)
                .list(Field::AnsweredToolIds, &["c1", "c2"])
                .list(Field::AnsweredToolNames, &["", "refund"])
                .list(Field::AnsweredToolStatuses, &["", "error"]),
        ],
        "[~lookup:? ~refund:error]",
    );
}

#[test]
fn a_tool_that_was_asked_for_and_never_answered_did_not_run() {
    check(
        vec![
            span(1, 1),
            span(1, 2)
                .below(1)
                .model("m", 1, 1)
                .fact(Field::OutputForm, "messages")
                .list(Field::CalledToolNames, &["refund"])
                .list(Field::CalledToolIds, &["c1"]),
        ],
        "[]",
    );
}

#[test]
fn messages_that_came_as_log_records_add_up() {
    let message = |supplement, id: &str| {
        span(1, 2)
            .supplement(supplement)
            .fact(Field::LogSequence, i64::try_from(supplement).unwrap())
            .list(Field::AnsweredToolIds, &[id])
            .list(Field::AnsweredToolNames, &["lookup"])
    };
    check(
        vec![
            span(1, 1),
            span(1, 2).below(1).model("m", 1, 1),
            message(7, "c1"),
            message(8, "c2"),
            message(8, "c2"),
        ],
        "[~lookup:? ~lookup:?]",
    );
}

#[test]
fn a_retry_is_linked_to_what_failed() {
    let assembled = run_of(vec![
        span(1, 1),
        tool(2, "refund", 10, 11)
            .status(Status::Error)
            .fact(Field::ArgumentsToken, "same"),
        tool(3, "refund", 20, 21)
            .status(Status::Error)
            .fact(Field::ArgumentsToken, "same"),
        tool(4, "refund", 30, 31).fact(Field::ArgumentsToken, "same"),
        tool(5, "refund", 40, 41).fact(Field::ArgumentsToken, "same"),
    ]);
    let attempts: Vec<_> = assembled
        .derived
        .calls
        .iter()
        .map(|call| call.facts.int(Field::RetryAttempt))
        .collect();
    assert_eq!(attempts, [None, Some(2), Some(3), None]);
    let retry = &assembled.derived.calls[1];
    assert!(retry.facts.is_inferred(Field::RetryOfSpanId));
}
