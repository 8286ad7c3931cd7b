//! The result.

use std::sync::Arc;

use wml_auth_core::{AuthError, Credentials, Transport};

use crate::login::Login;
use crate::without_checks::WithoutChecks;
use crate::{AuthType, ConfigError, Explanation, KeyPlace, Origin, Target, Warning};

/// A credential that was found, complete and ready to be used. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Resolution {
    pub(crate) auth_type: AuthType,
    pub(crate) origin: Origin,
    pub(crate) profile: Option<String>,
    pub(crate) login: Login,
    pub(crate) key_place: Result<KeyPlace, ConfigError>,
    pub(crate) target: Target,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) explanation: Explanation,
}

impl Resolution {
    /// How to log in.
    pub fn auth_type(&self) -> AuthType {
        self.auth_type
    }

    /// Where the credential came from.
    pub fn source(&self) -> &Origin {
        &self.origin
    }

    /// The profile that is used, where the credential comes from one. The line that holds it may stand in a parent.
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// What the credential is meant for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// What works, but should be looked at.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// How it was found.
    pub fn explanation(&self) -> &Explanation {
        &self.explanation
    }

    /// The provider that does it, such as `iam-apikey`.
    pub fn provider_name(&self) -> &str {
        self.login.provider_name()
    }

    /// The transport for requests to the service itself: this one, unless the configuration says not to check the
    /// service's certificate. Requests are then marked with [`CertificateChecks::Off`](wml_auth_core::CertificateChecks).
    pub fn service_transport(&self, transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
        if self.target.disable_ssl { Arc::new(WithoutChecks(transport)) } else { transport }
    }

    /// The file in which the API key of this login stands, so that it can be read again and replaced.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], saying why there is none: the login has no API key, or its key comes from the environment, a
    /// command or another source that is not written to.
    pub fn key_place(&self) -> Result<&KeyPlace, ConfigError> {
        self.key_place.as_ref().map_err(Clone::clone)
    }

    /// The provider itself, behind the engine that keeps its token fresh. Nothing is sent until it is asked for an
    /// authorization, and no runtime is needed to build it.
    ///
    /// Every call builds another one, with a cache of its own: build once, and clone the [`Credentials`].
    ///
    /// Where an API key has a [place](Self::key_place), it is read there again for every token and when it was refused,
    /// so that a running process goes on with a new key. A place that cannot be read does not stop it.
    ///
    /// A refresh token that stands in a profile, a credential file or a file of its own is replaced there by each new one
    /// that IAM answers with. Where that fails, and where it comes from another source, a warning is logged, and the login goes on.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the provider refuses a value, naming where the credential came from.
    pub fn credentials(&self, transport: Arc<dyn Transport>) -> Result<Credentials, AuthError> {
        self.login.credentials(&self.target, transport, self.key_place.as_ref().ok()).map_err(|error| {
            if !error.is_misconfigured() {
                return error;
            }
            let located = AuthError::misconfigured(format!(
                "{} (the credential from {:#})",
                error.message(),
                self.origin
            ));
            match error.hint() {
                Some(hint) => located.with_hint(hint.to_owned()),
                None => located,
            }
        })
    }
}
