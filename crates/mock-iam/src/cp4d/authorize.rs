//! A user name, with a password or with an API key, for a token.

use serde::Deserialize;

use super::error::Problem;
use super::token::{Bearer, issue};
use super::{Outcome, success};
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::request::Request;

/// IBM's library for Python sends what is not used as null.
#[derive(Deserialize)]
struct Credentials {
    username: Option<String>,
    password: Option<String>,
    api_key: Option<String>,
    /// There is one account here, and no public source says how an installation names its own: any text will do.
    #[serde(rename = "account_id")]
    _account_id: Option<String>,
}

pub(super) fn login(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Outcome {
    let given: Credentials = request.json_object().map_err(|why| {
        Problem::bad_request(format!("The body is not a JSON object of credentials: {why}"))
    })?;
    let username = given.username.filter(|name| !name.is_empty());
    let username = username.ok_or_else(|| Problem::bad_request("'username' is missing."))?;
    let good = match (&given.password, &given.api_key) {
        (Some(password), None) => cloud.world().has_password(&username, password),
        (None, Some(key)) => cloud.world().has_key(&username, key, cloud.clock.now()),
        _ => return Err(Problem::bad_request("Exactly one of 'password' and 'api_key' is needed.")),
    };
    if !good {
        return Err(Problem::unauthorized());
    }
    let token = issue(cloud, &Bearer::named(&username), terms)?;
    Ok(Answer::json(200, success("token", token)))
}
