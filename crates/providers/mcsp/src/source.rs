//! The source of tokens.

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
use wml_auth_iam::answer::read_token;
use wml_auth_iam::{Issuer, TokenRequest};

use crate::{McspBuilder, McspV2Builder, ScopeCollection};

/// Exchanges an API key of the platform for tokens, one for each call; see the [crate's description](crate).
#[derive(Clone, Debug)]
pub struct Mcsp {
    issuer: Issuer,
    request: TokenRequest,
    identity: Identity,
}

impl Mcsp {
    /// Starts with a key, for an exchange of the first version.
    pub fn v1(key: Secret) -> McspBuilder {
        McspBuilder::v1(key)
    }

    /// Starts with a key and what its token is for, for an exchange of the second version.
    ///
    /// ```
    /// use wml_auth_core::{AuthError, Secret, Transport};
    /// use wml_auth_mcsp::{Mcsp, ScopeCollection};
    ///
    /// fn source(transport: impl Transport + 'static, key: Secret) -> Result<Mcsp, AuthError> {
    ///     Mcsp::v2(key, ScopeCollection::account("20250806-1"))
    ///         .include_builtin_actions(true)
    ///         .caller_ext_claim(r#"{"tenant": "t1"}"#)
    ///         .build(transport)
    /// }
    /// ```
    pub fn v2(key: Secret, scope: ScopeCollection) -> McspV2Builder {
        McspV2Builder::new(key, scope)
    }

    /// Starts with a key, for the exchange that names no scope: that of watsonx on AWS.
    pub fn unscoped(key: Secret) -> McspBuilder {
        McspBuilder::unscoped(key)
    }

    pub(crate) fn new(issuer: Issuer, request: TokenRequest, identity: Identity) -> Self {
        Self { issuer, request, identity }
    }
}

/// Fails as [`Issuer::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for Mcsp {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        self.issuer.token(&self.request, |body| read_token(body, &["token"])).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
