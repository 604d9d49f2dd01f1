//! JSON lines on `/v1/events`.

use catalog::ledger::{Counter, Signal};
use http::StatusCode;
use serde_json::json;

use crate::client::post;
use crate::server::Server;

const LINES: (&str, &str) = ("content-type", "application/x-ndjson");
const STARTED: &str =
    r#"{"event":"span_started","run_id":"r1","span_id":"s1","name":"refund.create","metadata":{}}"#;
const FINISHED: &str = r#"{"event":"span_finished","run_id":"r1","span_id":"s1","name":"refund.create","status":"ok","latency_ms":12.5}"#;

#[tokio::test]
async fn lines_are_taken_under_every_content_type() {
    for content_type in [
        "application/x-ndjson",
        "application/jsonl",
        "application/json",
        "text/plain; charset=utf-8",
    ] {
        let server = Server::start().await;
        let body = format!("{STARTED}\n{FINISHED}\n");
        let reply = post(server.http, "/v1/events", &[("content-type", content_type)], body).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.json(), json!({"accepted": 2, "rejected": 0, "errors": []}));
        assert_eq!(server.counted(Signal::Events, Counter::Received).await, 2);
        assert_eq!(server.log.batches().len(), 1);
    }
}

#[tokio::test]
async fn good_lines_are_stored_and_bad_ones_named_by_number() {
    let server = Server::start().await;
    let body = format!("{STARTED}\n\nnot json: sk-secret\r\n{FINISHED}\n{{\"event\":\"span_started\"}}");
    let reply = post(server.http, "/v1/events", &[LINES], body).await;
    assert_eq!(reply.status, StatusCode::OK);
    let answer = reply.json();
    assert_eq!(
        (answer["accepted"].as_u64(), answer["rejected"].as_u64()),
        (Some(2), Some(2))
    );
    assert_eq!(answer["errors"][0]["line"], 3);
    assert_eq!(answer["errors"][1]["line"], 5);
    for error in answer["errors"].as_array().unwrap() {
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains("sk-secret"), "{message}");
    }
    assert_eq!(server.counted(Signal::Events, Counter::Refused).await, 2);
}

#[tokio::test]
async fn only_where_nothing_was_good_is_it_a_bad_request() {
    let server = Server::start().await;
    let reply = post(server.http, "/v1/events", &[LINES], "nothing\ngood\n").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.json()["rejected"], 2);
    let reply = post(server.http, "/v1/events", &[LINES], "\n\n").await;
    assert_eq!(
        (reply.status, &reply.json()["rejected"]),
        (StatusCode::OK, &json!(0))
    );
    let reply = post(
        server.http,
        "/v1/events",
        &[("content-type", "text/html")],
        STARTED,
    )
    .await;
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(server.log.batches().is_empty());
}

#[tokio::test]
async fn very_many_bad_lines_are_all_counted_and_the_first_named() {
    let server = Server::start().await;
    let reply = post(server.http, "/v1/events", &[LINES], "bad\n".repeat(1000)).await;
    let answer = reply.json();
    assert_eq!(answer["rejected"], 1000);
    assert_eq!(answer["errors"].as_array().unwrap().len(), 100);
}
