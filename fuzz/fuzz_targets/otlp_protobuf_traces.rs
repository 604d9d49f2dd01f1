//! OTLP protobuf trace bodies: no panic, and what prost reads, we read, with the same spans.
#![no_main]

use dialects::otlp::{Error, Limits, Span, protobuf};
use libfuzzer_sys::fuzz_target;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

/// Small enough that the fuzzer reaches over each of them.
const TIGHT: Limits = Limits {
    records_max: 4,
    values_max: 64,
    attributes_max: 3,
    events_max: 2,
    links_max: 2,
    key_size_bytes_max: 8,
    name_size_bytes_max: 8,
    nesting_max: 3,
    field_size_bytes_max: 16,
};

fuzz_target!(|body: &[u8]| {
    _ = protobuf::count_metrics(body);
    if let Ok(read) = protobuf::read_traces(body, &TIGHT) {
        for span in read.groups.iter().flat_map(|group| &group.records) {
            check_limits(span);
        }
    }
    let read = protobuf::read_traces(body, &Limits::default());
    let expected = ExportTraceServiceRequest::decode(body);
    match (read, expected) {
        (Ok(read), Ok(expected)) => {
            let expected: usize = expected
                .resource_spans
                .iter()
                .flat_map(|resource| &resource.scope_spans)
                .map(|scope| scope.spans.len())
                .sum();
            let kept: usize = read.groups.iter().map(|group| group.records.len()).sum();
            let left_out: u64 = read.rejected.iter().map(|rejected| rejected.count).sum();
            assert_eq!(kept as u64 + left_out, expected as u64);
        }
        // A limit, or one of the things we refuse and prost does not (groups).
        (Err(Error::Protobuf { problem, .. }), Ok(_)) => assert!(problem.contains("group"), "{problem}"),
        _ => {}
    }
});

fn check_limits(span: &Span<'_>) {
    assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
    assert!(span.name.len() <= TIGHT.name_size_bytes_max);
    assert!(span.attributes.len() <= TIGHT.attributes_max);
    assert!(span.events.len() <= TIGHT.events_max);
    assert!(span.links.len() <= TIGHT.links_max);
    for attribute in &span.attributes {
        assert!(attribute.key.len() <= TIGHT.key_size_bytes_max);
    }
}
