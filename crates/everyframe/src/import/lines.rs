//! JSON lines: OTLP requests, one a line, and event lines, which are gathered into larger requests.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::source::{Item, Place, Signal, Unit};

/// Longest line that is read.
const LINE_SIZE_BYTES_MAX: u64 = 512 << 20;
/// Most event lines in one request, and most bytes.
const EVENTS_MAX: u64 = 500;
const EVENTS_SIZE_BYTES_MAX: usize = 1 << 20;
/// A line with more records, or more bytes, is sent as several requests: the server takes 10,000 and 32 MiB.
const RECORDS_MAX: u64 = 5_000;
const REQUEST_SIZE_BYTES_MAX: usize = 16 << 20;

const JSON: &str = "application/json";
const JSON_LINES: &str = "application/x-ndjson";

/// Just enough of a line to know what it is. Values are skipped, not kept.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "resourceSpans", alias = "resource_spans")]
    spans: Option<Vec<OfResource>>,
    #[serde(rename = "resourceLogs", alias = "resource_logs")]
    logs: Option<Vec<OfResource>>,
    #[serde(rename = "resourceMetrics", alias = "resource_metrics")]
    metrics: Option<IgnoredAny>,
    event: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct OfResource {
    #[serde(
        default,
        rename = "scopeSpans",
        alias = "scope_spans",
        alias = "scopeLogs",
        alias = "scope_logs"
    )]
    scopes: Vec<OfScope>,
}

#[derive(Deserialize)]
struct OfScope {
    #[serde(default, rename = "spans", alias = "logRecords", alias = "log_records")]
    records: Vec<IgnoredAny>,
}

impl Line {
    fn signal(&self) -> Option<(Signal, u64)> {
        let count = |resources: &[OfResource]| {
            let scopes = resources.iter().flat_map(|resource| &resource.scopes);
            u64::try_from(scopes.map(|scope| scope.records.len()).sum::<usize>()).unwrap_or(u64::MAX)
        };
        if let Some(resources) = &self.spans {
            return Some((Signal::Traces, count(resources)));
        }
        if let Some(resources) = &self.logs {
            return Some((Signal::Logs, count(resources)));
        }
        if self.metrics.is_some() {
            return Some((Signal::Metrics, 0));
        }
        self.event.as_ref().map(|_| (Signal::Events, 1))
    }
}

/// Requests of a file of JSON lines.
pub(super) struct JsonLines {
    reader: Box<dyn BufRead + Send>,
    name: Arc<str>,
    byte: u64,
    line: u64,
    events: Option<Unit>,
    ready: VecDeque<Item>,
    is_over: bool,
}

impl JsonLines {
    /// Reads on from a byte, which is the start of this line.
    pub(super) fn new(reader: Box<dyn BufRead + Send>, name: Arc<str>, byte: u64, line: u64) -> Self {
        Self {
            reader,
            name,
            byte,
            line,
            events: None,
            ready: VecDeque::new(),
            is_over: false,
        }
    }

    fn read_line(&mut self) -> io::Result<bool> {
        let (first, start) = (self.line, self.byte);
        let mut bytes = Vec::new();
        self.read_bytes(&mut bytes, b'\n')?;
        if bytes.is_empty() {
            return Ok(false);
        }
        self.line += 1;
        if self.byte == u64::try_from(bytes.len()).unwrap_or(0) && bytes.trim_ascii() == b"{" {
            // A document laid out over several lines: the whole file is one request.
            while self.read_bytes(&mut bytes, b'\n')? {
                self.line += 1;
            }
        }
        let place = Place {
            file: Arc::clone(&self.name),
            line: first,
            end_byte: self.byte,
            next_line: self.line,
        };
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).trim_ascii();
        if !text.is_empty() {
            self.take(place, start, text);
        }
        Ok(true)
    }

    fn read_bytes(&mut self, bytes: &mut Vec<u8>, delimiter: u8) -> io::Result<bool> {
        let size = (&mut self.reader)
            .take(LINE_SIZE_BYTES_MAX)
            .read_until(delimiter, bytes)?;
        self.byte += u64::try_from(size).unwrap_or(0);
        Ok(size > 0)
    }

    fn take(&mut self, place: Place, start: u64, text: &[u8]) {
        let signal = match serde_json::from_slice::<Line>(text) {
            Ok(line) => line.signal(),
            // What is in the line stays out of the message.
            Err(error) if error.is_data() => None,
            Err(error) => {
                self.finish_events();
                let what = format!("is not JSON from column {}", error.column());
                return self.ready.push_back(Err((place, what)));
            }
        };
        match signal {
            Some((Signal::Events, _)) => self.take_event(&place, text),
            Some((signal, records)) => {
                self.finish_events();
                let is_large = records > RECORDS_MAX || (text.len() > REQUEST_SIZE_BYTES_MAX && records > 1);
                let mut parts = match is_large {
                    true => split(text, records),
                    false => vec![(text.to_vec(), records)],
                };
                let last = parts.pop();
                // Only with its last part is a line behind us: an import that breaks off before begins it anew.
                let unfinished = Place {
                    end_byte: start,
                    next_line: place.line,
                    ..place.clone()
                };
                let parts = parts.into_iter().map(|part| (unfinished.clone(), part));
                for (place, (body, records)) in parts.chain(last.map(|part| (place, part))) {
                    self.ready.push_back(Ok(Unit {
                        place,
                        signal,
                        content_type: JSON,
                        records,
                        body,
                    }));
                }
            }
            None => {
                self.finish_events();
                let what = "is neither an OTLP request nor an event".to_owned();
                self.ready.push_back(Err((place, what)));
            }
        }
    }

    fn take_event(&mut self, place: &Place, text: &[u8]) {
        let unit = self.events.get_or_insert_with(|| Unit {
            place: Place {
                next_line: place.line,
                ..place.clone()
            },
            signal: Signal::Events,
            content_type: JSON_LINES,
            records: 0,
            body: Vec::new(),
        });
        // Blank lines in between stay, so that the server's line numbers are those of the file.
        for _ in unit.place.next_line..place.line {
            unit.body.push(b'\n');
        }
        unit.place.end_byte = place.end_byte;
        unit.place.next_line = place.next_line;
        unit.records += 1;
        unit.body.extend_from_slice(text);
        unit.body.push(b'\n');
        if unit.records >= EVENTS_MAX || unit.body.len() >= EVENTS_SIZE_BYTES_MAX {
            self.finish_events();
        }
    }

    fn finish_events(&mut self) {
        self.ready.extend(self.events.take().map(Ok));
    }
}

impl Iterator for JsonLines {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(Ok(item));
            }
            if self.is_over {
                return None;
            }
            match self.read_line() {
                Ok(true) => {}
                Ok(false) => {
                    self.is_over = true;
                    self.finish_events();
                }
                Err(error) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// Cuts a large request into several, each with the resource and scope of its records.
fn split(text: &[u8], records: u64) -> Vec<(Vec<u8>, u64)> {
    let Ok(mut request) = serde_json::from_slice::<Value>(text) else {
        return Vec::new();
    };
    let average = text.len() / usize::try_from(records).unwrap_or(1).max(1);
    let by_size = REQUEST_SIZE_BYTES_MAX / average.max(1);
    let size = by_size.clamp(1, usize::try_from(RECORDS_MAX).unwrap_or(1));
    let mut parts = Vec::new();
    for (outer, middle, inner) in [
        ("resourceSpans", "scopeSpans", "spans"),
        ("resource_spans", "scope_spans", "spans"),
        ("resourceLogs", "scopeLogs", "logRecords"),
        ("resource_logs", "scope_logs", "log_records"),
    ] {
        for mut resource in take_list(&mut request, outer) {
            for mut scope in take_list(&mut resource, middle) {
                let records = take_list(&mut scope, inner);
                for chunk in records.chunks(size) {
                    put(&mut scope, inner, Value::Array(chunk.to_vec()));
                    put(&mut resource, middle, json!([scope]));
                    let body = json!({ outer: [resource] }).to_string().into_bytes();
                    parts.push((body, u64::try_from(chunk.len()).unwrap_or(u64::MAX)));
                }
            }
        }
    }
    parts
}

fn take_list(value: &mut Value, name: &str) -> Vec<Value> {
    match value.get_mut(name).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn put(value: &mut Value, name: &str, member: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(name.to_owned(), member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Item> {
        JsonLines::new(Box::new(io::Cursor::new(text.to_owned())), "f".into(), 0, 1)
            .map(Result::unwrap)
            .collect()
    }

    const SPANS: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{},{}]}]}]}"#;

    #[test]
    fn each_line_is_told_by_what_it_holds() {
        let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}"#;
        let items = read(&format!("{SPANS}\n\n{logs}\n{{\"resourceMetrics\":[]}}\n"));
        let told: Vec<_> = items
            .iter()
            .map(|item| {
                item.as_ref()
                    .map(|unit| (unit.signal, unit.records, unit.place.line))
                    .unwrap()
            })
            .collect();
        assert_eq!(
            told,
            [
                (Signal::Traces, 2, 1),
                (Signal::Logs, 1, 3),
                (Signal::Metrics, 0, 4)
            ]
        );
    }

    #[test]
    fn event_lines_are_gathered_and_know_where_they_end() {
        let items = read("{\"event\":\"span_started\"}\n{\"event\":\"span_finished\"}\n");
        let unit = items[0].as_ref().unwrap();
        assert_eq!(
            (items.len(), unit.records, unit.place.line, unit.place.next_line),
            (1, 2, 1, 3)
        );
    }

    #[test]
    fn a_bad_line_is_named_and_says_nothing_of_its_content() {
        let items = read(&format!("{{\"secret\": \"pw\"}}\nnot json pw\n{SPANS}"));
        let (place, what) = items[0].as_ref().unwrap_err();
        assert_eq!(
            (place.to_string(), what.contains("pw")),
            ("f:1".to_owned(), false)
        );
        let (place, what) = items[1].as_ref().unwrap_err();
        assert_eq!(
            (place.to_string(), what.contains("pw")),
            ("f:2".to_owned(), false)
        );
        assert!(items[2].is_ok());
    }

    #[test]
    fn a_document_over_several_lines_is_one_request() {
        let laid_out = serde_json::to_string_pretty(&serde_json::from_str::<Value>(SPANS).unwrap()).unwrap();
        let items = read(&laid_out);
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].as_ref().unwrap().records, 2);
    }

    #[test]
    fn a_large_line_is_cut_and_loses_nothing() {
        let spans: Vec<_> = (0..RECORDS_MAX * 2 + 1)
            .map(|index| json!({"name": index}))
            .collect();
        let line = json!({"resourceSpans": [{
            "resource": {"attributes": []}, "scopeSpans": [{"scope": {"name": "s"}, "spans": spans}],
        }]});
        let items = read(&line.to_string());
        let records: Vec<_> = items.iter().map(|item| item.as_ref().unwrap().records).collect();
        assert_eq!(records, [RECORDS_MAX, RECORDS_MAX, 1]);
        let last: Value = serde_json::from_slice(&items[2].as_ref().unwrap().body).unwrap();
        assert_eq!(last["resourceSpans"][0]["scopeSpans"][0]["scope"]["name"], "s");
        assert_eq!(
            last["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"],
            RECORDS_MAX * 2
        );
    }
}
