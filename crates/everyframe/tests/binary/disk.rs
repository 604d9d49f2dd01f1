//! A disk that fills up under a running server: senders are told to try again, what was acknowledged stays readable,
//! and when there is room again nothing has been lost. And a disk that may only be read.
//!
//! The disk is a small file system in memory, mounted where only the server sees it. Where the system does not let
//! the test mount one, it says so and ends.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::server::{Place, Server, wait_for};

const DISK_SIZE: &str = "size=16m";
const SPANS_PER_REQUEST: u64 = 20;

/// A small disk at the place's data directory, in a mount namespace of its own.
struct Disk {
    holder: Child,
    data: PathBuf,
}

impl Disk {
    fn mount(place: &Place) -> Option<Self> {
        let data = place.data();
        std::fs::create_dir_all(&data).expect("a directory");
        let script = format!("mount -t tmpfs -o {DISK_SIZE} tmpfs \"$1\" && echo mounted && exec cat");
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"])
            .arg(&data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let stdout = holder.stdout.take().expect("its output");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("its first line");
        let disk = Self { holder, data };
        if line.trim() != "mounted" {
            eprintln!("this system lets nobody mount a disk of their own: nothing to test");
            return None;
        }
        Some(disk)
    }

    /// A command that sees the disk.
    fn inside(&self, program: &std::ffi::OsStr) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--preserve-credentials", "--user", "--mount", "--target"]);
        command.arg(self.holder.id().to_string()).arg(program);
        command
    }

    fn serve(&self, place: &Place) -> Server {
        let plain = Server::command(&self.data, &place.key_file(), "redacted");
        let mut command = self.inside(plain.get_program());
        command.args(plain.get_args());
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Server::ready(command)
    }

    fn make_read_only(&self) {
        let options = format!("remount,ro,{DISK_SIZE}");
        let mut command = self.inside("mount".as_ref());
        let status = command
            .args(["-o", &options])
            .arg(&self.data)
            .status()
            .expect("mount runs");
        assert!(status.success(), "the disk is remounted");
    }

    /// The disk as seen from here.
    fn path(&self) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(self.data.strip_prefix("/").unwrap_or(&self.data))
    }

    /// Fills it to the last byte.
    fn fill(&self) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = std::fs::File::create(&path).expect("a file");
        for size in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

fn body(trace: u64) -> Vec<u8> {
    let span = |span: u64| {
        serde_json::json!({
            "traceId": format!("{trace:032x}"),
            "spanId": format!("{span:016x}"),
            "name": "execute_tool lookup",
            "startTimeUnixNano": "1760000000000000000",
            "endTimeUnixNano": "1760000001000000000",
            "attributes": [
                {"key": "gen_ai.operation.name", "value": {"stringValue": "execute_tool"}},
                {"key": "gen_ai.tool.call.result", "value": {"stringValue": format!("row {trace} {span}")}},
            ],
        })
    };
    let spans: Vec<_> = (1..=SPANS_PER_REQUEST).map(span).collect();
    serde_json::json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
        .to_string()
        .into_bytes()
}

fn send(server: &Server, trace: u64) -> u16 {
    let json = [("content-type", "application/json")];
    let (status, _) = server.post("/v1/traces", &json, &body(trace));
    status
}

/// Sends new traces until one is not taken. Gives that one; all before it were acknowledged.
fn send_until_refused(server: &Server, first: u64) -> u64 {
    let refused = (first..first + 5_000).find(|trace| match send(server, *trace) {
        200 => false,
        503 => true,
        status => panic!("neither taken nor to be sent again: {status}"),
    });
    refused.expect("a disk without room refuses at last")
}

fn check_everything_is_there(server: &Server, traces: u64) {
    let stats = server.get("/api/v1/stats");
    assert_eq!(
        stats["spans"],
        traces * SPANS_PER_REQUEST,
        "each span once: {stats}"
    );
    for trace in 1..=traces {
        let spans = server.get(&format!("/api/v1/runs/{trace:032x}/spans"));
        assert_eq!(spans["total"], SPANS_PER_REQUEST, "trace {trace}: {spans}");
    }
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let place = Place::new();
    let Some(disk) = Disk::mount(&place) else { return };
    let server = disk.serve(&place);
    assert_eq!(send(&server, 1), 200);
    let ballast = disk.fill();
    let refused = send_until_refused(&server, 2);
    let acknowledged = refused - 1;
    assert_eq!(server.ask("/healthz").0, 200, "it lives");
    check_everything_is_there(&server, acknowledged);
    std::fs::remove_file(ballast).expect("room is made");
    wait_for("the refused request to be taken", || {
        Some(send(&server, refused)).filter(|status| *status == 200)
    });
    assert_eq!(send(&server, refused + 1), 200);
    check_everything_is_there(&server, refused + 1);
    server.kill();
    let server = disk.serve(&place);
    check_everything_is_there(&server, refused + 1);
    assert_eq!(send(&server, 1), 200, "sent again, and known");
    check_everything_is_there(&server, refused + 1);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_server_does_not_start_on_a_read_only_disk() {
    let place = Place::new();
    let Some(disk) = Disk::mount(&place) else { return };
    disk.serve(&place).stop();
    disk.make_read_only();
    let plain = Server::command(&disk.data, &place.key_file(), "metadata");
    let output = disk.inside(plain.get_program()).args(plain.get_args()).output();
    let output = output.expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error[bad_data_directory]"), "{said}");
    assert!(said.contains("hint: "), "{said}");
}
