//! MCSP, the platform of IBM's hosted software: where watsonx on AWS keeps its identities.

mod scope;
mod token;

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use self::scope::Scope;
pub(crate) use self::token::{ISSUER, holder};
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::iam::OidcError;
use crate::jwt::{self, Life};
use crate::request::Request;
use crate::trace;

#[derive(Deserialize)]
struct Body {
    apikey: Option<String>,
    /// For the claim `callerExt`.
    #[serde(rename = "callerExtClaim")]
    caller_ext: Option<Map<String, Value>>,
}

/// `POST /siusermgr/api/1.0/apikeys/token`, `POST /api/2.0/{type}/{id}/apikeys/token`, and the second without a scope.
///
/// What a refusal looks like is not public; IBM's own tests have one of IAM in its place.
pub(crate) fn token(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Answer {
    exchange(cloud, request, terms).unwrap_or_else(|error| error.answer(cloud, request))
}

/// A successful answer with a text of the test's choice.
pub(crate) fn scripted_token(cloud: &Cloud, request: &Request, text: Option<String>) -> Answer {
    let terms = TokenAnswer::default();
    success(request, text, Life::new(cloud, &terms), &terms)
}

fn exchange(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Result<Answer, OidcError> {
    if request.method != Method::POST {
        return Err(OidcError::method_not_allowed());
    }
    let scope = Scope::of(request)?;
    let body: Body = request.json_object().map_err(|why| OidcError::new("BXNIM0106E").details(why))?;
    let value = body.apikey.filter(|value| !value.is_empty()).ok_or_else(|| OidcError::missing("apikey"))?;
    let now = cloud.clock.now();
    let identity = {
        let mut world = cloud.world();
        let key = world.known_api_key(&value, now).cloned().ok_or_else(|| OidcError::new("BXNIM0415E"))?;
        if !key.is_usable(now) {
            return Err(OidcError::new("BXNIM0462E"));
        }
        world.activity.note(&key.id, now);
        world.identity(&key.iam_id).ok_or_else(|| OidcError::new("BXNIM0410E"))?
    };
    let life = Life::new(cloud, terms);
    let claims = token::claims(cloud, &identity, &scope, body.caller_ext, life);
    let token = jwt::sign(cloud, &claims, terms).map_err(|_| OidcError::new("BXNIM0050E"))?;
    Ok(success(request, Some(token), life, terms))
}

fn success(request: &Request, token: Option<String>, life: Life, terms: &TokenAnswer) -> Answer {
    let mut body = json!({
        "token_type": "jwt",
        "expires_in": life.expires_in(terms),
        "expiration": life.expiration(terms),
    });
    if let (Some(token), Some(members)) = (token, body.as_object_mut()) {
        members.insert("token".to_owned(), token.into());
    }
    trace::with_ids(request, Answer::json(200, body))
}
