//! `POST /identity/token`: the checks that all grants share, and the answer.

use bytes::Bytes;
use serde::Serialize;

use super::client::Client;
use super::error::{OidcError, with_headers};
use super::grants::{self, Asked};
use super::params::Params;
use crate::answer::{Answer, TokenAnswer};
use crate::cloud::Cloud;
use crate::request::Request;
use crate::token::{Login, SCOPE, issue, life};
use crate::world::session::Session;

const CLOUD_IAM: &str = "cloud_iam";
const DELEGATED: &str = "delegated_refresh_token";

/// 72 hours, IAM's default for a refresh token.
const REFRESH_LIFETIME: i64 = 259_200;
/// 6 days, IAM's default for a delegated one.
const DELEGATED_LIFETIME: i64 = 518_400;

/// The order of the checks is IAM's: grant type, response type, client, then the grant's own properties, then the
/// credential.
pub(super) fn answer(cloud: &Cloud, request: &Request, terms: &TokenAnswer) -> Result<Answer, OidcError> {
    let params = Params::of(request);
    let grant_type = params.required("grant_type")?;
    if let Some(name) = params.contradiction() {
        return Err(OidcError::new("BXNIM0106E").details(format!("Property {name} was given more than once")));
    }
    let delegated = wants_delegated(&params)?;
    let grant = grants::named(grant_type)
        .ok_or_else(|| OidcError::invalid("grant_type", grant_type, &grants::names()))?;
    let client = Client::of(request)?;
    let asked = Asked { params: &params, client };
    let login = grant(cloud, &asked)?;
    let account_id = cloud.world().account_id.clone();
    tenant(request, &account_id)?;
    cloud.world().activity.note(&login.identity.identifier, cloud.clock.now());
    let make = || success(cloud, &asked, &login, delegated, &account_id, terms);
    let body = match client {
        // Nothing in this answer is for one caller alone.
        Client::Default if !delegated && terms.is_all_normal() => {
            cloud.minted.answer(&login, client.id(), life(cloud, &login, terms), make)?
        }
        _ => make()?,
    };
    Ok(with_headers(cloud, request, Answer::bytes(200, body)))
}

/// The body of the answer to a login that is good.
fn success(
    cloud: &Cloud,
    asked: &Asked<'_>,
    login: &Login,
    delegated: bool,
    account_id: &str,
    terms: &TokenAnswer,
) -> Result<Bytes, OidcError> {
    let issued = issue(cloud, login, asked.client.id(), account_id, terms)
        .map_err(|_| OidcError::new("BXNIM0050E"))?;
    let now = cloud.clock.epoch_seconds();
    let delegated_refresh_token = match delegated {
        true => Some(delegate(cloud, asked.params, login, now)?),
        false => None,
    };
    // The default client gets a word instead of a token.
    let refresh_token = match asked.client {
        _ if terms.refresh_token.is_some() => terms.refresh_token.clone().unwrap_or_default(),
        Client::Default => "not_supported".to_owned(),
        _ if !login.refreshable => String::new(),
        client => remember(cloud, login.clone(), client, now.saturating_add(REFRESH_LIFETIME), false),
    };
    let body = Success {
        access_token: Some(issued.access_token),
        refresh_token,
        delegated_refresh_token,
        token_type: "Bearer",
        expires_in: issued.life.expires_in(terms),
        expiration: issued.life.expiration(terms),
        scope: SCOPE,
    };
    serde_json::to_vec(&body).map(Bytes::from).map_err(|_| OidcError::new("BXNIM0050E"))
}

/// A client may say from which accounts a token may be. No public source has the code for one that is from another.
fn tenant(request: &Request, account_id: &str) -> Result<(), OidcError> {
    match request.header("ibm-cloud-tenant") {
        Some(tenants) if !tenants.split(',').any(|tenant| tenant.trim() == account_id) => {
            Err(OidcError::new("BXNIM0513E"))
        }
        _ => Ok(()),
    }
}

/// The same answer around a text that was not issued by anybody.
pub(super) fn scripted(cloud: &Cloud, request: &Request, access_token: Option<String>) -> Answer {
    let lifetime = i64::try_from(cloud.token_lifetime.as_secs()).unwrap_or(i64::MAX);
    let body = Success {
        access_token,
        refresh_token: "not_supported".to_owned(),
        delegated_refresh_token: None,
        token_type: "Bearer",
        expires_in: lifetime,
        expiration: cloud.clock.token_time().as_second().saturating_add(lifetime),
        scope: SCOPE,
    };
    with_headers(cloud, request, Answer::json(200, body))
}

#[derive(Serialize)]
struct Success<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<T>,
    refresh_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delegated_refresh_token: Option<String>,
    token_type: &'static str,
    expires_in: i64,
    expiration: i64,
    scope: &'static str,
}

/// Clients write the list with spaces, older ones with commas.
fn wants_delegated(params: &Params<'_>) -> Result<bool, OidcError> {
    let mut delegated = false;
    let words = params.find("response_type").unwrap_or(CLOUD_IAM);
    for word in words.split([' ', ',']).filter(|word| !word.is_empty()) {
        match word {
            CLOUD_IAM => {}
            DELEGATED => delegated = true,
            other => return Err(OidcError::invalid("response_type", other, &[CLOUD_IAM, DELEGATED])),
        }
    }
    Ok(delegated)
}

/// A refresh token which another client may use.
fn delegate(cloud: &Cloud, params: &Params<'_>, login: &Login, now: i64) -> Result<String, OidcError> {
    // The list may name several receivers; every one that is known here is the Kubernetes service.
    let receiver = params
        .required("receiver_client_ids")?
        .split(',')
        .find_map(|name| Client::named(name.trim()))
        .ok_or_else(|| OidcError::new("BXNIM0310E"))?;
    let lifetime = match params.find("delegated_refresh_token_expiry") {
        Some(text) => text.parse().ok().filter(|seconds| *seconds > 0).ok_or_else(|| {
            OidcError::invalid("delegated_refresh_token_expiry", text, &["a number of seconds"])
        })?,
        None => DELEGATED_LIFETIME,
    };
    Ok(remember(cloud, login.clone(), receiver, now.saturating_add(lifetime), true))
}

fn remember(cloud: &Cloud, login: Login, client: Client, expires: i64, delegated: bool) -> String {
    let refresh_token = cloud.noise.url_safe(512);
    let session = Session { login, client_id: client.id().to_owned(), delegated, expires };
    cloud.world().sessions.insert(refresh_token.clone(), session);
    refresh_token
}
