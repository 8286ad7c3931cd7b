//! That the profile works: a token, and a score.

use std::time::Duration;

use http::Request;
use http::header::ACCEPT;
use serde::Deserialize;
use url::Url;
use wml_auth_config::Resolution;
use wml_auth_core::{AuthError, AuthRequest, Authorized, Credentials, Transport};
use wml_auth_iam::Target;

use super::steps::Steps;
use crate::commands::score;
use crate::failure::Failure;
use crate::sandbox::SAMPLE_INPUT;
use crate::session::Session;

/// IAM may not know a new key for some seconds, nor the platform a new member.
const PAUSES: [u64; 6] = [0, 1, 2, 4, 8, 15];

pub(super) async fn prove(
    session: &Session,
    profile: &str,
    target: &Target,
    input: Option<Vec<u8>>,
    steps: &mut Steps<'_>,
) -> Result<(), Failure> {
    let resolution = session.resolver().clone().profile(profile).resolve()?;
    let credentials = token(session, &resolution).await?;
    steps.add("token", "obtained", resolution.provider_name());
    let mut place = resolution.target().clone();
    let service = Authorized::new(session.transport(), credentials);
    if place.url.is_none() {
        steps.add("score", "skipped", "the profile names no service URL");
        return Ok(());
    }
    if place.deployment_id.is_none() {
        place.deployment_id = first_deployment(&service, &place, target).await?;
    }
    let Some(deployment) = place.deployment_id.clone() else {
        steps.add("score", "skipped", format!("there is no deployment in the {}", target.kind()));
        return Ok(());
    };
    let is_sample = input.is_none();
    let answer = service.send(score::request(&place, input.unwrap_or_else(|| SAMPLE_INPUT.into()))?).await?;
    match answer.status().as_u16() {
        200..=299 => steps.add("score", "obtained", deployment),
        // Who is let in may be told that a sample does not fit the model.
        400 if is_sample => steps.add("score", "let in", format!("{deployment}; the sample does not fit it")),
        _ => return Err(score::refused(&answer)),
    }
    Ok(())
}

async fn token(session: &Session, resolution: &Resolution) -> Result<Credentials, AuthError> {
    let mut outcome = Err(AuthError::internal("no token was asked for"));
    for pause in PAUSES {
        tokio::time::sleep(Duration::from_secs(pause)).await;
        // New ones, because a refusal is remembered for a while.
        let credentials = resolution.credentials(session.transport())?;
        outcome = credentials.authorize(&AuthRequest::new()).await.map(|_| credentials);
        match &outcome {
            Err(error) if error.is_rejected_credential() => session.say("not known yet: trying again"),
            _ => break,
        }
    }
    outcome
}

#[derive(Deserialize)]
struct Deployments {
    #[serde(default)]
    resources: Vec<Deployment>,
}

#[derive(Deserialize)]
struct Deployment {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    id: String,
}

async fn first_deployment<T: Transport>(
    service: &Authorized<T>,
    place: &wml_auth_config::Target,
    target: &Target,
) -> Result<Option<String>, Failure> {
    let invalid = || Failure::usage("the service URL is not a URL");
    let mut url = Url::parse(place.url.as_deref().unwrap_or_default()).map_err(|_| invalid())?;
    url.path_segments_mut().map_err(|()| invalid())?.pop_if_empty().extend(["ml", "v4", "deployments"]);
    url.query_pairs_mut()
        .append_pair("version", place.version.as_deref().unwrap_or(score::VERSION))
        .append_pair(&format!("{}_id", target.kind()), target.id())
        .append_pair("limit", "1");
    let request = Request::get(url.as_str()).header(ACCEPT, "application/json").body(Vec::new());
    let answer = service.send(request.map_err(|_| invalid())?).await?;
    if !answer.status().is_success() {
        return Err(score::refused(&answer));
    }
    let list: Deployments = serde_json::from_slice(answer.body())
        .map_err(|_| AuthError::invalid_answer("the service's answer does not list deployments"))?;
    Ok(list.resources.into_iter().next().map(|deployment| deployment.metadata.id))
}
