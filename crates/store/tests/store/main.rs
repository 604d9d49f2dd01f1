//! The store over a real directory: durable, exact, and the same after every restart.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    reason = "it is run by hand or as a test, and ends where something is not as expected"
)]

mod maintenance;
mod sql;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use privacy::WritePort as _;
use store::{Options, Store};
use testkit::SetClock;
use testkit::sample::{self, at_millis, cleared, span, span_id, trace_id, workspace};
use trace::ports::{DerivedPort as _, ReadPort as _, Stats};
use trace::run::{Derived, Run, Totals};
use trace::{
    Facts, Field, Kind, Outcome, OutcomeSource, ProjectId, Record, Role, RunId, Sequence, Text, TraceId,
    UnixNanos,
};

/// Opens the directory with a clock that stands in sample time. Flushes happen on closing, or when asked for.
async fn open(directory: &Path) -> Store {
    open_flushing(directory, Duration::from_secs(3_600)).await
}

async fn open_flushing(directory: &Path, flush_interval: Duration) -> Store {
    let mut options = Options::new(directory);
    options.flush_interval = flush_interval;
    Store::open(options, Arc::new(SetClock::at(at_millis(20_000))))
        .await
        .expect("the store opens")
}

async fn stats(store: &Store) -> Stats {
    store.stats().await.expect("stats")
}

/// Counts that must not depend on where the rows are.
async fn counts(store: &Store) -> (u64, u64, u64, u64) {
    let stats = stats(store).await;
    (stats.spans, stats.content, stats.scores, stats.runs)
}

fn run(number: u64, version: u64, outcome: Outcome) -> Derived {
    let run = Run {
        workspace_id: workspace(),
        project_id: ProjectId::new("default"),
        run_id: RunId::from(trace_id(number)),
        version,
        settled: true,
        name: Text::new("run"),
        start: at_millis(i64::try_from(number).unwrap()),
        duration_nanos: Some(5),
        first_received_at: at_millis(10_000),
        last_sequence: Sequence(version),
        outcome,
        outcome_source: OutcomeSource::Inferred,
        facts: Facts::new(),
        traces: vec![trace_id(number)],
        agents: Vec::new(),
        tools: Vec::new(),
        error_classes: Vec::new(),
        totals: Totals {
            spans: 1,
            ..Totals::default()
        },
        price_version: Text::default(),
        goal: None,
        signals: Vec::new(),
        evidence_score: None,
        first_wrong: None,
    };
    Derived {
        run,
        calls: Vec::new(),
    }
}

async fn outcome(store: &Store, number: u64) -> Option<Outcome> {
    let runs = store
        .runs_by_id(&workspace(), &[RunId::from(trace_id(number))])
        .await
        .expect("runs");
    runs.first().map(|run| run.outcome)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_reads_back_the_same_from_memory_from_a_file_and_from_the_log() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    let sent = span(1, 2)
        .below(1)
        .model("gpt-4o", 10, 0)
        .list(Field::FinishReasons, &["stop"])
        .fact(Field::Cost, 0.25)
        .fact(Field::Streamed, true)
        .body(Role::InputMessage, "hello there")
        .body(Role::OutputMessage, "general");
    store.append(cleared([span(1, 1), sent])).await.expect("logged");
    let in_memory = store.span(&workspace(), trace_id(1), span_id(2)).await.unwrap();
    assert_eq!(in_memory.len(), 1);
    let ids: Vec<_> = in_memory[0]
        .span
        .content
        .iter()
        .filter_map(|body| body.content_id)
        .collect();
    assert_eq!(ids.len(), 2);
    store.close().await;
    drop(store);

    let store = open(directory.path()).await;
    let in_file = store.span(&workspace(), trace_id(1), span_id(2)).await.unwrap();
    assert_eq!(in_file, in_memory);
    let mut texts: Vec<String> = store
        .contents(&workspace(), &ids)
        .await
        .unwrap()
        .into_iter()
        .map(|body| body.text.into_exposed())
        .collect();
    texts.sort();
    assert_eq!(texts, ["general", "hello there"]);
    assert_eq!(counts(&store).await, (2, 2, 0, 0));
    assert_eq!(stats(&store).await.spans_by_kind.get("model"), Some(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_comes_back_without_a_flush() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    store
        .append(cleared([span(1, 1).body(Role::Input, "kept"), span(1, 2)]))
        .await
        .expect("logged");
    let copy = tempfile::tempdir().unwrap();
    copy_directory(directory.path(), copy.path());
    let before = counts(&store).await;

    let restarted = open(copy.path()).await;
    assert_eq!(counts(&restarted).await, before);
    assert_eq!(
        restarted
            .spans_of_traces(&workspace(), &[trace_id(1)])
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_loses_and_doubles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let day = 86_400_000;
    let clock = SetClock::at(at_millis(20 * day));
    let mut last = Sequence::default();
    // Forth, back by days, back further across a restart, forth again: what is old is sent again each time.
    for (round, millis) in [20 * day, 17 * day, day, 40 * day].into_iter().enumerate() {
        clock.set(at_millis(millis));
        let mut options = Options::new(directory.path());
        options.flush_interval = Duration::from_secs(3_600);
        let store = Store::open(options, Arc::new(clock.clone()))
            .await
            .expect("the store opens");
        let newest = u64::try_from(round).unwrap() + 1;
        for number in 1..=newest {
            let receipt = store
                .append(cleared([span(number, 1), span(number, 2)]))
                .await
                .unwrap();
            assert!(receipt.sequence > last, "positions only grow");
            last = receipt.sequence;
        }
        clock.set(at_millis(millis - 3 * day));
        store.append(cleared([span(newest, 3)])).await.unwrap();
        store.flush().await.expect("a flush");
        for number in 1..=newest {
            let spans = store
                .spans_of_traces(&workspace(), &[trace_id(number)])
                .await
                .unwrap();
            assert_eq!(spans.len(), 3, "trace {number} in round {round}");
        }
        assert_eq!(stats(&store).await.spans, 3 * newest);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_go_on_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    let first = store.append(cleared([span(1, 1)])).await.unwrap().sequence;
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    assert_eq!(stats(&store).await.last_sequence, first.0);
    assert!(store.append(cleared([span(2, 1)])).await.unwrap().sequence > first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redelivered_request_counts_once_wherever_the_first_one_is() {
    let directory = tempfile::tempdir().unwrap();
    let batch = || cleared([span(1, 1).body(Role::Input, "same"), span(1, 2)]);
    let store = open(directory.path()).await;
    assert_eq!(store.append(batch()).await.unwrap().spans_new, 2);
    assert_eq!(store.append(batch()).await.unwrap().spans_new, 0);
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    assert_eq!(store.append(batch()).await.unwrap().spans_new, 0);
    assert_eq!(counts(&store).await, (2, 1, 0, 0));
    store.close().await;
    drop(store);
    assert_eq!(counts(&open(directory.path()).await).await, (2, 1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_record_takes_the_place_of_a_started_one_that_is_in_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    store
        .append(cleared([span(1, 1).started().fact(Field::ToolName, "lookup")]))
        .await
        .unwrap();
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    store
        .append(cleared([span(1, 1).kind(Kind::Tool)]))
        .await
        .unwrap();
    for _ in 0..2 {
        assert_eq!(counts(&store).await, (1, 0, 0, 0));
        let records = store.span(&workspace(), trace_id(1), span_id(1)).await.unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].span.record, Record::Finished);
        assert_eq!(records[0].span.facts.text(Field::ToolName), Some("lookup"));
        assert_eq!(stats(&store).await.spans_by_kind.get("other"), None);
        store.close().await;
    }
    drop(store);
    let store = open(directory.path()).await;
    assert_eq!(counts(&store).await, (1, 0, 0, 0));
    assert_eq!(
        store
            .span(&workspace(), trace_id(1), span_id(1))
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn contradicting_records_are_both_kept_and_count_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    store.append(cleared([span(1, 1)])).await.unwrap();
    for _ in 0..2 {
        store.append(cleared([span(1, 1).millis(5, 9)])).await.unwrap();
    }
    let records = store.span(&workspace(), trace_id(1), span_id(1)).await.unwrap();
    assert_eq!(
        records.iter().map(|record| record.conflict).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(counts(&store).await.0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_score_counts_once_across_restarts() {
    let directory = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let store = open(directory.path()).await;
        store
            .append(sample::cleared_scores(vec![sample::score(
                1, None, "reward", 1.0,
            )]))
            .await
            .unwrap();
        assert_eq!(
            store
                .scores(&workspace(), &[trace_id(1)], &[])
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(counts(&store).await.2, 1);
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_version_of_a_run_counts() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    store
        .put_derived(vec![run(1, 1, Outcome::Failure), run(2, 1, Outcome::Success)])
        .await
        .unwrap();
    store.settled_up_to(Sequence(7)).await.unwrap();
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    assert_eq!(store.settled_position().await.unwrap(), Sequence(7));
    assert_eq!(outcome(&store, 1).await, Some(Outcome::Failure));
    store
        .put_derived(vec![run(1, 2, Outcome::Success)])
        .await
        .unwrap();
    store.put_derived(vec![run(1, 1, Outcome::Denied)]).await.unwrap();
    assert_eq!(outcome(&store, 1).await, Some(Outcome::Success));
    assert_eq!(counts(&store).await.3, 2);
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    assert_eq!(outcome(&store, 1).await, Some(Outcome::Success));
    assert_eq!(counts(&store).await.3, 2);
    store
        .retract(workspace(), vec![RunId::from(trace_id(1))])
        .await
        .unwrap();
    assert_eq!(outcome(&store, 1).await, None);
    assert_eq!(counts(&store).await.3, 1);
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    assert_eq!(outcome(&store, 1).await, None);
    assert_eq!(counts(&store).await.3, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_after_a_position_are_found_in_memory_and_in_files() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(directory.path()).await;
    store.append(cleared([span(1, 1)])).await.unwrap();
    store.close().await;
    drop(store);
    let store = open(directory.path()).await;
    let second = store
        .append(cleared([span(2, 1).fact(Field::StatedRunId, "run-7")]))
        .await
        .unwrap();
    let traces = async |after: Sequence| -> Vec<TraceId> {
        let mut traces: Vec<_> = store
            .traces_since(after)
            .await
            .unwrap()
            .into_iter()
            .map(|touched| touched.trace_id)
            .collect();
        traces.sort();
        traces
    };
    assert_eq!(traces(Sequence(0)).await, [trace_id(1), trace_id(2)]);
    assert_eq!(traces(Sequence(second.sequence.0 - 1)).await, [trace_id(2)]);
    let stated = store
        .traces_of_stated_runs(&workspace(), &[Text::new("run-7")])
        .await
        .unwrap();
    assert_eq!(stated, [(Text::new("run-7"), trace_id(2))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_store_on_the_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let _store = open(directory.path()).await;
    let second = Store::open(
        Options::new(directory.path()),
        Arc::new(SetClock::at(UnixNanos(0))),
    )
    .await;
    assert!(matches!(second.err(), Some(store::Error::Locked)));
}

#[tokio::test(flavor = "multi_thread")]
async fn flushing_while_reading_changes_no_count() {
    let directory = tempfile::tempdir().unwrap();
    let store = Arc::new(open_flushing(directory.path(), Duration::from_millis(5)).await);
    for number in 1..=40 {
        let receipt = store
            .append(cleared([span(number, 1), span(number, 2).below(1)]))
            .await
            .unwrap();
        assert_eq!(receipt.spans_new, 2);
        assert_eq!(counts(&store).await.0, 2 * number);
        assert_eq!(
            store
                .spans_of_traces(&workspace(), &[trace_id(number)])
                .await
                .unwrap()
                .len(),
            2
        );
    }
    store.close().await;
    assert_eq!(counts(&store).await.0, 80);
}

fn copy_directory(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
