//! The workspace as `cargo metadata` tells it.

use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};

use crate::process;

#[derive(Debug)]
pub(crate) struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Reads the workspace that the current folder belongs to. On CI the lock file must be up to date already.
    pub(crate) fn load() -> Result<Self> {
        let mut command = MetadataCommand::new();
        if process::on_ci() {
            command.other_options(["--locked".to_owned()]);
        }
        let metadata = command.exec().context(
            "cannot read the workspace with `cargo metadata`; \
             if the lock file is out of date, run any cargo command and commit Cargo.lock",
        )?;
        Ok(Self { metadata })
    }

    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    pub(crate) fn target_dir(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// Our own packages.
    pub(crate) fn members(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// Our own packages and everything below them, for every platform.
    pub(crate) fn packages(&self) -> &[Package] {
        &self.metadata.packages
    }

    /// Where a package of ours lies: `providers/bearer` for `crates/providers/bearer`, `xtask` for `xtask`.
    pub(crate) fn folder(&self, package: &Package) -> String {
        let manifest = package.manifest_path.as_std_path();
        let folder = manifest.parent().unwrap_or(manifest);
        let folder = folder.strip_prefix(self.root()).unwrap_or(folder);
        let folder = folder.strip_prefix("crates").unwrap_or(folder);
        folder.to_string_lossy().replace('\\', "/")
    }

    /// Whether a package is meant for others to depend on, not one of our own tests, examples or chores.
    pub(crate) fn is_shipped(&self, package: &Package) -> bool {
        package.manifest_path.as_std_path().starts_with(self.root().join("crates"))
    }
}
