//! What is offered in exchange for a token.

use std::fmt;
use std::time::Duration;

use wml_auth_core::{AuthError, Secret};

use crate::{ApiKey, Fields, Profile, checked};

/// One way of asking IAM for a token: the fields of the form that is sent.
///
/// ```
/// use wml_auth_core::Secret;
/// use wml_auth_iam::{ApiKey, Grant};
///
/// let key = ApiKey::parse(Secret::from("0123456789-abcdefghij_ABCDEFGHIJ-0123456789"))?;
/// let grant = Grant::api_key(&key).with_account("0a1b2c3d4e5f60718293a4b5c6d7e8f9")?;
/// # Ok::<(), wml_auth_core::AuthError>(())
/// ```
///
/// | grant | sent as | by which client |
/// | --- | --- | --- |
/// | [`api_key`](Self::api_key) | `urn:ibm:params:oauth:grant-type:apikey` | any, or none |
/// | [`refresh_token`](Self::refresh_token) | `refresh_token` | the one that was given the token |
/// | [`passcode`](Self::passcode) | `…:passcode` | `bx` |
/// | [`cr_token`](Self::cr_token) | `…:cr-token` | any, or none |
/// | [`assume`](Self::assume) | `…:assume` | none |
/// | [`delegated_refresh_token`](Self::delegated_refresh_token) | `…:delegated-refresh-token` | a receiver of the token |
/// | [`service_authorization`](Self::service_authorization) | `…:iam-authz` | the service's |
#[derive(Clone)]
pub struct Grant(Fields);

impl Grant {
    /// An API key of a user or of a Service ID; IAM makes no difference.
    ///
    /// Sends `response_type=cloud_iam` with it, as IBM's SDKs do.
    pub fn api_key(key: &ApiKey) -> Self {
        Self::urn("apikey", |form| form.secret("apikey", key.secret()).plain("response_type", "cloud_iam"))
    }

    /// A refresh token that IAM gave to this very client; see [`Session`](crate::Session).
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is empty, is IAM's word for none (`not_supported`), or has white space
    /// around it or a control character in it.
    pub fn refresh_token(token: &Secret) -> Result<Self, AuthError> {
        let form = Fields::new()
            .plain("grant_type", "refresh_token")
            .secret("refresh_token", checked_refresh_token(token)?);
        Ok(Self(form.plain("response_type", "cloud_iam")))
    }

    /// A one-time passcode, which a person reads from the page that IAM's discovery document calls
    /// `passcode_endpoint`. It is good for one exchange within minutes.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is empty, or has white space around it or a control character in it.
    pub fn passcode(code: &Secret) -> Result<Self, AuthError> {
        let code = checked::secret("passcode", code)?;
        Ok(Self::urn("passcode", |form| form.secret("passcode", code).plain("response_type", "cloud_iam")))
    }

    /// The token of a compute resource (a pod, a Code Engine job), for that of a trusted profile which it is linked to.
    ///
    /// A profile that is named in several ways has to be the same one, or IAM refuses. IBM's SDKs send its id, its
    /// name or both; IAM's description also has the CRN.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] without a profile, for a profile of another account (IAM looks the name up in
    /// the account of the compute resource), and for a token that is empty, or has white space around it or a control
    /// character in it.
    pub fn cr_token(token: &Secret, profiles: &[Profile]) -> Result<Self, AuthError> {
        let token = checked::secret("compute resource token", token)?;
        if profiles.is_empty() {
            return Err(AuthError::misconfigured(
                "a compute resource token needs a trusted profile beside it",
            )
            .with_hint("give the profile's id or name"));
        }
        if profiles.iter().any(|profile| profile.account().is_some()) {
            return Err(AuthError::misconfigured(
                "an account is given for the trusted profile of a compute resource",
            )
            .with_hint("leave it out: the profile is looked up in the account of the compute resource"));
        }
        Ok(Self::urn("cr-token", |form| {
            profiles.iter().fold(form.secret("cr_token", token), |form, profile| {
                form.plain(profile.field(), profile.value())
            })
        }))
    }

    /// The access token of somebody whom a trusted profile lists, for a token of that profile. It lives no longer than
    /// the one it was made from.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a profile by name without its account, and for a token that is empty, or
    /// has white space around it or a control character in it.
    pub fn assume(access_token: &Secret, profile: &Profile) -> Result<Self, AuthError> {
        let token = checked::secret("first token", access_token)?;
        let account = profile.account();
        if profile.key() == "name" && account.is_none() {
            return Err(AuthError::misconfigured("a trusted profile is named without its account")
                .with_hint("give the account's id beside the name, or the profile's id instead"));
        }
        Ok(Self::urn("assume", |form| {
            let form = form.secret("access_token", token).plain(profile.field(), profile.value());
            account.into_iter().fold(form, |form, account| form.plain("account", account))
        }))
    }

    /// A refresh token that another client had made for this one; see [`with_receivers`](Self::with_receivers).
    ///
    /// # Errors
    ///
    /// As [`refresh_token`](Self::refresh_token).
    pub fn delegated_refresh_token(token: &Secret) -> Result<Self, AuthError> {
        let token = checked_refresh_token(token)?;
        Ok(Self::urn("delegated-refresh-token", |form| form.secret("refresh_token", token)))
    }

    /// The access token of a service, for one that stands for a resource of that service, by its CRN.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for what is no CRN, and for a token that is empty, or has white space around it
    /// or a control character in it.
    pub fn service_authorization(access_token: &Secret, crn: &str) -> Result<Self, AuthError> {
        let token = checked::secret("service's token", access_token)?;
        if !checked::name("CRN", crn)?.starts_with("crn:") {
            return Err(AuthError::misconfigured("the resource to stand for is not given by its CRN")
                .with_hint("a CRN begins with crn:v1:"));
        }
        Ok(Self::urn("iam-authz", |form| {
            form.secret("access_token", token).plain("desired_iam_id", &format!("crn-{crn}"))
        }))
    }

    fn urn(name: &str, fill: impl FnOnce(Fields) -> Fields) -> Self {
        Self(fill(Fields::new().plain("grant_type", &format!("urn:ibm:params:oauth:grant-type:{name}"))))
    }

    /// Asks for a narrower token: `scope`, a list separated by spaces, sent as one field.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is blank or has a control character in it.
    pub fn with_scope(self, scope: &str) -> Result<Self, AuthError> {
        Ok(Self(self.0.replace("scope", checked::text("scope", scope)?)))
    }

    /// Asks for a token in this account: `account`, its id of 32 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when it is blank or has a control character in it.
    pub fn with_account(self, account: &str) -> Result<Self, AuthError> {
        Ok(Self(self.0.replace("account", checked::text("account", account)?)))
    }

    /// Asks for a delegated refresh token besides: one that these clients, and not the one that asks, may exchange.
    /// `life` is its own, six days unless set.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] without a receiver, for one that is blank or has a comma, white space or a
    /// control character in it, and for a life under a second.
    pub fn with_receivers(self, client_ids: &[&str], life: Option<Duration>) -> Result<Self, AuthError> {
        if client_ids.is_empty() {
            return Err(AuthError::misconfigured(
                "a delegated refresh token needs a client that receives it",
            ));
        }
        for id in client_ids {
            if checked::name("client id of a receiver", id)?.contains([',', ' ']) {
                return Err(AuthError::misconfigured(
                    "the client id of a receiver has a comma or blank in it",
                ));
            }
        }
        let form = self
            .0
            .replace("response_type", "cloud_iam delegated_refresh_token")
            .replace("receiver_client_ids", &client_ids.join(","));
        Ok(Self(match life.map(|life| life.as_secs()) {
            Some(0) => {
                return Err(AuthError::misconfigured("the life of the delegated refresh token is too short")
                    .with_hint("give at least a second, or leave it out for six days"));
            }
            Some(seconds) => form.replace("delegated_refresh_token_expiry", &seconds.to_string()),
            None => form,
        }))
    }

    /// What is sent.
    pub(crate) fn fields(&self) -> &Fields {
        &self.0
    }
}

/// IAM's word for a refresh token that is none.
pub(crate) const NO_REFRESH_TOKEN: &str = "not_supported";

fn checked_refresh_token(token: &Secret) -> Result<&Secret, AuthError> {
    if token.expose() == NO_REFRESH_TOKEN {
        return Err(AuthError::misconfigured("the refresh token is IAM's word for none")
            .with_hint("log in as a registered client, which is given one"));
    }
    checked::secret("refresh token", token)
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grant").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests;
