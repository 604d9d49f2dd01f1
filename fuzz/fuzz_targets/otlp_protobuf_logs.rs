//! OTLP protobuf log bodies: no panic, and what prost reads, we read, with the same number of records.
#![no_main]

use dialects::otlp::{Error, Limits, protobuf};
use libfuzzer_sys::fuzz_target;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use prost::Message;

fuzz_target!(|body: &[u8]| {
    let read = protobuf::read_logs(body, &Limits::default());
    let expected = ExportLogsServiceRequest::decode(body);
    match (read, expected) {
        (Ok(read), Ok(expected)) => {
            let expected: usize = expected
                .resource_logs
                .iter()
                .flat_map(|resource| &resource.scope_logs)
                .map(|scope| scope.log_records.len())
                .sum();
            let kept: usize = read.groups.iter().map(|group| group.records.len()).sum();
            assert_eq!(kept, expected);
        }
        // One of the things we refuse and prost does not.
        (Err(Error::Protobuf { problem, .. }), Ok(_)) => assert!(problem.contains("group"), "{problem}"),
        _ => {}
    }
});
