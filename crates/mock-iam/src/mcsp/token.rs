//! The tokens of MCSP.

use serde_json::{Map, Value, json};

use super::scope::Scope;
use crate::cloud::Cloud;
use crate::jwt::Life;
use crate::world::World;
use crate::world::identity::Identity;

/// The `iss` of the platform, in whichever version of the API a token was asked for.
pub(crate) const ISSUER: &str = "https://iam.platform.saas.ibm.com/siusermgr/api/1.0";

pub(super) fn claims(
    cloud: &Cloud,
    identity: &Identity,
    scope: &Scope,
    caller_ext: Option<Map<String, Value>>,
    life: Life,
) -> Value {
    let world = cloud.world();
    let email = identity.person.as_ref().map_or("", |person| &person.email);
    let mut claims = json!({
        "iss": ISSUER,
        // Text and not a list: IBM's library for Java reads no other.
        "aud": format!("crn:v1:aws:public:wxai:us-east-1:sub/{}::", world.account_id),
        "sub": identity.uuid(),
        "iat": life.iat,
        "nbf": life.iat,
        "exp": life.exp,
        "jti": cloud.noise.uuid(),
        "tenantId": world.account_id,
        "subscriptionId": world.account_id,
        "entityType": if identity.person.is_some() { "USER" } else { "SERVICEID" },
        "email": email,
        "name": identity.sub,
        "displayname": identity.name,
        "idp": { "realmName": identity.realm, "iss": "https://login.ibm.com/oidc/endpoint/default" },
        "groups": [],
    });
    let Some(members) = claims.as_object_mut() else { return claims };
    let place = scope.item.as_ref().map(|(collection, id)| format!("{collection}/{id}"));
    if scope.roles {
        let prefix = place.as_ref().filter(|_| scope.prefix_roles).map(|place| format!("{place}:"));
        members.insert("roles".to_owned(), json!([format!("{}Editor", prefix.unwrap_or_default())]));
    }
    let actions = [(scope.builtin_actions, "builtin.read"), (scope.custom_actions, "custom.read")];
    let actions = actions.iter().filter(|(wanted, _)| *wanted).map(|(_, name)| *name).collect::<Vec<_>>();
    if !actions.is_empty() {
        members.insert("actions".to_owned(), json!(actions));
    }
    if let Some(place) = place {
        members.insert("scope".to_owned(), json!(place));
    }
    if let Some(caller_ext) = caller_ext {
        members.insert("callerExt".to_owned(), caller_ext.into());
    }
    claims
}

/// Whose token has these claims.
pub(crate) fn holder(world: &World, claims: &Value) -> Option<String> {
    if claims.get("tenantId")?.as_str()? != world.account_id {
        return None;
    }
    let sub = claims.get("sub")?.as_str()?;
    world.identities().find(|identity| identity.uuid() == sub).map(|identity| identity.iam_id)
}
