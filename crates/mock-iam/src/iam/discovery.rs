//! The OpenID configuration document.

use serde_json::{Value, json};

use super::grants;
use crate::cloud::Cloud;
use crate::request::Request;

/// The issuer is the global name; the endpoints are wherever the client reached us.
pub(super) fn document(cloud: &Cloud, request: &Request) -> Value {
    let origin = &request.origin;
    json!({
        "issuer": cloud.issuer,
        "authorization_endpoint": format!("{origin}/identity/authorize"),
        "token_endpoint": format!("{origin}/identity/token"),
        "passcode_endpoint": format!("{origin}/identity/passcode"),
        "userinfo_endpoint": format!("{origin}/identity/userinfo"),
        "jwks_uri": format!("{origin}/identity/keys"),
        "response_types_supported": ["cloud_iam", "delegated_refresh_token"],
        "grant_types_supported": grants::names(),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["ibm", "openid"],
        "claims_supported": [
            "iam_id", "realmid", "identifier", "given_name", "family_name", "name", "email", "sub", "sub_type",
            "account", "iat", "exp", "iss", "grant_type", "scope", "client_id", "acr", "amr",
        ],
    })
}
