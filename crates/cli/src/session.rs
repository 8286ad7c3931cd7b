//! From the command line to credentials: what `token`, `score` and `explain` have in common.

use std::sync::Arc;

use wml_auth_config::{Environment, Key, ProfilesFile, Resolution, Resolver};
use wml_auth_core::{Authorization, Clock, Credentials, SystemClock, Transport};
use wml_auth_reqwest::ReqwestTransport;

use crate::args::Common;
use crate::failure::Failure;
use crate::sandbox::Sandbox;
use crate::{terminal, time};

/// A run's surroundings: the real ones, or a sandbox.
pub(crate) struct Session {
    resolver: Resolver,
    sandbox: Option<Sandbox>,
    transport: Arc<dyn Transport>,
    profile: Option<String>,
    quiet: bool,
}

impl Session {
    pub(crate) async fn start(common: &Common) -> Result<Self, Failure> {
        Self::start_as(common, common.profile.as_deref()).await
    }

    /// For commands that write the profile that is named, and log in by another one.
    pub(crate) async fn start_as(common: &Common, login: Option<&str>) -> Result<Self, Failure> {
        let sandbox = match common.sandbox {
            true => Some(Sandbox::start().await?),
            false => None,
        };
        let mut resolver = Resolver::new(match &sandbox {
            Some(sandbox) => sandbox.environment(),
            None => Environment::process(),
        });
        if let Some(file) = common.profiles_file.clone().or(sandbox.as_ref().map(Sandbox::profiles_file)) {
            resolver = resolver.profiles_file(file);
        }
        if let Some(profile) = login {
            resolver = resolver.profile(profile);
        }
        if let Some(service) = &common.service {
            resolver = resolver.service(service);
        }
        let session = Self {
            resolver: resolver.strict(common.strict),
            transport: transport(common)?,
            profile: common.profile.clone(),
            quiet: common.quiet,
            sandbox,
        };
        if let Some(sandbox) = &session.sandbox {
            session
                .say(&format!("sandbox: a mock IBM Cloud at {}; nothing leaves this machine", sandbox.url()));
        }
        Ok(session)
    }

    /// A value from the command line, which goes before all others.
    pub(crate) fn set(&mut self, key: Key, value: Option<&str>) {
        if let Some(value) = value {
            self.resolver = self.resolver.clone().set(key, value);
        }
    }

    pub(crate) fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// The profile that a command writes. It has to be named: nobody should find out afterwards which one it was.
    pub(crate) fn profile_to_write(&self) -> Result<&str, Failure> {
        self.profile.as_deref().filter(|name| !name.trim().is_empty()).ok_or_else(|| {
            Failure::usage("no profile is named to be written").with_hint("name it by `--profile NAME`")
        })
    }

    /// The profiles file, to be changed.
    pub(crate) fn profiles_file(&self) -> Result<ProfilesFile, Failure> {
        Ok(ProfilesFile::open(self.resolver.profiles_path()?)?)
    }

    /// The cloud of the run, where it has one of its own.
    pub(crate) fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.as_ref()
    }

    pub(crate) fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    pub(crate) fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport)
    }

    /// Resolves the configuration and says what it came to.
    pub(crate) fn resolve(&self) -> Result<(Resolution, Credentials), Failure> {
        let resolution = self.resolver.resolve()?;
        for warning in resolution.warnings() {
            self.say(&format!("warning: {warning}"));
        }
        self.say(&format!("using {}: {}", resolution.source(), resolution.provider_name()));
        let credentials = resolution.credentials(self.transport())?;
        Ok((resolution, credentials))
    }

    /// Says until when an authorization lasts.
    pub(crate) fn say_expiry(&self, authorization: &Authorization) {
        let words = match authorization.expires_at() {
            Some(date) => {
                let left = date.duration_since(SystemClock.now().wall).unwrap_or_default();
                let date = time::rfc3339(date).unwrap_or_default();
                format!(
                    "authorized by {}; expires {date} (in {})",
                    authorization.identity(),
                    time::spoken(left)
                )
            }
            None => format!("authorized by {}; does not expire", authorization.identity()),
        };
        self.say(&words);
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            terminal::say(text);
        }
    }
}

fn transport(common: &Common) -> Result<Arc<dyn Transport>, Failure> {
    let mut builder = ReqwestTransport::builder();
    if let Some(file) = &common.ca_file {
        let pem = std::fs::read(file).map_err(|error| {
            Failure::usage(format!("the CA file {} cannot be read: {error}", file.display()))
        })?;
        builder = builder.ca_certificate(&pem);
    }
    Ok(Arc::new(builder.build()?))
}
