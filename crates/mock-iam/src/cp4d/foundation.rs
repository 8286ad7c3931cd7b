//! An installation that leaves its users to the foundational services: log in there, then change the token.

use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

use super::error::Problem;
use super::token::{Bearer, issue};
use super::{Outcome, success};
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::jwt::{self, Life};
use crate::request::{Authorization, Request};

const ISSUER: &str = "https://cp-console/idprovider";

/// The form of a password grant.
pub(super) fn login(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let is_form = request.headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.to_str().is_ok_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    });
    if !is_form {
        return Err(Problem::bad_request("The content type is not application/x-www-form-urlencoded."));
    }
    let field = |name: &str| {
        form_urlencoded::parse(&request.body)
            .find(|(own, value)| own == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
            .ok_or_else(|| Problem::bad_request(format!("'{name}' is missing.")))
    };
    if field("grant_type")? != "password" {
        return Err(Problem::bad_request("'grant_type' must be 'password'."));
    }
    let (username, password, scope) = (field("username")?, field("password")?, field("scope")?);
    if !cloud.world().has_password(&username, &password) {
        return Err(Problem::unauthorized());
    }
    let life = Life::new(cloud, terms);
    let claims = json!({
        "iss": ISSUER, "sub": username, "iat": life.iat, "exp": life.exp, "jti": cloud.noise.uuid(),
    });
    let token = jwt::sign(cloud, &claims, terms).map_err(|_| Problem::failed())?;
    Ok(Answer::json(
        200,
        json!({
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": life.expires_in(terms),
            "scope": scope,
        }),
    ))
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
}

/// The token comes in headers of its own. Older installations take the password itself, as Basic credentials.
pub(super) fn exchange(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let username = match (request.header("username"), request.header("iam-token"), request.authorization()) {
        (Some(username), Some(token), _) => {
            let claims: Claims = jwt::read(cloud, token).map_err(|_| Problem::unauthorized())?;
            Some(username.to_owned()).filter(|name| claims.iss == ISSUER && claims.sub == *name)
        }
        (_, _, Some(Authorization::Basic { user, password })) => {
            let good = cloud.world().has_password(&user, &password);
            Some(user).filter(|_| good)
        }
        _ => None,
    };
    let username = username.ok_or_else(Problem::unauthorized)?;
    let token = issue(cloud, &Bearer::named(&username), terms)?;
    Ok(Answer::json(200, success("accessToken", token)))
}
