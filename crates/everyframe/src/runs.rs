//! `everyframe runs`: a page of runs as a table.

use std::io::IsTerminal;

use serde_json::Value;

use crate::cli;
use crate::client::Client;
use crate::failure::Result;
use crate::format::{cost, count, duration, instant, number, text};
use crate::table::{Cell, Column, render};
use crate::terminal::{Paint, Style, note, print};

/// Letters of a run id that are shown where it is the hex of a trace id.
const ID_WIDTH: usize = 12;

const COLUMNS: &[Column<'static>] = &[
    column("START (UTC)", false, 3),
    column("RUN", false, 0),
    Column {
        is_flexible: true,
        ..column("NAME", false, 0)
    },
    column("OUTCOME", false, 0),
    column("TIME", true, 1),
    column("MODEL", true, 5),
    column("TOOL", true, 6),
    column("TOKENS", true, 4),
    column("COST", true, 2),
    column("ERRORS", true, 7),
];

const fn column(heading: &'static str, is_number: bool, dispensable: u8) -> Column<'static> {
    Column {
        heading,
        is_number,
        dispensable,
        is_flexible: false,
    }
}

/// Lists runs.
pub(crate) fn run(arguments: &cli::Runs, style: Style) -> Result<()> {
    let client = Client::new(&arguments.server.url)?;
    let filter = arguments.which.filter();
    let limit = arguments.limit.to_string();
    let mut query = vec![("limit", limit.as_str())];
    let optional = [
        ("q", Some(filter.as_str()).filter(|filter| !filter.is_empty())),
        ("sort", arguments.sort.as_deref()),
        ("cursor", arguments.cursor.as_deref()),
    ];
    query.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    query.extend(arguments.which.parameters());
    let page = client.get("/api/v1/runs", &query)?;
    if arguments.json {
        print_json(&page);
        return Ok(());
    }
    let runs = page
        .get("runs")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if runs.is_empty() {
        note(match filter.is_empty() {
            true => "no runs yet: `everyframe doctor` waits for the first span and says what it finds",
            false => "no runs match",
        });
        return Ok(());
    }
    let rows: Vec<Vec<Cell>> = runs.iter().map(row).collect();
    print(&render(COLUMNS, &rows, style));
    if let Some(cursor) = text(&page, "next") {
        note(&format!("there are more: add --cursor {cursor}"));
    }
    Ok(())
}

/// Prints JSON as the API gave it, laid out where a person reads it.
pub(crate) fn print_json(value: &Value) {
    let laid_out = if std::io::stdout().is_terminal() {
        serde_json::to_string_pretty(value).ok()
    } else {
        None
    };
    print(&format!("{}\n", laid_out.unwrap_or_else(|| value.to_string())));
}

fn row(run: &Value) -> Vec<Cell> {
    let outcome = run
        .get("outcome")
        .and_then(|outcome| text(outcome, "value"))
        .unwrap_or("unknown");
    let tokens = run.get("tokens");
    let errors = number(run, "errors");
    let plain = |shown: String| (shown, Paint::Plain);
    vec![
        (instant(text(run, "start").unwrap_or_default()), Paint::Faint),
        (short_id(text(run, "run_id").unwrap_or_default()), Paint::Plain),
        (text(run, "name").unwrap_or_default().to_owned(), Paint::Strong),
        (outcome.to_owned(), outcome_paint(outcome)),
        plain(duration(number(run, "duration_millis"))),
        plain(count(number(run, "model_calls"))),
        plain(count(number(run, "tool_call_count"))),
        plain(count(tokens.and_then(total_tokens))),
        plain(cost_of(run)),
        (
            count(errors),
            if errors > Some(0.0) {
                Paint::Bad
            } else {
                Paint::Faint
            },
        ),
    ]
}

/// Input and output together; unknown where both are.
pub(crate) fn total_tokens(tokens: &Value) -> Option<f64> {
    match (number(tokens, "input"), number(tokens, "output")) {
        (None, None) => None,
        (input, output) => Some(input.unwrap_or(0.0) + output.unwrap_or(0.0)),
    }
}

/// The cost, with a mark where it is not that of the whole run.
pub(crate) fn cost_of(run: &Value) -> String {
    let is_part = number(run, "calls_without_cost") > Some(0.0);
    let known = number(run, "cost");
    match known {
        Some(_) if is_part => format!("≥{}", cost(known)),
        _ => cost(known),
    }
}

/// A run id cut to what tells it apart; `show` takes the start of one.
fn short_id(run_id: &str) -> String {
    let is_trace_id = run_id.len() == 32 && run_id.bytes().all(|byte| byte.is_ascii_hexdigit());
    match run_id.get(..ID_WIDTH) {
        Some(start) if is_trace_id => start.to_owned(),
        _ => run_id.to_owned(),
    }
}

/// The colour of an outcome.
pub(crate) fn outcome_paint(outcome: &str) -> Paint {
    match outcome {
        "success" => Paint::Good,
        "failure" | "denied" | "timed_out" | "budget_exhausted" => Paint::Bad,
        "partial" | "escalated" | "abandoned" | "cancelled" | "waiting" => Paint::Warn,
        _ => Paint::Faint,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(width: usize) -> String {
        let runs = [
            json!({
                "run_id": "6b03a56de69158225a143745bea286a7", "name": "invoke_agent airline_agent",
                "outcome": {"value": "failure", "source": "stated"}, "start": "2026-11-22T18:44:51Z",
                "duration_millis": 33_503.1, "model_calls": 12, "tool_call_count": 4,
                "tokens": {"input": 12_000, "output": 345}, "cost": 0.0123, "calls_without_cost": 1,
                "errors": 2,
            }),
            json!({
                "run_id": "order-7", "name": "refund\u{1b}[31m", "outcome": {"value": "running"},
                "start": "2026-11-22T18:45:00Z", "duration_millis": null, "model_calls": null,
                "tool_call_count": null, "tokens": {"input": null, "output": null}, "cost": null,
                "calls_without_cost": 0, "errors": 0,
            }),
        ];
        let rows: Vec<Vec<Cell>> = runs.iter().map(row).collect();
        render(
            COLUMNS,
            &rows,
            Style {
                width,
                has_color: false,
            },
        )
    }

    #[test]
    fn a_wide_list_has_every_total() {
        let list = list(140);
        assert!(
            list.contains("6b03a56de691  invoke_agent airline_agent  failure  33.5 s"),
            "{list}"
        );
        assert!(list.contains("12.3k  ≥$0.0123       2"), "{list}");
        assert!(list.contains("refund␛[31m"), "{list}");
    }

    #[test]
    fn a_narrow_list_keeps_id_name_and_outcome() {
        for line in list(48).lines() {
            assert!(crate::terminal::width(line) <= 48, "{line}");
        }
        assert!(list(48).contains("failure"));
    }
}
