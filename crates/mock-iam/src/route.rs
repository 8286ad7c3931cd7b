//! The parts of the cloud which a test can point at.

/// One part of the API, for [`MockIam::on`](crate::MockIam::on) and [`MockIam::hold`](crate::MockIam::hold).
///
/// A string is a path prefix: `cloud.on("/v1/")`.
///
/// ```
/// use wml_auth_mock_iam::Route;
///
/// assert!(Route::Token.matches("/identity/token"));
/// assert!(Route::Token.matches("//oidc/token"));
/// assert!(Route::from("/ml/").matches("/ml/v4/deployments"));
/// assert!(!Route::Deployments.matches("/ml/v4/deployments/1/predictions"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// `/identity/token` and `/oidc/token`.
    Token,
    /// `/identity/passcode`.
    Passcode,
    /// `/identity/introspect` and `/oidc/introspect`.
    Introspection,
    /// `/identity/userinfo`.
    UserInfo,
    /// `/identity/keys`.
    Keys,
    /// `/identity/.well-known/openid-configuration`.
    Discovery,
    /// `/instance_identity/v1/token` and `/identity/v1/token`, the first step of a virtual server's login.
    InstanceIdentity,
    /// `/instance_identity/v1/iam_token` and `/identity/v1/iam_tokens`, the second step.
    InstanceToken,
    /// What gives a token of Cloud Pak for Data, below any prefix: `/v1/authorize`, `/v1/preauth/validateAuth`,
    /// `/v1/service_token` and `/v3/service_instances/{id}/token`.
    Cp4d,
    /// `/idprovider/v1/auth/identitytoken`, below any prefix.
    Foundation,
    /// `/siusermgr/api/1.0/apikeys/token`, `/api/2.0/apikeys/token` and `/api/2.0/{type}/{id}/apikeys/token`, and
    /// `/api/rest/mcsp/apikeys/token`.
    Mcsp,
    /// `/v3/identity/token` and `/v2/identity/token`.
    LegacyToken,
    /// `/v1/apikeys` and everything under it.
    ApiKeys,
    /// `/v1/serviceids` and everything under it.
    ServiceIds,
    /// `/v1/profiles` and everything under it.
    Profiles,
    /// `/v2/spaces` and `/v2/spaces/{id}`.
    Spaces,
    /// `/v2/projects` and `/v2/projects/{id}`.
    Projects,
    /// The members of a space or a project.
    Members,
    /// `/ml/v4/deployments` and `/ml/v4/deployments/{id}`.
    Deployments,
    /// `/ml/v4/deployments/{id}/predictions`.
    Predictions,
    /// `/ml/v4/instances/{guid}`.
    Instances,
    /// `…/text/generation` and `…/text/generation_stream`.
    Generation,
    /// `…/text/chat` and `…/text/chat_stream`.
    Chat,
    /// `/ml/v1/foundation_model_specs`.
    ModelSpecs,
    /// Every path that starts with this text.
    Path(String),
}

const NAMES: &[(&str, Route)] = &[
    ("token", Route::Token),
    ("passcode", Route::Passcode),
    ("introspection", Route::Introspection),
    ("user-info", Route::UserInfo),
    ("keys", Route::Keys),
    ("discovery", Route::Discovery),
    ("instance-identity", Route::InstanceIdentity),
    ("instance-token", Route::InstanceToken),
    ("cp4d", Route::Cp4d),
    ("foundation", Route::Foundation),
    ("mcsp", Route::Mcsp),
    ("legacy-token", Route::LegacyToken),
    ("api-keys", Route::ApiKeys),
    ("service-ids", Route::ServiceIds),
    ("profiles", Route::Profiles),
    ("spaces", Route::Spaces),
    ("projects", Route::Projects),
    ("members", Route::Members),
    ("deployments", Route::Deployments),
    ("predictions", Route::Predictions),
    ("instances", Route::Instances),
    ("generation", Route::Generation),
    ("chat", Route::Chat),
    ("model-specs", Route::ModelSpecs),
];

impl Route {
    /// Whether a request for this path belongs to the route.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match self {
            Self::Path(prefix) => path.starts_with(prefix.as_str()),
            named => Self::of(path).as_ref() == Some(named),
        }
    }

    /// The route that a scenario calls so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(own, _)| *own == name).map(|(_, route)| route.clone())
    }

    /// What a scenario calls the route of this path; a dash, if it has no name.
    pub(crate) fn name_of(path: &str) -> &'static str {
        let route = Self::of(path);
        NAMES.iter().find(|(_, named)| route.as_ref() == Some(named)).map_or("-", |(name, _)| *name)
    }

    pub(crate) fn of(path: &str) -> Option<Self> {
        Some(match segments(path).as_slice() {
            ["identity" | "oidc", "token"] => Self::Token,
            ["identity", "passcode"] => Self::Passcode,
            ["identity" | "oidc", "introspect"] => Self::Introspection,
            ["identity", "userinfo"] => Self::UserInfo,
            ["identity", "keys"] => Self::Keys,
            ["identity", ".well-known", "openid-configuration"] => Self::Discovery,
            ["instance_identity" | "identity", "v1", "token"] => Self::InstanceIdentity,
            ["instance_identity", "v1", "iam_token"] => Self::InstanceToken,
            ["identity", "v1", "iam_tokens"] => Self::InstanceToken,
            [.., "v1", "authorize" | "service_token"] => Self::Cp4d,
            [.., "v1", "preauth", "validateAuth"] => Self::Cp4d,
            [.., "v3", "service_instances", _, "token"] => Self::Cp4d,
            [.., "idprovider", "v1", "auth", "identitytoken"] => Self::Foundation,
            ["siusermgr", "api", "1.0", "apikeys", "token"] => Self::Mcsp,
            ["api", "2.0", "apikeys", "token"] | ["api", "2.0", _, _, "apikeys", "token"] => Self::Mcsp,
            ["api", "rest", "mcsp", "apikeys", "token"] => Self::Mcsp,
            ["v2" | "v3", "identity", "token"] => Self::LegacyToken,
            ["v1", "apikeys", ..] => Self::ApiKeys,
            ["v1", "serviceids", ..] => Self::ServiceIds,
            ["v1", "profiles", ..] => Self::Profiles,
            ["v2", "spaces" | "projects", _, "members", ..] => Self::Members,
            ["v2", "spaces", ..] => Self::Spaces,
            ["v2", "projects", ..] => Self::Projects,
            ["ml", "v4", "deployments", _, "predictions"] => Self::Predictions,
            ["ml", "v4", "deployments", ..] => Self::Deployments,
            ["ml", "v4", "instances", ..] => Self::Instances,
            ["ml", "v1", .., "text", "generation" | "generation_stream"] => Self::Generation,
            ["ml", "v1", .., "text", "chat" | "chat_stream"] => Self::Chat,
            ["ml", "v1", "foundation_model_specs"] => Self::ModelSpecs,
            _ => return None,
        })
    }
}

impl From<&str> for Route {
    fn from(prefix: &str) -> Self {
        Self::Path(prefix.to_owned())
    }
}

/// The non-empty parts of a path: clients send both `//identity/token` and `/v1/serviceids/`.
pub(crate) fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// A part of a path without its percent signs: CRNs have slashes in them.
pub(crate) fn decoded(segment: &str) -> String {
    // The decoder is one of forms, where these three mean something else.
    let plain = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(plain.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_is_decoded_as_one_text() {
        assert_eq!(decoded("crn%3Av1%3Aa%2F1%3A%3A"), "crn:v1:a/1::");
        assert_eq!(decoded("a+b&c=d%20e"), "a+b&c=d e");
        assert_eq!(decoded(""), "");
        assert_eq!(decoded("100%"), "100%");
    }

    #[test]
    fn a_path_has_one_named_route() {
        for (path, route) in [
            ("/identity/token", Route::Token),
            ("/instance_identity/v1/token", Route::InstanceIdentity),
            ("/identity/v1/iam_tokens", Route::InstanceToken),
            ("/zen/icp4d-api/v1/authorize", Route::Cp4d),
            ("/v3/service_instances/1/token", Route::Cp4d),
            ("/idprovider/v1/auth/identitytoken", Route::Foundation),
            ("/api/2.0/accounts/a%2Fb/apikeys/token", Route::Mcsp),
            ("/v2/identity/token", Route::LegacyToken),
            ("/v1/serviceids/", Route::ServiceIds),
            ("/v1/apikeys/details", Route::ApiKeys),
            ("/v2/spaces", Route::Spaces),
            ("/v2/projects/1/members/iam-x", Route::Members),
            ("/ml/v1/text/chat", Route::Chat),
            ("/ml/v1/deployments/1/text/generation", Route::Generation),
        ] {
            assert_eq!(Route::of(path), Some(route), "{path}");
        }
        assert_eq!(Route::of("/v1/token"), None);
    }
}
