//! Lines of `/v1/events`: no panic, valid ids, times in order.
#![no_main]

use dialects::events::{read_line, read_lines, to_span};
use dialects::otlp::Limits;
use libfuzzer_sys::fuzz_target;
use trace::UnixNanos;

fuzz_target!(|text: &str| {
    let limits = Limits::default();
    for event in read_lines(text, &limits).flatten() {
        let read = to_span(event, UnixNanos(1_780_000_000_000_000_000));
        let span = &read.span;
        assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
        assert!(!read.run_id.is_empty());
        assert!(span.end_unix_nanos == 0 || span.start_unix_nanos <= span.end_unix_nanos);
    }
    if let Err(error) = read_line(text, &limits) {
        assert!(!error.hint().is_empty());
    }
});
