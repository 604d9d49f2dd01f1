//! How long an assembly takes. Run by hand: `cargo test --release -p everyframe-insight speed -- --ignored --nocapture`.

use std::time::Instant;

use testkit::sample::{SpanBuilder, span};
use trace::{Field, Kind, Status};

use super::super::{Settings, assemble};

/// A run as agents make them: turns of a model call and a tool, each fact that a usual sender gives.
fn run_of_24_spans() -> Vec<SpanBuilder> {
    let mut spans = vec![
        span(1, 1)
            .kind(Kind::Agent)
            .name("invoke_agent support")
            .millis(0, 10_000)
            .status(Status::Ok)
            .fact(Field::AgentName, "support")
            .fact(Field::ServiceName, "support-agent")
            .fact(Field::SessionId, "session-1"),
    ];
    for id in 2..=24 {
        let from = i64::try_from(id).unwrap() * 100;
        let made = span(1, id)
            .below(1)
            .millis(from, from + 90)
            .fact(Field::ServiceName, "support-agent");
        spans.push(if id % 2 == 0 {
            made.model("gpt-4o-mini", 1_000, 50)
                .name("chat gpt-4o-mini")
                .fact(Field::ModelAnswered, "gpt-4o-mini-2024-07-18")
                .fact(Field::Provider, "openai")
                .fact(Field::ResponseId, format!("chatcmpl-{id:028}").as_str())
                .fact(Field::Scope, "opentelemetry.instrumentation.openai_v2")
                .list(Field::FinishReasons, &["tool_call"])
        } else {
            made.tool("lookup_order")
                .status(Status::Ok)
                .fact(Field::ToolCallId, format!("call_{id:024}").as_str())
                .fact(Field::ArgumentsToken, format!("token-{id}").as_str())
                .fact(Field::OutputPresent, true)
        });
    }
    spans
}

#[test]
#[ignore = "a measurement, not a check: run it in release, alone"]
fn a_run_of_24_spans() {
    let records = super::logged(run_of_24_spans());
    let settings = Settings::default();
    let rounds = 20_000_u32;
    let start = Instant::now();
    for _ in 0..rounds {
        std::hint::black_box(assemble(std::hint::black_box(&records), &[], &settings));
    }
    println!(
        "{:?} for each run of {} spans",
        start.elapsed() / rounds,
        records.len()
    );
}
