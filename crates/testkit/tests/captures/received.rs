//! Requests as they arrived, and the way they take: wire, dialect, gate, store.

use std::path::Path;

use dialects::otlp::{Limits, json, protobuf};
use dialects::{KeyMap, Origin, decode_logs, decode_traces};
use privacy::Gate;
use testkit::{MemoryStore, sample};
use trace::CaptureLevel;
use trace::span::Decoded;

/// One request as it arrived.
pub(crate) struct Request {
    path: String,
    is_json: bool,
    body: Vec<u8>,
}

/// The requests of a capture, in the order they came.
pub(crate) fn requests(folder: &Path) -> Vec<Request> {
    let mut numbered: Vec<(u32, Request)> = std::fs::read_dir(folder)
        .expect("the folder can be listed")
        .filter_map(|entry| {
            let path = entry.expect("the folder can be listed").path();
            let name = path.file_name()?.to_str()?.to_owned();
            let number = name.strip_suffix(".headers.json")?.parse().ok()?;
            Some((number, request(folder, &path)))
        })
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, request)| request).collect()
}

fn request(folder: &Path, headers: &Path) -> Request {
    let text = std::fs::read(headers).expect("the headers can be read");
    let headers: serde_json::Value = serde_json::from_slice(&text).expect("the headers are JSON");
    let text = |pointer: &str| headers.pointer(pointer).and_then(serde_json::Value::as_str);
    Request {
        path: text("/path").expect("a path").to_owned(),
        is_json: text("/headers/content-type").is_some_and(|media| media.contains("json")),
        body: std::fs::read(folder.join(text("/body").expect("a body"))).expect("the body can be read"),
    }
}

/// The way from the wire into a store.
pub(crate) struct Sender<'a> {
    store: &'a MemoryStore,
    gate: Gate,
    key_map: KeyMap,
}

impl<'a> Sender<'a> {
    /// Into this store, through a gate at this capture level.
    pub(crate) fn to(store: &'a MemoryStore, level: CaptureLevel) -> Self {
        Self {
            store,
            gate: sample::gate(level),
            key_map: KeyMap::default(),
        }
    }

    /// The same, with the sender's own keys read as ours.
    pub(crate) fn with_keys(store: &'a MemoryStore, level: CaptureLevel, mappings: &[&str]) -> Self {
        Self {
            key_map: KeyMap::parse(mappings).expect("mappings"),
            ..Self::to(store, level)
        }
    }

    /// Sends a request. Metrics are not kept.
    pub(crate) fn send(&self, request: &Request) {
        match (request.path.as_str(), request.is_json) {
            ("/v1/traces", true) => self.traces_json(&request.body),
            ("/v1/traces", false) => {
                let read = protobuf::read_traces(&request.body, &Limits::default()).expect("a readable body");
                self.store(decode_traces(&read, &origin(), &self.key_map));
            }
            ("/v1/logs", true) => {
                let read = json::read_logs(&request.body, &Limits::default()).expect("a readable body");
                self.store(decode_logs(&read, &origin(), &self.key_map).0);
            }
            ("/v1/logs", false) => {
                let read = protobuf::read_logs(&request.body, &Limits::default()).expect("a readable body");
                self.store(decode_logs(&read, &origin(), &self.key_map).0);
            }
            _ => {}
        }
    }

    /// Sends spans as JSON.
    pub(crate) fn traces_json(&self, body: &[u8]) {
        let read = json::read_traces(body, &Limits::default()).expect("a readable body");
        self.store(decode_traces(&read, &origin(), &self.key_map));
    }

    fn store(&self, decoded: Decoded) {
        self.store.put(self.gate.clear(decoded));
    }
}

fn origin() -> Origin {
    Origin {
        workspace_id: sample::workspace(),
        project_id: sample::project(),
        received_at: sample::at_millis(0),
    }
}
