//! `/v3/identity/token`, and `/v2/…` before it: the tokens of Watson Machine Learning from before it took those of IAM.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Outcome;
use super::error::Problem;
use crate::answer::{Answer, TokenAnswer};
use crate::caller::Refusal;
use crate::cloud::Cloud;
use crate::jwt::{self, Life};
use crate::request::{Authorization, Request};
use crate::world::World;

/// No public source shows the claims; clients read the expiry alone.
pub(crate) const LEGACY_ISSUER: &str = "https://ibm-watson-ml.mybluemix.net/v3/identity";

#[derive(Deserialize)]
struct Claims {
    iss: String,
    #[serde(rename = "userId")]
    user_id: String,
}

/// `GET` takes the user name and the password of the service credentials, or the user `apikey` with an API key; `PUT`
/// takes an older token.
pub(super) fn answer(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let user_id = match request.method {
        Method::GET => by_credentials(cloud, request)?,
        Method::PUT => by_token(cloud, request)?,
        _ => return Err(Problem::method_not_allowed()),
    };
    let life = Life::new(cloud, terms);
    let claims = {
        let world = cloud.world();
        json!({
            "iss": LEGACY_ISSUER,
            "tenantId": world.account_id,
            "instanceId": world.instance_guid(),
            "userId": user_id,
            "jti": cloud.noise.uuid(),
            "iat": life.iat,
            "exp": life.exp,
        })
    };
    let token = jwt::sign(cloud, &claims, terms).map_err(|_| Problem::failed())?;
    Ok(Answer::json(200, json!({ "token": token })))
}

fn by_credentials(cloud: &Cloud, request: &Request) -> Result<String, Problem> {
    let Some(Authorization::Basic { user, password }) = request.authorization() else {
        return Err(Problem::bad_credentials());
    };
    let now = cloud.clock.now();
    let mut world = cloud.world();
    if user == "apikey" {
        let key = world.known_api_key(&password, now).filter(|key| key.is_usable(now));
        return key.map(|key| key.iam_id.clone()).ok_or_else(Problem::bad_credentials);
    }
    match world.has_password(&user, &password) {
        true => Ok(world.user.iam_id()),
        false => Err(Problem::bad_credentials()),
    }
}

fn by_token(cloud: &Cloud, request: &Request) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Body {
        token: String,
    }
    let body: Body = request
        .json_object()
        .map_err(|why| Problem::invalid_request(format!("The body is no JSON object with a token: {why}")))?;
    let claims: Claims = jwt::read(cloud, &body.token).map_err(Refusal::from)?;
    match claims.iss == LEGACY_ISSUER {
        true => Ok(claims.user_id),
        false => Err(Refusal::NotValid.into()),
    }
}

/// Whose token has these claims.
pub(crate) fn holder(world: &World, claims: &Value) -> Option<String> {
    if claims.get("tenantId")?.as_str()? != world.account_id {
        return None;
    }
    let claims = Claims::deserialize(claims).ok()?;
    world.identity(&claims.user_id).map(|identity| identity.iam_id)
}
