//! Files in, exactly, however often and however it breaks off.

use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::server::{Place, Server, everyframe, run, said, wait_for};
use crate::shared;

const MAP: [&str; 2] = ["--map", "bench.task.id=everyframe.run.task.id"];

/// A labelled data set: its file, and how many runs and spans it has.
struct DataSet {
    file: PathBuf,
    runs: u64,
    spans: u64,
}

fn tau_airline() -> Option<DataSet> {
    let folder = shared("data/tau-airline")?;
    Some(DataSet {
        file: folder.join("traces.jsonl.zst"),
        runs: 120,
        spans: 3_480,
    })
}

fn counts(stats: &Value) -> (u64, u64) {
    (
        stats["runs"].as_u64().expect("runs"),
        stats["spans"].as_u64().expect("spans"),
    )
}

#[test]
fn an_import_is_exact_and_the_second_one_changes_nothing() {
    let Some(data_set) = tau_airline() else { return };
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    let file = data_set.file.display().to_string();
    let arguments = [&["import", file.as_str(), "--json"], &MAP[..]].concat();
    for _ in 0..2 {
        let output = server.run(&arguments);
        assert!(output.status.success(), "{}", said(&output));
        let summary: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(summary["spans"], data_set.spans);
        server.wait_for("the runs", |stats| {
            counts(stats) == (data_set.runs, data_set.spans)
        });
    }
    let page = server.get("/api/v1/runs?q=task_id:airline-0&limit=1000");
    assert_eq!(
        page["runs"].as_array().expect("runs").len(),
        4,
        "the task has four trials"
    );
}

#[test]
fn a_server_killed_in_the_middle_of_an_import_has_all_of_it_after_another_one() {
    let Some(data_set) = tau_airline() else { return };
    let place = Place::new();
    let file = data_set.file.display().to_string();
    let server = Server::start(&place, "metadata");
    let import = [
        &["import", file.as_str(), "--retry-for", "1", "--url", &server.url],
        &MAP[..],
    ]
    .concat();
    let mut import = everyframe(&import)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    server.wait_for("a part of it", |stats| counts(stats).1 > 300);
    server.kill();
    let mut said = String::new();
    import
        .stderr
        .take()
        .expect("its output")
        .read_to_string(&mut said)
        .expect("text");
    let status = import.wait().expect("it ends");
    // A fast import may have been done before the kill; then there is nothing to go on with.
    if !status.success() {
        assert!(said.contains("hint: run the same command again"), "{said}");
    }
    let server = Server::start(&place, "metadata");
    let output = server.run(&[&["import", file.as_str()], &MAP[..]].concat());
    assert!(output.status.success(), "{}", crate::server::said(&output));
    server.wait_for("the runs", |stats| {
        counts(stats) == (data_set.runs, data_set.spans)
    });
}

#[test]
fn bad_lines_are_named_and_the_good_ones_are_in() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    let span = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0123456789abcdef0123456789abcdef","spanId":"0123456789abcdef","name":"a","startTimeUnixNano":"1760000000000000000","endTimeUnixNano":"1760000001000000000"}]}]}]}"#;
    let file = place.file(
        "mixed.jsonl",
        &format!("{span}\n{{\"secret-value\": 1}}\n{{broken secret-value\n"),
    );
    let output = server.run(&["import", &file]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("mixed.jsonl:2: is neither an OTLP request nor an event"),
        "{said}"
    );
    assert!(said.contains("mixed.jsonl:3: is not JSON"), "{said}");
    assert!(said.contains("error[import_incomplete]: 2 "), "{said}");
    assert!(!said.contains("secret-value"), "{said}");
    assert_eq!(counts(&server.get("/api/v1/stats")).1, 1);
}

#[test]
fn a_directory_is_imported_into_without_a_server() {
    let place = Place::new();
    let event = |event: &str, rest: &str| {
        format!("{{\"event\":\"{event}\",\"run_id\":\"r1\",\"span_id\":\"s1\",\"name\":\"a\"{rest}}}\n")
    };
    let lines = event("span_started", "") + &event("span_finished", ",\"status\":\"ok\",\"latency_ms\":5");
    let file = place.file("events.jsonl", &lines);
    let (data, key_file) = (
        place.data().display().to_string(),
        place.key_file().display().to_string(),
    );
    let output = run(&["import", &file, "--data", &data, "--key-file", &key_file]);
    assert!(output.status.success(), "{}", said(&output));
    let server = Server::start(&place, "metadata");
    wait_for("the run", || {
        let (status, run) = server.ask("/api/v1/runs/r1");
        (status == 200 && run["spans"] == 1).then_some(())
    });
}
