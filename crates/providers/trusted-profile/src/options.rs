//! What can be set on a source.

use std::sync::Arc;

use wml_auth_core::{AuthError, Clock, SystemClock, Transport};
use wml_auth_iam::{Endpoint, IamOptions, ProfileOptions};

use crate::TrustedProfile;
use crate::first::{First, Life};

/// Options of a [`TrustedProfile`]. Nothing is checked before [`build`](Self::build).
///
/// Needed is one of [`profile_id`](Self::profile_id), [`profile_crn`](Self::profile_crn), and
/// [`profile_name`](Self::profile_name) with [`account`](Self::account).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct TrustedProfileBuilder {
    first: First,
    profile: ProfileOptions,
    iam: IamOptions,
    clock: Arc<dyn Clock>,
}

impl TrustedProfileBuilder {
    pub(crate) fn new(first: First) -> Self {
        Self { first, profile: ProfileOptions::new(), iam: IamOptions::new(), clock: Arc::new(SystemClock) }
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

    /// The profile, by its name in an [`account`](Self::account).
    pub fn profile_name(mut self, name: &str) -> Self {
        self.profile = self.profile.name(name);
        self
    }

    /// The account that holds the profile of that [`name`](Self::profile_name), by its id.
    pub fn account(mut self, id: &str) -> Self {
        self.profile = self.profile.account(id);
        self
    }

    /// Which IAM is asked for the profile's token: the same one that gave the first. The public one unless set.
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.iam = self.iam.endpoint(endpoint);
        self
    }

    /// What tells how much life a shared first token has left. The system's unless set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] without a profile, with one that is given in several ways or cannot be one, with a
    /// name but no account, or an account but no name.
    pub fn build(self, transport: impl Transport + 'static) -> Result<TrustedProfile, AuthError> {
        let Some(profile) = self.profile.at_most_one()? else {
            return Err(AuthError::misconfigured("no trusted profile is given to assume")
                .with_hint("give its id, its CRN, or its name with the account that holds it"));
        };
        if profile.key() == "name" && profile.account().is_none() {
            return Err(AuthError::misconfigured("a trusted profile is named without its account")
                .with_hint("give the account's id beside the name, or the profile's id instead"));
        }
        let first = self.first.identity();
        let identity = self.iam.identity(
            "trusted-profile",
            &[
                ("first_kind", first.kind()),
                ("first_issuer", first.issuer()),
                ("first", &format!("{:x}", first.fingerprint())),
                ("by", profile.key()),
                ("profile", profile.value()),
                ("profile_account", profile.account().unwrap_or_default()),
            ],
        );
        let iam = self.iam.connect(Arc::new(transport))?;
        Ok(TrustedProfile::new(iam, self.first, Life::new(self.clock), profile, identity))
    }
}
