//! Whether a token or a key is good, for those who cannot or will not look themselves.
//!
//! Neither endpoint ever refuses: what is not good is `{"active": false}`, with status 200.

use serde_json::{Value, json};

use super::error::with_headers;
use super::params::Params;
use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::request::{Authorization, Request};
use crate::token;

/// Takes a `token` or an `apikey`, and asks for no authorization of its own.
pub(super) fn introspect(cloud: &Cloud, request: &Request) -> Answer {
    let params = Params::of(request);
    let found = match params.find("token") {
        Some(token) => about_token(cloud, token),
        None => about_key(cloud, &params),
    };
    answer(cloud, request, found)
}

/// The same about the bearer token of the request.
pub(super) fn userinfo(cloud: &Cloud, request: &Request) -> Answer {
    let found = match request.authorization() {
        Some(Authorization::Bearer(token)) => about_token(cloud, &token),
        _ => None,
    };
    answer(cloud, request, found)
}

fn answer(cloud: &Cloud, request: &Request, found: Option<Value>) -> Answer {
    let body = found.unwrap_or_else(|| json!({ "active": false }));
    with_headers(cloud, request, Answer::json(200, body))
}

/// Nearly the claims, but the realm is spelled differently here.
fn about_token(cloud: &Cloud, token: &str) -> Option<Value> {
    let claims = token::verify(cloud, token).ok()?;
    let realm = claims.realmid.clone();
    let Value::Object(mut members) = serde_json::to_value(claims).ok()? else { return None };
    for not_shown in ["id", "realmid", "jti", "authn"] {
        members.remove(not_shown);
    }
    members.insert("active".to_owned(), json!(true));
    members.insert("realmId".to_owned(), json!(realm));
    Some(members.into())
}

fn about_key(cloud: &Cloud, params: &Params<'_>) -> Option<Value> {
    let now = cloud.clock.now();
    let mut world = cloud.world();
    let value = params.spellings("apikey").find(|value| world.api_key(value).is_some())?;
    let key = world.known_api_key(&value, now).filter(|key| key.is_usable(now))?;
    let iam_id = key.iam_id.clone();
    Some(json!({ "active": true, "iam_id": iam_id, "account": { "bss": world.account_id } }))
}
