//! The tokens of Cloud Pak for Data.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Problem;
use crate::answer::TokenAnswer;
use crate::cloud::Cloud;
use crate::jwt::{self, Life};
use crate::world::World;

/// The `iss` of every installation.
pub(crate) const ISSUER: &str = "KNOXSSO";

/// Whom a token shall be for.
pub(super) struct Bearer {
    pub(super) username: String,
    pub(super) uid: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) permissions: Vec<String>,
}

impl Bearer {
    pub(super) fn named(username: &str) -> Self {
        let permissions = ["sign_in_only", "manage_deployments"].map(str::to_owned).into();
        Self { username: username.to_owned(), uid: None, display_name: None, permissions }
    }
}

/// A token of the usual life.
pub(super) fn issue(cloud: &Cloud, bearer: &Bearer, terms: &TokenAnswer) -> Result<String, Problem> {
    let life = Life::new(cloud, terms);
    // The audience is text and not a list: IBM's library for Java reads no other.
    let claims = json!({
        "username": bearer.username,
        "role": "Admin",
        "permissions": bearer.permissions,
        "groups": [10000],
        "sub": bearer.username,
        "iss": ISSUER,
        "aud": "DSX",
        "uid": bearer.uid.as_deref().unwrap_or("1000330999"),
        "authenticator": "default",
        "display_name": bearer.display_name.as_deref().unwrap_or(&bearer.username),
        // No claim of the real ones, but without it two tokens of one second would be the same.
        "jti": cloud.noise.uuid(),
        "iat": life.iat,
        "exp": life.exp,
    });
    jwt::sign(cloud, &claims, terms).map_err(|_| Problem::failed())
}

/// Whose token has these claims. A broker may have made it for somebody whom nobody knows.
pub(crate) fn holder(world: &World, claims: &Value) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        aud: String,
    }
    let claims = Claims::deserialize(claims).ok().filter(|claims| claims.aud == "DSX")?;
    let known = world.identity_named(&claims.sub).map(|identity| identity.iam_id);
    Some(known.unwrap_or_else(|| format!("cp4d-{}", claims.sub)))
}
