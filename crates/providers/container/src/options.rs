//! What can be set on a source.

use std::path::PathBuf;
use std::sync::Arc;

use wml_auth_core::{AuthError, Clock, Secret, SystemClock, Transport};
use wml_auth_iam::{Endpoint, Grant, IamOptions, ProfileOptions};

use crate::files::Files;
use crate::{ContainerToken, DEFAULT_FILES};

/// Options of a [`ContainerToken`]. Nothing is checked before [`build`](Self::build), and no file is read before the first
/// exchange.
///
/// Needed is the profile: its [id](Self::profile_id), its [name](Self::profile_name), both if they belong to the same one,
/// or its [CRN](Self::profile_crn).
///
/// ```
/// use wml_auth_container::ContainerToken;
/// use wml_auth_core::{AuthError, Transport};
///
/// fn source(transport: impl Transport + 'static) -> Result<ContainerToken, AuthError> {
///     ContainerToken::builder()
///         .token_file("/var/run/secrets/tokens/watsonx")
///         .profile_id("Profile-9fd84246-7df4-4667-94e4-8ecde51d5ac5")
///         .build(transport)
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct ContainerTokenBuilder {
    file: Option<PathBuf>,
    profile: ProfileOptions,
    iam: IamOptions,
    clock: Arc<dyn Clock>,
}

impl ContainerTokenBuilder {
    pub(crate) fn new() -> Self {
        Self {
            file: None,
            profile: ProfileOptions::new(),
            iam: IamOptions::new(),
            clock: Arc::new(SystemClock),
        }
    }

    /// The file that the token is in. The first of [`DEFAULT_FILES`] that is there unless set.
    pub fn token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// The profile, by its id: `Profile-<uuid>`.
    pub fn profile_id(mut self, id: &str) -> Self {
        self.profile = self.profile.id(id);
        self
    }

    /// The profile, by its name in the account of the compute resource.
    pub fn profile_name(mut self, name: &str) -> Self {
        self.profile = self.profile.name(name);
        self
    }

    /// The profile, by its cloud resource name. IAM's description has this; IBM's SDKs do not send it.
    pub fn profile_crn(mut self, crn: &str) -> Self {
        self.profile = self.profile.crn(crn);
        self
    }

    /// Which IAM is asked. The public one unless set.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.iam = self.iam.endpoint(endpoint);
        self
    }

    /// Asks as a registered client, by HTTP Basic. None unless set; id and secret go together.
    pub fn client(mut self, id: &str, secret: Secret) -> Self {
        self.iam = self.iam.client(id, secret);
        self
    }

    /// Asks for a narrower token: a list separated by spaces.
    pub fn scope(mut self, scope: &str) -> Self {
        self.iam = self.iam.scope(scope);
        self
    }

    /// What tells whether the last token from the file has expired. The system's unless set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Checks the options. Reads and sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] without a profile, for one that cannot be one, an empty path, half a client, or a
    /// blank scope.
    pub fn build(self, transport: impl Transport + 'static) -> Result<ContainerToken, AuthError> {
        let profiles = self.profile.all()?;
        // What of a request does not depend on the token is checked now.
        self.iam.complete(Grant::cr_token(&Secret::from("unread"), &profiles)?)?;
        let paths: Vec<PathBuf> = match self.file {
            Some(path) if path.as_os_str().is_empty() => {
                return Err(AuthError::misconfigured("the path of the token file is empty")
                    .with_hint("leave it out for the default paths"));
            }
            Some(path) => vec![path],
            None => DEFAULT_FILES.iter().map(PathBuf::from).collect(),
        };
        let files: Vec<_> = paths.iter().map(|path| path.to_string_lossy()).collect();
        let mut inputs: Vec<(&str, &str)> = files.iter().map(|path| ("file", path.as_ref())).collect();
        inputs.extend(profiles.iter().map(|profile| (profile.key(), profile.value())));
        let identity = self.iam.identity("container", &inputs);
        let client = self.iam.connect(Arc::new(transport))?;
        Ok(ContainerToken::new(client, self.iam, Files::new(paths), profiles, self.clock, identity))
    }
}
