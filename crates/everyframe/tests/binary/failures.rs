//! What is wrong is said, with a code and what to do, and the exit code says so too.

use crate::server::{Place, Server, everyframe, run, said};

/// Runs a command that must fail: with this exit code, this error code, and a hint with these words.
#[track_caller]
fn check(arguments: &[&str], code: &str, hint: &str) {
    let output = run(arguments);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    assert!(
        said.contains(&format!("error[{code}]: ")),
        "{arguments:?}: {said}"
    );
    let hints = said.lines().filter(|line| line.starts_with("hint: "));
    assert!(
        hints.clone().any(|line| line.contains(hint)),
        "{arguments:?}: {said}"
    );
    assert!(output.stdout.is_empty(), "{arguments:?} printed data");
}

fn serve<'a>(place: &'a [String; 2], more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["serve", "--data", &place[0], "--key-file", &place[1]];
    arguments.extend(more);
    arguments
}

fn texts(place: &Place) -> [String; 2] {
    [
        place.data().display().to_string(),
        place.key_file().display().to_string(),
    ]
}

#[test]
fn a_server_says_why_it_cannot_start() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    let (own, free) = (texts(&place), ["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]);
    check(&serve(&own, &free), "data_in_use", "stop it");

    let fresh = Place::new();
    let fresh = texts(&fresh);
    let taken = server.url.trim_start_matches("http://");
    check(
        &serve(&fresh, &["--http", taken]),
        "cannot_listen",
        "--http 127.0.0.1:PORT",
    );
    check(
        &serve(&fresh, &["--http", "127.0.0.1:0", "--grpc", &server.grpc]),
        "cannot_listen",
        "--grpc",
    );
    check(
        &serve(&fresh, &["--http", "0.0.0.0:0"]),
        "address_not_loopback",
        "--http 127.0.0.1:0",
    );
    let prices = [&free[..], &["--prices", "no-such-file.toml"]].concat();
    check(&serve(&fresh, &prices), "cannot_read_prices", "--prices");
    let inside = [fresh[0].clone(), format!("{}/root.key", fresh[0])];
    check(&serve(&inside, &free), "key_beside_data", "--key-file");
}

#[test]
fn a_directory_opens_with_its_own_key_only() {
    let place = Place::new();
    Server::start(&place, "metadata").stop();
    let other = Place::new();
    let arguments = [
        place.data().display().to_string(),
        other.key_file().display().to_string(),
    ];
    check(
        &serve(&arguments, &["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]),
        "key_missing",
        "backup of keys",
    );
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_is_refused() {
    let place = Place::new();
    let file = place.file("a-file", "");
    let arguments = [format!("{file}/data"), place.key_file().display().to_string()];
    check(
        &serve(&arguments, &["--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]),
        "bad_data_directory",
        "--data",
    );
}

#[test]
fn a_reader_says_what_is_wrong_with_the_question() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    let url = ["--url", server.url.as_str()];
    let with = |arguments: &[&'static str]| [arguments, &url[..]].concat();
    check(
        &with(&["show", "no-such-run"]),
        "run_not_found",
        "everyframe runs",
    );
    check(
        &with(&["runs", "outcom:failure"]),
        "refused_by_server",
        "did you mean `outcome`",
    );
    check(
        &with(&["runs", "--sort", "nonsense"]),
        "refused_by_server",
        "sort by a number",
    );
    check(
        &with(&["doctor", "--wait", "0"]),
        "no_spans",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    );
    check(
        &with(&["import", "no-such-file"]),
        "cannot_read_file",
        "permissions",
    );
    check(
        &with(&["import", "Cargo.toml", "--map", "a=b"]),
        "bad_map",
        "--map SENDER.KEY=everyframe.KEY",
    );
    check(
        &["runs", "--url", "http://127.0.0.1:1"],
        "server_unreachable",
        "everyframe serve",
    );
    check(&["runs", "--url", "localhost:4318"], "bad_url", "http://");
}

#[test]
fn a_command_line_that_cannot_be_read_ends_with_two() {
    for arguments in [
        &["serve"][..],
        &["nonsense"],
        &["runs", "--limit", "0"],
        &["serve", "--data", "x", "--http", "4318"],
    ] {
        let output = everyframe(arguments).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    }
}

/// Path, headers, body; status and words of the answer.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [u8], u16, &'a str);

#[test]
fn the_receivers_say_what_is_wrong_with_a_body() {
    let place = Place::new();
    let server = Server::start(&place, "metadata");
    let json = ("content-type", "application/json");
    let deep = format!(
        "{{\"resourceSpans\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let cases: [Case<'_>; 6] = [
        ("/v1/traces", &[json], b"{not json", 400, ""),
        (
            "/v1/traces",
            &[("content-type", "application/x-protobuf")],
            b"\xff\xff\xff",
            400,
            "",
        ),
        (
            "/v1/traces",
            &[("content-type", "text/html")],
            b"{}",
            415,
            "application/x-protobuf",
        ),
        (
            "/v1/traces",
            &[json, ("content-encoding", "br")],
            b"{}",
            415,
            "gzip",
        ),
        ("/v1/traces", &[json], deep.as_bytes(), 400, ""),
        (
            "/v1/events",
            &[("content-type", "application/x-ndjson")],
            b"{\"event\":\"nonsense\"}",
            400,
            "event",
        ),
    ];
    for (path, headers, body, expected, words) in cases {
        let (status, answer) = server.post(path, headers, body);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(status, expected, "{path} {headers:?}: {answer}");
        assert!(answer.contains(words), "{path} {headers:?}: {answer}");
    }
    assert_eq!(server.get("/api/v1/stats")["spans"], 0);
}
