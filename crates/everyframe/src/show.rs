//! `everyframe show`: one run as a tree of its spans, with its totals above.

mod tree;

use serde_json::Value;

use self::tree::Tree;
use crate::cli;
use crate::client::{Client, encoded};
use crate::failure::{Failure, Result};
use crate::format::{UNKNOWN, count, duration, instant, number, text, texts};
use crate::runs::{cost_of, outcome_paint, print_json};
use crate::table::render;
use crate::terminal::{Paint, Style, fit, print, visible, width};

/// Between two facts on one line.
const BETWEEN: &str = " · ";

/// Shows a run.
pub(crate) fn run(arguments: &cli::Show, style: Style) -> Result<()> {
    let client = Client::new(&arguments.server.url)?;
    let run = find(&client, &arguments.run)?;
    if arguments.json {
        print_json(&run);
        return Ok(());
    }
    let run_id = text(&run, "run_id").unwrap_or(&arguments.run);
    let spans = client.get(&format!("/api/v1/runs/{}/spans", encoded(run_id)), &[])?;
    print(&page(&run, &spans, style));
    Ok(())
}

/// The run with this id, or the only one whose id starts so.
pub(crate) fn find(client: &Client, run_id: &str) -> Result<Value> {
    if let Some(run) = client.get_if_found(&format!("/api/v1/runs/{}", encoded(run_id)))? {
        return Ok(run);
    }
    let none = || {
        Failure::new("run_not_found", format!("there is no run `{}`", visible(run_id))).hint(
            "`everyframe runs` lists what there is; the start of an id is enough if only one run has it",
        )
    };
    if !run_id
        .chars()
        .all(|letter| letter.is_alphanumeric() || "-_.:".contains(letter))
    {
        return Err(none());
    }
    let query = format!("run_id:\"{run_id}\"*");
    let page = client
        .get("/api/v1/runs", &[("q", query.as_str()), ("limit", "2")])
        .or_else(|_| {
            client.get(
                "/api/v1/runs",
                &[("q", &format!("run_id:{run_id}*")), ("limit", "2")],
            )
        });
    let page = page.map_err(|_| none())?;
    let found = page
        .get("runs")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    match found {
        [] => Err(none()),
        [run] => {
            let run_id = text(run, "run_id").unwrap_or_default();
            client.get(&format!("/api/v1/runs/{}", encoded(run_id)), &[])
        }
        _ => Err(Failure::new(
            "run_ambiguous",
            format!("several runs start with `{}`", visible(run_id)),
        )
        .hint("give more of the id; `everyframe runs --json` has them whole")),
    }
}

/// Header, tree and legend.
fn page(run: &Value, spans: &Value, style: Style) -> String {
    let mut page = header(run, style);
    page.push('\n');
    let tree = Tree::read(spans);
    page.push_str(&render(tree::COLUMNS, &tree.rows(), style));
    if tree.left_out() > 0 {
        page.push_str(&format!("{} more spans are not shown\n", tree.left_out()));
    }
    let legend = wrapped(&tree.legend(), style.width);
    page.push('\n');
    for line in legend.lines() {
        page.push_str(&style.paint(Paint::Faint, line));
        page.push('\n');
    }
    page
}

fn header(run: &Value, style: Style) -> String {
    let run_id = text(run, "run_id").unwrap_or(UNKNOWN);
    let name = text(run, "name").unwrap_or(UNKNOWN);
    let outcome = run.get("outcome");
    let value = outcome
        .and_then(|outcome| text(outcome, "value"))
        .unwrap_or("unknown");
    let source = outcome
        .and_then(|outcome| text(outcome, "source"))
        .unwrap_or_default();
    let mut header = format!(
        "{}\n{}\n",
        style.paint(Paint::Strong, &visible(name)),
        style.paint(Paint::Faint, &format!("run {}", visible(run_id)))
    );
    let ended = match source {
        "" => value.to_owned(),
        source => format!("{value} ({source})"),
    };
    let mut line = vec![ended.clone()];
    line.extend(totals(run));
    let lines = wrapped(&line, style.width);
    header.push_str(&style.paint(outcome_paint(value), &ended));
    header.push_str(lines.strip_prefix(&ended).unwrap_or_default());
    header.push('\n');
    let facts = facts(run, style.width);
    if !facts.is_empty() {
        header.push_str(&style.paint(Paint::Faint, &wrapped(&facts, style.width)));
        header.push('\n');
    }
    header
}

/// The totals as words; unknown ones say so.
fn totals(run: &Value) -> Vec<String> {
    let tokens = run.get("tokens").unwrap_or(&Value::Null);
    let cached = match number(tokens, "cache_read") {
        Some(cached) if cached > 0.0 => format!(" ({} cached)", count(Some(cached))),
        _ => String::new(),
    };
    let mut totals = vec![
        duration(number(run, "duration_millis")),
        plural(number(run, "spans"), "span"),
        plural(number(run, "model_calls"), "model call"),
        plural(number(run, "tool_call_count"), "tool call"),
        match (number(tokens, "input"), number(tokens, "output")) {
            (None, None) => "tokens unknown".to_owned(),
            (input, output) => format!("{} tokens in{cached}, {} out", count(input), count(output)),
        },
        match number(run, "cost") {
            None => "cost unknown".to_owned(),
            Some(_) => format!("cost {}", cost_of(run)),
        },
        plural(number(run, "errors"), "error"),
    ];
    if number(run, "traces") > Some(1.0) {
        totals.push(plural(number(run, "traces"), "trace"));
    }
    if number(run, "orphans") > Some(0.0) {
        totals.push(plural(number(run, "orphans"), "orphan"));
    }
    if run.get("settled").and_then(Value::as_bool) == Some(false) {
        totals.push("may still change".to_owned());
    }
    totals
}

fn facts(run: &Value, columns: usize) -> Vec<String> {
    let mut shown = vec![format!(
        "began {} UTC",
        instant(text(run, "start").unwrap_or_default())
    )];
    let models = run
        .get("models")
        .map(|models| texts(models, "answered"))
        .unwrap_or_default();
    if !models.is_empty() {
        shown.push(format!("models {}", models.join(", ")));
    }
    let signals = texts(run, "signals");
    if !signals.is_empty() {
        shown.push(format!("signals {}", signals.join(", ")));
    }
    if let Some(Value::Object(facts)) = run.get("facts") {
        for (name, value) in facts {
            if let Some(value) = value.as_str() {
                shown.push(format!("{name} {value}"));
            }
        }
    }
    shown.iter().map(|fact| fit(fact, columns)).collect()
}

fn plural(number: Option<f64>, noun: &str) -> String {
    if number.is_none() {
        return format!("{noun}s unknown");
    }
    let ending = if number == Some(1.0) { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// Facts on as many lines as it takes, none broken within.
fn wrapped(facts: &[String], columns: usize) -> String {
    let mut lines = String::new();
    let mut taken = 0;
    for fact in facts {
        let size = width(fact);
        if taken > 0 && taken + width(BETWEEN) + size > columns {
            lines.push('\n');
            taken = 0;
        } else if taken > 0 {
            lines.push_str(BETWEEN);
            taken += width(BETWEEN);
        }
        lines.push_str(fact);
        taken += size;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> (Value, Value) {
        let run = json!({
            "run_id": "demo-loop", "name": "invoke_agent support_agent", "settled": true,
            "outcome": {"value": "budget_exhausted", "source": "stated"}, "start": "2026-11-22T18:44:51Z",
            "duration_millis": 4_321.0, "spans": 4, "model_calls": 1, "tool_call_count": 1, "errors": 1,
            "tokens": {"input": 820, "output": 29, "cache_read": 512}, "cost": 0.0002, "calls_without_cost": 0,
            "models": {"answered": ["gpt-4.1-mini-2025-04-14"]}, "signals": [], "traces": 1, "orphans": 0,
            "facts": {"session_id": "chat-2002\u{1b}[2J", "agent_version": "2.4.0"},
        });
        let spans = json!({
            "total": 5, "shown": 4,
            "texts": ["invoke_agent support_agent", "agent", "error", "chat gpt-4.1-mini", "model", "ok",
                "execute_tool search_orders", "tool", "BudgetExhausted", "guardrail\u{202e}", "policy", "deny"],
            "columns": {
                "parent": [null, 0, 1, 0], "name": [0, 3, 6, 9], "kind": [1, 4, 7, 10], "status": [2, 5, 5, 5],
                "duration_micros": [4_321_000, 625_000, null, 2_000],
            },
            "text_columns": {
                "error_class": {"rows": [0], "values": [8]},
                "policy_verdict": {"rows": [3], "values": [11]},
            },
            "number_columns": {
                "input_tokens": {"rows": [1], "values": [820]},
                "output_tokens": {"rows": [1], "values": [29]},
                "cost": {"rows": [1], "values": [0.0002]},
                "retry_attempt": {"rows": [2], "values": [2]},
            },
            "marks": {"running": [2]},
        });
        (run, spans)
    }

    fn check(columns: usize, expected: &str) {
        let (run, spans) = sample();
        let page = page(
            &run,
            &spans,
            Style {
                width: columns,
                has_color: false,
            },
        );
        assert_eq!(page, expected, "\n{page}");
    }

    #[test]
    fn a_wide_terminal_shows_the_whole_tree() {
        check(120, WIDE);
    }

    #[test]
    fn a_narrow_terminal_keeps_the_tree_and_how_steps_ended() {
        check(46, NARROW);
    }

    const WIDE: &str = "\
invoke_agent support_agent
run demo-loop
budget_exhausted (stated) · 4.3 s · 4 spans · 1 model call · 1 tool call · 820 tokens in (512 cached), 29 out
cost $0.0002 · 1 error
began 2026-11-22 18:44:51 UTC · models gpt-4.1-mini-2025-04-14 · session_id chat-2002␛[2J · agent_version 2.4.0

STEP                              STATUS                   TIME    TOKENS     COST  NOTE
A invoke_agent support_agent      error BudgetExhausted   4.3 s         -        -
├─M chat gpt-4.1-mini             ok                     625 ms  820 + 29  $0.0002
│ └─T execute_tool search_orders  running                     -         -        -  attempt 2
└─P guardrail‹U+202E›             ok                     2.0 ms         -        -  deny
1 more spans are not shown

A agent · M model · P policy · T tool
";

    const NARROW: &str = "\
invoke_agent support_agent
run demo-loop
budget_exhausted (stated) · 4.3 s · 4 spans
1 model call · 1 tool call
820 tokens in (512 cached), 29 out
cost $0.0002 · 1 error
began 2026-11-22 18:44:51 UTC
models gpt-4.1-mini-2025-04-14
session_id chat-2002␛[2J · agent_version 2.4.0

STEP                     STATUS
A invoke_agent support…  error BudgetExhausted
├─M chat gpt-4.1-mini    ok
│ └─T execute_tool sea…  running
└─P guardrail‹U+202E›    ok
1 more spans are not shown

A agent · M model · P policy · T tool
";
}
