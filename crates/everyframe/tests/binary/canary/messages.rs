//! Every message of OTLP and every event, with a secret in every field that can hold one.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::{Metric, ResourceMetrics, ScopeMetrics};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use trace::Field;

/// Start of all spans, in nanoseconds since 1970.
const START_NANOS: u64 = 1_760_000_000_000_000_000;
/// What all secrets have in common, at their start and at their end.
pub(super) const MARK: &str = "qZ7pW3xKvT9mRb2L";
/// An ordinary word that stands beside secrets in content.
pub(super) const ORDINARY: &str = "kingfisher";
/// Letters of a secret that are its own: with the marks and the number, as many as the provider's.
const LETTERS_MADE: usize = 93 - 2 * MARK.len() - 6;
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Attributes that carry what people and models wrote.
const CONTENT_KEYS: &[&str] = &[
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.prompt.0.content",
    "gen_ai.completion.0.content",
    "gen_ai.evaluation.explanation",
    "input.value",
    "output.value",
    "llm.input_messages.0.message.content",
    "llm.invocation_parameters",
    "traceloop.entity.input",
    "ai.prompt",
    "ai.toolCall.args",
    "langfuse.observation.input",
    "retrieval.documents.0.document.content",
    "mlflow.spanInputs",
    "exception.message",
    "exception.stacktrace",
    "exception.type",
    "url.full",
    "http.request.header.authorization",
    "db.query.text",
    "password",
    "an.attribute.nobody.knows",
];

/// Makes secrets and remembers the field each was put into.
#[derive(Default)]
pub(super) struct Secrets {
    made: Vec<String>,
    traces: u64,
}

impl Secrets {
    /// A new secret: a provider's API key, in the form it documents.
    pub(super) fn make(&mut self, field: &str) -> String {
        let number = self.made.len();
        let mut state = number as u64;
        let letters: String = (0..LETTERS_MADE)
            .map(|_| {
                // splitmix64: other letters in each, the same in every run.
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                let byte = (mixed ^ (mixed >> 31)).to_le_bytes()[0];
                char::from(LETTERS[usize::from(byte) % LETTERS.len()])
            })
            .collect();
        self.made.push(field.to_owned());
        format!("sk-ant-api03-{MARK}{number:06}{letters}{MARK}AA")
    }

    /// How many there are.
    pub(super) fn made(&self) -> usize {
        self.made.len()
    }

    /// The field that the secret with this number was put into.
    pub(super) fn field(&self, number: usize) -> &str {
        self.made.get(number).map_or("a field", String::as_str)
    }

    fn bytes(&mut self, field: &str) -> Vec<u8> {
        self.make(field).into_bytes()
    }

    fn text(&mut self, field: &str) -> AnyValue {
        AnyValue {
            value: Some(Value::StringValue(self.make(field))),
        }
    }

    /// A secret in every kind of value.
    fn values(&mut self, field: &str) -> Vec<AnyValue> {
        let array = ArrayValue {
            values: vec![self.text(&format!("{field}, in an array"))],
        };
        let list = KeyValueList {
            values: vec![KeyValue {
                key: self.make(&format!("{field}, key in a list")),
                value: Some(self.text(&format!("{field}, value in a list"))),
                key_strindex: 0,
            }],
        };
        let json = format!(r#"{{"note":"{}"}}"#, self.make(&format!("{field}, JSON")));
        vec![
            self.text(field),
            AnyValue {
                value: Some(Value::BytesValue(self.bytes(&format!("{field}, bytes")))),
            },
            AnyValue {
                value: Some(Value::ArrayValue(array)),
            },
            AnyValue {
                value: Some(Value::KvlistValue(list)),
            },
            AnyValue {
                value: Some(Value::StringValue(json)),
            },
        ]
    }

    /// A value under every key that the registry and the dialects know, one that nobody knows, and a secret key.
    fn attributes(&mut self, place: &str) -> Vec<KeyValue> {
        let known = Field::ALL
            .iter()
            .map(|field| field.definition().attribute)
            .filter(|key| !key.is_empty());
        let keys: Vec<&str> = known.chain(CONTENT_KEYS.iter().copied()).collect();
        let mut attributes: Vec<KeyValue> = keys
            .into_iter()
            .map(|key| {
                let mut text = self.make(&format!("{place}, {key}"));
                if CONTENT_KEYS.contains(&key) {
                    text = format!("The {ORDINARY} said: {text}");
                }
                KeyValue {
                    key: key.to_owned(),
                    value: Some(AnyValue {
                        value: Some(Value::StringValue(text)),
                    }),
                    key_strindex: 0,
                }
            })
            .collect();
        for (number, value) in self.values(&format!("{place}, a value")).into_iter().enumerate() {
            attributes.push(KeyValue {
                key: format!("gen_ai.tool.call.arguments.{number}"),
                value: Some(value),
                key_strindex: 0,
            });
        }
        attributes.push(KeyValue {
            key: self.make(&format!("{place}, a key")),
            value: Some(self.text(&format!("{place}, the value of a secret key"))),
            key_strindex: 0,
        });
        attributes
    }

    fn resource(&mut self) -> Resource {
        Resource {
            attributes: self.attributes("resource"),
            dropped_attributes_count: 0,
            entity_refs: vec![EntityRef {
                schema_url: self.make("entity schema"),
                r#type: self.make("entity type"),
                id_keys: vec![self.make("entity id key")],
                description_keys: vec![self.make("entity description key")],
            }],
        }
    }

    fn scope(&mut self) -> InstrumentationScope {
        InstrumentationScope {
            name: self.make("scope name"),
            version: self.make("scope version"),
            attributes: self.attributes("scope"),
            dropped_attributes_count: 0,
        }
    }

    /// Spans of one trace: of every operation, of none, with an id that is a secret.
    pub(super) fn traces(&mut self) -> ExportTraceServiceRequest {
        self.traces += 1;
        let trace_id = u128::from(self.traces).to_be_bytes().to_vec();
        let operations = [
            "invoke_agent",
            "chat",
            "execute_tool",
            "retrieval",
            "",
            "nonsense",
        ];
        let mut spans: Vec<Span> = operations
            .into_iter()
            .zip(1_u64..)
            .map(|(operation, number)| self.span(trace_id.clone(), operation, number))
            .collect();
        let secret_id = self.bytes("trace id");
        spans.push(self.span(secret_id, "chat", 90));
        let mut span = self.span(trace_id, "chat", 91);
        span.span_id = self.bytes("span id");
        spans.push(span);
        ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(self.resource()),
                scope_spans: vec![ScopeSpans {
                    scope: Some(self.scope()),
                    spans,
                    schema_url: self.make("schema of a scope"),
                }],
                schema_url: self.make("schema of a resource"),
            }],
        }
    }

    fn span(&mut self, trace_id: Vec<u8>, operation: &str, number: u64) -> Span {
        let mut attributes = self.attributes("span");
        if !operation.is_empty() {
            attributes.retain(|attribute| attribute.key != "gen_ai.operation.name");
            attributes.push(KeyValue {
                key: "gen_ai.operation.name".to_owned(),
                value: Some(AnyValue {
                    value: Some(Value::StringValue(operation.to_owned())),
                }),
                key_strindex: 0,
            });
        }
        Span {
            links: vec![Link {
                trace_id: self.bytes("trace id of a link"),
                span_id: self.bytes("span id of a link"),
                trace_state: self.make("trace state of a link"),
                attributes: self.attributes("link"),
                dropped_attributes_count: 0,
                flags: 0,
            }],
            trace_id,
            span_id: number.to_be_bytes().to_vec(),
            trace_state: self.make("trace state"),
            parent_span_id: match number {
                1 => Vec::new(),
                2 => self.bytes("parent span id"),
                _ => 1_u64.to_be_bytes().to_vec(),
            },
            flags: 0,
            name: self.make("span name"),
            kind: 1,
            start_time_unix_nano: START_NANOS + number,
            end_time_unix_nano: START_NANOS + 1_000_000 * number,
            attributes,
            dropped_attributes_count: 0,
            events: ["exception", "gen_ai.user.message", "gen_ai.evaluation.result", ""]
                .into_iter()
                .map(|name| Event {
                    time_unix_nano: START_NANOS + number,
                    name: match name {
                        "" => self.make("event name"),
                        name => name.to_owned(),
                    },
                    attributes: self.attributes("event"),
                    dropped_attributes_count: 0,
                })
                .collect(),
            dropped_events_count: 0,
            dropped_links_count: 0,
            status: Some(Status {
                message: self.make("status message"),
                code: 2,
            }),
        }
    }

    /// Log records that join a span, build one, or belong to none.
    pub(super) fn logs(&mut self) -> ExportLogsServiceRequest {
        let trace_id = u128::from(self.traces.max(1)).to_be_bytes().to_vec();
        let names = [
            "gen_ai.client.inference.operation.details",
            "gen_ai.evaluation.result",
            "claude_code.api_request",
            "codex.tool_result",
            "",
        ];
        let mut log_records = Vec::new();
        for (name, number) in names.into_iter().zip(1_u64..) {
            for body in self.values("log body") {
                log_records.push(LogRecord {
                    time_unix_nano: START_NANOS + number,
                    observed_time_unix_nano: START_NANOS + number,
                    severity_number: 9,
                    severity_text: self.make("severity"),
                    body: Some(body),
                    attributes: self.attributes("log record"),
                    dropped_attributes_count: 0,
                    flags: 0,
                    trace_id: match number {
                        4 => self.bytes("trace id of a log record"),
                        _ => trace_id.clone(),
                    },
                    span_id: match number {
                        3 => self.bytes("span id of a log record"),
                        _ => number.to_be_bytes().to_vec(),
                    },
                    event_name: match name {
                        "" => self.make("event name of a log record"),
                        name => name.to_owned(),
                    },
                });
            }
        }
        ExportLogsServiceRequest {
            resource_logs: vec![ResourceLogs {
                resource: Some(self.resource()),
                scope_logs: vec![ScopeLogs {
                    scope: Some(self.scope()),
                    log_records,
                    schema_url: self.make("schema of a log scope"),
                }],
                schema_url: self.make("schema of a log resource"),
            }],
        }
    }

    /// Metrics, which are counted and not kept.
    pub(super) fn metrics(&mut self) -> ExportMetricsServiceRequest {
        ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                resource: Some(self.resource()),
                scope_metrics: vec![ScopeMetrics {
                    scope: Some(self.scope()),
                    metrics: vec![Metric {
                        name: self.make("metric name"),
                        description: self.make("metric description"),
                        unit: self.make("metric unit"),
                        metadata: self.attributes("metric"),
                        data: None,
                    }],
                    schema_url: self.make("schema of a metric scope"),
                }],
                schema_url: self.make("schema of a metric resource"),
            }],
        }
    }

    /// Lines of `/v1/events`.
    pub(super) fn events(&mut self) -> String {
        let mut lines = Vec::new();
        for metadata in [true, false] {
            let run_id = self.make("run id of an event");
            let span_id = self.make("span id of an event");
            let facts: serde_json::Map<String, serde_json::Value> = self
                .attributes("metadata")
                .into_iter()
                .filter_map(|attribute| match attribute.value?.value? {
                    Value::StringValue(text) => Some((attribute.key, text.into())),
                    _ => None,
                })
                .collect();
            lines.push(serde_json::json!({
                "event": "span_started", "run_id": run_id, "span_id": span_id,
                "parent_id": self.make("parent id of an event"), "name": self.make("name of an event"),
                "metadata": if metadata { facts.clone() } else { serde_json::Map::new() },
            }));
            lines.push(serde_json::json!({
                "event": "span_finished", "run_id": run_id, "span_id": span_id,
                "status": self.make("status of an event"), "latency_ms": 12,
                "metadata": facts, "name": self.make("name of a finished event"),
            }));
            lines.push(serde_json::json!({
                "event": self.make("kind of an event"), "run_id": run_id, "span_id": span_id,
                "name": self.make("name of an odd event"),
            }));
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}
