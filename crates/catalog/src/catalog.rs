//! Opening, flushing and closing the catalog.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::error::Error;
use crate::ledger::Tally;

/// Name of the catalog's file in the data directory.
pub const FILE_NAME: &str = "catalog.sqlite";

/// Connections to the file; small facts need few.
const CONNECTIONS_MAX: u32 = 4;
/// How long a writer waits for another one.
const BUSY_WAIT: Duration = Duration::from_secs(5);
/// How often counts go from memory to the file.
const FLUSH_INTERVAL: Duration = Duration::from_secs(1);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The catalog. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(crate) pool: SqlitePool,
    pub(crate) tally: Arc<Tally>,
}

impl Catalog {
    /// Opens the file, makes it if it is missing, and brings it up to date.
    ///
    /// # Errors
    /// [`Error::Open`] and [`Error::Migrate`].
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_WAIT);
        Self::connect(options, CONNECTIONS_MAX).await
    }

    /// A catalog that lives as long as its handles; for tests.
    ///
    /// # Errors
    /// [`Error::Open`] and [`Error::Migrate`].
    pub async fn in_memory() -> Result<Self, Error> {
        // One connection that is never given up: every connection to `:memory:` is a database of its own.
        Self::connect(SqliteConnectOptions::new().in_memory(true), 1).await
    }

    async fn connect(options: SqliteConnectOptions, connections_max: u32) -> Result<Self, Error> {
        let pool = SqlitePoolOptions::new()
            .max_connections(connections_max)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(Error::Open)?;
        MIGRATIONS.run(&pool).await.map_err(Error::Migrate)?;
        Ok(Self {
            pool,
            tally: Arc::new(Tally::default()),
        })
    }

    /// Where counts are added; see [`crate::ledger`].
    #[must_use]
    pub fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }

    /// Writes counts to the file every second, until `shutdown` is done; then once more.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut ticks = tokio::time::interval(FLUSH_INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(shutdown);
        let mut was_well = true;
        loop {
            let is_last = tokio::select! {
                () = &mut shutdown => true,
                _ = ticks.tick() => false,
            };
            let flushed = self.flush().await;
            if let Err(error) = &flushed {
                // Once, not every second: the counts stay in memory and the next flush takes them along.
                if was_well || is_last {
                    let cause = std::error::Error::source(error).map(ToString::to_string);
                    tracing::warn!(%error, cause, "could not flush the ledger");
                }
            }
            was_well = flushed.is_ok();
            if is_last {
                return;
            }
        }
    }

    /// Flushes and closes the file. Other handles get errors from then on.
    ///
    /// # Errors
    /// [`Error::Write`] if the last counts could not be written; the file is closed all the same.
    pub async fn close(&self) -> Result<(), Error> {
        let flushed = self.flush().await;
        self.pool.close().await;
        flushed
    }
}
