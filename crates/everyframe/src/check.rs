//! `everyframe check`: can an agent's runs be explained, and do they behave? For the agent's own CI: it ends with a failure
//! where a run has too little evidence, or shows a signal that must not be.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::answers::{list, path};
use crate::cli;
use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::format::{UNKNOWN, number, text};
use crate::runs::print_json;
use crate::table::{Cell, Column, render};
use crate::terminal::{Paint, Style, print, visible};

const RUN_COLUMNS: [Column; 3] = [
    column("RUN", false),
    column("EVIDENCE", false),
    column("SIGNALS", true),
];
const GAP_COLUMNS: [Column; 3] = [
    column("MISSING", false),
    column("RUNS", false),
    column("WHAT TO RECORD", true),
];

/// Checks the newest runs that meet a filter.
pub(crate) fn run(arguments: &cli::Check, style: Style) -> Result<()> {
    let client = Client::new(&arguments.server.url)?;
    let filter = arguments.filter.join(" ");
    let limit = arguments.limit.to_string();
    let page = client.get(
        "/api/v1/runs",
        &[("q", filter.as_str()), ("limit", limit.as_str())],
    )?;
    let mut checked = Checked::default();
    for run in list(&page, "runs") {
        checked.add(&client, text(run, "run_id").unwrap_or_default(), arguments)?;
    }
    if checked.runs == 0 {
        return Err(
            Failure::new("nothing_to_check", "no runs match, so nothing was checked")
                .hint("run the agent first, and leave the filter out to see what there is"),
        );
    }
    if arguments.json {
        print_json(&checked.json(arguments.threshold));
    } else {
        print(&checked.text(style));
    }
    match checked.failed.len() {
        0 => Ok(()),
        failed => Err(Failure::new(
            "check_failed",
            format!("{failed} of {} runs do not pass", checked.runs),
        )
        .hint(
            "record what is missing, or look at each with `everyframe why RUN` and `everyframe explain RUN`",
        )),
    }
}

/// What was found.
#[derive(Default)]
struct Checked {
    runs: usize,
    failed: Vec<Failed>,
    /// By field: runs that lack it, and what to record.
    gaps: BTreeMap<String, (usize, Value)>,
}

/// A run that does not pass.
struct Failed {
    run_id: String,
    evidence: Option<f64>,
    signals: Vec<String>,
}

impl Checked {
    fn add(&mut self, client: &Client, run_id: &str, arguments: &cli::Check) -> Result<()> {
        // A run may have become part of another one since the list was read.
        let Some(why) = client.get_if_found(&path(run_id, "why"))? else {
            return Ok(());
        };
        let signals = match arguments.forbid.as_slice() {
            [] => Value::Null,
            _ => client.get_if_found(&path(run_id, "signals"))?.unwrap_or_default(),
        };
        self.note(run_id, &why, &signals, arguments);
        Ok(())
    }

    fn note(&mut self, run_id: &str, why: &Value, signals: &Value, arguments: &cli::Check) {
        self.runs += 1;
        let evidence = why.get("evidence").unwrap_or(&Value::Null);
        let score = number(evidence, "score");
        let is_forbidden = |name: &&str| arguments.forbid.iter().any(|forbidden| forbidden == name);
        let found = list(signals, "signals")
            .iter()
            .filter_map(|signal| text(signal, "name"));
        let signals: Vec<String> = found.filter(is_forbidden).map(str::to_owned).collect();
        let is_enough = score.is_some_and(|score| score >= arguments.threshold);
        if !is_enough {
            for gap in list(evidence, "gaps") {
                let field = text(gap, "field").unwrap_or(UNKNOWN).to_owned();
                let hint = gap.get("hint").cloned().unwrap_or_default();
                self.gaps.entry(field).or_insert((0, hint)).0 += 1;
            }
        }
        if !is_enough || !signals.is_empty() {
            self.failed.push(Failed {
                run_id: run_id.to_owned(),
                evidence: score,
                signals,
            });
        }
    }

    /// What is missing, in the most runs first.
    fn gaps(&self) -> Vec<(&str, usize, &Value)> {
        let gaps = self
            .gaps
            .iter()
            .map(|(field, (runs, hint))| (field.as_str(), *runs, hint));
        let mut gaps: Vec<_> = gaps.collect();
        gaps.sort_by_key(|(_, runs, _)| std::cmp::Reverse(*runs));
        gaps
    }

    fn json(&self, threshold: f64) -> Value {
        let failed = self
            .failed
            .iter()
            .map(|run| json!({"run_id": run.run_id, "evidence_score": run.evidence, "signals": run.signals}));
        let gaps = self
            .gaps()
            .into_iter()
            .map(|(field, runs, hint)| json!({"field": field, "runs": runs, "hint": hint}));
        json!({
            "runs": self.runs,
            "threshold": threshold,
            "failed": failed.collect::<Vec<_>>(),
            "gaps": gaps.collect::<Vec<_>>(),
        })
    }

    fn text(&self, style: Style) -> String {
        let plain = |text: &str| (visible(text).into_owned(), Paint::Plain);
        let mut page = format!("{} of {} runs pass\n", self.runs - self.failed.len(), self.runs);
        let rows: Vec<Vec<Cell>> = self
            .failed
            .iter()
            .map(|run| {
                let evidence = run
                    .evidence
                    .map_or(UNKNOWN.to_owned(), |score| format!("{score:.2}"));
                vec![
                    plain(&run.run_id),
                    plain(&evidence),
                    plain(&run.signals.join(", ")),
                ]
            })
            .collect();
        if !rows.is_empty() {
            page.push('\n');
            page.push_str(&render(&RUN_COLUMNS, &rows, style));
        }
        let gaps = self.gaps();
        let rows: Vec<Vec<Cell>> = gaps
            .iter()
            .map(|(field, runs, hint)| {
                let part = |name: &str| text(hint, name).unwrap_or(UNKNOWN);
                let says = format!("{}: {}", part("attribute"), part("says"));
                vec![plain(field), plain(&runs.to_string()), plain(&says)]
            })
            .collect();
        if !rows.is_empty() {
            page.push('\n');
            page.push_str(&render(&GAP_COLUMNS, &rows, style));
        }
        page
    }
}

const fn column(heading: &'static str, is_flexible: bool) -> Column<'static> {
    Column {
        heading,
        is_number: false,
        dispensable: 0,
        is_flexible,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn checked(arguments: &[&str]) -> Checked {
        let line = ["everyframe", "check"].iter().chain(arguments);
        let Command::Check(arguments) = Cli::try_parse_from(line).unwrap().command else {
            unreachable!("a check was asked for");
        };
        let why = |score: f64| {
            let hint = json!({"attribute": "gen_ai.agent.version", "says": "send it"});
            json!({"evidence": {"score": score, "gaps": [{"field": "agent_version", "hint": hint}]}})
        };
        let signals = json!({"signals": [{"name": "loop"}, {"name": "retry"}]});
        let mut checked = Checked::default();
        checked.note("good", &why(0.9), &Value::Null, &arguments);
        checked.note("looping", &why(0.8), &signals, &arguments);
        checked.note("bare", &why(0.5), &Value::Null, &arguments);
        checked
    }

    fn failed(arguments: &[&str]) -> Vec<String> {
        let failed = checked(arguments).failed;
        failed.into_iter().map(|run| run.run_id).collect()
    }

    #[test]
    fn a_run_passes_with_evidence_enough_and_no_forbidden_signal() {
        assert_eq!(failed(&[]), ["bare"]);
        assert_eq!(failed(&["--threshold", "0.85"]), ["looping", "bare"]);
        assert_eq!(failed(&["--threshold", "0.1"]), [""; 0]);
        assert_eq!(failed(&["--forbid", "loop"]), ["looping", "bare"]);
        assert_eq!(
            failed(&["--forbid", "unsafe_attempt", "--threshold", "0"]),
            [""; 0]
        );
    }

    #[test]
    fn what_is_missing_is_told_of_failed_runs_alone() {
        let checked = checked(&[]);
        assert_eq!(checked.gaps()[0].1, 1);
        assert!(
            checked
                .text(Style::detect(crate::terminal::ColorChoice::Never))
                .contains("gen_ai.agent.version: send it")
        );
    }
}
