//! The demo: its runs go in through OTLP and read back with their totals.

use crate::server::{Place, Server, everyframe, run, said};

fn demo(place: &Place) -> Server {
    let mut command = everyframe(&["demo", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]);
    // Its key goes where this test's user keeps such things.
    command.env("XDG_CONFIG_HOME", place.data().with_file_name("config"));
    command.arg("--data").arg(place.data());
    Server::ready(command)
}

#[test]
fn every_sample_run_ends_as_its_story_says() {
    let place = Place::new();
    let server = demo(&place);
    for (run_id, outcome, model_calls, tool_calls, errors) in [
        ("demo-success", "success", 3, 2, 0),
        ("demo-stale-policy", "failure", 3, 2, 0),
        ("demo-near-miss", "success", 4, 2, 0),
        ("demo-approval-rejected", "denied", 3, 1, 0),
        ("demo-loop", "budget_exhausted", 5, 5, 1),
        ("demo-retry", "success", 3, 3, 1),
    ] {
        let run = server.get(&format!("/api/v1/runs/{run_id}"));
        assert_eq!(run["outcome"]["value"], outcome, "{run_id}");
        assert_eq!(run["model_calls"], model_calls, "{run_id}");
        assert_eq!(
            run["tool_calls"].as_array().expect("tools").len(),
            tool_calls,
            "{run_id}: {run}"
        );
        assert_eq!(run["errors"], errors, "{run_id}");
        assert_eq!(
            run["calls_without_cost"], 0,
            "{run_id}: every model has a known price"
        );
        assert!(run["cost"].as_f64().expect("a cost") > 0.0, "{run_id}");
    }
    let files: String = server.get("/api/v1/runs").to_string();
    for secret in ["ada.example@example.com", "4111"] {
        assert!(!files.contains(secret));
    }
}

#[test]
fn show_draws_a_sample_run_wide_and_narrow() {
    let place = Place::new();
    let server = demo(&place);
    for columns in ["140", "60"] {
        let mut command = everyframe(&["show", "demo-near-miss", "--url", &server.url]);
        let output = command.env("COLUMNS", columns).output().expect("it starts");
        let shown = String::from_utf8(output.stdout).expect("text");
        assert!(shown.contains("─P guardrail refunds"), "{shown}");
        assert!(shown.contains("success (stated)"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "no colour in a pipe");
        let width = shown.lines().map(|line| line.chars().count()).max();
        assert!(width <= columns.parse().ok(), "{shown}");
    }
    let output = server.run(&["show", "demo-near-miss", "--json"]);
    let run: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(run, server.get("/api/v1/runs/demo-near-miss"));
}

#[test]
fn the_answers_about_runs_are_told_in_lines_and_as_the_api_has_them() {
    let place = Place::new();
    let server = demo(&place);
    for (arguments, path, told) in [
        (
            vec!["explain", "demo-stale-policy"],
            "/api/v1/runs/demo-stale-policy/explanation",
            "run demo-stale-policy: ",
        ),
        (
            vec!["why", "demo-stale-policy"],
            "/api/v1/runs/demo-stale-policy/why",
            "evidence: ",
        ),
        (
            vec!["compare", "demo-success", "demo-stale-policy"],
            "/api/v1/compare?a=demo-success&b=demo-stale-policy",
            "the runs part at row",
        ),
        (
            vec!["metrics", "outcome:failure"],
            "/api/v1/metrics?q=outcome:failure",
            "METRIC",
        ),
    ] {
        let output = server.run(&arguments);
        let shown = String::from_utf8(output.stdout.clone()).expect("text");
        assert!(shown.contains(told), "{arguments:?}: {shown}{}", said(&output));
        let output = server.run(&[&arguments[..], &["--json"]].concat());
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(answer, server.get(path), "{arguments:?}");
    }
    let output = server.run(&["explain", "--all", "--json"]);
    let lines = String::from_utf8(output.stdout).expect("text");
    let runs = server.get("/api/v1/runs")["runs"].as_array().expect("runs").len();
    assert_eq!(lines.lines().count(), runs, "one line a run");
}

#[test]
fn it_starts_on_an_empty_directory_only() {
    let place = Place::new();
    place.file("something", "");
    let used = place.data().parent().expect("a folder").display().to_string();
    let output = run(&[
        "demo",
        "--data",
        &used,
        "--http",
        "127.0.0.1:0",
        "--grpc",
        "127.0.0.1:0",
    ]);
    assert!(said(&output).contains("error[not_empty]"), "{}", said(&output));
}
