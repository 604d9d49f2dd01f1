//! Tests of the whole assembly. Those of one rule stand beside it.

mod outcomes;
mod properties;
mod tools;
mod trees;
mod twins;

use std::sync::Arc;

use testkit::sample::SpanBuilder;
use trace::ports::LoggedSpan;

use super::{Assembled, Settings, assemble};

fn logged(spans: Vec<SpanBuilder>) -> Vec<Arc<LoggedSpan>> {
    (1..)
        .zip(spans)
        .map(|(sequence, span)| span.logged(sequence))
        .collect()
}

fn run_of(spans: Vec<SpanBuilder>) -> Assembled {
    assemble(&logged(spans), &[], &Settings::default()).expect("there is a span")
}

/// The totals in one line: calls, tokens, tools with their status.
fn told(spans: Vec<SpanBuilder>) -> String {
    let run = run_of(spans).derived.run;
    let number = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let tools = run.totals.tool_calls.map_or_else(
        || "?".to_owned(),
        |tools| {
            let word = |call: &trace::run::ToolCall| {
                let name = call.name.as_deref().unwrap_or("?");
                let status = call.status.map_or("?", trace::Status::as_str);
                let inferred = if call.inferred { "~" } else { "" };
                format!("{inferred}{name}:{status}")
            };
            tools.iter().map(word).collect::<Vec<_>>().join(" ")
        },
    );
    let tokens = run.totals.tokens;
    format!(
        "{} calls, {} in, {} out, tools [{tools}]",
        number(run.totals.model_calls),
        number(tokens.input),
        number(tokens.output)
    )
}
