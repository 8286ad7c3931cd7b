//! What can be set on a source.

use std::sync::Arc;
use std::time::Duration;

use wml_auth_core::{AuthError, Identity, Transport};
use wml_auth_iam::{BaseUrl, Issuer, ProfileOptions};

use crate::source::Requests;
use crate::{MetadataVersion, VpcInstance};

/// Options of a [`VpcInstance`]. Nothing is checked before [`build`](Self::build), and nothing is needed: without a profile,
/// it is the one that the server has for its default.
///
/// ```
/// use wml_auth_core::{AuthError, Transport};
/// use wml_auth_vpc::{MetadataVersion, VpcInstance};
///
/// fn source(transport: impl Transport + 'static) -> Result<VpcInstance, AuthError> {
///     VpcInstance::builder()
///         .version(MetadataVersion::V2025_08_26)
///         .profile_id("Profile-9fd84246-7df4-4667-94e4-8ecde51d5ac5")
///         .build(transport)
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct VpcInstanceBuilder {
    url: Option<String>,
    version: MetadataVersion,
    profile: ProfileOptions,
    identity_life: Duration,
    timeout: Duration,
}

impl VpcInstanceBuilder {
    pub(crate) fn new() -> Self {
        Self {
            url: None,
            version: MetadataVersion::default(),
            profile: ProfileOptions::new(),
            identity_life: Duration::from_secs(300),
            timeout: Duration::from_secs(3),
        }
    }

    /// Where the metadata service is. `http://169.254.169.254` unless set; with secure access it is
    /// `https://api.metadata.cloud.ibm.com`.
    pub fn metadata_url(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// Which version of it is spoken to.
    pub fn version(mut self, version: MetadataVersion) -> Self {
        self.version = version;
        self
    }

    /// The profile, by its id: `Profile-<uuid>`.
    pub fn profile_id(mut self, id: &str) -> Self {
        self.profile = self.profile.id(id);
        self
    }

    /// The profile, by its cloud resource name.
    pub fn profile_crn(mut self, crn: &str) -> Self {
        self.profile = self.profile.crn(crn);
        self
    }

    /// The profile, by its name in the account of the server.
    pub fn profile_name(mut self, name: &str) -> Self {
        self.profile = self.profile.name(name);
        self
    }

    /// How long the identity token of the server lives: from 5 seconds to an hour, 5 minutes unless set.
    pub fn identity_life(mut self, life: Duration) -> Self {
        self.identity_life = life;
        self
    }

    /// How long each of the two steps may take. 3 seconds unless set.
    pub fn timeout(mut self, each: Duration) -> Self {
        self.timeout = each;
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a profile that is given in several ways or cannot be one, a URL that is not
    /// `https` (except for the metadata service's own hosts and loopback addresses), a life out of bounds, and a time of
    /// zero.
    pub fn build(self, transport: impl Transport + 'static) -> Result<VpcInstance, AuthError> {
        let url = self.url.as_deref().unwrap_or("http://169.254.169.254");
        let url = BaseUrl::parse_metadata("the URL of the metadata service", url)?;
        let profile = self.profile.at_most_one()?;
        let life = self.identity_life.as_secs();
        if !(5..=3600).contains(&life) {
            return Err(AuthError::misconfigured("the life of the identity token is out of bounds")
                .with_hint("it is from 5 seconds to an hour"));
        }
        if self.timeout.is_zero() {
            return Err(AuthError::misconfigured("the metadata service is given no time to answer"));
        }
        let (key, value) = profile.as_ref().map_or(("none", ""), |profile| (profile.key(), profile.value()));
        let identity = Identity::new(
            "vpc",
            url.as_str(),
            &[("version", self.version.as_str()), ("by", key), ("profile", value)],
        );
        let requests = Requests::new(self.version, life, profile.as_ref())?;
        let issuer = Issuer::new(Arc::new(transport), "the metadata service", url);
        Ok(VpcInstance::new(issuer, requests, self.timeout, identity))
    }
}
