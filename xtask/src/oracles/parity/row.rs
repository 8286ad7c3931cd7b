//! The table of configurations: every file that ends in `.toml` beside the programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use wml_auth_mock_iam::Fixture;

use crate::oracles::drivers;

/// One configuration, as each client is given it.
///
/// In every value `{url}` is the mock, `{cwd}` and `{home}` are two folders of the client's own, and
/// `{api_key}`, `{service_api_key}`, `{account_id}`, `{profile_id}`, `{cr_token}`, `{username}`, `{password}` are what the
/// mock accepts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) name: String,
    /// The service whose properties are meant.
    #[serde(default = "probe")]
    pub(super) service: String,
    /// Environment variables.
    #[serde(default)]
    pub(super) variables: BTreeMap<String, String>,
    /// Files, by path.
    #[serde(default)]
    pub(super) files: BTreeMap<String, String>,
    /// Why nobody asks anything, where that is meant.
    pub(super) refused: Option<String>,
    /// Where wml-auth means to do better than both cores.
    pub(super) better: Option<Better>,
}

/// A difference that is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Better {
    pub(super) why: String,
    /// The core that comes nearest.
    pub(super) than: String,
    /// All the parts that differ from it, as `1 form scope`, and none besides.
    pub(super) differs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

fn probe() -> String {
    "probe".to_owned()
}

pub(super) fn read(folder: &Path) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    for file in drivers(folder, "toml")? {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let table: Table = toml::from_str(&text).with_context(|| format!("in {}", file.display()))?;
        rows.extend(table.row);
    }
    let mut names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair.first() == pair.last()) {
        bail!("two rows in {} are named {:?}", folder.display(), twice.first());
    }
    Ok(rows)
}

/// What stands for what in the values of a row.
pub(super) struct Places<'a> {
    pub(super) fixture: &'a Fixture,
    pub(super) cwd: &'a Path,
    pub(super) home: &'a Path,
}

impl Places<'_> {
    pub(super) fn fill(&self, value: &str) -> String {
        let (cwd, home) = (self.cwd.to_string_lossy(), self.home.to_string_lossy());
        let known = [
            ("{url}", self.fixture.url.as_str()),
            ("{cwd}", &cwd),
            ("{home}", &home),
            ("{api_key}", &self.fixture.api_key),
            ("{service_api_key}", &self.fixture.service_api_key),
            ("{account_id}", &self.fixture.account_id),
            ("{profile_id}", &self.fixture.profile_id),
            ("{cr_token}", &self.fixture.cr_token),
            ("{username}", &self.fixture.username),
            ("{password}", &self.fixture.password),
        ];
        known.iter().fold(value.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}
