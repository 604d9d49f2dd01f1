//! The server killed at random instants under load: what it acknowledged is there, once, and every run settles.
//!
//! A short version runs with the other tests; `EVERYFRAME_CRASH_CYCLES=200` is the long one.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::server::{Place, Server};

const CYCLES_DEFAULT: u64 = 6;
const CLIENTS: u64 = 4;
const SPANS_PER_REQUEST: u64 = 5;
/// The longest a server lives, in milliseconds: some of them flush, some end before they have answered once.
const LIFETIME_MILLIS: u64 = 700;

/// One request: a whole run of one trace, with content that other requests share in part.
#[derive(Clone)]
struct Request {
    trace: u64,
    body: String,
}

fn trace_hex(trace: u64) -> String {
    format!("c0ffee00c0ffee00{trace:016x}")
}

fn request(trace: u64) -> Request {
    let start = 1_760_000_000_000_000_000 + trace * 1_000_000;
    let spans: Vec<serde_json::Value> = (1..=SPANS_PER_REQUEST)
        .map(|span| {
            let parent = if span == 1 {
                String::new()
            } else {
                format!("{:016x}", 1)
            };
            serde_json::json!({
                "traceId": trace_hex(trace),
                "spanId": format!("{span:016x}"),
                "parentSpanId": parent,
                "name": "execute_tool lookup",
                "kind": 1,
                "startTimeUnixNano": (start + span).to_string(),
                "endTimeUnixNano": (start + 1_000 * span).to_string(),
                "attributes": [
                    {"key": "gen_ai.operation.name", "value": {"stringValue": "execute_tool"}},
                    {"key": "gen_ai.tool.name", "value": {"stringValue": "lookup"}},
                    {"key": "gen_ai.tool.call.result",
                     "value": {"stringValue": format!("{{\"row\": {}}}", trace % 7)}},
                ],
                "status": {"code": 1},
            })
        })
        .collect();
    let body = serde_json::json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]});
    Request {
        trace,
        body: body.to_string(),
    }
}

fn send(url: &str, request: &Request) -> bool {
    ureq::post(format!("{url}/v1/traces"))
        .header("content-type", "application/json")
        .send(request.body.as_str())
        .is_ok_and(|answer| answer.status() == 200)
}

/// Sends from several clients until the server is killed. Answers what was sent and what was acknowledged.
fn load(server: Server, next_trace: &mut u64, lifetime: Duration) -> (Vec<Request>, BTreeSet<u64>) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let is_over = Arc::new(AtomicBool::new(false));
    let first = *next_trace;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (url, sent, acknowledged, is_over) = (
                server.url.clone(),
                Arc::clone(&sent),
                Arc::clone(&acknowledged),
                Arc::clone(&is_over),
            );
            std::thread::spawn(move || {
                let mut trace = first + client;
                while !is_over.load(Ordering::Relaxed) {
                    let request = request(trace);
                    sent.lock().unwrap().push(request.clone());
                    if send(&url, &request) {
                        acknowledged.lock().unwrap().insert(trace);
                    }
                    trace += CLIENTS;
                }
                trace
            })
        })
        .collect();
    std::thread::sleep(lifetime);
    server.kill();
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        *next_trace = (*next_trace).max(client.join().unwrap());
    }
    *next_trace += CLIENTS;
    let sent = sent.lock().unwrap().clone();
    let acknowledged = acknowledged.lock().unwrap().clone();
    (sent, acknowledged)
}

/// How long the server of a cycle lives: without a pattern, and the same in every run (Knuth's multiplicative
/// hash, The Art of Computer Programming, volume 3, section 6.4).
const fn lifetime(cycle: u64) -> Duration {
    let spread = cycle.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    Duration::from_millis(5 + spread % LIFETIME_MILLIS)
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_however_often_it_is_killed() {
    let cycles = std::env::var("EVERYFRAME_CRASH_CYCLES")
        .ok()
        .and_then(|cycles| cycles.parse().ok())
        .unwrap_or(CYCLES_DEFAULT);
    let place = Place::new();
    let mut next_trace = 1;
    let mut all = BTreeSet::new();
    let mut to_resend: Vec<Request> = Vec::new();
    for cycle in 0..cycles {
        let server = Server::start(&place, "redacted");
        // Every request of the cycle before again: some had been acknowledged, some only logged, some neither.
        for request in &to_resend {
            assert!(
                send(&server.url, request),
                "cycle {cycle}: a request sent again is taken"
            );
        }
        for request in to_resend.iter().step_by(7) {
            let path = format!(
                "/api/v1/spans/{}/{:016x}",
                trace_hex(request.trace),
                SPANS_PER_REQUEST
            );
            let _ = server.get(&path);
        }
        let (sent, acknowledged) = load(server, &mut next_trace, lifetime(cycle));
        all.extend(sent.iter().map(|request| request.trace));
        let server = Server::start(&place, "redacted");
        for trace in &acknowledged {
            for span in [1, SPANS_PER_REQUEST] {
                let _ = server.get(&format!("/api/v1/spans/{}/{span:016x}", trace_hex(*trace)));
            }
        }
        server.kill();
        to_resend = sent;
    }
    let server = Server::start(&place, "redacted");
    for request in &to_resend {
        assert!(send(&server.url, request));
    }
    let expected = u64::try_from(all.len()).unwrap();
    let stats = server.get("/api/v1/stats");
    assert_eq!(
        stats["spans"],
        expected * SPANS_PER_REQUEST,
        "each span once: {stats}"
    );
    for trace in &all {
        let spans = server.get(&format!("/api/v1/runs/{}/spans", trace_hex(*trace)));
        assert_eq!(spans["total"], SPANS_PER_REQUEST, "{spans}");
    }
    wait_until_settled(&server, expected);
    server.kill();
    // Rows that were settled and not yet written are made again.
    let server = Server::start(&place, "redacted");
    wait_until_settled(&server, expected);
    assert_eq!(server.get("/api/v1/stats")["spans"], expected * SPANS_PER_REQUEST);
}

fn wait_until_settled(server: &Server, expected: u64) {
    let counts = ["runs", "runs_settled"];
    server.wait_for("every run to settle", |stats| {
        counts.iter().all(|count| stats[count] == expected)
    });
}
