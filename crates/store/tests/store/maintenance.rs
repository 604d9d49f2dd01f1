//! Maintenance changes what a question costs, and no answer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use privacy::WritePort as _;
use store::{Options, Store};
use testkit::SetClock;
use testkit::sample::{at_millis, cleared, cleared_scores, score, span, trace_id, workspace};
use trace::ports::{DerivedPort as _, LoggedSpan, ReadPort as _, Stats};
use trace::{ContentId, Outcome, Role, RunId, Sequence};

use super::{outcome, run};

const DAY_MILLIS: i64 = 86_400_000;
const TRACES: u64 = 12;

struct Place {
    directory: tempfile::TempDir,
    clock: SetClock,
}

impl Place {
    fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            clock: SetClock::at(at_millis(20_000)),
        }
    }

    async fn open(&self, set: impl FnOnce(&mut Options)) -> Store {
        let mut options = Options::new(self.directory.path());
        options.flush_interval = Duration::from_secs(3_600);
        options.maintenance_interval = Duration::from_secs(3_600);
        set(&mut options);
        Store::open(options, Arc::new(self.clock.clone()))
            .await
            .expect("the store opens")
    }

    /// Data files on disk, by table.
    fn files(&self) -> BTreeMap<String, Vec<PathBuf>> {
        let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
        for table in entries(&self.directory.path().join("tables")) {
            let name = table.file_name().unwrap().to_string_lossy().into_owned();
            let folders = entries(&table);
            let files = folders
                .iter()
                .filter(|folder| folder.is_dir())
                .flat_map(|folder| entries(folder));
            let is_data = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "parquet");
            found.insert(
                name,
                files
                    .filter(is_data)
                    .filter(|path| !path.to_string_lossy().contains("_delta_log"))
                    .collect(),
            );
        }
        found
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn rows_in(file: &Path) -> i64 {
    let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
    reader.metadata().file_metadata().num_rows()
}

/// Everything the store answers of this test's traces, in an order that does not depend on where it lies.
async fn answers(
    store: &Store,
) -> (
    Vec<Arc<LoggedSpan>>,
    BTreeSet<String>,
    usize,
    Vec<(String, u64)>,
    Stats,
) {
    let traces: Vec<_> = (1..=TRACES).map(trace_id).collect();
    let mut spans = store.spans_of_traces(&workspace(), &traces).await.unwrap();
    spans.sort_by_key(|logged| (logged.span.key(), logged.sequence));
    let ids: BTreeSet<ContentId> = spans
        .iter()
        .flat_map(|logged| logged.span.content.iter().filter_map(|body| body.content_id))
        .collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let bodies = store.contents(&workspace(), &ids).await.unwrap();
    let texts = bodies.into_iter().map(|body| body.text.into_exposed()).collect();
    let scores = store.scores(&workspace(), &traces, &[]).await.unwrap().len();
    let run_ids: Vec<_> = traces.iter().map(|trace| RunId::from(*trace)).collect();
    let runs = store.runs_by_id(&workspace(), &run_ids).await.unwrap();
    let mut runs: Vec<_> = runs
        .iter()
        .map(|run| (run.run_id.to_string(), run.version))
        .collect();
    runs.sort();
    let mut stats = store.stats().await.unwrap();
    stats.table_size_bytes = 0;
    stats.log_size_bytes = 0;
    (spans, texts, scores, runs, stats)
}

/// Traces whose spans, bodies, scores and runs each take several flushes, with records that replace and records that
/// contradict earlier ones.
async fn fill(store: &Store) {
    for number in 1..=TRACES {
        let body = format!("text {number}");
        let started = span(number, 2).below(1).started();
        store
            .append(cleared([span(number, 1).body(Role::Input, &body), started]))
            .await
            .unwrap();
        store
            .append(cleared_scores(vec![score(number, None, "helpful", 1.0)]))
            .await
            .unwrap();
        store
            .put_derived(vec![run(number, 1, Outcome::Failure)])
            .await
            .unwrap();
        store.flush().await.unwrap();
    }
    for number in 1..=TRACES {
        let finished = span(number, 2).below(1).body(Role::Output, "the same for all");
        let contradicts = span(number, 1).millis(7_000, 7_001);
        store.append(cleared([finished, contradicts])).await.unwrap();
        store
            .put_derived(vec![run(number, 2, Outcome::Success)])
            .await
            .unwrap();
        store.flush().await.unwrap();
    }
    store
        .retract(workspace(), vec![RunId::from(trace_id(3))])
        .await
        .unwrap();
    store.settled_up_to(Sequence(5)).await.unwrap();
    store.flush().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_become_few_and_every_answer_stays() {
    let place = Place::new();
    let store = place.open(|_| {}).await;
    fill(&store).await;
    // In files only: what memory still knows would hide them.
    store.close().await;
    drop(store);
    let store = place.open(|_| {}).await;
    let before = answers(&store).await;
    assert_eq!(before.4.spans, 2 * TRACES);
    assert_eq!(before.4.runs, TRACES - 1);
    let files_before = place.files();

    place.clock.advance_millis(DAY_MILLIS);
    let done = store.maintain().await.unwrap();
    assert!(done.files_compacted >= 4 * 12, "{done:?}");
    assert_eq!(answers(&store).await, before);
    store.close().await;
    drop(store);

    let store = place
        .open(|options| options.delete_after = Duration::from_secs(60))
        .await;
    assert_eq!(answers(&store).await, before, "after a restart");
    assert_eq!(
        store.maintain().await.unwrap().files_compacted,
        0,
        "there is nothing left to do"
    );
    let added = place.files().values().map(Vec::len).sum::<usize>()
        - files_before.values().map(Vec::len).sum::<usize>();
    assert_eq!(
        added, 4,
        "one file for each table that had several, and none deleted yet"
    );
    place.clock.advance_millis(61_000);
    store.maintain().await.unwrap();
    let files = place.files();
    for (table, rows) in [
        ("spans", 3 * TRACES),
        ("runs", TRACES),
        ("scores", TRACES),
        ("content", 2 * TRACES),
    ] {
        assert_eq!(files[table].len(), 1, "{table}");
        assert_eq!(
            rows_in(&files[table][0]),
            i64::try_from(rows).unwrap(),
            "{table}: what was replaced is gone"
        );
    }
    assert_eq!(answers(&store).await, before, "without the old files");
    store
        .append(cleared([span(1, 1).body(Role::Input, "text 1")]))
        .await
        .unwrap();
    assert_eq!(
        answers(&store).await.4.spans,
        before.4.spans,
        "a redelivered span is known"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_present_day_files_of_one_size_become_one() {
    let place = Place::new();
    let store = place.open(|_| {}).await;
    for number in 1..=7 {
        store.append(cleared([span(number, 1)])).await.unwrap();
        store.flush().await.unwrap();
    }
    assert_eq!(
        store.maintain().await.unwrap().files_compacted,
        0,
        "not worth it yet"
    );
    store.append(cleared([span(8, 1)])).await.unwrap();
    store.flush().await.unwrap();
    assert_eq!(store.maintain().await.unwrap().files_compacted, 8);
    assert_eq!(store.stats().await.unwrap().spans, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn compacting_twice_at_once_and_while_writing_doubles_nothing() {
    let place = Place::new();
    let store = Arc::new(place.open(|_| {}).await);
    fill(&store).await;
    place.clock.advance_millis(DAY_MILLIS);
    let rounds: Vec<_> = (0..2)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.maintain().await.unwrap().files_compacted })
        })
        .collect();
    for number in 1..=30 {
        store.append(cleared([span(100 + number, 1)])).await.unwrap();
        store.flush().await.unwrap();
    }
    let mut compacted = 0;
    for round in rounds {
        compacted += round.await.unwrap();
    }
    assert!(compacted > 0);
    store.maintain().await.unwrap();
    let before = answers(&store).await;
    assert_eq!(before.4.spans, 2 * TRACES + 30);
    store.close().await;
    drop(store);
    let store = place.open(|_| {}).await;
    assert_eq!(answers(&store).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_past_their_time_go_whole() {
    let place = Place::new();
    let keep = |options: &mut Options| {
        options.keep_days = Some(2);
        options.keep_content_days = Some(1);
        options.delete_after = Duration::ZERO;
    };
    let store = place.open(keep).await;
    fill(&store).await;
    place.clock.advance_millis(DAY_MILLIS);
    assert_eq!(
        store.maintain().await.unwrap().files_expired,
        0,
        "a day is kept whole"
    );
    place.clock.advance_millis(DAY_MILLIS);
    assert!(store.maintain().await.unwrap().files_expired > 0);
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.content, stats.spans), (0, 2 * TRACES), "bodies go earlier");
    assert_eq!(outcome(&store, 1).await, Some(Outcome::Success));
    place.clock.advance_millis(DAY_MILLIS);
    store.maintain().await.unwrap();
    store.maintain().await.unwrap();
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.spans, stats.scores, stats.runs), (0, 0, 0));
    assert_eq!(outcome(&store, 1).await, None);
    assert!(place.files().values().all(Vec::is_empty), "{:?}", place.files());
    store.close().await;
    drop(store);
    let store = place.open(keep).await;
    let stats = store.stats().await.unwrap();
    assert_eq!((stats.spans, stats.scores, stats.runs), (0, 0, 0));
    assert_eq!(outcome(&store, 1).await, None);
}
