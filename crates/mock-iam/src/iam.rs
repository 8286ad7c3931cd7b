//! IBM Cloud IAM's token service: `/identity/…`.

mod client;
mod discovery;
mod error;
mod grants;
mod introspection;
mod params;
mod passcode;
mod token;

use http::Method;

pub(crate) use self::error::OidcError;
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::request::Request;

/// `/identity/token` and `/oidc/token`.
pub(crate) fn token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    if request.method != Method::POST {
        return OidcError::method_not_allowed().answer(cloud, request);
    }
    token::answer(cloud, request, terms).unwrap_or_else(|error| error.answer(cloud, request))
}

/// A path under `/identity` which does not exist: the gateway in front answers, and it speaks HTML.
pub(crate) fn missing_route() -> Answer {
    Answer::gateway_404()
}

/// A token answer with a text of the test's choice.
pub(crate) fn scripted_token(cloud: &Cloud, request: &Request, access_token: Option<String>) -> Answer {
    token::scripted(cloud, request, access_token)
}

/// `/identity/keys`.
pub(crate) fn keys(cloud: &Cloud, request: &Request) -> Answer {
    match request.method {
        Method::GET => error::with_headers(cloud, request, Answer::json(200, cloud.signer.key_set())),
        _ => OidcError::method_not_allowed().answer(cloud, request),
    }
}

/// `/identity/.well-known/openid-configuration`.
pub(crate) fn configuration(cloud: &Cloud, request: &Request) -> Answer {
    match request.method {
        Method::GET => {
            error::with_headers(cloud, request, Answer::json(200, discovery::document(cloud, request)))
        }
        _ => OidcError::method_not_allowed().answer(cloud, request),
    }
}

/// `/identity/introspect`.
pub(crate) fn introspect(cloud: &Cloud, request: &Request) -> Answer {
    match request.method {
        Method::POST => introspection::introspect(cloud, request),
        _ => OidcError::method_not_allowed().answer(cloud, request),
    }
}

/// `/identity/passcode`.
pub(crate) fn passcode(cloud: &Cloud, request: &Request) -> Answer {
    let outcome = match request.method {
        Method::POST => passcode::create(cloud, request),
        _ => Err(OidcError::method_not_allowed()),
    };
    outcome.unwrap_or_else(|error| error.answer(cloud, request))
}

/// `/identity/userinfo`.
pub(crate) fn userinfo(cloud: &Cloud, request: &Request) -> Answer {
    match request.method {
        Method::GET => introspection::userinfo(cloud, request),
        _ => OidcError::method_not_allowed().answer(cloud, request),
    }
}
