//! The source of tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use http::header::{HeaderName, HeaderValue};
use wml_auth_core::{AccessToken, AuthError, Authorization, Identity, TokenSource};
use wml_auth_iam::answer::read_token;
use wml_auth_iam::{Fields, Issuer, Profile, TokenRequest};

use crate::deadline::within;
use crate::{MetadataVersion, VpcInstanceBuilder};

/// Exchanges the identity of the virtual server that this runs on for IAM tokens, one for each call; see the
/// [crate's description](crate).
///
/// Clones share whether the metadata service has ever answered.
#[derive(Clone, Debug)]
pub struct VpcInstance {
    issuer: Issuer,
    requests: Requests,
    timeout: Duration,
    identity: Identity,
    has_answered: Arc<AtomicBool>,
}

/// What is sent in the two steps, but for the identity token.
#[derive(Clone, Debug)]
pub(crate) struct Requests {
    identity: TokenRequest,
    token: TokenRequest,
}

impl Requests {
    pub(crate) fn new(
        version: MetadataVersion,
        identity_life: u64,
        profile: Option<&Profile>,
    ) -> Result<Self, AuthError> {
        let complete = |request: TokenRequest| {
            let flavor = HeaderName::from_static("metadata-flavor");
            request
                .with_query("version", version.as_str())
                .with_header(flavor, HeaderValue::from_static("ibm"))
        };
        let token = match profile {
            Some(profile) => {
                let named = serde_json::json!({ profile.key(): profile.value() }).to_string();
                TokenRequest::post_json(
                    version.token_path(),
                    Fields::new().object("trusted_profile", &named)?,
                )
            }
            None => TokenRequest::post_no_json(version.token_path()),
        };
        let life = Fields::new().number("expires_in", identity_life);
        let identity = TokenRequest::put_json(version.identity_path(), life);
        Ok(Self { identity: complete(identity), token: complete(token) })
    }
}

impl VpcInstance {
    /// Starts with the server's own metadata service and its default profile.
    pub fn builder() -> VpcInstanceBuilder {
        VpcInstanceBuilder::new()
    }

    pub(crate) fn new(issuer: Issuer, requests: Requests, timeout: Duration, identity: Identity) -> Self {
        Self { issuer, requests, timeout, identity, has_answered: Arc::default() }
    }

    async fn ask(&self, request: &TokenRequest) -> Result<AccessToken, AuthError> {
        let asking = self.issuer.token(request, |body| read_token(body, &["access_token"]));
        let Some(outcome) = within(self.timeout, asking).await else {
            return Err(self.silent());
        };
        if outcome.as_ref().map_or_else(|error| !error.is_unreachable(), |_| true) {
            self.has_answered.store(true, Ordering::Relaxed);
        }
        outcome.map_err(with_its_hint)
    }

    fn silent(&self) -> AuthError {
        let told = format!("the metadata service did not answer within {:?}", self.timeout);
        let error = match self.has_answered.load(Ordering::Relaxed) {
            true => AuthError::unreachable(told),
            false => AuthError::absent(told).with_hint(
                "this login works on a virtual server of IBM Cloud VPC alone, with the metadata service switched on",
            ),
        };
        error.with_host(self.issuer.url().host())
    }
}

/// What helps against a refusal, by the service's own word for it.
fn with_its_hint(error: AuthError) -> AuthError {
    let hint = match error.code() {
        Some("profile_not_linked") => "link the trusted profile to this server, or name one that is",
        Some("unauthorized") => "switch the metadata service on for this server",
        Some("not_found") => "the service may speak the other version: 2022-03-01 or 2025-08-26",
        Some("invalid_value" | "missing_value" | "missing_field" | "unknown_field" | "invalid_request") => {
            "check the profile and the version of the metadata service"
        }
        _ => return error,
    };
    error.with_hint(hint)
}

/// Fails by the table of the [crate's description](crate).
///
/// # Cancel safety
///
/// Dropping the future gives the request up.
#[async_trait]
impl TokenSource for VpcInstance {
    async fn fetch(&self) -> Result<AccessToken, AuthError> {
        let server = self.ask(&self.requests.identity).await?;
        let authorization = Authorization::bearer(server.secret())
            .map_err(|_| AuthError::invalid_answer("the identity token cannot be sent in a header"))?;
        let request = self.requests.token.clone().with_authorization(&authorization, server.secret());
        self.ask(&request).await
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}
