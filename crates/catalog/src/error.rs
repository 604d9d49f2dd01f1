//! What can go wrong with the catalog.

/// Why the catalog did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be opened or made; check that the data directory exists and may be written.
    #[error("could not open the catalog")]
    Open(#[source] sqlx::Error),
    /// The file was written by a newer version, or is damaged; use that version, or restore a backup.
    #[error("could not bring the catalog up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A read failed; it may be tried again.
    #[error("could not read {what} from the catalog")]
    Read {
        /// Which small facts.
        what: &'static str,
        /// What the database says.
        #[source]
        source: sqlx::Error,
    },
    /// A write failed, and nothing of it was kept; it may be tried again.
    #[error("could not write {what} to the catalog")]
    Write {
        /// Which small facts.
        what: &'static str,
        /// What the database says.
        #[source]
        source: sqlx::Error,
    },
}

impl Error {
    pub(crate) fn read(what: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Read { what, source }
    }

    pub(crate) fn write(what: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Write { what, source }
    }
}

/// A count as the database holds it; the few that would not fit stay at the largest.
pub(crate) fn to_column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count from the database; none of ours is negative.
pub(crate) fn from_column(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
