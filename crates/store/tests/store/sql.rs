//! SQL over what is stored: each row once, wherever it lies, and nothing that could harm.

use std::path::Path;

use privacy::WritePort as _;
use testkit::sample::{cleared, cleared_scores, score, span, trace_id, workspace};
use trace::ports::{DerivedPort as _, Error, SqlPort as _};
use trace::sql::{Answer, Cell};
use trace::{Outcome, RunId, WorkspaceId};

use super::{open, run};

async fn ask(store: &store::Store, question: &str) -> Answer {
    let answer = store.sql(&workspace(), question, 100).await;
    answer.unwrap_or_else(|error| panic!("{question}: {error}"))
}

async fn number(store: &store::Store, question: &str) -> i64 {
    match ask(store, question).await.rows.as_slice() {
        [row] => match row.as_slice() {
            [Cell::Int(number)] => *number,
            other => panic!("{question}: {other:?}"),
        },
        other => panic!("{question}: {other:?}"),
    }
}

async fn check_counts(store: &store::Store, place: &str) {
    for (question, expected) in [
        ("SELECT count(*) FROM spans", 3),
        ("SELECT count(*) FROM spans WHERE kind = 'tool'", 1),
        ("SELECT count(*) FROM spans WHERE record = 'started'", 0),
        ("SELECT count(*) FROM runs", 2),
        ("SELECT count(*) FROM runs WHERE outcome = 'success'", 1),
        ("SELECT count(*) FROM scores WHERE name = 'helpful'", 1),
        (
            "SELECT count(DISTINCT s.trace_id) FROM spans s JOIN runs r ON s.trace_id = r.run_id",
            2,
        ),
    ] {
        assert_eq!(number(store, question).await, expected, "{place}: {question}");
    }
}

async fn fill(directory: &Path) -> store::Store {
    let store = open(directory).await;
    store
        .append(cleared([span(1, 1).started(), span(2, 1)]))
        .await
        .unwrap();
    store
        .put_derived(vec![
            run(1, 1, Outcome::Failure),
            run(2, 1, Outcome::Failure),
            run(3, 1, Outcome::Failure),
        ])
        .await
        .unwrap();
    store.flush().await.unwrap();
    store
        .append(cleared([span(1, 1).tool("refund"), span(1, 2)]))
        .await
        .unwrap();
    store
        .append(cleared_scores(vec![score(1, None, "helpful", 1.0)]))
        .await
        .unwrap();
    store
        .put_derived(vec![run(1, 2, Outcome::Success)])
        .await
        .unwrap();
    store
        .retract(workspace(), vec![RunId::from(trace_id(3))])
        .await
        .unwrap();
    store
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_counts_once_wherever_it_lies() {
    let directory = tempfile::tempdir().unwrap();
    let store = fill(directory.path()).await;
    check_counts(&store, "in memory and in a file").await;
    store.flush().await.unwrap();
    check_counts(&store, "just flushed").await;
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    check_counts(&store, "in files").await;
    let other = store
        .sql(&WorkspaceId::new("another"), "SELECT * FROM spans", 10)
        .await
        .unwrap();
    assert_eq!(other.rows, Vec::<Vec<Cell>>::new(), "a workspace sees its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_hex_and_rows_are_limited() {
    let directory = tempfile::tempdir().unwrap();
    let store = fill(directory.path()).await;
    let answer = store
        .sql(
            &workspace(),
            "SELECT trace_id, name, duration_nanos FROM spans ORDER BY trace_id, span_id",
            2,
        )
        .await
        .unwrap();
    assert_eq!(answer.rows.len(), 2);
    assert!(answer.has_more);
    assert_eq!(answer.rows[0][0], Cell::Text(trace_id(1).to_string()));
    let types: Vec<_> = answer
        .columns
        .iter()
        .map(|column| column.type_name.as_str())
        .collect();
    assert_eq!(types, ["text", "text", "integer"]);
    let columns = ask(&store, "SELECT * FROM runs LIMIT 0").await.columns;
    assert!(columns.iter().any(|column| column.name == "outcome"));
    assert!(columns.iter().all(|column| column.name != "workspace_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_harmless_question_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let store = fill(directory.path()).await;
    for question in [
        "",
        "SELECT",
        "SELECT 1; SELECT 2",
        "SELECT * FROM content",
        "SELECT * FROM nothing",
        "SELECT nothing FROM runs",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM information_schema.tables",
        "DROP TABLE runs",
        "INSERT INTO runs SELECT * FROM runs",
        "UPDATE runs SET name = 'x'",
        "CREATE TABLE more AS SELECT * FROM runs",
        "CREATE EXTERNAL TABLE more STORED AS PARQUET LOCATION '/tmp'",
        "COPY runs TO '/tmp/runs.parquet'",
        "SET datafusion.execution.batch_size = 1",
        "SHOW ALL",
        "EXPLAIN SELECT * FROM runs",
        "EXPLAIN ANALYZE SELECT * FROM runs",
        "DESCRIBE runs",
        "SELECT repeat(name, 1000000000) FROM runs",
        "SELECT name || name FROM runs",
        "SELECT concat(name, name) FROM runs",
        "SELECT range(1, 10000000000)",
        "SELECT * FROM generate_series(1, 10000000000)",
        "SELECT (SELECT max(repeat(name, 9)) FROM runs)",
        "SELECT array_agg(name) FROM runs",
        "WITH RECURSIVE more AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM more) SELECT count(*) FROM more",
    ] {
        let refused = store.sql(&workspace(), question, 10).await;
        let Err(Error::Invalid(reason)) = refused else {
            panic!("{question}: {refused:?}");
        };
        assert!(
            !reason.is_empty()
                && !reason.contains("parquet://")
                && !reason.contains(&directory.path().display().to_string()),
            "{question}: {reason}"
        );
    }
    let long = format!("SELECT 1 -- {}", "x".repeat(trace::sql::QUESTION_SIZE_BYTES_MAX));
    assert!(matches!(
        store.sql(&workspace(), &long, 10).await,
        Err(Error::Invalid(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dashboards_ask_may_be_asked() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    for question in [
        "SELECT date_trunc('hour', to_timestamp_nanos(start_unix_nanos)), count(*), avg(cost), \
         approx_percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_millis), median(duration_millis) FROM runs GROUP BY 1",
        "SELECT lower(name), substr(name, 1, 3), coalesce(cost, 0), round(cost, 2), array_length(tools), \
         array_has(tools, 'refund'), row_number() OVER (ORDER BY cost) FROM runs",
        "SELECT agent_name, sum(input_tokens) FROM runs WHERE name LIKE 'a%' AND outcome IN ('failure') GROUP BY agent_name",
    ] {
        assert_eq!(ask(&store, question).await.rows.len(), 0, "{question}");
    }
}
