//! Tokens for services: by the brokers' secret, and for one service instance.

use serde_json::json;

use super::error::Problem;
use super::token::{Bearer, issue};
use super::{Outcome, success};
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::request::{Authorization, Request};

/// Whoever shows the secret says for whom the token shall be; the user of this account, if it does not.
pub(super) fn broker(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    if request.header("secret") != Some(cloud.world().logins.broker_secret.as_str()) {
        return Err(Problem::unauthorized());
    }
    // No public source has the unit, so that it has no effect. It must be a whole number.
    if let Some(time) = request.query("expiration_time").filter(|time| time.parse::<i32>().is_err()) {
        return Err(Problem::bad_request(format!("'expiration_time' is no whole number: {time}")));
    }
    let username = request.query("username").unwrap_or_else(|| cloud.world().user.email.clone());
    let mut bearer = Bearer::named(&username);
    bearer.uid = request.query("uid");
    bearer.display_name = request.query("display_name");
    if let Some(permissions) = request.query("permissions") {
        bearer.permissions = permissions.split(',').map(|word| word.trim().to_owned()).collect();
    }
    let token = issue(cloud, &bearer, terms)?;
    Ok(Answer::json(200, success("token", token)))
}

/// The user and an API key are Basic credentials.
pub(super) fn instance(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let Some(Authorization::Basic { user, password: key }) = request.authorization() else {
        return Err(Problem::unauthorized());
    };
    if !cloud.world().has_key(&user, &key, cloud.clock.now()) {
        return Err(Problem::unauthorized());
    }
    if let [.., id, "token"] = request.segments().as_slice()
        && *id != cloud.world().instance_guid()
    {
        return Err(Problem::not_found(format!("There is no service instance '{id}'.")));
    }
    let token = issue(cloud, &Bearer::named(&user), terms)?;
    Ok(Answer::json(200, json!({ "data": { "token": token } })))
}
