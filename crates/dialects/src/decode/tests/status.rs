//! How a span ended: errors, waits for a person, cancellations, and what a link may say.

use super::*;

fn failing(class: &'static str, message: &'static str) -> Span<'static> {
    let mut span = span("s", &json!({}));
    span.status_code = StatusCode::Error;
    span.events.push(otlp::Event {
        time_unix_nanos: 101 * SECOND,
        name: "exception".into(),
        attributes: attributes(&json!({"exception.type": class, "exception.message": message})),
    });
    span
}

#[test]
fn an_error_has_the_class_of_its_exception() {
    let decoded = decode_one("x", failing("shop.Timeout", "took too long"));
    check_lines(
        &decoded,
        &[
            "status error",
            "error_class Timeout",
            "error_message took too long",
        ],
    );
}

#[test]
fn a_wrapped_error_has_the_class_its_message_names() {
    let decoded = decode_one(
        "langsmith",
        failing("Exception", "Timeout('took too long')Traceback …"),
    );
    check_lines(&decoded, &["error_class Timeout", "inferred error_class"]);
}

#[test]
fn an_interrupt_is_a_wait_whatever_the_status_says() {
    let decoded = decode_one(
        "x",
        failing(
            "langgraph.errors.GraphInterrupt",
            "(Interrupt(value=1, id='ab12'),)",
        ),
    );
    check_lines(
        &decoded,
        &[
            "status paused",
            "approval_id ab12",
            "inferred approval_id",
            "no error_class",
        ],
    );
}

#[test]
fn a_span_somebody_stopped_is_cancelled() {
    check_lines(
        &decode_one("x", failing("asyncio.CancelledError", "")),
        &["status cancelled"],
    );
}

#[test]
fn a_running_span_has_no_status_yet() {
    let mut running = span("s", &json!({}));
    running.end_unix_nanos = 0;
    let decoded = decode_one("x", running);
    check_lines(&decoded, &["status unknown"]);
    assert_eq!(decoded.span.record, trace::Record::Started);
}

#[test]
fn a_link_may_take_up_other_work() {
    let mut resumed = span("s", &json!({}));
    resumed.links.push(otlp::Link {
        trace_id: Cow::Owned(vec![9; 16]),
        span_id: Cow::Owned(vec![9; 8]),
        attributes: attributes(&json!({"everyframe.link.type": "resume"})),
    });
    assert!(decode_one("x", resumed).span.links[0].is_resume);
}

#[test]
fn an_agent_that_ends_with_a_question_for_approval_waits() {
    let asked = json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.output.messages": [{"role": "assistant",
        "parts": [{"type": "function_approval_request", "id": "a1", "function_call": {"name": "refund"}}]}]});
    check(
        "agent_framework",
        "s",
        &asked,
        &["status paused", "approval_id a1", "inferred approval_id"],
    );
    let answered = json!({"gen_ai.operation.name": "invoke_agent", "gen_ai.input.messages": [{"role": "user",
        "parts": [{"type": "function_approval_response", "id": "a1", "approved": false}]}]});
    check(
        "agent_framework",
        "s",
        &answered,
        &[
            "kind agent",
            "status ok",
            "approval_id a1",
            "approval_decision rejected",
        ],
    );
}
