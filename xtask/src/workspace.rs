//! What is in the workspace: its root, its crates and their manifests, its files as git knows them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::shell;

/// The workspace this program was built from.
pub(crate) struct Workspace {
    root: PathBuf,
}

/// One crate of it.
pub(crate) struct Member {
    /// Folder name, such as `trace`.
    pub(crate) name: String,
    /// Its manifest, relative to the root.
    pub(crate) manifest_path: String,
    /// Its manifest.
    pub(crate) manifest: toml::Table,
}

impl Workspace {
    /// Finds the root: the folder above this crate's, or the nearest one with a lock file.
    pub(crate) fn find() -> Result<Self> {
        let start = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(std::env::current_dir, |folder| Ok(PathBuf::from(folder)))?;
        let root = start
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file())
            .context("run this inside the repository")?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// The root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where cargo puts a program of a debug build.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR");
        let folder = target.map_or_else(|| self.path("target"), |folder| self.root.join(folder));
        folder.join("debug").join(name)
    }

    /// Reads a text file below the root.
    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        std::fs::read_to_string(self.path(relative)).with_context(|| format!("cannot read {relative}"))
    }

    /// All crates, by name.
    pub(crate) fn members(&self) -> Result<Vec<Member>> {
        let mut members = Vec::new();
        for entry in std::fs::read_dir(self.path("crates"))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            self.push_member(&mut members, &name, &format!("crates/{name}/Cargo.toml"))?;
        }
        self.push_member(&mut members, "xtask", "xtask/Cargo.toml")?;
        members.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(members)
    }

    fn push_member(&self, members: &mut Vec<Member>, name: &str, manifest_path: &str) -> Result<()> {
        if self.path(manifest_path).is_file() {
            let manifest = self
                .read(manifest_path)?
                .parse()
                .with_context(|| format!("{manifest_path} is not a manifest"))?;
            members.push(Member {
                name: name.to_owned(),
                manifest_path: manifest_path.to_owned(),
                manifest,
            });
        }
        Ok(())
    }

    /// Files that git tracks, or would track, relative to the root, `/` between folders.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let mut listing = shell::command(
            &self.root,
            "git",
            &["ls-files", "--cached", "--others", "--exclude-standard"],
        );
        let listed = String::from_utf8(shell::output(&mut listing)?)?;
        let mut files: Vec<String> = listed
            .lines()
            .map(str::to_owned)
            .filter(|file| self.path(file).is_file())
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}
