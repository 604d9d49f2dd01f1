//! The totals of everything a server holds, as its API shows them.

use serde_json::Value;
use trace::run::{self, ToolCall};
use trace::{Status, Text};

use crate::server::Server;
use crate::totals::Totals;

/// Reads every run of a server, in the order they began.
pub(crate) fn of(server: &Server) -> Totals {
    let page = server.get("/api/v1/runs?sort=start&limit=1000");
    let mut totals = Totals::default();
    for summary in page["runs"].as_array().expect("runs") {
        let run_id = summary["run_id"].as_str().expect("an id");
        let encoded: String = run_id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        // A run may have become part of another one since it was listed; the next look shows that.
        if let (200, run) = server.ask(&format!("/api/v1/runs/{encoded}")) {
            let (of_run, traces) = read(&run);
            totals.add(&of_run, traces);
        }
    }
    let stats = server.get("/api/v1/stats");
    let kinds = stats["spans_by_kind"].as_object().expect("kinds");
    let counted = kinds
        .iter()
        .filter_map(|(kind, count)| Some((kind.clone(), count.as_u64()?)));
    totals.by_kind = counted.filter(|(_, count)| *count > 0).collect();
    totals
}

/// The totals of a run, and of how many traces it is made.
fn read(run: &Value) -> (run::Totals, u64) {
    let count = |value: &Value| value.as_u64().expect("a count");
    let texts = |list: &Value| -> Vec<Text> {
        let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        texts.map(Text::from).collect()
    };
    let tool_calls = run["tool_calls"].as_array().map(|calls| {
        let call = |call: &Value| ToolCall {
            name: call["name"].as_str().map(Into::into),
            status: call["status"].as_str().and_then(Status::parse),
            inferred: call["inferred"].as_bool().expect("a flag"),
        };
        calls.iter().map(call).collect()
    });
    let tokens = &run["tokens"];
    let totals = run::Totals {
        spans: count(&run["spans"]),
        errors: count(&run["errors"]),
        orphans: count(&run["orphans"]),
        model_calls: run["model_calls"].as_u64(),
        tokens: run::Tokens {
            input: tokens["input"].as_u64(),
            output: tokens["output"].as_u64(),
            cache_read: tokens["cache_read"].as_u64(),
            cache_write: tokens["cache_write"].as_u64(),
            reasoning: tokens["reasoning"].as_u64(),
        },
        tool_calls,
        models_requested: texts(&run["models"]["requested"]),
        models_answered: texts(&run["models"]["answered"]),
        ..run::Totals::default()
    };
    (totals, count(&run["traces"]))
}
