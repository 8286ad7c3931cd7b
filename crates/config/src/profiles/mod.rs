//! The profiles file: where it is, what one of its profiles holds.

mod changes;
mod document;
mod edit;
mod inheritance;
mod schema;
mod source;
mod summary;
mod value;

use std::path::{Path, PathBuf};

pub use self::changes::{Change, Changes};
pub(crate) use self::document::Document;
pub use self::edit::{ProfileValue, ProfilesFile};
pub use self::schema::profiles_schema;
pub use self::summary::ProfileSummary;
use crate::file::{self, FileFault};
use crate::layer::Lookup;
use crate::text::{did_you_mean, listed, printable, quoted};
use crate::variables::{PROFILE, PROFILES_FILE, XDG_CONFIG_HOME};
use crate::{ConfigError, Environment, Origin};

/// Which profile is wanted, and who said so.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) name: String,
    by_variable: bool,
}

impl Asked {
    /// The caller's choice, or else that of the environment.
    pub(crate) fn find(
        explicit: Option<&str>,
        environment: &Environment,
    ) -> Result<Option<Self>, ConfigError> {
        if let Some(name) = explicit {
            return Ok(Some(Self { name: name.to_owned(), by_variable: false }));
        }
        let variable = environment.variable(PROFILE)?;
        Ok(variable.map(|name| Self { name: name.expose().to_owned(), by_variable: true }))
    }

    fn fault(&self, message: String) -> ConfigError {
        if self.by_variable {
            ConfigError::about(&Origin::Environment { variable: PROFILE.to_owned() }, message)
        } else {
            ConfigError::usage(message)
        }
    }
}

/// The profiles file, read if it is there. One that somebody named has to be.
pub(crate) fn read(
    explicit: Option<&Path>,
    environment: &Environment,
) -> Result<Option<Document>, ConfigError> {
    let Some((path, must_exist)) = locate(explicit, environment)? else { return Ok(None) };
    match file::read(&path) {
        Ok(text) => Document::parse(&text, &path).map(Some),
        Err(FileFault::Missing) if !must_exist => Ok(None),
        Err(fault) => Err(fault.into_error(&path)),
    }
}

/// Where the profiles file is, or would be, and whether somebody named it.
pub(crate) fn locate(
    explicit: Option<&Path>,
    environment: &Environment,
) -> Result<Option<(PathBuf, bool)>, ConfigError> {
    let named = match explicit {
        Some(path) => Some(environment.locate(path, None)),
        None => environment
            .variable(PROFILES_FILE)?
            .map(|path| environment.locate(Path::new(path.expose()), None)),
    };
    Ok(match named {
        Some(path) => Some((path, true)),
        None => usual_path(environment)?.map(|path| (path, false)),
    })
}

fn usual_path(environment: &Environment) -> Result<Option<PathBuf>, ConfigError> {
    // The XDG rules have a relative directory ignored.
    let named = environment.variable(XDG_CONFIG_HOME)?.map(|directory| PathBuf::from(directory.expose()));
    let directory = match named.filter(|directory| directory.is_absolute()) {
        Some(directory) => Some(directory),
        None => environment.home().map(|home| home.join(".config")),
    };
    Ok(directory.map(|directory| directory.join("wml-auth").join("profiles.toml")))
}

/// What the profile holds that was asked for, or else the file's default one.
pub(crate) fn look(
    document: Option<&Document>,
    asked: Option<&Asked>,
    strict: bool,
) -> Result<Lookup, ConfigError> {
    let Some(document) = document else {
        return match asked {
            Some(asked) => Err(asked
                .fault(format!(
                    "profile {} was asked for, and there is no profiles file",
                    quoted(&asked.name)
                ))
                .with_hint(format!(
                    "write ~/.config/wml-auth/profiles.toml, or name a file by {PROFILES_FILE}"
                ))),
            None => {
                Ok(Lookup::Absent { place: String::new(), reason: String::from("there is no profiles file") })
            }
        };
    };
    let place = printable(document.path().display());
    let name = match (asked, document.default_profile()) {
        (Some(asked), _) if document.profile(&asked.name).is_none() => {
            let message = format!("there is no profile {} in {place}", quoted(&asked.name));
            return Err(asked.fault(message).with_hint(did_you_mean(&asked.name, document.names())));
        }
        (Some(asked), _) => asked.name.as_str(),
        (None, Some(name)) => name,
        (None, None) => {
            let there_are = match listed(document.names()) {
                names if names.is_empty() => String::from("there are no profiles"),
                names => {
                    format!("no profile was asked for, and default_profile is not set; there are {names}")
                }
            };
            return Ok(Lookup::Absent { place, reason: there_are });
        }
    };

    let mut layer = source::layer(document, name)?;
    if layer.is_empty() {
        return Ok(Lookup::Absent { place: layer.place, reason: String::from("the profile is empty") });
    }
    layer.check_permissions(document.path(), strict)?;
    Ok(Lookup::Found(layer))
}
