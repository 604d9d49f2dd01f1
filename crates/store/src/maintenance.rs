//! What keeps a store that only grows fast and small: many small files become few (`compact`), days that are past
//! their time go (`expire`), and files that no table refers to any more are deleted (`clean`).
//!
//! One task does all of it, one step at a time, and rests as long as it works, so that senders do not notice. It may
//! be killed at any instant: a step counts by one commit, and what a broken-off step left behind is a file that
//! nobody refers to.

mod clean;
mod compact;

use std::sync::Arc;

use trace::time::Day;

pub(crate) use clean::Unreferenced;

use crate::data_file::DataFile;
use crate::error::Error;
use crate::inner::Inner;
use crate::table::Table;

/// Compacted files are about this large at most; one that has reached it is left alone.
const FILE_SIZE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Files that become one at a time.
const FILES_AT_ONCE_MAX: usize = 32;
/// On the present day, files of about one size become one when there are this many. Each row is then written again
/// once per step of this factor, whatever the day brings.
const FILES_OF_ONE_SIZE: usize = 8;
/// Files below this size count as of one size.
const SMALLEST_SIZE_BYTES: u64 = 256 * 1024;

/// What a round of maintenance did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Maintained {
    /// Files that became fewer.
    pub files_compacted: usize,
    /// Files of days that are past their time.
    pub files_expired: usize,
    /// Files that nobody referred to any more.
    pub files_deleted: usize,
}

/// Says whether the store is being closed, and a round has to end.
pub(crate) type IsClosing = dyn Fn() -> bool + Sync;

/// Does everything there is to do now.
pub(crate) async fn run(
    inner: &Inner,
    unreferenced: &mut Unreferenced,
    is_closing: &IsClosing,
) -> Result<Maintained, Error> {
    let mut done = Maintained {
        files_expired: expire(inner).await?,
        ..Maintained::default()
    };
    for table in inner.tables.all() {
        while let Some(group) = next_group(&table.files(), inner.clock.now().day()) {
            if !compact::compact(inner, table, &group, is_closing).await? {
                return Ok(done);
            }
            done.files_compacted += group.len();
        }
    }
    done.files_deleted = unreferenced.delete(inner).await?;
    Ok(done)
}

/// Files of one day that should become one.
fn next_group(files: &[Arc<DataFile>], today: Day) -> Option<Vec<Arc<DataFile>>> {
    let mut small: Vec<_> = files
        .iter()
        .filter(|file| file.size_bytes < FILE_SIZE_BYTES_MAX)
        .collect();
    small.sort_by_key(|file| (file.day, file.size_bytes));
    small
        .chunk_by(|one, other| one.day == other.day)
        .find_map(|of_day| {
            let is_over = of_day.first().is_some_and(|file| file.day < today);
            let groups = of_day.chunk_by(|one, other| is_over || size_class(one) == size_class(other));
            let least = if is_over { 2 } else { FILES_OF_ONE_SIZE };
            groups.map(fitting).find(|group| group.len() >= least)
        })
}

fn size_class(file: &DataFile) -> u32 {
    (file.size_bytes / SMALLEST_SIZE_BYTES)
        .checked_ilog2()
        .map_or(0, |class| 1 + class / 3)
}

/// As many of these files as one may be made of, the smallest first.
fn fitting(files: &[&Arc<DataFile>]) -> Vec<Arc<DataFile>> {
    let mut size_bytes = 0;
    files
        .iter()
        .take(FILES_AT_ONCE_MAX)
        .take_while(|file| {
            size_bytes += file.size_bytes;
            size_bytes <= 2 * FILE_SIZE_BYTES_MAX
        })
        .map(|file| Arc::clone(file))
        .collect()
}

/// Takes out the days that are past their time, counted from receipt.
async fn expire(inner: &Inner) -> Result<usize, Error> {
    let today = inner.clock.now().day();
    let tables = &inner.tables;
    let (facts, content) = (inner.options.keep_days, inner.options.keep_content_days);
    // Bodies before what refers to them is the order in which they may be missed.
    let terms = [
        (&tables.content, content.or(facts)),
        (&tables.calls, facts),
        (&tables.runs, facts),
        (&tables.scores, facts),
        (&tables.spans, facts),
    ];
    let mut expired = 0;
    for (table, keep_days) in terms {
        let Some(keep_days) = keep_days else { continue };
        let first_kept = Day(today.0.saturating_sub(i64::from(keep_days)));
        let files = table.files();
        let gone: Vec<_> = files
            .iter()
            .filter(|file| file.day < first_kept)
            .cloned()
            .collect();
        if gone.is_empty() {
            continue;
        }
        table.replace(&gone, None).await?;
        if std::ptr::eq(table, &tables.runs) {
            let distinct = gone.iter().map(|file| file.summary.distinct).sum();
            inner.derived_mut().forget_expired(distinct, first_kept);
        }
        count("expired", table, gone.len());
        expired += gone.len();
    }
    Ok(expired)
}

fn count(what: &'static str, table: &Table, files: usize) {
    let files = u64::try_from(files).unwrap_or(u64::MAX);
    metrics::counter!("everyframe_store_files_total", "change" => what, "table" => table.definition.name)
        .increment(files);
}
