//! Labelled runs of public benchmarks, 770 in all, with known sizes, tokens, costs and outcomes.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;
use testkit::MemoryStore;
use trace::run::Run;
use trace::{CaptureLevel, Field, Outcome, OutcomeSource};

use crate::received::Sender;
use crate::settled;

/// The senders' own names for what we have names for.
const KEY_MAP: &[&str] = &[
    "bench.task.id=everyframe.run.task.id",
    "bench.task.type=everyframe.run.goal.type",
    "bench.cost.usd=everyframe.cost",
];

/// What one run holds, read from its JSON without any of our code.
#[derive(Default, Debug)]
struct Raw {
    spans: u64,
    model_calls: u64,
    input: Option<u64>,
    output: Option<u64>,
    cost: Option<f64>,
    tools: Vec<String>,
    task_id: Option<String>,
}

fn raw(line: &str) -> (String, Raw) {
    let request: Value = serde_json::from_str(line).expect("a line is JSON");
    let spans = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
        .as_array()
        .expect("spans");
    let mut spans: Vec<&Value> = spans.iter().collect();
    spans.sort_by_key(|span| integer(&span["startTimeUnixNano"]));
    let mut raw = Raw::default();
    let mut cost_at_top = None;
    for span in &spans {
        let attribute = |key: &str| {
            let attributes = span["attributes"].as_array().expect("attributes");
            let found = attributes.iter().find(|attribute| attribute["key"] == key);
            found.map(|attribute| &attribute["value"])
        };
        let text = |key: &str| {
            attribute(key)
                .and_then(|value| value["stringValue"].as_str())
                .map(str::to_owned)
        };
        let count = |key: &str| attribute(key).and_then(|value| integer(&value["intValue"]));
        let cost = attribute("bench.cost.usd").and_then(|value| value["doubleValue"].as_f64());
        if span.get("parentSpanId").is_none() {
            cost_at_top = cost;
        }
        raw.spans += 1;
        match text("gen_ai.operation.name").as_deref() {
            Some("chat") => {
                raw.model_calls += 1;
                add(&mut raw.input, count("gen_ai.usage.input_tokens"));
                add(&mut raw.output, count("gen_ai.usage.output_tokens"));
                if let Some(cost) = cost {
                    raw.cost = Some(raw.cost.unwrap_or(0.0) + cost);
                }
            }
            Some("execute_tool") => raw.tools.push(text("gen_ai.tool.name").expect("a tool's name")),
            _ => {}
        }
        raw.task_id = raw.task_id.or(text("bench.task.id"));
    }
    // Some runs report what they cost as a whole only.
    raw.cost = raw.cost.or(cost_at_top);
    let trace_id = spans[0]["traceId"].as_str().expect("a trace id").to_owned();
    (trace_id, raw)
}

fn integer(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn add(total: &mut Option<u64>, count: Option<u64>) {
    if let Some(count) = count {
        *total = Some(total.unwrap_or(0) + count);
    }
}

/// Sends runs of a data set and compares each with what it holds and how it was labelled.
fn check(data_set: &str) {
    let Some(folder) = crate::otlp::shared(&format!("data/{data_set}")) else {
        return;
    };
    let labels = labels(&folder);
    let store = MemoryStore::new();
    let sender = Sender::with_keys(&store, CaptureLevel::Metadata, KEY_MAP);
    let mut expected = HashMap::new();
    for line in lines(&folder) {
        sender.traces_json(line.as_bytes());
        let (trace_id, raw) = raw(&line);
        expected.insert(trace_id, raw);
    }
    let (runs, _) = settled::of(&store);
    assert_eq!(runs.len(), expected.len(), "each trace is one run");
    let mut wrong = Vec::new();
    for run in &runs {
        let id = run.run_id.as_str();
        let raw = expected.get(id).unwrap_or_else(|| panic!("no run {id} was sent"));
        let success = labels.get(id).copied().expect("every run is labelled");
        wrong.extend(
            differences(run, raw, success)
                .into_iter()
                .map(|what| format!("{id}: {what}")),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn differences(run: &Run, raw: &Raw, success: bool) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, shown: String, expected: String| {
        if shown != expected {
            differences.push(format!("{what}: {shown}, expected {expected}"));
        }
    };
    let totals = &run.totals;
    let outcome = if success {
        Outcome::Success
    } else {
        Outcome::Failure
    };
    compare("outcome", run.outcome.to_string(), outcome.to_string());
    compare(
        "source",
        run.outcome_source.to_string(),
        OutcomeSource::Score.to_string(),
    );
    compare("spans", totals.spans.to_string(), raw.spans.to_string());
    let calls = Some(raw.model_calls).filter(|calls| *calls > 0);
    compare(
        "model calls",
        format!("{:?}", totals.model_calls),
        format!("{calls:?}"),
    );
    compare(
        "input",
        format!("{:?}", totals.tokens.input),
        format!("{:?}", raw.input),
    );
    compare(
        "output",
        format!("{:?}", totals.tokens.output),
        format!("{:?}", raw.output),
    );
    let cost = |cost: Option<f64>| format!("{:?}", cost.map(|cost| (cost * 1e6).round()));
    compare("cost", cost(totals.cost), cost(raw.cost));
    let tools: Vec<_> = totals
        .tool_calls
        .iter()
        .flatten()
        .filter_map(|call| call.name.as_deref())
        .collect();
    compare("tools", format!("{tools:?}"), format!("{:?}", raw.tools));
    compare(
        "task",
        format!("{:?}", run.facts.text(Field::TaskId)),
        format!("{:?}", raw.task_id.as_deref()),
    );
    compare("orphans", totals.orphans.to_string(), "0".to_owned());
    differences
}

fn lines(folder: &Path) -> impl Iterator<Item = String> {
    let file = std::fs::File::open(folder.join("traces.jsonl.zst")).expect("the runs can be opened");
    let mut decoder = zstd::Decoder::new(file).expect("the runs are zstd");
    decoder.window_log_max(27).expect("a window of 128 MB");
    std::io::BufRead::lines(std::io::BufReader::new(decoder)).map(|line| line.expect("a line can be read"))
}

/// Whether each run met its goal, by trace id.
fn labels(folder: &Path) -> HashMap<String, bool> {
    let text = std::fs::read_to_string(folder.join("labels.jsonl")).expect("the labels can be read");
    let label = |line: &str| {
        let label: Value = serde_json::from_str(line).expect("a label is JSON");
        let trace_id = label["trace_id"].as_str().expect("a trace id").to_owned();
        (trace_id, label["success"].as_bool().expect("a verdict"))
    };
    text.lines().map(label).collect()
}

#[test]
fn airline_runs_have_their_sizes_and_outcomes() {
    check("tau-airline");
}

#[test]
fn retail_runs_have_their_sizes_and_outcomes() {
    check("tau-retail");
}

#[test]
fn coding_runs_have_their_tokens_and_costs() {
    check("mini-swe");
}

#[test]
fn multi_agent_runs_have_their_sizes_and_outcomes() {
    check("who-and-when");
}
