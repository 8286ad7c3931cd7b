//! The instance, named on each request.

use async_trait::async_trait;
use http::header::HeaderName;
use wml_auth_core::{AccessToken, AuthError, Identity, Secret, TokenSource};

/// The id of an instance, fit for a header.
#[derive(Clone, Debug)]
pub(crate) struct InstanceId(Secret);

impl InstanceId {
    pub(crate) fn parse(id: &str) -> Result<Self, AuthError> {
        let id = Secret::from(id);
        id.header_text().map_err(|fault| {
            AuthError::misconfigured(format!("the instance id cannot be sent: {fault}"))
                .with_hint("it is the `instance_id` of the service credentials")
        })?;
        Ok(Self(id))
    }

    pub(crate) fn beside(&self, token: AccessToken) -> AccessToken {
        token.with_header(HeaderName::from_static("ml-instance-id"), self.0.clone())
    }
}

/// The tokens of another source, with `ML-Instance-ID` beside them.
#[derive(Clone, Debug)]
pub struct WithInstanceId<S> {
    source: S,
    id: InstanceId,
    identity: Identity,
}

impl<S: TokenSource> WithInstanceId<S> {
    /// Names this instance on each request that carries a token of `source`.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] when the id is blank or cannot stand in a header.
    pub fn new(source: S, instance_id: &str) -> Result<Self, AuthError> {
        let id = InstanceId::parse(instance_id)?;
        let inner = source.identity();
        let fingerprint = format!("{:x}", inner.fingerprint());
        let inputs = [("kind", inner.kind()), ("source", &fingerprint), ("instance_id", instance_id)];
        let identity = Identity::new("with-instance-id", inner.issuer(), &inputs);
        Ok(Self { source, id, identity })
    }
}

/// Fails as the other source does, and may be dropped at any time as that may.
#[async_trait]
impl<S: TokenSource> TokenSource for WithInstanceId<S> {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        Ok(self.id.beside(self.source.fetch().await?))
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
