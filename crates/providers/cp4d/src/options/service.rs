//! A service of the cluster.

use std::sync::Arc;

use http::header::HeaderName;
use wml_auth_core::{AuthError, Authorization, Identity, Secret, Transport};
use wml_auth_iam::{Issuer, TokenRequest};

use crate::{Cp4dService, checked};

const PATH: &str = "/v1/service_token";

/// Options of a [`Cp4dService`]. Nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct Cp4dServiceBuilder {
    url: String,
    secret: Secret,
    query: Vec<(&'static str, String)>,
}

impl Cp4dServiceBuilder {
    pub(crate) fn new(url: &str, secret: Secret) -> Self {
        Self { url: url.to_owned(), secret, query: Vec::new() }
    }

    /// The user for whom the token is. Not sent unless set.
    pub fn username(self, name: &str) -> Self {
        self.with("username", name)
    }

    /// The user's id. Not sent unless set.
    pub fn uid(self, id: &str) -> Self {
        self.with("uid", id)
    }

    /// The name that is shown for the user. Not sent unless set.
    pub fn display_name(self, name: &str) -> Self {
        self.with("display_name", name)
    }

    /// What the token is to permit, in the words of the cluster. Not sent unless set.
    pub fn permissions(self, permissions: &str) -> Self {
        self.with("permissions", permissions)
    }

    /// `expiration_time`, a whole number: how long the token is to live, as the cluster counts. Not sent unless set.
    pub fn expiration_time(self, time: u64) -> Self {
        self.with("expiration_time", &time.to_string())
    }

    /// Said twice, the last holds.
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.query.retain(|(known, _)| *known != name);
        self.query.push((name, value.to_owned()));
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a URL that cannot be one, a secret that is empty or cannot stand in a header, or
    /// an option that is blank.
    pub fn build(self, transport: impl Transport + 'static) -> Result<Cp4dService, AuthError> {
        let url = checked::url(&self.url, PATH)?;
        let header =
            Authorization::from_header(HeaderName::from_static("secret"), &self.secret).map_err(|fault| {
                AuthError::misconfigured(format!("the service broker's secret cannot be sent: {fault}"))
            })?;
        let mut request = TokenRequest::get(PATH).with_authorization(&header, &self.secret);
        let mut inputs = vec![("secret", self.secret.expose())];
        let mut query: Vec<(&str, &str)> =
            self.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        query.sort_unstable();
        for (name, value) in query {
            request = request.with_query(name, checked::text(name, value)?);
            inputs.push((name, value));
        }
        let identity = Identity::new("cp4d-service", url.as_str(), &inputs);
        let issuer = Issuer::new(Arc::new(transport), "Cloud Pak for Data", url);
        Ok(Cp4dService::new(issuer, request, identity))
    }
}
