//! The server as users get it, measured from outside: thin spans sent over OTLP/HTTP by clients on the same
//! machine, beside a floor taken in the same run. Prints a report, and JSON with `--json`.
//!
//! `cargo xtask bench [--seconds N] [--clients N] [--json]`

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::print_stdout,
    clippy::allow_attributes,
    reason = "it is run by hand or as a test, and ends where something is not as expected"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Spans in a request, as exporters batch them.
const SPANS_PER_REQUEST: u64 = 100;
/// Spans of one run.
const SPANS_PER_RUN: u64 = 10;
/// Kernel clock ticks in a second, on every Linux we are built for.
const TICKS_PER_SEC: f64 = 100.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str, default: u64| {
        let place = arguments.iter().position(|argument| argument == name);
        place
            .and_then(|place| arguments.get(place + 1)?.parse().ok())
            .unwrap_or(default)
    };
    let (seconds, clients) = (option("--seconds", 10), option("--clients", 8));
    let directory = tempfile::tempdir().expect("a directory");
    let mut report = BTreeMap::new();
    report.insert("floor_fsync_p50_millis", fsync_p50_millis(directory.path()));
    report.insert(
        "binary_size_megabytes",
        file_megabytes(Path::new(env!("CARGO_BIN_EXE_everyframe"))),
    );
    let (server, ready_millis) = Server::start(directory.path());
    report.insert("empty_start_to_ready_millis", ready_millis);
    std::thread::sleep(Duration::from_secs(2));
    report.insert("idle_resident_megabytes", server.resident_megabytes());
    report.insert(
        "ack_to_visible_idle_p95_millis",
        visible_p95_millis(&server, 900_000_000),
    );

    let cpu_before = server.cpu_seconds();
    let begun = Instant::now();
    let sent = load(&server, clients, Duration::from_secs(seconds));
    let elapsed = begun.elapsed().as_secs_f64();
    let cpu = server.cpu_seconds() - cpu_before;
    report.insert("thin_spans_acknowledged_per_second", sent as f64 / elapsed);
    report.insert("cpu_seconds_per_thousand_spans", 1_000.0 * cpu / sent as f64);
    report.insert("resident_after_load_megabytes", server.resident_megabytes());
    report.insert(
        "span_wire_bytes",
        template(0).len() as f64 / SPANS_PER_REQUEST as f64,
    );
    report.insert(
        "ack_to_visible_after_load_p95_millis",
        visible_p95_millis(&server, 910_000_000),
    );
    for (stage, micros) in stage_micros(&server.get("/metrics").1, sent) {
        report.insert(
            Box::leak(format!("stage_{stage}_micros_per_span").into_boxed_str()),
            micros,
        );
    }
    reads(&server, &mut report, "after_load");
    let settle_begun = Instant::now();
    let settled = || {
        let stats = server.get("/api/v1/stats").1;
        let count = |name: &str| -> Option<u64> {
            let rest = stats.split(&format!("\"{name}\":")).nth(1)?;
            rest.split([',', '}']).next()?.parse().ok()
        };
        count("runs").is_some() && count("runs") == count("runs_settled")
    };
    while !settled() && settle_begun.elapsed() < SETTLE_PATIENCE {
        std::thread::sleep(Duration::from_millis(500));
    }
    report.insert("settled_after_load_seconds", settle_begun.elapsed().as_secs_f64());
    reads(&server, &mut report, "settled");
    report.insert("resident_settled_megabytes", server.resident_megabytes());
    let stats = server.get("/api/v1/stats").1;
    assert!(
        stats.contains(&format!("\"spans\":{}", sent + 2 * VISIBLE_TRIES)),
        "{stats}: {sent} were acknowledged"
    );
    drop(server);

    if arguments.iter().any(|argument| argument == "--json") {
        let figures: Vec<String> = report
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value:.4}"))
            .collect();
        println!("{{{}}}", figures.join(","));
    } else {
        for (name, value) in &report {
            println!("{name:45} {value:>14.3}");
        }
    }
}

/// How long the last run may take to settle after the load.
const SETTLE_PATIENCE: Duration = Duration::from_secs(180);
/// Requests of each kind.
const READS: usize = 15;

/// The run that is read: one of the first requests.
const RUN_READ: u64 = 123;

/// Times what people read most.
fn reads(server: &Server, report: &mut BTreeMap<&'static str, f64>, when: &str) {
    let run = format!("/api/v1/runs/{RUN_READ:032x}");
    let paths = [
        ("run", run.clone()),
        ("run_spans", format!("{run}/spans")),
        ("newest_50", "/api/v1/runs?limit=50".to_owned()),
        (
            "newest_50_failed_of_tenant",
            "/api/v1/runs?limit=50&q=tenant_id:tenant-7%20errors:%3E0".to_owned(),
        ),
        (
            "run_by_id_in_list",
            format!("/api/v1/runs?q=run_id:{:032x}", 12_346),
        ),
    ];
    for (name, path) in paths {
        let mut millis: Vec<f64> = (0..READS)
            .map(|_| {
                let begun = Instant::now();
                let (status, answer) = server.get(&path);
                assert_eq!(status, 200, "{path}: {answer}");
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        millis.sort_by(f64::total_cmp);
        for (part, value) in [("p50", millis[READS / 2]), ("max", millis[READS - 1])] {
            report.insert(
                Box::leak(format!("read_{name}_{when}_{part}_millis").into_boxed_str()),
                value,
            );
        }
    }
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(directory: &Path) -> (Self, f64) {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_everyframe"))
            .args(["serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])
            .arg("--data")
            .arg(directory.join("data"))
            .arg("--key-file")
            .arg(directory.join("root.key"))
            .env("EVERYFRAME_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut line)
            .expect("a line");
        let ready_millis = begun.elapsed().as_secs_f64() * 1e3;
        let address = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http="))
            .expect("ready")
            .to_owned();
        (Self { child, address }, ready_millis)
    }

    fn process_file(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.child.id())).unwrap_or_default()
    }

    fn cpu_seconds(&self) -> f64 {
        let text = self.process_file("stat");
        let after_name = text.rsplit(')').next().unwrap_or_default();
        let fields: Vec<f64> = after_name
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        (fields[11] + fields[12]) / TICKS_PER_SEC
    }

    fn resident_megabytes(&self) -> f64 {
        let text = self.process_file("status");
        let line = text
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|kilobytes| kilobytes.parse::<f64>().ok())
            .unwrap_or(0.0)
            / 1e3
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let status = answer
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        let body = answer
            .split_once("\r\n\r\n")
            .map_or("", |(_, body)| body)
            .to_owned();
        (status, body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends one body on an open connection and reads the answer's status.
fn post(stream: &mut BufReader<TcpStream>, body: &[u8]) -> u16 {
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.get_mut().write_all(head.as_bytes()).expect("sent");
    stream.get_mut().write_all(body).expect("sent");
    let (mut status, mut length, mut line) = (0, 0_usize, String::new());
    loop {
        line.clear();
        stream.read_line(&mut line).expect("an answer");
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if line.starts_with("http/") {
            status = line
                .split_whitespace()
                .nth(1)
                .and_then(|status| status.parse().ok())
                .unwrap_or(0);
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest).expect("the body");
    status
}

fn load(server: &Server, clients: u64, duration: Duration) -> u64 {
    let next = Arc::new(AtomicU64::new(1));
    let acknowledged = Arc::new(AtomicU64::new(0));
    let deadline = Instant::now() + duration;
    let clients: Vec<_> = (0..clients)
        .map(|_| {
            let (next, acknowledged, address) = (
                Arc::clone(&next),
                Arc::clone(&acknowledged),
                server.address.clone(),
            );
            std::thread::spawn(move || {
                let mut stream = BufReader::new(TcpStream::connect(address).expect("a connection"));
                while Instant::now() < deadline {
                    let body = template(next.fetch_add(1, Ordering::Relaxed));
                    let mut status = post(&mut stream, &body);
                    while status == 429 || status == 503 {
                        std::thread::sleep(Duration::from_millis(20));
                        status = post(&mut stream, &body);
                    }
                    assert_eq!(status, 200);
                    acknowledged.fetch_add(SPANS_PER_REQUEST, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for client in clients {
        client.join().expect("a client");
    }
    acknowledged.load(Ordering::Relaxed)
}

const VISIBLE_TRIES: u64 = 40;

/// From the answer to a request until the run is in the list of runs.
fn visible_p95_millis(server: &Server, first_trace: u64) -> f64 {
    let mut stream = BufReader::new(TcpStream::connect(&server.address).expect("a connection"));
    let mut millis: Vec<f64> = (0..VISIBLE_TRIES)
        .map(|number| {
            let mut body = Vec::new();
            let trace = first_trace + number;
            write_request(&mut body, &[span(trace, 1, None)]);
            assert_eq!(post(&mut stream, &body), 200);
            let begun = Instant::now();
            let path = format!("/api/v1/runs?q=run_id:{:032x}", trace);
            while !server.get(&path).1.contains("\"run_id\"") {
                assert!(
                    begun.elapsed() < Duration::from_secs(10),
                    "the run becomes visible"
                );
                std::thread::sleep(Duration::from_millis(2));
            }
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    millis[millis.len() * 95 / 100]
}

fn fsync_p50_millis(directory: &Path) -> f64 {
    let mut file = std::fs::File::create(directory.join("floor")).expect("a file");
    let mut millis: Vec<f64> = (0..100)
        .map(|_| {
            file.write_all(&[7; 16 * 1024]).expect("written");
            let begun = Instant::now();
            file.sync_data().expect("synced");
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    millis[millis.len() / 2]
}

fn file_megabytes(path: &Path) -> f64 {
    std::fs::metadata(path).map_or(0.0, |file| file.len() as f64 / 1e6)
}

/// Microseconds each stage took per span, from the server's own histograms.
fn stage_micros(metrics: &str, spans: u64) -> BTreeMap<String, f64> {
    let mut stages = BTreeMap::new();
    for line in metrics.lines().filter(|line| line.contains("_stage_seconds_sum")) {
        let stage = line
            .split("stage=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let seconds = line
            .rsplit(' ')
            .next()
            .and_then(|value| value.parse::<f64>().ok());
        if let (Some(stage), Some(seconds)) = (stage, seconds) {
            *stages.entry(stage.to_owned()).or_default() += 1e6 * seconds / spans as f64;
        }
    }
    stages
}

/// A request of thin spans: ten runs of ten spans, with the attributes of a usual instrumentation and no content.
fn template(request: u64) -> Vec<u8> {
    let spans: Vec<Vec<u8>> = (0..SPANS_PER_REQUEST)
        .map(|index| {
            let trace = request * (SPANS_PER_REQUEST / SPANS_PER_RUN) + index / SPANS_PER_RUN;
            let number = 1 + index % SPANS_PER_RUN;
            span(trace, number, (number > 1).then_some(1))
        })
        .collect();
    let mut body = Vec::new();
    write_request(&mut body, &spans);
    body
}

fn write_request(body: &mut Vec<u8>, spans: &[Vec<u8>]) {
    let mut resource = Vec::new();
    for (key, value) in [
        ("service.name", "bench"),
        ("deployment.environment.name", "bench"),
    ] {
        field(&mut resource, 1, &attribute(key, &text(value)));
    }
    let mut scope = Vec::new();
    field(&mut scope, 1, b"bench.instrumentation");
    let mut scope_spans = Vec::new();
    field(&mut scope_spans, 1, &scope);
    for span in spans {
        field(&mut scope_spans, 2, span);
    }
    let mut resource_spans = Vec::new();
    field(&mut resource_spans, 1, &resource);
    field(&mut resource_spans, 2, &scope_spans);
    field(body, 1, &resource_spans);
}

fn span(trace: u64, number: u64, parent: Option<u64>) -> Vec<u8> {
    let mut span = Vec::with_capacity(900);
    field(&mut span, 1, &u128::from(trace).to_be_bytes());
    field(&mut span, 2, &(trace << 8 | number).to_be_bytes());
    if let Some(parent) = parent {
        field(&mut span, 4, &(trace << 8 | parent).to_be_bytes());
    }
    let name = if number == 1 {
        "invoke_agent support"
    } else {
        "chat gpt-4o-mini"
    };
    field(&mut span, 5, name.as_bytes());
    varint(&mut span, 6 << 3);
    varint(&mut span, 3);
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("a clock")
        .as_nanos() as u64;
    for (number, time) in [(7, now - 2_000_000), (8, now)] {
        varint(&mut span, number << 3 | 1);
        span.extend(time.to_le_bytes());
    }
    let attributes = [
        (
            "gen_ai.operation.name",
            text(if parent.is_some() { "chat" } else { "invoke_agent" }),
        ),
        ("gen_ai.provider.name", text("openai")),
        ("gen_ai.agent.name", text("support-agent")),
        ("gen_ai.request.model", text("gpt-4o-mini")),
        ("gen_ai.response.model", text("gpt-4o-mini-2024-07-18")),
        (
            "gen_ai.response.id",
            text(&format!("chatcmpl-{trace:012x}{number:04x}")),
        ),
        (
            "gen_ai.conversation.id",
            text(&format!("session-{:08x}", trace / 4)),
        ),
        ("gen_ai.usage.input_tokens", int(1_200 + number)),
        ("gen_ai.usage.output_tokens", int(80 + number)),
        ("gen_ai.request.temperature", text("0.2")),
        ("gen_ai.response.finish_reasons", text("stop")),
        ("server.address", text("api.example.internal")),
        ("server.port", int(443)),
        ("http.response.status_code", int(200)),
        ("everyframe.tenant.id", text(&format!("tenant-{}", trace % 50))),
        ("gen_ai.workflow.name", text("support-workflow")),
        ("thread.name", text("worker-7")),
    ];
    for (key, value) in attributes {
        field(&mut span, 9, &attribute(key, &value));
    }
    field(&mut span, 15, &[0x18, 1]);
    span
}

fn attribute(key: &str, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    field(&mut bytes, 1, key.as_bytes());
    field(&mut bytes, 2, value);
    bytes
}

fn text(value: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    field(&mut bytes, 1, value.as_bytes());
    bytes
}

fn int(value: u64) -> Vec<u8> {
    let mut bytes = vec![0x18];
    varint(&mut bytes, value);
    bytes
}

/// A length-delimited protobuf field.
fn field(bytes: &mut Vec<u8>, number: u64, value: &[u8]) {
    varint(bytes, number << 3 | 2);
    varint(bytes, value.len() as u64);
    bytes.extend(value);
}

fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
