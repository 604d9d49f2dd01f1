//! OTLP/JSON bodies of all three signals: no panic, and nothing passes that is not JSON.
#![no_main]

use dialects::otlp::{Limits, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let limits = Limits::default();
    let traces = json::read_traces(body, &limits);
    let logs = json::read_logs(body, &limits);
    let metrics = json::count_metrics(body);
    _ = json::signal(body);
    let is_read = traces.is_ok() || logs.is_ok() || metrics.is_ok();
    // The reader is more lenient than the grammar in the ways its head names; elsewhere it is as strict.
    let text = String::from_utf8_lossy(body);
    let is_lenient = ["NaN", "Infinity", "\\u", "\u{feff}"]
        .iter()
        .any(|mark| text.contains(mark));
    if is_read && !is_lenient {
        if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
            let message = error.to_string();
            // Limits of `serde_json` that this reader does not have.
            assert!(
                message.contains("out of range") || message.contains("recursion"),
                "{message}"
            );
        }
    }
});
