//! Opening a directory: lock it, open the tables, learn from their files what is needed to stay exact, and bring
//! back from the log what the tables do not have.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::Arc;

use tokio::runtime::Handle;
use trace::time::{Day, NANOS_PER_DAY};
use trace::{Clock, ContentId, ScoreId, Sequence, TraceId, UnixNanos, WorkspaceId};

use crate::apply;
use crate::codec;
use crate::columns::Reader;
use crate::data_file::DataFile;
use crate::derived::{DerivedRows, hash_run_text};
use crate::error::Error;
use crate::flush::{DERIVED_FLUSH, LOG_POSITION, SETTLED_POSITION, derived_label};
use crate::inner::{Inner, Tables};
use crate::log::{self, DirectoryLock, Frame, Opened as OpenedLog, Position};
use crate::lookup;
use crate::memory::Memory;
use crate::memtable::TraceKey;
use crate::options::Options;
use crate::table::Table;
use crate::tables::{CALLS, CONTENT, RUNS, SCORES, SPANS};

/// A directory, open, its log read and not yet written to.
pub(crate) struct Opened {
    pub(crate) inner: Arc<Inner>,
    pub(crate) log: OpenedLog,
    pub(crate) derived_flush: u64,
    pub(crate) lock: DirectoryLock,
}

pub(crate) async fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Opened, Error> {
    let directory = options.directory.clone();
    let unusable = |source| Error::Directory {
        path: directory.clone(),
        source,
    };
    std::fs::create_dir_all(&options.directory).map_err(unusable)?;
    let lock = DirectoryLock::acquire(&options.directory)?;
    let tables = open_tables(&options.directory, clock.now()).await?;
    let derived_flush = drop_calls_without_runs(&tables).await?;
    let today = clock.now().day();
    let mut memory = known_in_files(&tables, today).await?;
    let derived = known_derived(&tables).await?;
    let replay_after = tables.spans.committed_position(LOG_POSITION).await?;
    memory.applied = Sequence(replay_after);
    let inner = Arc::new(Inner::new(options, clock, tables, memory, derived)?);
    let log = replay(Arc::clone(&inner), Sequence(replay_after)).await?;
    Ok(Opened {
        inner,
        log,
        derived_flush,
        lock,
    })
}

async fn open_tables(directory: &Path, now: UnixNanos) -> Result<Tables, Error> {
    let directory = directory.join("tables");
    // Unique to this start, so that a file left behind by a crash is never written over; the clock alone may
    // show the same time twice.
    let prefix = format!("{:016x}{:016x}", now.0, RandomState::new().hash_one(now.0));
    Ok(Tables {
        spans: Table::open(&SPANS, &directory, &prefix).await?,
        content: Table::open(&CONTENT, &directory, &prefix).await?,
        scores: Table::open(&SCORES, &directory, &prefix).await?,
        runs: Table::open(&RUNS, &directory, &prefix).await?,
        calls: Table::open(&CALLS, &directory, &prefix).await?,
    })
}

/// A crash between the commits of `calls` and `runs` left calls whose runs will be written again.
async fn drop_calls_without_runs(tables: &Tables) -> Result<u64, Error> {
    let in_runs = tables.runs.committed_position(DERIVED_FLUSH).await?;
    let in_calls = tables.calls.committed_position(DERIVED_FLUSH).await?;
    for flush_number in in_runs + 1..=in_calls {
        let mark = format!("/{}-", derived_label(flush_number));
        let files = tables.calls.files();
        let strays: Vec<_> = files
            .iter()
            .filter(|file| file.path.contains(&mark))
            .cloned()
            .collect();
        tables.calls.replace(&strays, None).await?;
        if !strays.is_empty() {
            tracing::info!(
                files = strays.len(),
                "took out calls of runs that were not written before a crash"
            );
        }
    }
    Ok(in_runs.max(in_calls))
}

fn files_since(table: &Table, day: Day) -> Vec<Arc<DataFile>> {
    table
        .files()
        .iter()
        .filter(|file| file.day >= day)
        .map(Arc::clone)
        .collect()
}

async fn known_in_files(tables: &Tables, today: Day) -> Result<Memory, Error> {
    let open_day = Day(today.0 - 1);
    let mut memory = Memory::new(UnixNanos(open_day.0.saturating_mul(NANOS_PER_DAY)));
    for file in files_since(&tables.spans, open_day) {
        let day = file.day;
        for batch in lookup::columns(&tables.spans, vec![file], &["workspace_id", "trace_id"]).await? {
            let [workspace, trace] = ["workspace_id", "trace_id"].map(|name| Reader::of(&batch, name));
            for row in 0..batch.num_rows() {
                let key = || {
                    let workspace_id = WorkspaceId::new(workspace.text(row)?);
                    Some(TraceKey {
                        workspace_id,
                        trace_id: TraceId::from_slice(trace.bytes(row)?).ok()?,
                    })
                };
                if let Some(key) = key() {
                    memory.know_cold_trace(day, &key);
                }
            }
        }
    }
    for file in files_since(&tables.content, open_day) {
        let day = file.day;
        for batch in lookup::columns(&tables.content, vec![file], &["content_id"]).await? {
            let ids = Reader::of(&batch, "content_id");
            let id = |row| ContentId::from_slice(ids.bytes(row)?).ok();
            memory.know_stored_contents(day, (0..batch.num_rows()).filter_map(id));
        }
    }
    let files = tables.scores.files().to_vec();
    for batch in lookup::columns(&tables.scores, files, &["score_id"]).await? {
        let ids = Reader::of(&batch, "score_id");
        let id = |row| ScoreId::from_slice(ids.bytes(row)?).ok();
        memory.know_stored_scores((0..batch.num_rows()).filter_map(id));
    }
    Ok(memory)
}

async fn known_derived(tables: &Tables) -> Result<DerivedRows, Error> {
    let files = tables.runs.files().to_vec();
    let distinct = files.iter().map(|file| file.summary.distinct).sum();
    let mut superseded: HashMap<u64, u64> = HashMap::new();
    let mut in_files = HashSet::new();
    for batch in lookup::columns(
        &tables.runs,
        files,
        &["workspace_id", "run_id", "version", "supersedes"],
    )
    .await?
    {
        let [workspace, run, version, supersedes] =
            ["workspace_id", "run_id", "version", "supersedes"].map(|name| Reader::of(&batch, name));
        for row in 0..batch.num_rows() {
            let (Some(workspace), Some(run)) = (workspace.text(row), run.text(row)) else {
                continue;
            };
            let hash = hash_run_text(workspace, run);
            in_files.insert(hash);
            if let (Some(true), Some(version)) = (supersedes.flag(row), version.count(row)) {
                let newest = superseded.entry(hash).or_insert(version);
                *newest = version.max(*newest);
            }
        }
    }
    let settled = tables.runs.committed_position(SETTLED_POSITION).await?;
    let mut derived = DerivedRows::default();
    derived.know_files(distinct, in_files, superseded, Sequence(settled));
    Ok(derived)
}

/// Hands every frame that the tables do not have to memory, as if it had just been logged.
async fn replay(inner: Arc<Inner>, replay_after: Sequence) -> Result<OpenedLog, Error> {
    let runtime = Handle::current();
    let work = move || -> Result<OpenedLog, Error> {
        let mut options = log::Options::new(inner.options.directory.join("log"));
        options.segment_size_bytes = inner.options.segment_size_bytes;
        let position = Position {
            replay_after,
            min_next: Sequence(replay_after.0.saturating_add(1)),
        };
        let mut on_frame = |frame: Frame<'_>| -> Result<(), log::BoxError> {
            let restored = codec::decode_payload(frame.version, frame.payload)?;
            if restored.skipped > 0 {
                tracing::warn!(
                    facts = restored.skipped,
                    "left out facts of a newer version found in the log"
                );
            }
            apply::apply(&inner, &runtime, restored.batch, frame.sequence);
            Ok(())
        };
        let (log, recovery) = OpenedLog::open(options, position, &mut on_frame)?;
        report(&recovery);
        Ok(log)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::file("log", "could not be read")(std::io::Error::other(error)))?
}

fn report(recovery: &log::Recovery) {
    if recovery.frames > 0 {
        tracing::info!(
            requests = recovery.frames,
            "brought back from the log what the tables did not have"
        );
    }
    for range in &recovery.lost {
        tracing::error!(
            first = range.start(),
            last = range.end(),
            "acknowledged requests are lost from the log"
        );
    }
    for segment in &recovery.quarantined {
        tracing::error!(
            file = segment.file_name,
            is_new = segment.is_new,
            readable_requests = segment.frames,
            damaged_bytes = segment.damaged_bytes,
            "a damaged log segment was put aside; its readable requests were brought back"
        );
    }
}
