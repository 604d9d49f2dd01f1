//! `everyframe doctor`: is the server there, what does its telemetry say, and what does it lack?
//!
//! It waits for the first span, reads the newest runs, and compares what they hold with the least an engineer
//! needs to explain a run. Each gap comes with the attribute that fills it.

mod evidence;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::evidence::Evidence;
use crate::cli;
use crate::client::{Client, encoded};
use crate::failure::{Failure, Result};
use crate::format::{count, number, text};
use crate::runs::print_json;
use crate::table::{Cell, Column, render};
use crate::terminal::{Paint, Style, note, print, visible};

/// Newest runs that are looked at.
const RUNS_MAX: usize = 20;
/// Spans that are read one by one, for what the columns of a run leave out.
const SPANS_MAX: usize = 40;
/// How often the server is asked whether a span has come.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Checks a server and its telemetry.
pub(crate) fn run(arguments: &cli::Doctor, style: Style) -> Result<()> {
    let client = Client::new(&arguments.server.url)?;
    client.get_text("/healthz")?;
    let is_ready = client.get_text("/readyz").is_ok();
    let stats = first_span(&client, Duration::from_secs(u64::from(arguments.wait)))?;
    let query = [("limit", RUNS_MAX.to_string())];
    let query: Vec<(&str, &str)> = query
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let page = client.get("/api/v1/runs", &query)?;
    let runs = page
        .get("runs")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let evidence = read(&client, runs)?;
    let ledger = client.get("/api/v1/ledger", &[])?;
    let report = Report {
        client: &client,
        is_ready,
        stats: &stats,
        evidence: &evidence,
        ledger: &ledger,
    };
    if arguments.json {
        print_json(&report.json());
    } else {
        print(&report.text(style));
    }
    Ok(())
}

/// Waits until something is stored.
fn first_span(client: &Client, patience: Duration) -> Result<Value> {
    let began = Instant::now();
    loop {
        let stats = client.get("/api/v1/stats", &[])?;
        let is_there = |name: &str| number(&stats, name) > Some(0.0);
        if is_there("spans") || is_there("supplements") {
            return Ok(stats);
        }
        if began.elapsed() < POLL_INTERVAL {
            note(&format!(
                "the server at {} is well; waiting for the first span ...",
                client.url()
            ));
            note(&format!(
                "send OTLP over HTTP to it: OTEL_EXPORTER_OTLP_ENDPOINT={}",
                client.url()
            ));
        }
        if began.elapsed() > patience {
            return Err(Failure::new("no_spans", format!("no span came within {} s", patience.as_secs()))
                .hint(
                    "set OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf where the agent runs, and look for export errors in its log; `everyframe doctor --wait 600` waits longer",
                ));
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}

/// Reads what the newest runs say.
fn read(client: &Client, runs: &[Value]) -> Result<Evidence> {
    let mut evidence = Evidence::default();
    let mut left = SPANS_MAX;
    for run in runs {
        let run_id = text(run, "run_id").unwrap_or_default();
        // A run may have become part of another one since the list was read.
        let path = format!("/api/v1/runs/{}/spans", encoded(run_id));
        let Some(spans) = client.get_if_found(&path)? else {
            continue;
        };
        let spans = crate::spans::Spans::read(&spans);
        evidence.add_run(run, &spans);
        for span in spans
            .rows
            .iter()
            .filter(|span| span.kind == "tool" || span.marks.contains("withheld"))
        {
            if left == 0 {
                break;
            }
            left -= 1;
            let path = format!("/api/v1/spans/{}/{}", span.trace_id, span.span_id);
            if let Some(span) = client.get_if_found(&path)? {
                evidence.add_span(&span);
            }
        }
    }
    Ok(evidence)
}

/// What was found.
struct Report<'a> {
    client: &'a Client,
    is_ready: bool,
    stats: &'a Value,
    evidence: &'a Evidence,
    ledger: &'a Value,
}

const COLUMNS: &[Column<'static>] = &[
    Column {
        heading: "NEEDED TO EXPLAIN A RUN",
        is_number: false,
        dispensable: 0,
        is_flexible: false,
    },
    Column {
        heading: "KNOWN",
        is_number: false,
        dispensable: 0,
        is_flexible: false,
    },
    Column {
        heading: "FILLED BY",
        is_number: false,
        dispensable: 1,
        is_flexible: true,
    },
];

impl Report<'_> {
    fn json(&self) -> Value {
        json!({
            "url": self.client.url(),
            "ready": self.is_ready,
            "stats": self.stats,
            "runs_checked": self.evidence.runs,
            "dialects": self.evidence.dialects,
            "policy_versions": self.evidence.policy_versions,
            "fields": self.evidence.gaps().iter().map(|gap| json!({
                "field": gap.what, "known": gap.known, "of": gap.of, "unit": gap.unit, "filled_by": gap.filled_by,
            })).collect::<Vec<_>>(),
            "withheld": self.evidence.withheld,
            "ledger": self.ledger.get("totals"),
        })
    }

    fn text(&self, style: Style) -> String {
        let mut lines = self.overview();
        lines.push(String::new());
        let gaps = self.evidence.gaps();
        let rows: Vec<Vec<Cell>> = gaps.iter().map(evidence::Gap::cells).collect();
        let mut report = lines.join("\n");
        report.push('\n');
        report.push_str(&render(COLUMNS, &rows, style));
        if self.evidence.withheld.is_empty() {
            report.push_str("\nNothing was withheld from the spans looked at.\n");
        } else {
            report.push_str("\nWithheld by the policy, in the spans looked at:\n");
            for (field, (rule, times)) in &self.evidence.withheld {
                let line = format!("  {} ({}, {times} times)\n", visible(field), visible(rule));
                report.push_str(&style.paint(Paint::Faint, &line));
            }
        }
        report
    }

    fn overview(&self) -> Vec<String> {
        let ready = if self.is_ready { "ready" } else { "not ready yet" };
        let listed = |counts: &std::collections::BTreeMap<String, u64>| {
            let parts: Vec<String> = counts
                .iter()
                .map(|(name, times)| format!("{} ({times})", visible(name)))
                .collect();
            if parts.is_empty() {
                "unknown".to_owned()
            } else {
                parts.join(", ")
            }
        };
        let totals = self.ledger.get("totals").unwrap_or(&Value::Null);
        let mut lines = vec![
            format!("server    {} is {ready}", self.client.url()),
            format!(
                "stored    {} spans in {} runs",
                count(number(self.stats, "spans")),
                count(number(self.stats, "runs"))
            ),
            format!("checked   the {} newest runs", self.evidence.runs),
            format!("dialects  {}", listed(&self.evidence.dialects)),
            format!("policy    {}", listed(&self.evidence.policy_versions)),
        ];
        for (name, what) in [
            ("refused", "records refused"),
            ("request_refused", "requests refused"),
        ] {
            if number(totals, name) > Some(0.0) {
                lines.push(format!(
                    "ledger    {} {what}; reasons: /api/v1/ledger",
                    count(number(totals, name))
                ));
            }
        }
        lines
    }
}
