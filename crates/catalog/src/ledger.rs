//! The ledger: what arrived, and what became of it, counted exactly by day of receipt, key and signal.
//!
//! Counts are added in memory ([`Tally`]) and written in one transaction about every second and at shutdown. A
//! kill loses the counts of at most that second, never a span: what is stored is counted by the store itself.
//!
//! `received`, `refused` and `not_kept` count records as they were sent: spans, log records, data points, lines, scores.
//! `stored` and `duplicate` count span records, as the log took them. A span sent is one span record, so for
//! traces `received = stored + duplicate + refused + not_kept`; a log record or line may add to a span of
//! another, or be a score. `redacted` counts values the gate did not let through as sent, by rule, and
//! `request_refused` whole requests that were turned away before their records were counted.

mod tally;
#[cfg(test)]
mod tests;

use sqlx::Row;
use trace::ports::Pending;
use trace::time::Day;
use trace::{Text, WorkspaceId};

pub use tally::{LINES_MAX, REASON_OTHER, Tally};

use crate::Catalog;
use crate::error::{Error, from_column, to_column};

/// Name of the key that requests without one are counted under.
pub const KEY_LOCAL: &str = "local";

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in the database, in JSON and in metric labels.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The variant of this word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

words! {
    /// What kind of telemetry a request carried.
    Signal {
        /// Spans.
        Traces = "traces",
        /// Log records.
        Logs = "logs",
        /// Data points.
        Metrics = "metrics",
        /// JSON lines.
        Events = "events",
        /// Scores given over the API.
        Scores = "scores",
    }
}

words! {
    /// What became of it.
    Counter {
        /// Records that requests held.
        Received = "received",
        /// Span records that were stored.
        Stored = "stored",
        /// Span records that had been stored before.
        Duplicate = "duplicate",
        /// Values that the gate did not let through as sent.
        Redacted = "redacted",
        /// Records that broke a rule and were not taken.
        Refused = "refused",
        /// Records that were in order but are of no use here.
        NotKept = "not_kept",
        /// Whole requests that were not taken; how many records they held is unknown.
        RequestRefused = "request_refused",
    }
}

/// What one count is of.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Line {
    /// Isolation boundary.
    pub workspace_id: WorkspaceId,
    /// Day of receipt, UTC.
    pub day: Day,
    /// Name of the ingest key, never the key itself.
    pub key_name: Text,
    /// What kind of telemetry.
    pub signal: Signal,
    /// What became of it.
    pub counter: Counter,
    /// Why, or by which rule: one of our own words, never a value from a request. Empty where the counter
    /// says it all.
    pub reason: Text,
}

/// A line with its count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What was counted.
    pub line: Line,
    /// How often.
    pub count: u64,
}

/// Which entries to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// Isolation boundary.
    pub workspace_id: WorkspaceId,
    /// First day.
    pub from: Day,
    /// Last day, included.
    pub to: Day,
    /// Only this key's, if given.
    pub key_name: Option<Text>,
}

/// Reading the ledger.
pub trait Ledger: Send + Sync {
    /// The entries of these days, ordered by day, key, signal, counter and reason. Includes what was counted up
    /// to this call.
    fn entries<'a>(&'a self, query: &'a Query) -> Pending<'a, Result<Vec<Entry>, Error>>;
}

impl Ledger for Catalog {
    fn entries<'a>(&'a self, query: &'a Query) -> Pending<'a, Result<Vec<Entry>, Error>> {
        Box::pin(async move {
            self.flush().await?;
            self.stored_entries(query).await
        })
    }
}

impl Catalog {
    /// Writes the counts held in memory, in one transaction. If that fails they stay in memory.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub async fn flush(&self) -> Result<(), Error> {
        let entries = self.tally.take();
        if entries.is_empty() {
            return Ok(());
        }
        let written = self.add_entries(&entries).await;
        if written.is_err() {
            self.tally.put_back(entries);
        }
        written.map_err(Error::write("the ledger"))
    }

    async fn add_entries(&self, entries: &[Entry]) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        for Entry { line, count } in entries {
            sqlx::query(
                "INSERT INTO ledger (workspace_id, day, key_name, signal, counter, reason, count)
                 VALUES (?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET count = count + excluded.count",
            )
            .bind(line.workspace_id.as_str())
            .bind(line.day.0)
            .bind(line.key_name.as_str())
            .bind(line.signal.as_str())
            .bind(line.counter.as_str())
            .bind(line.reason.as_str())
            .bind(to_column(*count))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await
    }

    async fn stored_entries(&self, query: &Query) -> Result<Vec<Entry>, Error> {
        let rows = sqlx::query(
            "SELECT day, key_name, signal, counter, reason, count FROM ledger
             WHERE workspace_id = ?1 AND day BETWEEN ?2 AND ?3 AND (?4 IS NULL OR key_name = ?4)
             ORDER BY day, key_name, signal, counter, reason",
        )
        .bind(query.workspace_id.as_str())
        .bind(query.from.0)
        .bind(query.to.0)
        .bind(query.key_name.as_deref())
        .fetch_all(&self.pool)
        .await
        .map_err(Error::read("the ledger"))?;
        // A word this version does not know was written by a newer one; it is left out rather than guessed.
        let entry = |row: &sqlx::sqlite::SqliteRow| -> Result<Option<Entry>, sqlx::Error> {
            let words = (Signal::parse(row.try_get(2)?), Counter::parse(row.try_get(3)?));
            let (Some(signal), Some(counter)) = words else {
                return Ok(None);
            };
            let line = Line {
                workspace_id: query.workspace_id.clone(),
                day: Day(row.try_get(0)?),
                key_name: Text::from(row.try_get::<&str, _>(1)?),
                signal,
                counter,
                reason: Text::from(row.try_get::<&str, _>(4)?),
            };
            let count = from_column(row.try_get(5)?);
            Ok(Some(Entry { line, count }))
        };
        rows.iter()
            .filter_map(|row| entry(row).transpose())
            .collect::<Result<_, _>>()
            .map_err(Error::read("the ledger"))
    }
}
