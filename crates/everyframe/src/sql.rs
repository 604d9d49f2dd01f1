//! `everyframe sql`: a question in SQL, its answer as a table.

use std::io::Read as _;

use serde_json::{Value, json};

use crate::cli;
use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::runs::print_json;
use crate::table::{Cell, Column, render};
use crate::terminal::{Paint, Style, note, print, visible};

/// Most bytes that are read from standard input; the server takes fewer.
const QUESTION_SIZE_BYTES_MAX: u64 = 1024 * 1024;

/// Asks, and prints the answer.
pub(crate) fn run(arguments: &cli::Sql, style: Style) -> Result<()> {
    let query = match arguments.query.as_str() {
        "-" => from_standard_input()?,
        query => query.to_owned(),
    };
    let client = Client::new(&arguments.server.url)?;
    let answer = client.post("/api/v1/sql", &json!({"query": query, "limit": arguments.limit}))?;
    if arguments.json {
        print_json(&answer);
        return Ok(());
    }
    let list = |value: &'_ Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let headings: Vec<(String, bool)> = list(&answer, "columns").iter().map(heading).collect();
    let columns: Vec<Column<'_>> = headings
        .iter()
        .map(|(heading, is_number)| Column {
            heading,
            is_number: *is_number,
            dispensable: 0,
            is_flexible: !is_number,
        })
        .collect();
    let rows: Vec<Vec<Cell>> = list(&answer, "rows")
        .iter()
        .filter_map(Value::as_array)
        .map(|row| row.iter().map(cell).collect())
        .collect();
    print(&render(&columns, &rows, style));
    if answer.get("has_more").and_then(Value::as_bool) == Some(true) {
        note("there are more rows: raise --limit, or narrow the question");
    }
    Ok(())
}

fn from_standard_input() -> Result<String> {
    let mut query = String::new();
    std::io::stdin()
        .take(QUESTION_SIZE_BYTES_MAX)
        .read_to_string(&mut query)
        .map_err(|error| {
            Failure::new(
                "cannot_read_input",
                "cannot read the question from standard input",
            )
            .because(&error)
            .hint("give it as text in UTF-8, or as an argument")
        })?;
    Ok(query)
}

fn heading(column: &Value) -> (String, bool) {
    let text = |key: &str| column.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_number = matches!(text("type"), "integer" | "number");
    (visible(text("name")).into_owned(), is_number)
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => ("-".to_owned(), Paint::Faint),
        Value::String(text) => (visible(text).into_owned(), Paint::Plain),
        other => (visible(&other.to_string()).into_owned(), Paint::Plain),
    }
}
