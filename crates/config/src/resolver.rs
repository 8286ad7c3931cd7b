//! From the sources to a result and its explanation.

use std::collections::BTreeMap;
use std::path::PathBuf;

use wml_auth_core::Secret;

use crate::explanation::{EXPLANATION_VERSION, Outcome, ValueReport};
use crate::key::Group;
use crate::login::{self, Login};
use crate::profiles;
use crate::services::Services;
use crate::survey::Survey;
use crate::target;
use crate::values::Values;
use crate::variables::CREDENTIALS_FILE;
use crate::{
    AuthType, ConfigError, Environment, Explanation, Key, KeyPlace, Origin, ProfileSummary, Resolution,
    SourceKind, Target, Warning, WarningCode,
};

/// Finds out which credential is meant, and explains how.
///
/// ```
/// use wml_auth_config::{AuthType, Environment, Key, Resolver};
///
/// let environment = Environment::from_vars([("WATSONX_APIKEY", "…"), ("WATSONX_URL", "https://ml.example")]);
/// let resolution = Resolver::new(environment).set(Key::SpaceId, "my-space").resolve()?;
///
/// assert_eq!(resolution.auth_type(), AuthType::Iam);
/// assert_eq!(resolution.source().to_string(), "environment variable WATSONX_APIKEY");
/// assert_eq!(resolution.target().url.as_deref(), Some("https://ml.example"));
/// assert_eq!(resolution.target().space_id.as_deref(), Some("my-space"));
/// # Ok::<(), wml_auth_config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Resolver {
    pub(crate) environment: Environment,
    pub(crate) profile: Option<String>,
    pub(crate) profiles_file: Option<PathBuf>,
    pub(crate) credential_file: Option<PathBuf>,
    service: Option<String>,
    pub(crate) strict: bool,
    pub(crate) values: BTreeMap<Key, Secret>,
}

/// A login that is complete, with what is to be said about it.
struct Found {
    auth_type: AuthType,
    origin: Origin,
    profile: Option<String>,
    login: Login,
    key_place: Result<KeyPlace, ConfigError>,
    target: Target,
    warnings: Vec<Warning>,
    values: Vec<ValueReport>,
}

impl Resolver {
    /// Resolves from this environment, and the files that it leads to.
    pub fn new(environment: Environment) -> Self {
        Self {
            environment,
            profile: None,
            profiles_file: None,
            credential_file: None,
            service: None,
            strict: false,
            values: BTreeMap::new(),
        }
    }

    /// Asks for this profile. It then comes before the environment.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Reads this profiles file, which must exist, instead of the usual one.
    #[must_use]
    pub fn profiles_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.profiles_file = Some(path.into());
        self
    }

    /// Reads this credential file, which must exist, instead of the one that the environment leads to.
    #[must_use]
    pub fn credential_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.credential_file = Some(path.into());
        self
    }

    /// Looks for the variables of this service, as IBM's SDKs name them, instead of the usual ones. The variables
    /// of other watsonx clients are then not looked at.
    #[must_use]
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// Refuses what would otherwise be a warning about security: a file with a literal secret that others can read.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Gives a value explicitly. It overrides that value of every source; a credential among the explicit values
    /// also keeps the companions of every other credential out.
    ///
    /// A command is written as a JSON list. An empty value is an error of the resolution.
    #[must_use]
    pub fn set(mut self, key: Key, value: impl Into<Secret>) -> Self {
        self.values.insert(key, value.into());
        self
    }

    /// Resolves. Reads files and, where the winning profile says so, runs a command for up to 30 seconds: in an
    /// asynchronous program call it before the work begins, or on a thread for blocking work.
    ///
    /// # Errors
    ///
    /// [`ConfigError`]: nothing is configured, or what is configured cannot work.
    pub fn resolve(&self) -> Result<Resolution, ConfigError> {
        let (explanation, found) = self.run();
        let Found { auth_type, origin, profile, login, key_place, target, warnings, .. } = found?;
        Ok(Resolution { auth_type, origin, profile, login, key_place, target, warnings, explanation })
    }

    /// Does the same as [`resolve`](Self::resolve), and tells what was looked at, also when there is no result.
    pub fn explain(&self) -> Explanation {
        self.run().0
    }

    /// The profiles that exist, in the order of their file. Nothing that they refer to is read.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the file is broken, or was named and does not exist.
    pub fn profiles(&self) -> Result<Vec<ProfileSummary>, ConfigError> {
        let document = profiles::read(self.profiles_file.as_deref(), &self.environment)?;
        document.map_or_else(|| Ok(Vec::new()), |document| document.summaries())
    }

    /// Where the profiles file is, or would be if there were one: the one that was named, or the usual place.
    ///
    /// # Errors
    ///
    /// [`ConfigError::is_broken`] when there is no usual place, because the environment has no home.
    pub fn profiles_path(&self) -> Result<PathBuf, ConfigError> {
        let located = profiles::locate(self.profiles_file.as_deref(), &self.environment)?;
        located.map(|(path, _)| path).ok_or_else(|| {
            ConfigError::broken("there is no home directory to keep a profiles file in")
                .with_hint("name a file by WML_AUTH_PROFILES_FILE")
        })
    }

    pub(crate) fn services(&self) -> Result<Services, ConfigError> {
        match &self.service {
            Some(name) if !name.contains(|c: char| c.is_ascii_alphanumeric()) => {
                Err(ConfigError::usage("the name of the service has no letter or digit in it"))
            }
            name => Ok(Services::new(name.as_deref())),
        }
    }

    /// Whether somebody named a credential file, or the service whose properties are meant.
    pub(crate) fn asks_for_a_file_or_service(&self) -> bool {
        self.service.is_some()
            || self.credential_file.is_some()
            || matches!(self.environment.variable(CREDENTIALS_FILE), Ok(Some(_)))
    }

    fn run(&self) -> (Explanation, Result<Found, ConfigError>) {
        let mut survey = Survey::of(self);
        let layers = survey.layers.clone();
        let target_layers = target::layers(&layers);
        let found = match survey.error.take() {
            Some(error) => Err(error),
            None => self.find(&survey, &target_layers),
        };
        let origin = found.as_ref().ok().map(|found| found.origin.clone());
        survey.report_use(origin.as_ref(), &target_layers);
        let found = found.map_err(|error| match error.is_absent() {
            true => nothing(&survey),
            false => error,
        });
        (explanation(survey, found.as_ref()), found)
    }

    fn find(&self, survey: &Survey, target_layers: &crate::layers::Layers<'_>) -> Result<Found, ConfigError> {
        let Some(winner) = survey.winner() else { return Err(nothing(survey)) };
        let (target, target_values, target_warnings) = target::read(target_layers, &survey.layers)?;
        let mut values = Values::new(&self.environment, &survey.layers, winner);
        let auth_type = login::auth_type(&mut values, &target)?;
        let login = Login::read(auth_type, &mut values, &target, target_layers)?;
        let key_place = match values.entry(Key::ApiKey) {
            Some(_) => values.place(Key::ApiKey),
            None => Err(ConfigError::broken(format!("a login of auth type {auth_type} has no API key"))),
        };
        let mut warnings: Vec<Warning> =
            survey.layers.iter().flat_map(|layer| layer.warnings.iter().cloned()).collect();
        warnings.extend(target_warnings);
        warnings.append(&mut values.warnings);
        warnings.extend(login::unused(auth_type, &values));
        let mut reports = values.into_reports();
        reports.sort_by_key(|report| (report.role.clone(), report.key));
        // A machine that is its own credential is configured by what says so.
        let own =
            reports.iter().find(|report| report.key.group() == Group::Credential && report.role.is_none());
        let Some(credential) = own.or(reports.first()) else { return Err(nothing(survey)) };
        let origin = credential.origin.clone();
        reports.extend(target_values);
        let profile = (winner.kind == SourceKind::Profile).then(|| survey.profile()).flatten();
        Ok(Found { auth_type, origin, profile, login, key_place, target, warnings, values: reports })
    }
}

/// Where a name is nearly right, that is the likely reason.
fn nothing(survey: &Survey) -> ConfigError {
    let mut warnings = survey.layers.iter().flat_map(|layer| &layer.warnings);
    let misspelled = warnings.find(|warning| warning.code() == WarningCode::UnknownVariable);
    let hint = match misspelled {
        Some(warning) => warning.to_string(),
        None => {
            String::from("set WATSONX_APIKEY or write a profile; an explanation shows all that was looked at")
        }
    };
    ConfigError::absent("no credentials are configured", survey.reports.clone()).with_hint(hint)
}

fn explanation(survey: Survey, found: Result<&Found, &ConfigError>) -> Explanation {
    let mut explanation = Explanation {
        version: EXPLANATION_VERSION,
        outcome: Outcome::Resolved,
        auth_type: None,
        provider: None,
        token_service: None,
        credential: None,
        values: Vec::new(),
        sources: survey.reports,
        profiles: survey.profiles,
        warnings: survey.layers.iter().flat_map(|layer| layer.warnings.iter().cloned()).collect(),
        error: None,
    };
    match found {
        Ok(found) => {
            explanation.auth_type = Some(found.auth_type);
            explanation.provider = Some(found.login.provider_name().to_owned());
            explanation.token_service = found.login.token_service().map(str::to_owned);
            explanation.credential = Some(found.origin.clone());
            explanation.values.clone_from(&found.values);
            explanation.warnings.clone_from(&found.warnings);
        }
        Err(error) => {
            explanation.outcome = if error.is_absent() { Outcome::Absent } else { Outcome::Broken };
            explanation.error = Some(error.clone());
        }
    }
    explanation
}
