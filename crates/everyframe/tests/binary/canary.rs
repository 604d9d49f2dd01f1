//! One secret in every field of every OTLP message and of every event, by every way in, at every capture level:
//! none of them is in a file, a log line, a metric or an answer afterwards.
//!
//! The messages are made of whole struct literals, so a field that a later version of the protocol adds does not
//! compile until it carries a secret too.

mod messages;
mod search;

use std::process::Stdio;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message as _;
use serde_json::Value;

use self::messages::Secrets;
use crate::server::{Place, Server, run};

const PROTOBUF: &[(&str, &str)] = &[("content-type", "application/x-protobuf")];
/// Runs of events whose spans do not end.
const OPEN_RUNS_MAX: u64 = 4;
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

#[test]
fn no_secret_of_any_field_is_stored_or_told_at_metadata() {
    check("metadata");
}

#[test]
fn no_secret_of_any_field_is_stored_or_told_at_redacted() {
    check("redacted");
}

#[test]
fn no_secret_of_any_field_is_stored_or_told_under_the_regulated_profile() {
    check("regulated");
}

/// Looks for secrets at a capture level, or under a profile.
fn check(capture: &str) {
    let place = Place::new();
    let mut secrets = Secrets::default();
    let mut answers = Vec::new();
    let log = place.file("server.log", "");
    let server = start(&place, capture, &log);
    send(&server, &place, &mut secrets, &mut answers);
    assert!(secrets.made() > 500, "every field has one: {}", secrets.made());
    ask(&server, &mut answers);
    server.kill();

    // After a crash the log is read again; after an end everything went to its tables.
    let server = start(&place, capture, &log);
    ask(&server, &mut answers);
    assert_eq!(server.stop(), Some(0));
    let server = start(&place, capture, &log);
    ask(&server, &mut answers);
    assert_eq!(server.stop(), Some(0));

    let ordinary = search::Search::new(messages::ORDINARY, &secrets).folder(&place.data());
    assert_eq!(
        !ordinary.is_empty(),
        capture == "redacted",
        "the search sees what is kept: {}",
        ordinary.join("\n")
    );
    let search = search::Search::new(messages::MARK, &secrets);
    let mut found = search.folder(&place.data());
    found.extend(search.bytes("server log", &std::fs::read(&log).expect("a log")));
    for (path, answer) in &answers {
        found.extend(search.bytes(path, answer));
    }
    assert!(found.is_empty(), "at {capture}:\n{}", found.join("\n"));
}

fn start(place: &Place, capture: &str, log: &str) -> Server {
    let mut command = if capture == "regulated" {
        let written = run(&["policy", "init", "--profile", capture]);
        let policy = place.file("policy.toml", &String::from_utf8_lossy(&written.stdout));
        Server::command_with(&place.data(), &place.key_file(), ["--policy", &policy])
    } else {
        Server::command(&place.data(), &place.key_file(), capture)
    };
    let log = std::fs::OpenOptions::new().append(true).open(log).expect("a log");
    command
        .env("EVERYFRAME_LOG", "debug,h2=off,hyper=off")
        .stderr(Stdio::from(log));
    Server::ready(command)
}

/// Sends secrets by every way in.
fn send(server: &Server, place: &Place, secrets: &mut Secrets, answers: &mut Vec<(String, Vec<u8>)>) {
    let mut post = |path: &str, headers: &[(&str, &str)], body: Vec<u8>| {
        let (status, answer) = server.post(path, headers, &body);
        assert!(status < 500, "{path}: {status}");
        answers.push((format!("the answer of {path}"), answer));
    };
    for headers in [PROTOBUF, JSON] {
        let (traces, logs, metrics) = (secrets.traces(), secrets.logs(), secrets.metrics());
        let is_json = headers == JSON;
        let json = |value: serde_json::Result<Vec<u8>>| value.expect("JSON");
        post(
            "/v1/traces",
            headers,
            match is_json {
                true => json(serde_json::to_vec(&traces)),
                false => traces.encode_to_vec(),
            },
        );
        post(
            "/v1/logs",
            headers,
            match is_json {
                true => json(serde_json::to_vec(&logs)),
                false => logs.encode_to_vec(),
            },
        );
        post(
            "/v1/metrics",
            headers,
            match is_json {
                true => json(serde_json::to_vec(&metrics)),
                false => metrics.encode_to_vec(),
            },
        );
    }
    let events = secrets.events();
    post("/v1/events", JSON, events.into_bytes());

    let lines = [
        serde_json::to_string(&secrets.traces()),
        serde_json::to_string(&secrets.logs()),
        Ok(secrets.events()),
    ];
    let lines = lines.map(|line| line.expect("JSON")).join("\n");
    let file = place.file("lines.jsonl", &lines);
    let output = server.run(&["import", &file]);
    answers.push(("what import printed".to_owned(), output.stdout));

    let (traces, logs) = (secrets.traces(), secrets.logs());
    let address = format!("http://{}", server.grpc);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let told = runtime.block_on(async {
        let mut client = TraceServiceClient::connect(address.clone())
            .await
            .expect("a connection");
        let traces = client.export(traces).await;
        let mut client = LogsServiceClient::connect(address).await.expect("a connection");
        format!("{traces:?} {:?}", client.export(logs).await)
    });
    answers.push(("the answers of gRPC".to_owned(), told.into_bytes()));
}

/// Asks for everything that can be asked for.
fn ask(server: &Server, answers: &mut Vec<(String, Vec<u8>)>) {
    // A run whose span never ends stays open for longer than anybody waits here.
    server.wait_for("the runs to settle", |stats| {
        let count = |name: &str| stats[name].as_u64().expect("a count");
        count("runs") > OPEN_RUNS_MAX && count("runs") <= count("runs_settled") + OPEN_RUNS_MAX
    });
    let mut get = |path: String| -> Value {
        let (status, answer) = server.get_bytes(&path);
        assert_eq!(status, 200, "{path}");
        let value = serde_json::from_slice(&answer).unwrap_or_default();
        answers.push((path, answer));
        value
    };
    get("/metrics".to_owned());
    get("/api/v1/stats".to_owned());
    get("/api/v1/ledger".to_owned());
    let runs = get("/api/v1/runs?limit=500".to_owned());
    let runs = runs["runs"].as_array().expect("a list of runs").clone();
    assert!(!runs.is_empty(), "what was sent makes runs");
    let mut seen = 0;
    for run in &runs {
        let run = run["run_id"].as_str().expect("an id");
        get(format!("/api/v1/runs/{run}"));
        let spans = get(format!("/api/v1/runs/{run}/spans"));
        let (ids, traces) = (&spans["columns"]["span_id"], &spans["columns"]["trace"]);
        for (row, id) in ids.as_array().expect("a column of ids").iter().enumerate() {
            let trace = usize::try_from(traces[row].as_u64().expect("a place")).expect("a place");
            let trace = spans["trace_ids"][trace].as_str().expect("an id");
            get(format!("/api/v1/spans/{trace}/{}", id.as_str().expect("an id")));
            seen += 1;
        }
    }
    assert!(seen > 0, "the runs have spans");
}
