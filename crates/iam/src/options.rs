//! What the logins by IAM have in common.

use std::sync::Arc;

use wml_auth_core::{AuthError, Identity, Secret, Transport};

use crate::{Endpoint, Grant, IamClient};

/// Where IAM is asked, as whom, and for what kind of token: what the builders of the logins by IAM have in common.
///
/// Nothing is checked before it is used.
///
/// ```
/// use std::sync::Arc;
/// use wml_auth_core::{AuthError, Identity, Secret, Transport};
/// use wml_auth_iam::{ApiKey, Grant, IamClient, IamOptions};
///
/// fn login(transport: Arc<dyn Transport>, key: &ApiKey) -> Result<(IamClient, Grant, Identity), AuthError> {
///     let iam = IamOptions::new().client("bx", Secret::from("bx")).scope("ibm openid");
///     let grant = iam.complete(Grant::api_key(key))?;
///     let identity = iam.identity("iam-apikey", &[("apikey", key.secret().expose())]);
///     Ok((iam.connect(transport)?, grant, identity))
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct IamOptions {
    endpoint: Endpoint,
    client: Option<(String, Secret)>,
    scope: Option<String>,
    account: Option<String>,
}

impl IamOptions {
    /// The public IAM, asked as no client in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which IAM is asked.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// The registered client as which it is asked.
    #[must_use]
    pub fn client(mut self, id: &str, secret: Secret) -> Self {
        self.client = Some((id.to_owned(), secret));
        self
    }

    /// Narrows the token to a list of scopes, separated by spaces.
    #[must_use]
    pub fn scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.to_owned());
        self
    }

    /// The account in which the token is to be, by its id.
    #[must_use]
    pub fn account(mut self, id: &str) -> Self {
        self.account = Some(id.to_owned());
        self
    }

    /// The client that asks.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for half a client; see [`IamClient::with_client`].
    pub fn connect(&self, transport: Arc<dyn Transport>) -> Result<IamClient, AuthError> {
        let iam = IamClient::new(transport, self.endpoint.clone());
        match &self.client {
            Some((id, secret)) => iam.with_client(id, secret.clone()),
            None => Ok(iam),
        }
    }

    /// The grant with scope and account, where these are set.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a blank one.
    pub fn complete(&self, mut grant: Grant) -> Result<Grant, AuthError> {
        if let Some(scope) = &self.scope {
            grant = grant.with_scope(scope)?;
        }
        if let Some(account) = &self.account {
            grant = grant.with_account(account)?;
        }
        Ok(grant)
    }

    /// Who the tokens are for: these options, and what the login adds.
    pub fn identity(&self, kind: &'static str, inputs: &[(&str, &str)]) -> Identity {
        let (client_id, client_secret) = match &self.client {
            Some((id, secret)) => (id.as_str(), secret.expose()),
            None => ("", ""),
        };
        let mut all = inputs.to_vec();
        all.extend([
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("scope", self.scope.as_deref().unwrap_or_default()),
            ("account", self.account.as_deref().unwrap_or_default()),
        ]);
        Identity::new(kind, self.endpoint.as_str(), &all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_is_in_the_identity() {
        let identity = |options: IamOptions| options.identity("k", &[("key", "a")]);
        let base = identity(IamOptions::new());
        assert_eq!(base, identity(IamOptions::new()));
        for other in [
            IamOptions::new().endpoint(Endpoint::staging()),
            IamOptions::new().client("bx", Secret::from("bx")),
            IamOptions::new().client("bx", Secret::from("xb")),
            IamOptions::new().scope("s"),
            IamOptions::new().account("s"),
        ] {
            assert_ne!(base, identity(other));
        }
        assert_ne!(base, IamOptions::new().identity("k", &[("key", "b")]));
        assert_ne!(base, IamOptions::new().identity("l", &[("key", "a")]));
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", IamOptions::new().client("id", Secret::from("pa55word")));
        assert!(shown.contains("id") && !shown.contains("pa55word"), "{shown}");
    }
}
