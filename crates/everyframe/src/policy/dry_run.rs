//! `everyframe policy dry-run`: what a policy would withhold or let through of telemetry in files.

use privacy::{Policy, Trial, TrialRow};
use serde_json::{Value, json};
use trace::{CaptureLevel, Clock, SystemClock};

use super::read;
use crate::cli::PolicyDryRun;
use crate::failure::{Failure, Result};
use crate::import;
use crate::table::{Cell, Column, render};
use crate::terminal::{Paint, Style, print, visible};

/// What tokens are made with that nobody keeps.
const ROOT: [u8; 32] = *b"tokens of a trial are not stored";

/// Runs the command.
pub(super) fn run(arguments: &PolicyDryRun, style: Style) -> Result<()> {
    let before = match &arguments.before {
        Some(file) => read(file)?,
        None => Policy::with_capture(CaptureLevel::Metadata),
    };
    let mut trial = Trial::new(before, read(&arguments.policy)?, &ROOT);
    let now = SystemClock.now();
    let (mut spans, mut refused) = (0_u64, 0);
    for file in &arguments.files {
        refused += import::decoded::read(file, now, |decoded| {
            spans += decoded.spans.len() as u64;
            trial.add(decoded);
        })?;
    }
    let rows = trial.rows();
    if arguments.json {
        print(&format!("{}\n", answer(&rows, spans, refused)));
    } else {
        print(&shown(&rows, spans, style));
    }
    match refused {
        0 => Ok(()),
        refused => Err(Failure::new(
            "dry_run_incomplete",
            format!("{refused} requests of the files cannot be read, and were left out"),
        )
        .hint("`everyframe import` names each place that cannot be read")),
    }
}

fn answer(rows: &[TrialRow], spans: u64, refused: u64) -> Value {
    let row = |row: &TrialRow| {
        json!({
            "agent": row.agent.as_str(),
            "field": row.field.as_str(),
            "kept": row.difference.kept,
            "withheld": row.difference.withheld,
            "let_through": row.difference.let_through,
            "changed": row.difference.changed,
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    json!({"spans": spans, "requests_left_out": refused, "rows": rows})
}

/// The rows in which something differs.
fn shown(rows: &[TrialRow], spans: u64, style: Style) -> String {
    let column = |heading, is_number, is_flexible| Column {
        heading,
        is_number,
        dispensable: 0,
        is_flexible,
    };
    let columns = [
        column("AGENT", false, true),
        column("FIELD", false, false),
        column("WITHHELD", true, false),
        column("LET THROUGH", true, false),
        column("CHANGED", true, false),
        column("AS BEFORE", true, false),
    ];
    let differing: Vec<Vec<Cell>> = rows
        .iter()
        .filter(|row| row.difference.is_any())
        .map(|row| {
            let difference = row.difference;
            let agent = if row.agent.is_empty() { "-" } else { &row.agent };
            let counts = [
                difference.withheld,
                difference.let_through,
                difference.changed,
                difference.kept,
            ];
            let names = [visible(agent).into_owned(), visible(&row.field).into_owned()];
            let cells = names.into_iter().chain(counts.map(|count| count.to_string()));
            cells.map(|cell| (cell, Paint::Plain)).collect()
        })
        .collect();
    if differing.is_empty() {
        return format!("{spans} spans, and nothing of them would differ\n");
    }
    format!(
        "{}{spans} spans; all else stays as it is\n",
        render(&columns, &differing, style)
    )
}
