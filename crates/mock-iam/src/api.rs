//! Which API a path belongs to.

use crate::answer::{Answer, Content, TokenAnswer};
use crate::cloud::Cloud;
use crate::request::Request;
use crate::route::Route;
use crate::{cp4d, iam, identity_services, mcsp, platform, vpc, wml};

/// The answer to one request: the scripted one, if a test asked for one, or the cloud's own.
pub(crate) fn answer(cloud: &Cloud, request: &Request) -> Answer {
    let Some(scripted) = cloud.script.next(request, &cloud.clock, &cloud.draws) else {
        return normal(cloud, request, &TokenAnswer::default());
    };
    match &scripted.content {
        Content::Bytes(_) | Content::Raw(_) => scripted,
        Content::Normal => normal(cloud, request, &TokenAnswer::default()).dressed_as(&scripted),
        Content::Issued(terms) => normal(cloud, request, terms).dressed_as(&scripted),
        Content::IamError(code) => iam::OidcError::new(code).answer(cloud, request).dressed_as(&scripted),
        Content::Token(text) => scripted_token(cloud, request, text.clone()).dressed_as(&scripted),
    }
}

/// A text of the test's choice where the login of this path has its token.
fn scripted_token(cloud: &Cloud, request: &Request, text: Option<String>) -> Answer {
    match Route::of(&request.path) {
        Some(Route::InstanceIdentity | Route::InstanceToken) => vpc::scripted_token(cloud, request, text),
        Some(Route::Cp4d | Route::Foundation) => cp4d::scripted_token(request, text),
        Some(Route::Mcsp) => mcsp::scripted_token(cloud, request, text),
        Some(Route::LegacyToken) => wml::scripted_legacy_token(request, text),
        _ => iam::scripted_token(cloud, request, text),
    }
}

fn normal(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    if request.too_large {
        return Answer::json(413, serde_json::json!({ "message": "Request Entity Too Large" }));
    }
    match request.segments().as_slice() {
        ["identity" | "oidc", "token"] => iam::token(cloud, request, terms),
        ["identity", "keys"] => iam::keys(cloud, request),
        ["identity", ".well-known", "openid-configuration"] => iam::configuration(cloud, request),
        ["identity" | "oidc", "introspect"] => iam::introspect(cloud, request),
        ["identity", "userinfo"] => iam::userinfo(cloud, request),
        ["identity", "passcode"] => iam::passcode(cloud, request),
        ["instance_identity" | "identity", "v1", "token"] => vpc::identity_token(cloud, request, terms),
        ["instance_identity", "v1", "iam_token"] => vpc::iam_token(cloud, request, terms),
        ["identity", "v1", "iam_tokens"] => vpc::iam_token(cloud, request, terms),
        ["identity" | "oidc", ..] => iam::missing_route(),
        [.., "v1", "authorize"] => cp4d::authorize(cloud, request, terms),
        [.., "idprovider", "v1", "auth", "identitytoken"] => cp4d::foundation_token(cloud, request, terms),
        [.., "v1", "preauth", "validateAuth"] => cp4d::validate_auth(cloud, request, terms),
        [.., "v1", "service_token"] => cp4d::service_token(cloud, request, terms),
        [.., "v3", "service_instances", _, "token"] => cp4d::instance_token(cloud, request, terms),
        ["auth", "jwks"] => iam::keys(cloud, request),
        ["siusermgr", "api", "1.0", "apikeys", "token"] => mcsp::token(cloud, request, terms),
        ["api", "2.0", _, _, "apikeys", "token"] => mcsp::token(cloud, request, terms),
        ["api", "2.0", "apikeys", "token"] => mcsp::token(cloud, request, terms),
        ["api", "rest", "mcsp", "apikeys", "token"] => mcsp::token(cloud, request, terms),
        ["api", "2.0", "jwks"] => iam::keys(cloud, request),
        ["v2" | "v3", "identity", "token"] => wml::legacy_token(cloud, request, terms),
        ["v1", "task_credentials", rest @ ..] => platform::task_credentials(cloud, request, rest),
        ["v1", rest @ ..] => identity_services::answer(cloud, request, rest),
        ["v2", rest @ ..] => platform::answer(cloud, request, rest),
        ["transactional", "v2", "projects"] => platform::make_project(cloud, request),
        ["transactional", "v2", "projects", id] => platform::delete_project(cloud, request, id),
        ["ml", rest @ ..] => wml::answer(cloud, request, rest),
        _ => platform::missing_route(),
    }
}
