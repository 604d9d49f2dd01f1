//! How long it takes to assemble a run: `cargo bench -p everyframe-insight`. A usual run has to stay below 50 µs,
//! as thousands of runs a second have to settle beside everything else.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use insight::assemble::{Settings, assemble};
use testkit::sample::span;
use trace::ports::LoggedSpan;
use trace::{Field, Kind, Status};

fn main() {
    divan::main();
}

/// A run as agents make them: turns of a model call and a tool, each with the facts a usual sender gives.
fn run_of(span_count: u64) -> Vec<Arc<LoggedSpan>> {
    let root = span(1, 1)
        .kind(Kind::Agent)
        .name("invoke_agent support")
        .millis(0, 1_000_000)
        .status(Status::Ok)
        .fact(Field::AgentName, "support")
        .fact(Field::ServiceName, "support-agent")
        .fact(Field::SessionId, "session-1")
        .logged(1);
    let turns = (2..=span_count).map(|id| {
        let from = i64::try_from(id).unwrap_or(0) * 100;
        let made = span(1, id)
            .below(1)
            .millis(from, from + 90)
            .fact(Field::ServiceName, "support-agent");
        let made = if id % 2 == 0 {
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
        };
        made.logged(id)
    });
    std::iter::once(root).chain(turns).collect()
}

#[divan::bench(args = [24, 1_000, 20_000])]
fn assemble_run(bencher: Bencher<'_, '_>, span_count: u64) {
    let records = run_of(span_count);
    let settings = Settings::default();
    bencher
        .counter(ItemsCount::new(span_count))
        .bench(|| assemble(divan::black_box(&records), &[], &settings));
}
