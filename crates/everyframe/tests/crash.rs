//! The server killed at random instants under load: what it acknowledged is there, once, and every run settles.
//!
//! A short version runs with the other tests; `EVERYFRAME_CRASH_CYCLES=200` is the long one.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    reason = "it is run by hand or as a test, and ends where something is not as expected"
)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const CYCLES_DEFAULT: u64 = 6;
const CLIENTS: u64 = 4;
const SPANS_PER_REQUEST: u64 = 5;
const SETTLE_SECS: u64 = 120;

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(data: &Path, key_file: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_everyframe"))
            .args([
                "serve",
                "--http",
                "127.0.0.1:0",
                "--grpc",
                "127.0.0.1:0",
                "--capture",
                "redacted",
            ])
            .arg("--data")
            .arg(data)
            .arg("--key-file")
            .arg(key_file)
            .env("EVERYFRAME_LOG", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("its first line");
        let address = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http="))
            .unwrap_or_else(|| panic!("not a ready line: {line:?}"))
            .to_owned();
        Self {
            child,
            url: format!("http://{address}"),
        }
    }

    /// Ends it at this instant, as a power cut would.
    fn kill(self) {
        drop(self);
    }

    fn get(&self, path: &str) -> serde_json::Value {
        let mut answer = ureq::get(format!("{}{path}", self.url))
            .call()
            .expect("an answer");
        answer.body_mut().read_json().expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Numbers without a pattern, the same in every run (splitmix64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

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

#[test]
fn nothing_acknowledged_is_lost_or_doubled_however_often_it_is_killed() {
    let cycles = std::env::var("EVERYFRAME_CRASH_CYCLES")
        .ok()
        .and_then(|cycles| cycles.parse().ok())
        .unwrap_or(CYCLES_DEFAULT);
    let directory = tempfile::tempdir().unwrap();
    let (data, key_file) = (directory.path().join("data"), directory.path().join("root.key"));
    let mut random = Seeded(0x5eed);
    let mut next_trace = 1;
    let mut all = BTreeSet::new();
    let mut to_resend: Vec<Request> = Vec::new();
    for cycle in 0..cycles {
        let server = Server::start(&data, &key_file);
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
        let (sent, acknowledged) = load(
            server,
            &mut next_trace,
            Duration::from_millis(5 + random.next() % 700),
        );
        all.extend(sent.iter().map(|request| request.trace));
        let server = Server::start(&data, &key_file);
        for trace in &acknowledged {
            for span in [1, SPANS_PER_REQUEST] {
                let _ = server.get(&format!("/api/v1/spans/{}/{span:016x}", trace_hex(*trace)));
            }
        }
        server.kill();
        to_resend = sent;
    }
    let server = Server::start(&data, &key_file);
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
    let server = Server::start(&data, &key_file);
    wait_until_settled(&server, expected);
    assert_eq!(server.get("/api/v1/stats")["spans"], expected * SPANS_PER_REQUEST);
}

fn wait_until_settled(server: &Server, expected: u64) {
    let deadline = Instant::now() + Duration::from_secs(SETTLE_SECS);
    loop {
        let stats = server.get("/api/v1/stats");
        if ["runs", "runs_settled"]
            .iter()
            .all(|count| stats.get(count).is_some_and(|count| *count == expected))
        {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "every run settles: {expected} expected, {stats}"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}
