//! The process around us, as a capability.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use wml_auth_core::Secret;

use crate::{ConfigError, Origin};

/// The variables, home and current directory that a resolution sees.
///
/// Nothing else in this crate asks the process for any of them, so a test, or a program that serves several
/// tenants, gives its own.
///
/// **An empty variable counts as unset**: that is what `VARIABLE= program` and most deployment templates mean by it.
///
/// ```
/// use wml_auth_config::Environment;
///
/// let environment = Environment::from_vars([("WATSONX_APIKEY", "…")])
///     .with_home("/home/me")
///     .with_current_dir("/srv/app");
/// # let _ = environment;
/// ```
#[derive(Clone)]
pub struct Environment {
    variables: Variables,
    home: Option<PathBuf>,
    current_dir: Option<PathBuf>,
}

#[derive(Clone)]
enum Variables {
    /// Asked for one by one, so that no copy of the whole environment is kept.
    Process,
    Given(BTreeMap<String, Secret>),
}

impl Environment {
    /// That of this process.
    pub fn process() -> Self {
        Self {
            variables: Variables::Process,
            home: std::env::home_dir().filter(|home| !home.as_os_str().is_empty()),
            current_dir: std::env::current_dir().ok(),
        }
    }

    /// These variables and nothing else. `HOME` among them is the home; there is no current directory until
    /// [`with_current_dir`](Self::with_current_dir) names one, and files are then only read where a variable or the
    /// home leads to them.
    pub fn from_vars<K, V>(variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<Secret>,
    {
        let given: BTreeMap<String, Secret> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let home = given.get("HOME").filter(|home| !home.is_empty()).map(|home| PathBuf::from(home.expose()));
        Self { variables: Variables::Given(given), home, current_dir: None }
    }

    /// Takes this directory for the home.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// Takes this directory for the current one.
    #[must_use]
    pub fn with_current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(directory.into());
        self
    }

    /// The value of a variable; an empty one counts as unset.
    ///
    /// # Errors
    ///
    /// When the value is not UTF-8.
    pub(crate) fn variable(&self, name: &str) -> Result<Option<Secret>, ConfigError> {
        let value = match &self.variables {
            Variables::Given(given) => given.get(name).cloned(),
            Variables::Process => match std::env::var_os(name).map(OsString::into_string) {
                None => None,
                Some(Ok(text)) => Some(Secret::new(text)),
                Some(Err(_)) => {
                    let origin = Origin::Environment { variable: name.to_owned() };
                    return Err(ConfigError::about(&origin, "the value is not UTF-8")
                        .with_hint("set it again, as plain text"));
                }
            },
        };
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The names of all variables, without their values.
    pub(crate) fn names(&self) -> Vec<String> {
        match &self.variables {
            Variables::Given(given) => given.keys().cloned().collect(),
            Variables::Process => {
                std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect()
            }
        }
    }

    /// What a command that we start gets to see; `None` lets it inherit.
    pub(crate) fn for_a_command(&self) -> Option<&BTreeMap<String, Secret>> {
        match &self.variables {
            Variables::Process => None,
            Variables::Given(given) => Some(given),
        }
    }

    pub(crate) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    pub(crate) fn current_dir(&self) -> Option<&Path> {
        self.current_dir.as_deref()
    }

    /// The path that is meant: `~/` is the home, a relative one starts from `base`, or else the current directory.
    pub(crate) fn locate(&self, path: &Path, base: Option<&Path>) -> PathBuf {
        if let (Ok(rest), Some(home)) = (path.strip_prefix("~"), self.home()) {
            return home.join(rest);
        }
        match base.or(self.current_dir()) {
            Some(directory) => directory.join(path),
            None => path.to_owned(),
        }
    }
}

/// Names only.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variables = match &self.variables {
            Variables::Process => vec!["(those of the process)"],
            Variables::Given(given) => given.keys().map(String::as_str).collect(),
        };
        f.debug_struct("Environment")
            .field("variables", &variables)
            .field("home", &self.home)
            .field("current_dir", &self.current_dir)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_unset_and_debug_shows_names_only() {
        let environment = Environment::from_vars([("A", ""), ("B", "hunter2"), ("HOME", "/h")]);
        assert!(environment.variable("A").unwrap().is_none());
        assert_eq!(environment.variable("B").unwrap(), Some(Secret::from("hunter2")));
        assert!(environment.variable("C").unwrap().is_none());
        let shown = format!("{environment:?}");
        assert!(shown.contains("\"B\"") && !shown.contains("hunter2"), "{shown}");
        assert_eq!(environment.home(), Some(Path::new("/h")));
    }

    #[test]
    fn paths_start_from_the_home_the_base_or_the_current_directory() {
        let none: [(&str, &str); 0] = [];
        let environment = Environment::from_vars(none).with_home("/h").with_current_dir("/c");
        let at = |path: &str, base: Option<&str>| environment.locate(Path::new(path), base.map(Path::new));
        assert_eq!(at("~/k", None), Path::new("/h/k"));
        assert_eq!(at("k", None), Path::new("/c/k"));
        assert_eq!(at("k", Some("/etc")), Path::new("/etc/k"));
        assert_eq!(at("/k", Some("/etc")), Path::new("/k"));
        assert_eq!(at("~k", None), Path::new("/c/~k"));
    }

    #[test]
    fn the_process_is_asked_on_demand() {
        let environment = Environment::process();
        assert!(environment.variable("PATH").unwrap().is_some());
        assert!(environment.names().iter().any(|name| name == "PATH"));
        assert!(environment.variable("A=B").unwrap().is_none());
    }
}
