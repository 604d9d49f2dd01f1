//! One server per directory: an exclusive lock on a file in it, held while the value lives. The operating system
//! lets go of it when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::Error;

/// Name of the file that is locked. It stays when the lock is let go; its presence means nothing.
pub(crate) const FILE_NAME: &str = "lock";

/// The right to write in a directory.
#[derive(Debug)]
pub(crate) struct DirectoryLock(
    #[expect(dead_code, reason = "held open: closing it lets go of the lock")] File,
);

impl DirectoryLock {
    /// Takes the lock of a directory that exists.
    ///
    /// # Errors
    /// [`Error::Locked`] if somebody else has it, [`Error::Directory`] if the file cannot be made.
    pub(crate) fn acquire(directory: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Directory {
            doing: "be locked",
            source,
        };
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join(FILE_NAME))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Locked),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_refused_until_the_first_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let first = DirectoryLock::acquire(directory.path()).unwrap();
        let refused = DirectoryLock::acquire(directory.path()).unwrap_err();
        assert!(matches!(refused, Error::Locked));
        assert!(refused.to_string().contains("another Everyframe"));
        drop(first);
        DirectoryLock::acquire(directory.path()).unwrap();
    }
}
