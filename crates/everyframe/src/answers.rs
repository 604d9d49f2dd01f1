//! `everyframe explain`, `why`, `compare` and `metrics`: what the server found out about runs, in plain lines.

use serde_json::Value;

use crate::cli;
use crate::client::{Client, encoded};
use crate::failure::{Failure, Result};
use crate::format::{UNKNOWN, number, text, texts};
use crate::runs::print_json;
use crate::show::find;
use crate::table::{Cell, Column, render};
use crate::terminal::{Paint, Style, print, visible};

/// Runs of a page while all are explained.
const PAGE_RUNS: &str = "200";

/// Says which decision of a run was wrong first.
pub(crate) fn explain(arguments: &cli::Explain, style: Style) -> Result<()> {
    let client = Client::new(&arguments.server.url)?;
    let Some(run) = &arguments.run else {
        return explain_all(&client, arguments, style);
    };
    let run_id = id_of(&client, run)?;
    let explanation = client.get(&path(&run_id, "explanation"), &[])?;
    if arguments.json {
        print_json(&explanation);
    } else {
        print(&explained(&explanation, style));
    }
    Ok(())
}

/// One line, or one paragraph, for each run there is.
fn explain_all(client: &Client, arguments: &cli::Explain, style: Style) -> Result<()> {
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", PAGE_RUNS), ("sort", "start")];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let page = client.get("/api/v1/runs", &query)?;
        for run in list(&page, "runs") {
            let run_id = text(run, "run_id").unwrap_or_default();
            let explanation = client.get(&path(run_id, "explanation"), &[])?;
            match arguments.json {
                true => print(&format!("{explanation}\n")),
                false => print(&format!("{}\n", explained(&explanation, style))),
            }
        }
        cursor = text(&page, "next").map(str::to_owned);
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn explained(explanation: &Value, style: Style) -> String {
    let run = text(explanation, "run_id").unwrap_or(UNKNOWN);
    let verdict = match text(explanation, "verdict").unwrap_or_default() {
        "found" => "a first wrong decision was found",
        "unsure" => "there are candidates, none of them sure",
        _ => "nothing points to a wrong decision",
    };
    let mut lines = style.paint(Paint::Strong, &format!("run {}: {verdict}", visible(run)));
    lines.push('\n');
    for candidate in list(explanation, "candidates") {
        let step = number(candidate, "step").unwrap_or_default();
        let part = |name: &str| visible(text(candidate, name).unwrap_or(UNKNOWN)).into_owned();
        lines.push_str(&format!(
            "\n  step {step}  {}  ({}, {} confidence)\n  {}\n",
            part("span_id"),
            part("rule"),
            part("level"),
            part("reason")
        ));
        for evidence in list(candidate, "evidence") {
            let shows = visible(text(evidence, "shows").unwrap_or(UNKNOWN)).into_owned();
            lines.push_str(&style.paint(Paint::Faint, &format!("    - {shows}")));
            lines.push('\n');
        }
    }
    for missing in texts(explanation, "missing") {
        lines.push_str(&style.paint(Paint::Faint, &format!("  missing: {}", visible(missing))));
        lines.push('\n');
    }
    lines
}

/// Says what a run, or a span of it, was about: goal, context, decision and the rest.
pub(crate) fn why(arguments: &cli::Why, style: Style) -> Result<()> {
    const COLUMNS: [Column<'static>; 3] = [
        column("ROW", false),
        column("STATE", false),
        column("VALUE", true),
    ];
    let client = Client::new(&arguments.server.url)?;
    let run_id = id_of(&client, &arguments.run)?;
    let span: Vec<(&str, &str)> = arguments
        .span
        .iter()
        .map(|span| ("span_id", span.as_str()))
        .collect();
    let why = client.get(&path(&run_id, "why"), &span)?;
    if arguments.json {
        print_json(&why);
        return Ok(());
    }
    let rows: Vec<Vec<Cell>> = list(&why, "rows")
        .iter()
        .map(|row| {
            let hint = row.get("hint").and_then(|hint| text(hint, "says"));
            let value = text(row, "value").or(hint).unwrap_or(UNKNOWN);
            vec![
                plain(text(row, "row").unwrap_or(UNKNOWN)),
                plain(text(row, "state").unwrap_or(UNKNOWN)),
                plain(value),
            ]
        })
        .collect();
    let mut page = render(&COLUMNS, &rows, style);
    let evidence = why.get("evidence").unwrap_or(&Value::Null);
    let count = |name: &str| number(evidence, name).unwrap_or_default();
    page.push_str(&format!(
        "\nevidence: {} of {} fields\n",
        count("filled"),
        count("needed")
    ));
    for gap in list(evidence, "gaps") {
        let field = visible(text(gap, "field").unwrap_or(UNKNOWN)).into_owned();
        let says = gap
            .get("hint")
            .and_then(|hint| text(hint, "says"))
            .unwrap_or_default();
        page.push_str(&style.paint(Paint::Faint, &format!("  {field}: {}", visible(says))));
        page.push('\n');
    }
    print(&page);
    Ok(())
}

/// Sets two runs side by side.
pub(crate) fn compare(arguments: &cli::Compare, style: Style) -> Result<()> {
    const COLUMNS: [Column<'static>; 4] = [
        column("IN", false),
        column("OF", false),
        column("FIRST RUN", true),
        column("SECOND RUN", true),
    ];
    let client = Client::new(&arguments.server.url)?;
    let (one, other) = (id_of(&client, &arguments.a)?, id_of(&client, &arguments.b)?);
    let comparison = client.get("/api/v1/compare", &[("a", &one), ("b", &other)])?;
    if arguments.json {
        print_json(&comparison);
        return Ok(());
    }
    let mut page = match number(&comparison, "first_divergence") {
        None => "the runs take the same steps\n".to_owned(),
        Some(row) => format!("the runs part at row {row}\n"),
    };
    let rows: Vec<Vec<Cell>> = list(&comparison, "differences")
        .iter()
        .map(|difference| {
            let cells = ["aspect", "of", "a", "b"];
            let cells = cells.map(|name| plain(text(difference, name).unwrap_or(UNKNOWN)));
            cells.to_vec()
        })
        .collect();
    if !rows.is_empty() {
        page.push('\n');
        page.push_str(&render(&COLUMNS, &rows, style));
    }
    print(&page);
    Ok(())
}

/// Says what agents are worth, in figures.
pub(crate) fn metrics(arguments: &cli::Metrics, style: Style) -> Result<()> {
    const COLUMNS: [Column<'static>; 5] = [
        column("METRIC", false),
        Column {
            is_number: true,
            ..column("VALUE", false)
        },
        column("UNIT", false),
        Column {
            is_number: true,
            ..column("OF", false)
        },
        column("MEANING", true),
    ];
    let client = Client::new(&arguments.server.url)?;
    let filter = arguments.which.filter();
    let mut query = vec![("q", filter.as_str())];
    query.extend(arguments.by.as_deref().map(|column| ("by", column)));
    query.extend(arguments.which.parameters());
    let metrics = client.get("/api/v1/metrics", &query)?;
    if arguments.json {
        print_json(&metrics);
        return Ok(());
    }
    let table = |figures: &[Value]| {
        let rows: Vec<Vec<Cell>> = figures.iter().map(figure).collect();
        render(&COLUMNS, &rows, style)
    };
    let mut page = format!("{} runs\n\n", number(&metrics, "runs").unwrap_or_default());
    page.push_str(&table(list(&metrics, "figures")));
    for group in list(&metrics, "groups") {
        let key = visible(text(group, "key").unwrap_or(UNKNOWN)).into_owned();
        page.push_str(&format!("\n{}\n", style.paint(Paint::Strong, &key)));
        page.push_str(&table(list(group, "figures")));
    }
    print(&page);
    Ok(())
}

fn figure(figure: &Value) -> Vec<Cell> {
    let is_enough = figure
        .get("is_enough")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    let value = match number(figure, "value") {
        Some(value) => format!("{value:.3}"),
        None => UNKNOWN.to_owned(),
    };
    let paint = if is_enough { Paint::Plain } else { Paint::Faint };
    let of = number(figure, "denominator").unwrap_or_default();
    vec![
        plain(text(figure, "id").unwrap_or(UNKNOWN)),
        (value, paint),
        plain(text(figure, "unit").unwrap_or(UNKNOWN)),
        (format!("{of}"), paint),
        plain(text(figure, "meaning").unwrap_or(UNKNOWN)),
    ]
}

/// The whole id of a run of which somebody gave the start.
pub(crate) fn id_of(client: &Client, run: &str) -> Result<String> {
    let run = find(client, run)?;
    let id = text(&run, "run_id").map(str::to_owned);
    id.ok_or_else(|| Failure::new("odd_answer", "the server answered a run without an id"))
}

pub(crate) fn path(run_id: &str, answer: &str) -> String {
    format!("/api/v1/runs/{}/{answer}", encoded(run_id))
}

pub(crate) fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice)
}

fn plain(text: &str) -> Cell {
    (visible(text).into_owned(), Paint::Plain)
}

const fn column(heading: &'static str, is_flexible: bool) -> Column<'static> {
    Column {
        heading,
        is_number: false,
        dispensable: 0,
        is_flexible,
    }
}
