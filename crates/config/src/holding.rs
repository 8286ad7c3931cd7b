//! What one source holds, to be taken over into a profile.

use wml_auth_core::Secret;

use crate::file::{self, FileFault};
use crate::key::Form;
use crate::layer::{Entry, Given, Layer, Lookup};
use crate::sources::ibmcloud;
use crate::survey;
use crate::text::printable;
use crate::values::about;
use crate::{ConfigError, Key, Origin, ProfileValue, Resolver, SourceKind, Warning, check, cluster};

/// A credential, and all that goes with it in the same source. `Debug` shows no secret.
///
/// ```
/// use wml_auth_config::{Environment, Key, Resolver, SourceKind};
///
/// let environment = Environment::from_vars([
///     ("WATSONX_APIKEY", "0123456789-abcdefghij_ABCDEFGHIJ-0123456789"),
///     ("WATSONX_URL", "https://us-south.ml.cloud.ibm.com/"),
/// ]);
/// let held = Resolver::new(environment).holding(SourceKind::Environment)?;
/// assert_eq!(held.values.iter().map(|value| value.key).collect::<Vec<_>>(), [Key::ApiKey, Key::Url]);
/// # Ok::<(), wml_auth_config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Holding {
    /// The file, or what else people should look at; empty for the environment.
    pub place: String,
    /// The values, in the order of [`Key::ALL`]. They have been checked for their form.
    pub values: Vec<HeldValue>,
    /// What works, but should be looked at.
    pub warnings: Vec<Warning>,
}

/// One value of a source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HeldValue {
    /// What it is.
    pub key: Key,
    /// The value, as it stands in a profile.
    pub value: ProfileValue,
    /// Where exactly it stands now.
    pub origin: Origin,
}

impl Resolver {
    /// Everything that one source holds for the service, whatever the others hold. Nothing is looked up that it
    /// refers to.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_absent`] when the source is not there or holds no credential; [`ConfigError::is_broken`] when
    /// it makes no sense; [`ConfigError::is_usage`] for explicit values and
    /// profiles, which cannot be taken over.
    pub fn holding(&self, source: SourceKind) -> Result<Holding, ConfigError> {
        if matches!(source, SourceKind::Explicit | SourceKind::Profile) {
            return Err(ConfigError::usage(format!("{} cannot be taken over into a profile", source.name())));
        }
        let layer = match survey::look(source, self, false)? {
            Lookup::Found(layer) => layer,
            Lookup::Absent { place, reason } => {
                let place = if place.is_empty() { source.name().to_owned() } else { place };
                return Err(ConfigError::absent(format!("{place}: {reason}"), Vec::new()));
            }
        };
        Holding::of(layer)
    }

    /// The session in which IBM's command `ibmcloud` is: its refresh token, account and IAM, and its region if
    /// watsonx.ai is there. It is never a source of a resolution: somebody who logs out there, or in as somebody else,
    /// does not mean programs.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_absent`] when there is no session; [`ConfigError::is_broken`] when its file makes no sense.
    pub fn ibmcloud_session(&self) -> Result<Holding, ConfigError> {
        let absent = |message: String| {
            ConfigError::absent(message, Vec::new())
                .with_hint("log in by `ibmcloud login`, or by `wml-auth login`")
        };
        let Some(path) = ibmcloud::path(&self.environment)? else {
            return Err(absent(String::from(
                "there is no home directory to look for a session of ibmcloud in",
            )));
        };
        let text = match file::read(&path) {
            Ok(text) => text,
            Err(FileFault::Missing) => {
                return Err(absent(format!("{} does not exist", printable(path.display()))));
            }
            Err(fault) => return Err(fault.into_error(&path)),
        };
        Holding::of(ibmcloud::parse(text.expose(), &path)?).map_err(|error| match error.is_absent() {
            true => absent(error.message().to_owned()),
            false => error,
        })
    }
}

impl Holding {
    fn of(layer: Layer) -> Result<Self, ConfigError> {
        if !layer.claims() {
            let place = if layer.place.is_empty() { layer.kind.name() } else { &layer.place };
            return Err(ConfigError::absent(format!("{place} holds no credential"), Vec::new()));
        }
        let implied = cluster::auth_type_alone(&layer).filter(|_| !layer.has(Key::AuthType));
        let Layer { place, mut entries, warnings, .. } = layer;
        // A profile has other names, from which it could not be told any more.
        if let (Some(auth_type), Some(user)) =
            (implied, entries.iter().find(|entry| entry.key == Key::Username))
        {
            let given = Given::Text(Secret::from(auth_type.name()));
            let origin = user.origin.clone();
            entries.push(Entry { key: Key::AuthType, given, origin });
        }
        entries.sort_by_key(|entry| entry.key);
        let values = entries.into_iter().map(HeldValue::of).collect::<Result<_, _>>()?;
        Ok(Self { place, values, warnings })
    }
}

impl HeldValue {
    fn of(entry: Entry) -> Result<Self, ConfigError> {
        let value = match &entry.given {
            Given::Text(text) if entry.key.form() == Form::Secret => {
                let secret = check::secret(entry.key, text.clone());
                ProfileValue::Literal(secret.map_err(|fault| about(&entry, fault))?)
            }
            Given::Text(text) => {
                let text = check::text(entry.key, text.expose());
                ProfileValue::Literal(Secret::new(text.map_err(|fault| about(&entry, fault))?))
            }
            Given::Path(path) => ProfileValue::File(path.clone()),
            Given::Command(argv) => ProfileValue::Command(argv.clone()),
            // Only profiles have them.
            Given::Reference(reference) => {
                return Err(ConfigError::about(&entry.origin, format!("{reference} is only a reference")));
            }
            Given::Login(_) => {
                return Err(ConfigError::about(&entry.origin, "a login within a login is not taken over"));
            }
        };
        Ok(Self { key: entry.key, value, origin: entry.origin })
    }
}
