//! The root key: a file outside the data directory, readable by its owner only.
//!
//! A data directory remembers the id of the key that its tokens and fingerprints were made with, and opens with
//! no other: with another key the same value would get another token, and nothing would join any more.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use privacy::RootKey;

use crate::failure::{Failure, Result};

/// File of a data directory that names the key it was made with.
const KEY_ID_FILE: &str = "root-key-id";

/// The root key for this data directory. Makes one where none was made and nothing was stored yet.
pub(super) fn open(data: &Path, key_file: Option<&Path>) -> Result<RootKey> {
    let path = match key_file {
        Some(path) => path.to_owned(),
        None => default_path()?,
    };
    refuse_inside(data, &path)?;
    let expected = known_key_id(data)?;
    let key = match read(&path)? {
        Some(key) => key,
        None => match &expected {
            Some(expected) => return Err(missing(&path, expected)),
            None => make(&path)?,
        },
    };
    let key_id = key.key_id();
    match expected {
        Some(expected) if expected != key_id.as_str() => Err(other(&path, &expected, &key_id)),
        Some(_) => Ok(key),
        None => {
            write_new(&data.join(KEY_ID_FILE), format!("{key_id}\n").as_bytes(), 0o644).map_err(|error| {
                Failure::new("cannot_write_data", "cannot write to the data directory")
                    .because(&error)
                    .hint("check its permissions and free space, or name another with --data")
            })?;
            Ok(key)
        }
    }
}

fn default_path() -> Result<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let folder = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
    folder
        .map(|folder| folder.join("everyframe").join("root.key"))
        .ok_or_else(|| {
            Failure::new(
                "no_key_place",
                "neither HOME nor XDG_CONFIG_HOME says where to keep the root key",
            )
            .hint("name a file outside the data directory with --key-file")
        })
}

/// A key beside its data protects nothing: whoever takes one takes both.
fn refuse_inside(data: &Path, path: &Path) -> Result<()> {
    let whole = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // The file itself may not exist yet; its folder decides.
        let folder = absolute.parent().unwrap_or(&absolute).to_owned();
        folder.canonicalize().unwrap_or(folder)
    };
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    if whole(path).starts_with(&data) {
        return Err(
            Failure::new("key_beside_data", "the root key lies inside the data directory").hint(
                "name a file outside of it with --key-file: a copy of the data must not bring its key along",
            ),
        );
    }
    Ok(())
}

fn known_key_id(data: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(data.join(KEY_ID_FILE)) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new("cannot_read_data", "cannot read the data directory")
            .because(&error)
            .hint("check its permissions")),
    }
}

fn read(path: &Path) -> Result<Option<RootKey>> {
    let mut text = String::new();
    match File::open(path).and_then(|mut file| {
        refuse_open_to_others(&file)?;
        file.read_to_string(&mut text)
    }) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Failure::new(
                "cannot_read_key",
                format!("cannot read the root key {}", path.display()),
            )
            .because(&error)
            .hint("it must be readable by you and by nobody else (chmod 600)"));
        }
    }
    let key = RootKey::parse(&text).map_err(|error| {
        Failure::new("bad_key", format!("{} does not hold a root key", path.display()))
            .because(&error)
            .hint("restore the file from a backup, or name the right one with --key-file")
    });
    key.map(Some)
}

#[cfg(unix)]
fn refuse_open_to_others(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(std::io::Error::new(
        ErrorKind::PermissionDenied,
        "others may read it",
    ))
}

#[cfg(not(unix))]
fn refuse_open_to_others(_file: &File) -> std::io::Result<()> {
    Ok(())
}

fn make(path: &Path) -> Result<RootKey> {
    let cannot = |error: &dyn std::error::Error| {
        Failure::new(
            "cannot_make_key",
            format!("cannot make the root key {}", path.display()),
        )
        .because(error)
        .hint("make its folder writable, or name another file with --key-file")
    };
    let key = RootKey::generate(|bytes| getrandom::fill(bytes)).map_err(|error| cannot(&error))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
    }
    let text = key.to_text();
    match write_new(path, format!("{}\n", text.as_str()).as_bytes(), 0o600) {
        Ok(()) => Ok(key),
        // Another server made it just now.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path)?.ok_or_else(|| cannot(&error)),
        Err(error) => Err(cannot(&error)),
    }
}

/// Writes a file that must not exist yet, durably and under its name only once it is whole.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A link fails where the name is taken; a rename would put a new key in place of an old one.
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn missing(path: &Path, expected: &str) -> Failure {
    Failure::new(
        "key_missing",
        format!(
            "the data directory was made with root key {expected}, and there is none at {}",
            path.display()
        ),
    )
    .hint("restore that file from your backup of keys, or name it with --key-file")
}

fn other(path: &Path, expected: &str, found: &str) -> Failure {
    Failure::new(
        "key_differs",
        format!(
            "the data directory was made with root key {expected}, but {} holds {found}",
            path.display()
        ),
    )
    .hint("name the right file with --key-file; with another key no token would match any more")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Places {
        _folder: tempfile::TempDir,
        data: PathBuf,
        key: PathBuf,
    }

    fn places() -> Places {
        let folder = tempfile::tempdir().unwrap();
        let (data, key) = (folder.path().join("data"), folder.path().join("config/root.key"));
        std::fs::create_dir(&data).unwrap();
        Places {
            _folder: folder,
            data,
            key,
        }
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let Places { data, key, _folder } = &places();
        let first = open(data, Some(key)).unwrap();
        assert_eq!(open(data, Some(key)).unwrap().key_id(), first.key_id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(key).unwrap().permissions().mode() & 0o777,
                0o600
            );
            std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert_eq!(open(data, Some(key)).unwrap_err().code(), "cannot_read_key");
        }
    }

    #[test]
    fn a_directory_opens_with_no_other_key_and_names_its_own() {
        let Places { data, key, _folder } = &places();
        let key_id = open(data, Some(key)).unwrap().key_id();
        std::fs::rename(key, key.with_extension("away")).unwrap();
        let failure = open(data, Some(key)).unwrap_err();
        assert_eq!(failure.code(), "key_missing");
        assert!(failure.to_string().contains(key_id.as_str()));
        open(places().data.as_path(), Some(key)).unwrap();
        let failure = open(data, Some(key)).unwrap_err();
        assert_eq!(failure.code(), "key_differs");
        assert!(failure.to_string().contains(key_id.as_str()));
    }

    #[test]
    fn a_key_beside_its_data_is_refused() {
        let Places { data, .. } = &places();
        for inside in ["root.key", "../data/keys/root.key"] {
            let failure = open(data, Some(&data.join(inside))).unwrap_err();
            assert_eq!(failure.code(), "key_beside_data", "{inside}");
        }
    }
}
