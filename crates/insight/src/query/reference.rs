//! The reference page of the filter language, from the registry of columns.

use std::fmt::Write as _;

use trace::field::ValueType;
use trace::query::{CALL_COLUMNS, Column, FILTER_DEPTH_MAX, FILTER_TERMS_MAX, RUN_COLUMNS, Unit};

use super::{FILTER_SIZE_BYTES_MAX, SORT_DEFAULT, value};

const INTRODUCTION: &str = include_str!("reference.md");

/// `docs/reference/filters.md`, whole.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION
        .replace("{size_max}", &(FILTER_SIZE_BYTES_MAX / 1024).to_string())
        .replace("{terms_max}", &FILTER_TERMS_MAX.to_string())
        .replace("{depth_max}", &FILTER_DEPTH_MAX.to_string())
        .replace("{sort_default}", SORT_DEFAULT);
    page.push_str("\n## Fields of runs\n\n");
    table(&mut page, &RUN_COLUMNS);
    page.push_str("\n## Fields of steps, inside `has(…)`\n\n");
    table(&mut page, &CALL_COLUMNS);
    page
}

fn table(page: &mut String, columns: &'static [Column]) {
    page.push_str("| field | also | value | free text | meaning |\n|---|---|---|---|---|\n");
    for column in columns {
        let aliases: Vec<String> = column.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            column.name,
            aliases.join(", "),
            kind_of_value(column),
            if column.searchable { "yes" } else { "" },
            column.meaning.replace('|', "\\|"),
        );
    }
}

fn kind_of_value(column: &Column) -> String {
    if let Some(words) = value::closed_words(column) {
        return words.join(", ");
    }
    match (column.value_type, column.unit) {
        (ValueType::Text, _) => "text",
        (ValueType::TextList, _) => "texts: one of them matches",
        (ValueType::Bool, _) => "true, false",
        (_, Unit::Time) => "time",
        (_, Unit::Millis) => "duration",
        (_, Unit::Dollars) => "US dollars",
        (ValueType::Int, _) => "whole number",
        (ValueType::Double, _) => "number",
    }
    .to_owned()
}
