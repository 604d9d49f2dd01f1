//! A server of a test: its own directory, key and ports, and its end when the test ends.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program under test: the one built with the tests, or another build of it, such as a release, that the
/// variable names.
fn program() -> std::ffi::OsString {
    std::env::var_os("EVERYFRAME_TEST_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_everyframe").into())
}

/// The program under test, with nothing of the environment that would change what it does.
pub(crate) fn everyframe(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments);
    for variable in [
        "EVERYFRAME_URL",
        "EVERYFRAME_DATA",
        "EVERYFRAME_KEY_FILE",
        "EVERYFRAME_CAPTURE",
        "EVERYFRAME_POLICY",
        "COLUMNS",
    ] {
        command.env_remove(variable);
    }
    command.env("EVERYFRAME_LOG", "warn");
    command
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    everyframe(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// What a run of the program said on standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A directory for data and a key beside it.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    /// The folder that holds both.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("keys").join("root.key")
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    }
}

/// A server that runs.
pub(crate) struct Server {
    child: Child,
    /// Address of its API.
    pub(crate) url: String,
    /// Address of its gRPC port.
    pub(crate) grpc: String,
}

impl Server {
    /// Starts a server on this place, on free ports.
    pub(crate) fn start(place: &Place, capture: &str) -> Self {
        let command = Self::command(&place.data(), &place.key_file(), capture);
        Self::ready(command)
    }

    /// The command that serves a directory on free ports.
    pub(crate) fn command(data: &Path, key_file: &Path, capture: &str) -> Command {
        Self::command_with(data, key_file, ["--capture", capture])
    }

    /// The same with an option that says what is kept.
    pub(crate) fn command_with(data: &Path, key_file: &Path, kept: [&str; 2]) -> Command {
        let mut command = everyframe(&["serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]);
        command.args(kept).args(["--settle-after", "1"]);
        command.arg("--data").arg(data).arg("--key-file").arg(key_file);
        command
    }

    /// Starts a command that says that it is ready.
    pub(crate) fn ready(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        stdout.read_line(&mut line).expect("its first line");
        let part = |name: &str| {
            let part = line.split_whitespace().find_map(|word| word.strip_prefix(name));
            part.unwrap_or_else(|| panic!("not a ready line: {line:?}"))
                .to_owned()
        };
        let (url, grpc) = (format!("http://{}", part("http=")), part("grpc="));
        // Whoever prints more finds somebody who reads it.
        std::thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Self { child, url, grpc }
    }

    /// Reads JSON; panics where the answer is an error.
    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, value) = self.ask(path);
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    /// Reads JSON with its status.
    pub(crate) fn ask(&self, path: &str) -> (u16, Value) {
        let (status, body) = self.get_bytes(path);
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Reads an answer as it is, with its status.
    pub(crate) fn get_bytes(&self, path: &str) -> (u16, Vec<u8>) {
        let mut response = agent()
            .get(format!("{}{path}", self.url))
            .call()
            .expect("an answer");
        let status = response.status().as_u16();
        (status, response.body_mut().read_to_vec().expect("a body"))
    }

    /// Posts a body with these headers; gives status and answer.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Vec<u8>) {
        let mut request = agent().post(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).expect("an answer");
        (
            response.status().as_u16(),
            response.body_mut().read_to_vec().expect("a body"),
        )
    }

    /// Runs a command that talks to this server.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut all = arguments.to_vec();
        all.extend(["--url", &self.url]);
        run(&all)
    }

    /// Waits until `holds` for the exact counts.
    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        wait_for(what, || Some(self.get("/api/v1/stats")).filter(&holds))
    }

    /// Kills it at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, and waits until it has; gives its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("a signal is sent");
        wait_for("the server to stop", || self.child.try_wait().expect("its state")).code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client for which an error is an answer as any other.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

/// Waits until there is an answer.
pub(crate) fn wait_for<T>(what: &str, answer: impl FnMut() -> Option<T>) -> T {
    wait_within(PATIENCE, answer).unwrap_or_else(|| panic!("waited too long for {what}"))
}

/// Waits until there is an answer, or time is up.
pub(crate) fn wait_within<T>(patience: Duration, mut answer: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = answer() {
            return Some(answer);
        }
        if began.elapsed() > patience {
            return None;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
