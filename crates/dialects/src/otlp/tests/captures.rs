//! Bodies that real instrumentations sent.

use crate::otlp::{Limits, Request, protobuf};

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use std::path::PathBuf;

/// Every captured body with the path it was sent to; empty where the captures are not at hand.
pub(crate) fn bodies() -> Vec<(String, String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/otlp");
    let mut bodies = Vec::new();
    for capture in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(capture.path()).into_iter().flatten().flatten() {
            let path = file.path();
            if path.extension().is_some_and(|extension| extension == "pb") {
                let headers = std::fs::read(path.with_extension("headers.json")).unwrap();
                let headers: serde_json::Value = serde_json::from_slice(&headers).unwrap();
                let sent_to = headers["path"].as_str().unwrap().to_owned();
                let name = format!("{:?}/{:?}", capture.file_name(), file.file_name());
                bodies.push((name, sent_to, std::fs::read(path).unwrap()));
            }
        }
    }
    bodies.sort();
    bodies
}

fn count<T>(request: &Request<'_, T>) -> usize {
    request.groups.iter().map(|group| group.records.len()).sum()
}

#[test]
fn every_captured_body_reads_whole() {
    let limits = Limits::default();
    for (name, sent_to, body) in bodies() {
        match sent_to.as_str() {
            "/v1/traces" => {
                let read = protobuf::read_traces(&body, &limits).unwrap();
                let expected = ExportTraceServiceRequest::decode(&*body).unwrap();
                let scopes = expected
                    .resource_spans
                    .iter()
                    .flat_map(|resource| &resource.scope_spans);
                let spans: Vec<_> = scopes.flat_map(|scope| &scope.spans).collect();
                assert_eq!(count(&read), spans.len(), "{name}");
                assert_eq!(read.rejected, [], "{name}");
                let read_spans = read.groups.iter().flat_map(|group| &group.records);
                for (span, expected) in read_spans.zip(spans) {
                    assert_eq!(*span.span_id, *expected.span_id, "{name}");
                    assert_eq!(span.attributes.len(), expected.attributes.len(), "{name}");
                    assert_eq!(span.events.len(), expected.events.len(), "{name}");
                    assert!(span.cut_fields.is_empty(), "{name}");
                }
            }
            "/v1/logs" => {
                let read = protobuf::read_logs(&body, &limits).unwrap();
                let expected = ExportLogsServiceRequest::decode(&*body).unwrap();
                let scopes = expected
                    .resource_logs
                    .iter()
                    .flat_map(|resource| &resource.scope_logs);
                let expected: usize = scopes.map(|scope| scope.log_records.len()).sum();
                assert_eq!(count(&read), expected, "{name}");
            }
            "/v1/metrics" => {
                let read = protobuf::count_metrics(&body).unwrap();
                let expected = ExportMetricsServiceRequest::decode(&*body).unwrap();
                let scopes = expected
                    .resource_metrics
                    .iter()
                    .flat_map(|resource| &resource.scope_metrics);
                let expected: usize = scopes.map(|scope| scope.metrics.len()).sum();
                assert_eq!(usize::try_from(read.metrics).unwrap(), expected, "{name}");
                assert!(read.data_points >= read.metrics, "{name}");
            }
            other => panic!("{name} was sent to {other}"),
        }
    }
}

#[test]
fn a_captured_body_reads_the_same_from_json() {
    let limits = Limits::default();
    for (name, sent_to, body) in bodies() {
        match sent_to.as_str() {
            "/v1/traces" => {
                let request = ExportTraceServiceRequest::decode(&*body).unwrap();
                let text = serde_json::to_vec(&request).unwrap();
                let from_json = super::super::json::read_traces(&text, &limits).unwrap();
                assert_eq!(
                    protobuf::read_traces(&body, &limits).unwrap(),
                    from_json,
                    "{name}"
                );
            }
            "/v1/logs" => {
                let request = ExportLogsServiceRequest::decode(&*body).unwrap();
                let text = serde_json::to_vec(&request).unwrap();
                let from_json = super::super::json::read_logs(&text, &limits).unwrap();
                assert_eq!(protobuf::read_logs(&body, &limits).unwrap(), from_json, "{name}");
            }
            _ => {
                let request = ExportMetricsServiceRequest::decode(&*body).unwrap();
                let text = serde_json::to_vec(&request).unwrap();
                let from_json = super::super::json::count_metrics(&text).unwrap();
                assert_eq!(protobuf::count_metrics(&body).unwrap(), from_json, "{name}");
            }
        }
    }
}
