//! How far an import got: the row of finished requests, the record kept by the server, the bar on the terminal.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::source::Place;
use crate::client::Client;

/// How often the server is told how far the import got.
const RECORD_INTERVAL: Duration = Duration::from_secs(1);

/// Requests end in any order; what counts is how far every request before a place has ended.
#[derive(Default)]
pub(super) struct Row {
    next: u64,
    early: BTreeMap<u64, Place>,
    last: Option<Place>,
}

impl Row {
    /// Notes the end of a request; gives the place up to which all have ended.
    pub(super) fn finish(&mut self, index: u64, place: Place) -> Option<&Place> {
        self.early.insert(index, place);
        while let Some(place) = self.early.remove(&self.next) {
            self.next += 1;
            self.last = Some(place);
        }
        self.last.as_ref()
    }
}

/// The server's record of one file and set of options.
pub(super) struct Record<'a> {
    client: &'a Client,
    path: String,
    name_map: String,
    told: Option<Instant>,
    is_kept: bool,
}

impl<'a> Record<'a> {
    /// The record of this file with these renamed keys.
    pub(super) fn new(client: &'a Client, file_fingerprint: &str, name_map: String) -> Self {
        let options: String = blake3::hash(name_map.as_bytes())
            .to_hex()
            .chars()
            .take(16)
            .collect();
        Self {
            client,
            path: format!("/api/v1/imports/{file_fingerprint}/{options}"),
            name_map,
            told: None,
            is_kept: true,
        }
    }

    /// Byte and line to go on from, if an import of this file broke off. A finished one starts anew: what is
    /// sent twice is stored once.
    pub(super) fn resume(&mut self) -> Option<(u64, u64)> {
        let known = self.client.get_if_found(&self.path).ok()??;
        let number = |name: &str| known.get(name).and_then(serde_json::Value::as_u64);
        let is_finished = known
            .get("finished")
            .and_then(serde_json::Value::as_bool)
            .unwrap_or(false);
        let position = (number("byte_offset")?, number("line")?);
        (!is_finished && position.0 > 0).then_some(position)
    }

    /// Tells the server how far the import got, now and then.
    pub(super) fn reached(&mut self, place: &Place, records: u64) {
        let is_due = self.told.is_none_or(|told| told.elapsed() >= RECORD_INTERVAL);
        if is_due && place.line > 0 {
            self.put(place.end_byte, place.next_line, records, false);
        }
    }

    /// Tells the server that the whole file is in.
    pub(super) fn finished(&mut self, records: u64) {
        self.put(0, 1, records, true);
    }

    fn put(&mut self, byte_offset: u64, line: u64, records: u64, is_finished: bool) {
        if !self.is_kept {
            return;
        }
        let record = json!({
            "byte_offset": byte_offset,
            "line": line,
            "records": records,
            "finished": is_finished,
            "name_map": self.name_map,
        });
        // A server that keeps no record takes the import all the same; only going on is lost.
        self.is_kept = self.client.put(&self.path, &record).is_ok();
        self.told = Some(Instant::now());
    }
}

/// The bar: bytes of all files, with what was sent so far. Drawn on a terminal only.
pub(super) struct Bar {
    bar: ProgressBar,
    consumed: Arc<AtomicU64>,
}

impl Bar {
    /// A bar over so many bytes.
    pub(super) fn new(size_bytes: u64) -> Self {
        let bar = ProgressBar::new(size_bytes);
        let template = "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            consumed: Arc::new(AtomicU64::new(0)),
        }
    }

    /// The count of bytes read, which moves the bar.
    pub(super) fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// Shows the state.
    pub(super) fn update(&self, records: u64, refused: u64) {
        self.bar.set_position(self.consumed.load(Ordering::Relaxed));
        let refused = if refused > 0 {
            format!(", {refused} refused")
        } else {
            String::new()
        };
        self.bar.set_message(format!("{records} records{refused}"));
    }

    /// Says something without breaking the bar.
    pub(super) fn note(&self, line: &str) {
        self.bar.suspend(|| crate::terminal::note(line));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_reached_only_when_all_before_it_have_ended() {
        let place = |line| Place {
            file: "f".into(),
            line,
            end_byte: line,
            next_line: line + 1,
        };
        let mut row = Row::default();
        assert_eq!(row.finish(1, place(2)), None);
        assert_eq!(row.finish(2, place(3)), None);
        assert_eq!(row.finish(0, place(1)), Some(&place(3)));
        assert_eq!(row.finish(4, place(5)), Some(&place(3)));
    }
}
