//! The sample runs: six afternoons of a support agent, each ending in its own way.
//!
//! They are written for reading: every one has a goal, the documents it rested on, the decisions it took, and
//! enough evidence to say which step went wrong first, if one did. People, orders and documents are made up.

mod troubled;

use serde_json::{Value, json};
use trace::UnixNanos;
use trace::time::NANOS_PER_MILLI;

use self::troubled::{
    injected_refund_stopped_by_a_guardrail, large_refund_rejected_by_a_person,
    payment_time_out_healed_by_a_retry, search_loop_that_exhausts_its_budget,
};
use super::steps::{
    Document, ISSUE_CREDIT, LOOKUP_ORDER, REFUND_ORDER, Turn, USUAL, asks_for, guardrail, model, retrieval,
    says, state, told, tool,
};
use super::telemetry::{Attributes, Recorder};

/// The refund policy in force.
const POLICY_IN_FORCE: Document = Document {
    id: "policy-refunds",
    version: "2026-10",
    score: 0.93,
    text: "Within 30 days: refund. From day 31 to day 90: store credit only. Above 250 euros a support lead approves.",
};
/// An old version of it that should have left the index.
const POLICY_STALE: Document = Document {
    id: "policy-refunds",
    version: "2025-02",
    score: 0.94,
    text: "Within 60 days: refund to the original payment method. Above 500 euros a support lead approves.",
};
/// A document that is always found and rarely matters.
const SHIPPING: Document = Document {
    id: "policy-shipping",
    version: "2026-03",
    score: 0.41,
    text: "Damage in transit is reported within 14 days with a photo.",
};

/// Minutes before the present at which each run began, in the order of [`requests`].
const MINUTES_AGO: [i64; 6] = [52, 41, 33, 24, 15, 6];

/// Every run as one OTLP request, ending shortly before `now`.
pub(super) fn requests(now: UnixNanos) -> Vec<Value> {
    let resource: Attributes = vec![
        ("service.name", json!("support-agent")),
        ("service.version", json!("2.4.0")),
        ("deployment.environment.name", json!("demo")),
    ];
    let scenes: [fn(UnixNanos) -> Recorder; 6] = [
        credit_after_the_policy_in_force,
        refund_after_a_stale_policy,
        injected_refund_stopped_by_a_guardrail,
        large_refund_rejected_by_a_person,
        search_loop_that_exhausts_its_budget,
        payment_time_out_healed_by_a_retry,
    ];
    scenes
        .iter()
        .zip(MINUTES_AGO)
        .map(|(scene, minutes)| scene(now.plus_nanos(-minutes * 60_000 * NANOS_PER_MILLI)).request(&resource))
        .collect()
}

/// A run of the agent: what it is to do, for whom.
fn begin(
    run_id: &'static str,
    started: UnixNanos,
    task_id: &str,
    tenant: &str,
    conversation: &str,
    goal: &str,
) -> Recorder {
    let root: Attributes = vec![
        ("gen_ai.operation.name", json!("invoke_agent")),
        ("gen_ai.agent.name", json!("support_agent")),
        ("gen_ai.agent.version", json!("2.4.0")),
        ("gen_ai.conversation.id", json!(conversation)),
        ("gen_ai.workflow.name", json!("refunds")),
        ("everyframe.workflow.version", json!("2026-11")),
        ("everyframe.run.id", json!(run_id)),
        ("everyframe.run.task.id", json!(task_id)),
        ("everyframe.run.goal.type", json!("refund_request")),
        ("everyframe.run.goal", json!(goal)),
        ("everyframe.tenant.id", json!(tenant)),
    ];
    Recorder::new(run_id, started, "invoke_agent support_agent", root)
}

const KETTLE_REQUEST: &str = "My kettle from order K-2041 leaks. I want my money back. You reach me at \
    ada.example@example.com, the card was 4111 1111 1111 1111.";

fn kettle_order() -> Value {
    json!({"order": "K-2041", "item": "kettle", "amount": 89.0, "days_since_delivery": 44, "status": "delivered"})
}

/// The model looks up an order and is told what it is.
fn look_up(recorder: &mut Recorder, request: &str, order: &Value) -> Vec<Value> {
    let arguments = json!({"order": order.get("order")});
    let mut talk = vec![says("user", request)];
    let answer = asks_for("lookup_order", "call_1", &arguments);
    model(
        recorder,
        &Turn {
            model: USUAL,
            millis: 640,
            tokens: (812, 512, 24),
            asked: talk.clone(),
            answer: answer.clone(),
            decision: None,
        },
    );
    tool(recorder, LOOKUP_ORDER, "call_1", &arguments, Ok(order), vec![]);
    talk.extend([answer, told("call_1", order)]);
    talk
}

/// The model says the last word.
fn close(recorder: &mut Recorder, talk: Vec<Value>, text: &str) {
    model(
        recorder,
        &Turn {
            model: USUAL,
            millis: 710,
            tokens: (1_420, 1_024, 61),
            asked: talk,
            answer: says("assistant", text),
            decision: None,
        },
    );
}

fn credit_after_the_policy_in_force(started: UnixNanos) -> Recorder {
    let mut run = begin(
        "demo-success",
        started,
        "kettle-44-days",
        "acme",
        "chat-1001",
        "Settle the complaint about the leaking kettle of order K-2041",
    );
    let mut talk = look_up(&mut run, KETTLE_REQUEST, &kettle_order());
    retrieval(
        &mut run,
        "refund 44 days after delivery",
        &[&POLICY_IN_FORCE, &SHIPPING],
    );
    let arguments = json!({"order": "K-2041", "amount": 89.0});
    let answer = asks_for("issue_credit", "call_2", &arguments);
    model(
        &mut run,
        &Turn {
            model: USUAL,
            millis: 980,
            tokens: (1_266, 768, 38),
            asked: talk.clone(),
            answer: answer.clone(),
            decision: Some((
                "Day 44 lies between 31 and 90, so the policy gives store credit.",
                "issue_credit",
                &["refund_order", "escalate"],
                0.91,
            )),
        },
    );
    guardrail(
        &mut run,
        "credit_within_90_days",
        "allow",
        "allow",
        "44 days, 89 euros",
    );
    let result = json!({"credit": "C-771", "amount": 89.0});
    tool(
        &mut run,
        ISSUE_CREDIT,
        "call_2",
        &arguments,
        Ok(&result),
        vec![("everyframe.evidence.document_ids", json!(["policy-refunds"]))],
    );
    state(
        &mut run,
        "open",
        "resolved",
        &json!({"ticket.status": "resolved", "ticket.credit": "C-771"}),
    );
    talk.extend([answer, told("call_2", &result)]);
    close(
        &mut run,
        talk,
        "I have added 89 euros of store credit to your account, as the kettle is past its 30 days.",
    );
    run.ended("success", "answered");
    run
}

fn refund_after_a_stale_policy(started: UnixNanos) -> Recorder {
    let mut run = begin(
        "demo-stale-policy",
        started,
        "kettle-44-days",
        "acme",
        "chat-1002",
        "Settle the complaint about the leaking kettle of order K-2041",
    );
    let mut talk = look_up(&mut run, KETTLE_REQUEST, &kettle_order());
    retrieval(
        &mut run,
        "refund 44 days after delivery",
        &[&POLICY_STALE, &SHIPPING],
    );
    let arguments = json!({"order": "K-2041", "amount": 89.0, "to": "original_payment"});
    let answer = asks_for("refund_order", "call_2", &arguments);
    model(
        &mut run,
        &Turn {
            model: USUAL,
            millis: 940,
            tokens: (1_251, 768, 41),
            asked: talk.clone(),
            answer: answer.clone(),
            decision: Some((
                "Day 44 is within the 60 days of the policy found, so the money goes back.",
                "refund_order",
                &["issue_credit", "escalate"],
                0.88,
            )),
        },
    );
    let result = json!({"refund": "R-310", "amount": 89.0});
    tool(
        &mut run,
        REFUND_ORDER,
        "call_2",
        &arguments,
        Ok(&result),
        vec![("everyframe.evidence.document_ids", json!(["policy-refunds"]))],
    );
    state(
        &mut run,
        "open",
        "resolved",
        &json!({"ticket.status": "resolved", "ticket.refund": "R-310"}),
    );
    talk.extend([answer, told("call_2", &result)]);
    close(
        &mut run,
        talk,
        "Your 89 euros are on their way back to your card.",
    );
    run.ended("failure", "corrected_by_reviewer");
    run
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_run_lies_in_the_past_and_has_ids_of_its_own() {
        let now = UnixNanos(1_800_000_000_000_000_000);
        let mut ids = HashSet::new();
        let mut traces = HashSet::new();
        for request in requests(now) {
            let spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
                .as_array()
                .unwrap()
                .clone();
            assert!(spans.len() > 6);
            for span in spans {
                let end: i64 = span["endTimeUnixNano"].as_str().unwrap().parse().unwrap();
                assert!(end < now.0);
                assert!(ids.insert(span["spanId"].to_string()), "{span}");
                traces.insert(span["traceId"].to_string());
            }
        }
        assert_eq!(traces.len(), MINUTES_AGO.len());
    }
}
