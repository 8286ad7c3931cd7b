//! IAM Identity Services: the management of API keys and Service IDs.
//!
//! ```
//! use std::sync::Arc;
//! use wml_auth_core::{AuthError, Authorization, Secret, Transport};
//! use wml_auth_iam::Endpoint;
//! use wml_auth_iam::identity_services::{IdentityServices, NewApiKey};
//!
//! /// Gives the holder of `key` one more API key.
//! async fn one_more(
//!     transport: Arc<dyn Transport>,
//!     authorization: &Authorization,
//!     key: &Secret,
//! ) -> Result<Option<Secret>, AuthError> {
//!     let iam = IdentityServices::new(transport, Endpoint::public());
//!     let held = iam.api_key_by_value(key, authorization).await?;
//!     let new = NewApiKey::new("nightly scoring", held.iam_id);
//!     Ok(iam.create_api_key(&new, authorization).await?.value)
//! }
//! ```
//!
//! Each method makes one request (a list: one per page) with the [`Authorization`] of its caller, an IAM token. What
//! the caller may do is IAM's to decide: everybody manages their own keys; more takes the role *User API key creator*
//! or the administration of the IAM Identity Service.
//!
//! # What IBM says of keys
//!
//! * An identity has at most twenty, unless a support case raised that. One too many fails with `BXNIM0151E`.
//! * The value of a key comes once, in the answer to its creation; that of a Service ID's key can be read later if it was
//!   created [so](NewApiKey::stored).
//! * A new key may be unknown to the token service for some seconds (`BXNIM0415E`).
//! * Disabling or deleting a key, or its expiry, does not end the tokens that it was exchanged for.
//! * A locked key can be used, and neither changed nor deleted.
//! * An entity's tag counts its revisions. A change names the one that it was made for and fails if there is a newer one.
//!
//! # Cancel safety
//!
//! Dropping a method's future gives its request up, and IAM may have done by then what was asked. All methods can be
//! repeated but the two that create something.

mod api_keys;
mod date;
mod page;
mod service_ids;

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderValue, IF_MATCH};
use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use wml_auth_core::{AuthError, Authorization, Secret, Transport};

pub use self::api_keys::{ApiKeyChange, ApiKeyDetails, ApiKeyFilter, LeakAction, NewApiKey};
pub use self::service_ids::{NewServiceId, ServiceIdChange, ServiceIdDetails, ServiceIdFilter};
use crate::Endpoint;
use crate::call::{Answered, Api, Call};
use crate::segment::path_segment;

/// Manages the API keys and Service IDs of an account; see the [module's description](self).
///
/// Clones share the transport.
#[derive(Clone)]
pub struct IdentityServices {
    transport: Arc<dyn Transport>,
    endpoint: Endpoint,
}

/// One of the things that are managed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    ApiKey,
    ServiceId,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Self::ApiKey => "/v1/apikeys",
            Self::ServiceId => "/v1/serviceids",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::ServiceId => "Service ID",
        }
    }

    fn path(self, id: &str) -> Result<String, AuthError> {
        Ok(format!("{}/{}", self.folder(), path_segment(&format!("{}'s id", self.name()), id)?))
    }
}

impl IdentityServices {
    /// Asks this IAM.
    pub fn new(transport: Arc<dyn Transport>, endpoint: Endpoint) -> Self {
        Self { transport, endpoint }
    }

    /// Where it asks.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn call(&self, method: Method, path: &str, authorization: &Authorization) -> Result<Call<'_>, AuthError> {
        let api = Api { service: "IAM", base: self.endpoint.base(), transport: &*self.transport };
        api.call(method, path, authorization)
    }

    /// Reads one entity by its id.
    async fn read<T: for<'de> Deserialize<'de>>(
        &self,
        kind: Kind,
        id: &str,
        authorization: &Authorization,
    ) -> Result<T, AuthError> {
        let answer = self.call(Method::GET, &kind.path(id)?, authorization)?.send().await?;
        entity(&answer, kind, id)
    }

    /// Changes an entity, if `entity_tag` is that of its latest revision.
    async fn change<T: for<'de> Deserialize<'de>>(
        &self,
        kind: Kind,
        id: &str,
        entity_tag: &str,
        change: &impl Serialize,
        authorization: &Authorization,
    ) -> Result<T, AuthError> {
        let tag = HeaderValue::from_str(entity_tag).ok().filter(|tag| !tag.is_empty()).ok_or_else(|| {
            AuthError::misconfigured(format!("the {}'s entity tag is not one", kind.name()))
                .with_hint("take it from what was read")
        })?;
        let call = self.call(Method::PUT, &kind.path(id)?, authorization)?.with_header(IF_MATCH, tag);
        let answer = call.with_json(change, [])?.send().await?;
        entity(&answer, kind, id)
    }

    async fn delete(&self, kind: Kind, id: &str, authorization: &Authorization) -> Result<(), AuthError> {
        let answer = self.call(Method::DELETE, &kind.path(id)?, authorization)?.send().await?;
        done(&answer, kind, id)
    }

    /// Sets a flag of an entity, or clears it.
    async fn flag(
        &self,
        kind: Kind,
        id: &str,
        flag: &'static str,
        is_set: bool,
        authorization: &Authorization,
    ) -> Result<(), AuthError> {
        let method = if is_set { Method::POST } else { Method::DELETE };
        let path = format!("{}/{flag}", kind.path(id)?);
        done(&self.call(method, &path, authorization)?.send().await?, kind, id)
    }
}

fn entity<T: for<'de> Deserialize<'de>>(answer: &Answered<'_>, kind: Kind, id: &str) -> Result<T, AuthError> {
    match refusal(answer, kind, id) {
        Some(error) => Err(error),
        None => answer.read(match kind {
            Kind::ApiKey => "an API key",
            Kind::ServiceId => "a Service ID",
        }),
    }
}

fn done(answer: &Answered<'_>, kind: Kind, id: &str) -> Result<(), AuthError> {
    match refusal(answer, kind, id) {
        Some(error) => Err(error),
        None => answer.done(),
    }
}

/// What a status means for one entity, where it means more than anywhere else.
fn refusal(answer: &Answered<'_>, kind: Kind, id: &str) -> Option<AuthError> {
    let (name, shown) = (kind.name(), id);
    let meaning = match answer.status() {
        StatusCode::NOT_FOUND => {
            AuthError::misconfigured(format!("there is no {name} {shown}, or it may not be seen")).with_hint(
                "check the id; one made seconds ago may take a while to be known; it is of one account only",
            )
        }
        // 412 is what the standard says; IAM says 409.
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => AuthError::rejected(format!(
            "the {name} {shown} is locked, or was changed by somebody else since it was read"
        ))
        .with_hint("read it again: unlock it if it is locked, or repeat the change on what it is now"),
        _ => return None,
    };
    Some(answer.refusal_meaning(meaning))
}

impl fmt::Debug for IdentityServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityServices").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// A member that is a secret, where it is there and not empty.
fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    let text = Option::<crate::answer::Text>::deserialize(deserializer)?;
    Ok(text.map(|crate::answer::Text(secret)| secret).filter(|secret| !secret.is_empty()))
}
