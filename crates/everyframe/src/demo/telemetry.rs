//! A small recorder: what an agent's own OpenTelemetry SDK would have sent, as OTLP JSON.
//!
//! Ids come from names, so that loading the samples twice stores them once; times lie shortly before the present.

use serde_json::{Value, json};
use trace::UnixNanos;
use trace::time::NANOS_PER_MILLI;

/// Attributes of a span, in order.
pub(super) type Attributes = Vec<(&'static str, Value)>;

/// The spans of one run as they are recorded, one after the other.
pub(super) struct Recorder {
    run_id: &'static str,
    started: UnixNanos,
    elapsed_millis: i64,
    root: Attributes,
    root_name: String,
    root_status: Value,
    spans: Vec<Value>,
    last_span_id: String,
}

/// How a step ended.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// Well.
    Ok,
    /// With an error of this class and message.
    Error(&'static str, &'static str),
}

impl Recorder {
    /// A run that began at this time, under an agent's root span.
    pub(super) fn new(run_id: &'static str, started: UnixNanos, root_name: &str, root: Attributes) -> Self {
        Self {
            run_id,
            started,
            elapsed_millis: 4,
            root,
            root_name: root_name.to_owned(),
            root_status: json!({"code": 1}),
            spans: Vec::new(),
            last_span_id: String::new(),
        }
    }

    /// Records one step below the root, right after the one before.
    pub(super) fn step(&mut self, name: &str, millis: i64, end: End, attributes: Attributes) -> &mut Self {
        let start = self.started.plus_nanos(self.elapsed_millis * NANOS_PER_MILLI);
        self.elapsed_millis += millis;
        self.last_span_id = span_id(self.run_id, self.spans.len() + 1);
        let mut attributes = attributes;
        let mut status = json!({"code": 1});
        if let End::Error(class, message) = end {
            attributes.push(("error.type", json!(class)));
            status = json!({"code": 2, "message": message});
        }
        self.spans.push(json!({
            "traceId": trace_id(self.run_id),
            "spanId": self.last_span_id,
            "parentSpanId": span_id(self.run_id, 0),
            "name": name,
            "kind": 1,
            "startTimeUnixNano": start.0.to_string(),
            "endTimeUnixNano": start.plus_nanos(millis * NANOS_PER_MILLI).0.to_string(),
            "attributes": key_values(&attributes),
            "status": status,
        }));
        self.elapsed_millis += 3;
        self
    }

    /// Nothing is recorded for so long.
    pub(super) fn pause(&mut self, millis: i64) -> &mut Self {
        self.elapsed_millis += millis;
        self
    }

    /// Id of the step recorded last.
    pub(super) fn last_span_id(&self) -> String {
        self.last_span_id.clone()
    }

    /// States how the run ended, and why it stopped.
    pub(super) fn ended(&mut self, outcome: &str, stop_reason: &str) -> &mut Self {
        self.root.push(("everyframe.run.outcome", json!(outcome)));
        self.root.push(("everyframe.run.stop_reason", json!(stop_reason)));
        self
    }

    /// Marks the root as failed.
    pub(super) fn failed(&mut self, class: &str, message: &str) -> &mut Self {
        self.root.push(("error.type", json!(class)));
        self.root_status = json!({"code": 2, "message": message});
        self
    }

    /// The whole run as one OTLP request.
    pub(super) fn request(&self, resource: &Attributes) -> Value {
        let end = self.started.plus_nanos(self.elapsed_millis * NANOS_PER_MILLI);
        let root = json!({
            "traceId": trace_id(self.run_id),
            "spanId": span_id(self.run_id, 0),
            "name": self.root_name,
            "kind": 1,
            "startTimeUnixNano": self.started.0.to_string(),
            "endTimeUnixNano": end.0.to_string(),
            "attributes": key_values(&self.root),
            "status": self.root_status,
        });
        let spans: Vec<&Value> = self.spans.iter().chain([&root]).collect();
        json!({"resourceSpans": [{
            "resource": {"attributes": key_values(resource)},
            "scopeSpans": [{"scope": {"name": "everyframe.demo", "version": "1"}, "spans": spans}],
        }]})
    }
}

/// Id of the run's trace: made from its name.
fn trace_id(run_id: &str) -> String {
    hex(&format!("trace {run_id}"), 32)
}

/// Id of a span: made from its place in the run.
fn span_id(run_id: &str, index: usize) -> String {
    hex(&format!("span {run_id} {index}"), 16)
}

fn hex(name: &str, digits: usize) -> String {
    let whole = blake3::hash(format!("everyframe demo {name}").as_bytes()).to_hex();
    whole.chars().take(digits).collect()
}

fn key_values(attributes: &Attributes) -> Vec<Value> {
    attributes
        .iter()
        .map(|(key, value)| json!({"key": key, "value": any_value(value)}))
        .collect()
}

/// A value as OTLP has it. Objects become JSON text, as instrumentations send them.
fn any_value(value: &Value) -> Value {
    match value {
        Value::String(text) => json!({"stringValue": text}),
        Value::Bool(flag) => json!({"boolValue": flag}),
        Value::Number(number) if number.is_f64() => json!({"doubleValue": number}),
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let values: Vec<Value> = items.iter().map(any_value).collect();
            json!({"arrayValue": {"values": values}})
        }
        other => json!({"stringValue": other.to_string()}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_run_has_the_same_ids_every_time() {
        let record = |started| {
            let mut recorder = Recorder::new("r", UnixNanos(started), "root", vec![]);
            recorder.step("a", 5, End::Ok, vec![("k", json!(1))]);
            recorder.request(&vec![])
        };
        let ids = |request: &Value| {
            let spans = &request["resourceSpans"][0]["scopeSpans"][0]["spans"];
            (
                spans[0]["traceId"].clone(),
                spans[0]["spanId"].clone(),
                spans[1]["spanId"].clone(),
            )
        };
        assert_eq!(ids(&record(1)), ids(&record(2)));
        assert_eq!(ids(&record(1)).0.as_str().unwrap().len(), 32);
    }

    #[test]
    fn values_are_sent_as_instrumentations_send_them() {
        assert_eq!(any_value(&json!(3)), json!({"intValue": "3"}));
        assert_eq!(any_value(&json!({"a": 1})), json!({"stringValue": "{\"a\":1}"}));
        assert_eq!(
            any_value(&json!(["x"])),
            json!({"arrayValue": {"values": [{"stringValue": "x"}]}})
        );
    }
}
