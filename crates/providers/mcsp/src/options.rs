//! What can be set on a source.

use std::sync::Arc;

use wml_auth_core::{AuthError, Identity, Secret, Transport};
use wml_auth_iam::{ApiKey, BaseUrl, Fields, Issuer, TokenRequest};

use crate::{Mcsp, ScopeCollection};

const V1: &str = "/siusermgr/api/1.0/apikeys/token";
const UNSCOPED: &str = "/api/2.0/apikeys/token";
/// How every address of an exchange ends. In GovCloud it stands below another path.
const ANY: &str = "/apikeys/token";

/// Options of [`Mcsp::v1`] and [`Mcsp::unscoped`]. Nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct McspBuilder {
    key: Secret,
    url: String,
    kind: &'static str,
    path: &'static str,
}

impl McspBuilder {
    pub(crate) fn v1(key: Secret) -> Self {
        Self { key, url: "https://iam.platform.saas.ibm.com".to_owned(), kind: "mcsp", path: V1 }
    }

    pub(crate) fn unscoped(key: Secret) -> Self {
        let url = "https://account-iam.platform.saas.ibm.com".to_owned();
        Self { key, url, kind: "mcsp-unscoped", path: UNSCOPED }
    }

    /// The base URL of the platform, or the whole address of the exchange (which ends with `/apikeys/token`).
    ///
    /// Unless set, `https://iam.platform.saas.ibm.com` for the first version, and
    /// `https://account-iam.platform.saas.ibm.com` for the unscoped exchange. In GovCloud that is at
    /// `https://dai.ibmforusgov.com/api/rest/mcsp/apikeys/token`.
    pub fn url(mut self, url: &str) -> Self {
        self.url = url.to_owned();
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a key that [`ApiKey::parse`] or a URL that [`BaseUrl::parse`] refuses.
    pub fn build(self, transport: impl Transport + 'static) -> Result<Mcsp, AuthError> {
        let key = ApiKey::parse(self.key)?;
        let url = parsed(&self.url)?;
        let is_elsewhere = url.as_str().ends_with(ANY) && !url.as_str().ends_with(self.path);
        let path = if is_elsewhere { ANY } else { self.path };
        let url = url.without(path);
        let inputs = [("apikey", key.secret().expose()), ("path", path)];
        let identity = Identity::new(self.kind, url.as_str(), &inputs);
        let request = TokenRequest::post_json(path, Fields::new().secret("apikey", key.secret()));
        Ok(Mcsp::new(issuer(transport, url), request, identity))
    }
}

/// Options of [`Mcsp::v2`]. Nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct McspV2Builder {
    key: Secret,
    url: String,
    scope: ScopeCollection,
    include_builtin_actions: bool,
    include_custom_actions: bool,
    include_roles: bool,
    prefix_roles: bool,
    caller_ext_claim: Option<String>,
}

impl McspV2Builder {
    pub(crate) fn new(key: Secret, scope: ScopeCollection) -> Self {
        Self {
            key,
            url: "https://account-iam.platform.saas.ibm.com".to_owned(),
            scope,
            include_builtin_actions: false,
            include_custom_actions: false,
            include_roles: true,
            prefix_roles: false,
            caller_ext_claim: None,
        }
    }

    /// The base URL of the platform. `https://account-iam.platform.saas.ibm.com` unless set.
    pub fn url(mut self, url: &str) -> Self {
        self.url = url.to_owned();
        self
    }

    /// `includeBuiltinActions`: whether the token lists the built-in actions. `false` unless set.
    pub fn include_builtin_actions(mut self, include: bool) -> Self {
        self.include_builtin_actions = include;
        self
    }

    /// `includeCustomActions`: whether the token lists the custom actions. `false` unless set.
    pub fn include_custom_actions(mut self, include: bool) -> Self {
        self.include_custom_actions = include;
        self
    }

    /// `includeRoles`: whether the token lists the roles. `true` unless set.
    pub fn include_roles(mut self, include: bool) -> Self {
        self.include_roles = include;
        self
    }

    /// `prefixRolesWithDefinitionScope`: whether each role begins with the scope that defines it. `false` unless set.
    pub fn prefix_roles(mut self, prefix: bool) -> Self {
        self.prefix_roles = prefix;
        self
    }

    /// `callerExtClaim`: a JSON object, as text, that the token is to carry. None unless set.
    pub fn caller_ext_claim(mut self, json: &str) -> Self {
        self.caller_ext_claim = Some(json.to_owned());
        self
    }

    /// Checks the options. Sends nothing. `transport` may be an `Arc<dyn Transport>`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for a key that [`ApiKey::parse`] or a URL that [`BaseUrl::parse`] refuses, a blank
    /// collection or id, or a claim that is not a JSON object.
    pub fn build(self, transport: impl Transport + 'static) -> Result<Mcsp, AuthError> {
        let key = ApiKey::parse(self.key)?;
        let path = self.scope.path()?;
        let url = parsed(&self.url)?.without(&path);
        let switch = |on: bool| if on { "true" } else { "false" };
        let switches = [
            ("includeBuiltinActions", switch(self.include_builtin_actions)),
            ("includeCustomActions", switch(self.include_custom_actions)),
            ("includeRoles", switch(self.include_roles)),
            ("prefixRolesWithDefinitionScope", switch(self.prefix_roles)),
        ];
        let mut fields = Fields::new().secret("apikey", key.secret());
        if let Some(json) = &self.caller_ext_claim {
            fields = fields.object("callerExtClaim", json)?;
        }
        let mut inputs = vec![
            ("apikey", key.secret().expose()),
            ("path", path.as_str()),
            ("callerExtClaim", self.caller_ext_claim.as_deref().unwrap_or_default()),
        ];
        inputs.extend(switches);
        let identity = Identity::new("mcspv2", url.as_str(), &inputs);
        let request = TokenRequest::post_json(path, fields);
        let request = switches.iter().fold(request, |request, (name, on)| request.with_query(name, on));
        Ok(Mcsp::new(issuer(transport, url), request, identity))
    }
}

fn parsed(url: &str) -> Result<BaseUrl, AuthError> {
    BaseUrl::parse("the URL of the Multi-Cloud SaaS Platform", url)
}

fn issuer(transport: impl Transport + 'static, url: BaseUrl) -> Issuer {
    Issuer::new(Arc::new(transport), "the Multi-Cloud SaaS Platform", url)
}
