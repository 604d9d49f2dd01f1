//! The totals of everything a server holds, as its API shows them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trace::Status;
use trace::run::ToolCall;

use crate::server::Server;

/// The sums over some runs. `None` is unknown.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) model_calls: Option<u64>,
    /// By the names of the expected figures.
    pub(crate) tokens: BTreeMap<&'static str, Option<u64>>,
    pub(crate) tool_calls: Vec<ToolCall>,
    pub(crate) models_requested: BTreeSet<String>,
    pub(crate) models_answered: BTreeSet<String>,
    pub(crate) traces: u64,
    pub(crate) spans: u64,
    pub(crate) orphans: u64,
    pub(crate) errors: u64,
    pub(crate) by_kind: BTreeMap<String, u64>,
}

/// Reads every run of a server, in the order they began.
pub(crate) fn of(server: &Server) -> Totals {
    let page = server.get("/api/v1/runs?sort=start&limit=1000");
    let mut totals = Totals::default();
    for summary in page["runs"].as_array().expect("runs") {
        let run_id = summary["run_id"].as_str().expect("an id");
        let encoded: String = run_id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        // A run may have become part of another one since it was listed; the next look shows that.
        if let (200, run) = server.ask(&format!("/api/v1/runs/{encoded}")) {
            totals.add(&run);
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

impl Totals {
    fn add(&mut self, run: &Value) {
        let sum = |total: &mut Option<u64>, count: &Value| {
            if let Some(count) = count.as_u64() {
                *total = Some(total.unwrap_or(0) + count);
            }
        };
        sum(&mut self.model_calls, &run["model_calls"]);
        for (name, key) in [
            ("input_including_cached", "input"),
            ("output", "output"),
            ("cache_read", "cache_read"),
            ("cache_write", "cache_write"),
            ("reasoning", "reasoning"),
        ] {
            sum(self.tokens.entry(name).or_default(), &run["tokens"][key]);
        }
        for call in run["tool_calls"].as_array().into_iter().flatten() {
            self.tool_calls.push(ToolCall {
                name: call["name"].as_str().map(Into::into),
                status: call["status"].as_str().and_then(Status::parse),
                inferred: call["inferred"].as_bool().expect("a flag"),
            });
        }
        let names = |list: &Value| {
            let names = list.as_array().into_iter().flatten().filter_map(Value::as_str);
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        self.models_requested.extend(names(&run["models"]["requested"]));
        self.models_answered.extend(names(&run["models"]["answered"]));
        self.traces += run["traces"].as_u64().expect("a count");
        self.spans += run["spans"].as_u64().expect("a count");
        self.orphans += run["orphans"].as_u64().expect("a count");
        self.errors += run["errors"].as_u64().expect("a count");
    }
}
