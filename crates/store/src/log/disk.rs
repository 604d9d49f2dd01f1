//! What the log asks of a disk, as a trait, so that tests can put a disk under it that fails.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// One directory of segment files, by name.
pub(crate) trait Disk: Send + Sync {
    /// Names and sizes in bytes of all files, in any order.
    fn list(&self) -> io::Result<Vec<(String, u64)>>;
    /// Makes a new, empty file to append to.
    fn create(&self, name: &str) -> io::Result<Box<dyn Tail>>;
    /// Opens a file to read it from its beginning.
    fn read(&self, name: &str) -> io::Result<Box<dyn Read>>;
    /// Cuts a file to this size and makes that, and all that is left of it, durable.
    fn cut(&self, name: &str, size_bytes: u64) -> io::Result<()>;
    /// Gives a file another name, durably.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes names that were added or removed durable.
    fn sync_names(&self) -> io::Result<()>;
}

/// The end of a file that grows.
pub(crate) trait Tail: Send {
    /// Appends all of it. After an error any part of it may stand in the file.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was appended durable. Must not be called again after an error: the operating system may have
    /// forgotten what it could not write, and would answer that all is well.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file to this size.
    fn cut(&mut self, size_bytes: u64) -> io::Result<()>;
}

/// A directory of the operating system.
pub(crate) struct Directory(PathBuf);

impl Directory {
    /// The directory at this path, which exists.
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }
}

impl Disk for Directory {
    fn list(&self) -> io::Result<Vec<(String, u64)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                files.push((name, entry.metadata()?.len()));
            }
        }
        Ok(files)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Tail>> {
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Box::new(options.open(self.0.join(name))?))
    }

    fn read(&self, name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(self.0.join(name))?))
    }

    fn cut(&self, name: &str, size_bytes: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(self.0.join(name))?;
        file.set_len(size_bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))?;
        self.sync_names()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    fn sync_names(&self) -> io::Result<()> {
        // Only Unix lets a directory be opened and synced; elsewhere names are durable with the file.
        if cfg!(unix) {
            File::open(&self.0)?.sync_all()
        } else {
            Ok(())
        }
    }
}

impl Tail for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, size_bytes: u64) -> io::Result<()> {
        self.set_len(size_bytes)
    }
}
