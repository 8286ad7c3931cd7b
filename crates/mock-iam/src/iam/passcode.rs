//! `POST /identity/passcode`: whoever holds a refresh token may have a passcode, to log in somewhere else.

use serde_json::json;

use super::client::Client;
use super::error::{OidcError, with_headers};
use super::grants::{Asked, session};
use super::params::Params;
use crate::answer::Answer;
use crate::cloud::Cloud;
use crate::request::Request;
use crate::world::logins;

pub(super) fn create(cloud: &Cloud, request: &Request) -> Result<Answer, OidcError> {
    let asked = Asked { params: &Params::of(request), client: Client::of(request)? };
    asked.needs_client()?;
    let holder = session(cloud, &asked, false)?.identity.iam_id;
    let passcode = logins::passcode(&cloud.noise);
    cloud.world().logins.passcodes.insert(passcode.clone(), holder);
    Ok(with_headers(cloud, request, Answer::json(200, json!({ "passcode": passcode }))))
}
