//! The page of tables, columns and functions, kept true: `cargo xtask generate` writes it.

use std::fmt::Write as _;
use std::path::Path;

use trace::Field;
use trace::query::{CALL_COLUMNS, Column, RUN_COLUMNS};
use trace::sql::{FUNCTIONS, QUESTION_SIZE_BYTES_MAX, ROWS_MAX};

use super::{type_name, views};
use crate::tables::{CALLS, Definition, RUNS, SCORES, SPANS};

/// What columns mean that no filter can name.
const MEANINGS: &[(&str, &str)] = &[
    (
        "attributes",
        "Other attributes of the sender that the policy lets through, as JSON.",
    ),
    (
        "calls_without_cost",
        "Model calls whose cost is unknown; they are not in `cost`.",
    ),
    (
        "conflict",
        "Whether another record of the same span disagrees on start, kind or parent.",
    ),
    (
        "cost_source",
        "Where the cost comes from: computed from tokens and prices, or reported by the sender.",
    ),
    (
        "duration_nanos",
        "How long it took, in nanoseconds; null while it is open.",
    ),
    ("events", "Named moments within the span, as JSON."),
    (
        "first_received_at_unix_nanos",
        "When the first record of the run was received, in nanoseconds since 1970.",
    ),
    (
        "first_wrong_confidence",
        "How sure the finding of the first wrong decision is, 0 to 1.",
    ),
    (
        "first_wrong_span_id",
        "The first candidate for the first wrong decision.",
    ),
    ("kind", "What the span does."),
    ("label", "What was judged, as a word."),
    ("last_sequence", "Newest log position of its records."),
    ("links", "Other spans it points at, as JSON."),
    ("name", "Its name."),
    ("parent_id", "The span it is below."),
    ("position", "Where the call stands in its run, counted from 0."),
    ("price_version", "The price table the cost was computed with."),
    ("project_id", "Project it belongs to."),
    (
        "received_at_unix_nanos",
        "When it was received, in nanoseconds since 1970.",
    ),
    (
        "record",
        "Which telling of the span it is: started, finished, log, supplement.",
    ),
    ("response_id", "The model's answer that was judged."),
    ("score_id", "The score."),
    ("sequence", "Its log position."),
    ("source", "Who judged: person, model, code."),
    ("span_id", "The span."),
    ("start_unix_nanos", "When it began, in nanoseconds since 1970."),
    ("stated_run_id", "The run that the sender named."),
    ("status", "How it ended: ok, error, cancelled, paused, unknown."),
    (
        "supplement",
        "Which of several records that add to the span; 0 for the span itself.",
    ),
    (
        "time_unix_nanos",
        "When it was judged, in nanoseconds since 1970.",
    ),
    ("trace_id", "The trace."),
    ("value", "What was judged, as a number."),
    ("version", "Which version of the row."),
    ("withheld", "What the policy took out, as JSON."),
];

fn meaning(table: &str, column: &str) -> Option<&'static str> {
    let find = |columns: &'static [Column]| columns.iter().find(|known| known.name == column);
    let own = match table {
        "runs" => find(&RUN_COLUMNS),
        "calls" => find(&CALL_COLUMNS),
        _ => None,
    };
    let field = || Field::from_name(column).map(|field| field.definition().meaning);
    let other = || {
        MEANINGS
            .iter()
            .find(|(name, _)| *name == column)
            .map(|(_, meaning)| *meaning)
    };
    let of_run = || find(&RUN_COLUMNS).map(|known| known.meaning);
    own.map(|known| known.meaning)
        .or_else(field)
        .or_else(other)
        .or_else(of_run)
}

fn table(page: &mut String, definition: &'static Definition, what: &str) {
    write!(
        page,
        "\n## `{}`\n\n{what}\n\n| column | type | meaning |\n|---|---|---|\n",
        definition.name
    )
    .unwrap();
    for column in views::shown(definition) {
        let meaning = meaning(definition.name, column.name)
            .unwrap_or_else(|| panic!("{}.{} has no meaning", definition.name, column.name));
        writeln!(
            page,
            "| `{}` | {} | {meaning} |",
            column.name,
            type_name(&column.data_type)
        )
        .unwrap();
    }
}

fn page() -> String {
    let mut page = format!(
        "# SQL\n\n<!-- Generated; see crates/store/src/sql/reference.rs. -->\n\n\
         `everyframe sql \"SELECT …\"` and `POST /api/v1/sql` answer one `SELECT` in the dialect of DataFusion, over the \
         tables below as they\nstand at that moment, what is only in memory included. Each run, call, score and span is \
         there once, in its newest form.\nContent is not: ask for it span by span.\n\n\
         A question has at most {QUESTION_SIZE_BYTES_MAX} bytes and an answer at most {ROWS_MAX} rows. Tokens and cost \
         are summed over `calls` and `runs` only:\n`spans` holds what was sent, and one call may be in several spans.\n\n\
         ```sql\nSELECT date_trunc('hour', to_timestamp_nanos(start_unix_nanos)) AS hour, count(*) AS runs, sum(cost) AS cost\n\
         FROM runs WHERE agent_name = 'support' GROUP BY 1 ORDER BY 1\n```\n"
    );
    table(&mut page, &RUNS, "One row a run.");
    table(
        &mut page,
        &CALLS,
        "One row a distinct model request, tool execution, retrieval, policy decision or approval.",
    );
    table(&mut page, &SPANS, "One row a span, as it was sent.");
    table(&mut page, &SCORES, "One row a judgement of a run or a span.");
    page.push_str("\n## Functions\n\nThese and no others:\n\n");
    for function in FUNCTIONS {
        writeln!(page, "- `{function}`").unwrap();
    }
    page
}

#[test]
fn the_page_says_what_can_be_asked() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/sql.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == page(),
        "docs/reference/sql.md is stale: run with UPDATE=1"
    );
}
