//! The source of tokens.

use async_trait::async_trait;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};
use wml_auth_iam::answer::read_token;
use wml_auth_iam::{Issuer, TokenRequest};

use crate::LegacyWmlBuilder;
use crate::with_instance_id::InstanceId;

/// Exchanges a user name and password at the service itself, one token for each call; see the
/// [crate's description](crate).
///
/// The life of a token is what it says in `exp`; an answer may tell one, too. The service can also exchange an old token
/// for a new one, which is not used: whoever has the password needs no other proof.
#[derive(Clone, Debug)]
pub struct LegacyWml {
    issuer: Issuer,
    request: TokenRequest,
    instance_id: Option<InstanceId>,
    identity: Identity,
}

impl LegacyWml {
    /// Starts with the `url`, `username` and `password` of the service credentials. The user `apikey` sends an API key of
    /// IAM as the password.
    pub fn builder(url: &str, username: &str, password: Secret) -> LegacyWmlBuilder {
        LegacyWmlBuilder::new(url, username, password)
    }

    pub(crate) fn new(
        issuer: Issuer,
        request: TokenRequest,
        instance_id: Option<InstanceId>,
        identity: Identity,
    ) -> Self {
        Self { issuer, request, instance_id, identity }
    }
}

/// Fails as [`Issuer::token`] does, and may be dropped at any time as that may.
#[async_trait]
impl TokenSource for LegacyWml {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let token = self.issuer.token(&self.request, |body| read_token(body, &["token"])).await?;
        Ok(match &self.instance_id {
            Some(id) => id.beside(token),
            None => token,
        })
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
