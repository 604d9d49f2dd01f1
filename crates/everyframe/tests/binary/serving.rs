//! The contract for scripts: the ready line, the exact counts, the end.

use crate::server::{Place, Server, everyframe, run, said, wait_for};

const TRACE: &str = "0123456789abcdef0123456789abcdef";
const SPAN: &str = "00f067aa0ba902b7";

fn request() -> String {
    format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{TRACE}","spanId":"{SPAN}",
        "name":"execute_tool lookup","startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000001000000000",
        "attributes":[{{"key":"gen_ai.operation.name","value":{{"stringValue":"execute_tool"}}}},
        {{"key":"gen_ai.tool.call.arguments","value":{{"stringValue":"{{\"canary\":\"zebra-7781\"}}"}}}}]}}]}}]}}]}}"#
    )
}

#[test]
fn what_was_acknowledged_is_readable_at_once_and_after_a_restart() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    let json = [("content-type", "application/json")];
    let (status, answer) = server.post("/v1/traces", &json, request().as_bytes());
    assert_eq!((status, answer.as_slice()), (200, b"{}".as_slice()));
    let path = format!("/api/v1/spans/{TRACE}/{SPAN}");
    assert_eq!(server.get(&path)["kind"], "tool");
    let stats = server.get("/api/v1/stats");
    assert_eq!(
        (stats["spans"].as_u64(), stats["spans_by_kind"]["tool"].as_u64()),
        (Some(1), Some(1))
    );
    assert_eq!(
        server
            .ask("/api/v1/spans/ffffffffffffffffffffffffffffffff/ffffffffffffffff")
            .0,
        404
    );
    assert_eq!(server.stop(), Some(0), "SIGTERM is a normal end");

    let server = Server::start(&place, "metadata");
    assert_eq!(server.get(&path)["name"], "execute_tool lookup");
    let (status, _) = server.post("/v1/traces", &json, request().as_bytes());
    assert_eq!(status, 200);
    assert_eq!(server.get("/api/v1/stats")["spans"], 1, "sent twice, stored once");
}

#[test]
fn at_metadata_no_content_reaches_a_file_or_an_answer() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    server.post(
        "/v1/traces",
        &[("content-type", "application/json")],
        request().as_bytes(),
    );
    let span = server.get(&format!("/api/v1/spans/{TRACE}/{SPAN}")).to_string();
    assert!(!span.contains("zebra-7781"), "{span}");
    assert!(span.contains("arguments_shape"), "{span}");
    server.stop();
    let mut folders = vec![place.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let is_in = bytes.windows(10).any(|window| window == b"zebra-7781");
            assert!(!is_in, "{} holds content", path.display());
        }
    }
}

#[test]
fn the_server_tells_about_itself() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    for path in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/api/v1/ledger",
    ] {
        assert_eq!(server.ask(path).0, 200, "{path}");
    }
}

#[test]
fn a_policy_file_acts_and_a_change_of_it_acts_while_the_server_runs() {
    let place = Place::new();
    let file = place.file("policy.toml", "version = 1\n");
    let write = |text: &str| place.file("policy.toml", text);
    let server = Server::ready(Server::command_with(
        &place.data(),
        &place.key_file(),
        ["--policy", &file],
    ));
    let answer_to = |body: &str| {
        let json = [("content-type", "application/json")];
        let (status, answer) = server.post("/v1/traces", &json, body.as_bytes());
        assert_eq!(status, 200);
        String::from_utf8_lossy(&answer).into_owned()
    };
    assert_eq!(answer_to(&request()), "{}");
    write("version = 1\n[defaults]\ncapture = \"off\"\n");
    let other = request().replace(SPAN, "00f067aa0ba902b8");
    wait_for("the policy to be read", || {
        answer_to(&other).contains("capture off").then_some(())
    });
    // What is no policy changes nothing.
    write("version = 1\n[defaults]\ncapture = \"all\"\n");
    assert!(answer_to(&other).contains("capture off"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_file_that_is_no_policy_is_refused_with_every_problem_and_its_place() {
    let place = Place::new();
    let file = place.file("policy.toml", "version = 1\n[defaults]\ncapture = \"all\"\n");
    for arguments in [
        ["policy", "check", &file].to_vec(),
        [
            "serve",
            "--data",
            "unused",
            "--policy",
            &file,
            "--http",
            "127.0.0.1:0",
            "--grpc",
            "127.0.0.1:0",
        ]
        .to_vec(),
    ] {
        let output = everyframe(&arguments)
            .current_dir(place.folder())
            .output()
            .expect("the program starts");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("error[bad_policy]"), "{said}");
        assert!(said.contains("line 3, column 11: a capture level is"), "{said}");
    }
}

#[test]
fn a_dry_run_says_what_a_policy_would_let_through_and_quotes_nothing() {
    let place = Place::new();
    let policy = place.file("policy.toml", "version = 1\n[defaults]\ncapture = \"redacted\"\n");
    let line = request().replace('\n', " ");
    let telemetry = place.file("spans.jsonl", &format!("{line}\n"));
    let output = run(&["policy", "dry-run", &policy, &telemetry]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let row: Vec<&str> = shown
        .lines()
        .find(|line| line.contains("arguments "))
        .expect("a row")
        .split_whitespace()
        .collect();
    assert_eq!(row, ["-", "arguments", "0", "1", "0", "0"], "{shown}");
    assert!(!shown.contains("zebra"), "{shown}");
    let same = run(&["policy", "dry-run", &policy, &telemetry, "--before", &policy]);
    assert_eq!(
        String::from_utf8_lossy(&same.stdout),
        "1 spans, and nothing of them would differ\n"
    );
}
