//! `wml-auth score`

use std::path::Path;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Request, Response};
use serde::de::IgnoredAny;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use url::Url;
use wml_auth_config::{Key, Target};
use wml_auth_core::{AuthRequest, Authorized, BodyLimit, Transport as _};

use crate::args::Score;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::sandbox::SAMPLE_INPUT;
use crate::session::Session;
use crate::terminal;

/// The version date that is asked for where the configuration names none: the one IBM's Python client sends.
pub(super) const VERSION: &str = "2026-10-14";
/// Predictions can be long.
const LARGEST_ANSWER: BodyLimit = BodyLimit(32 * 1024 * 1024);

pub(crate) async fn run(mut session: Session, args: &Score) -> Result<(), Failure> {
    session.set(Key::DeploymentId, args.deployment.as_deref());
    session.set(Key::SpaceId, args.space.as_deref());
    session.set(Key::ProjectId, args.project.as_deref());
    session.set(Key::Version, args.api_version.as_deref());
    let input = input(args.input.as_deref(), session.is_sandbox()).await?;
    let (resolution, credentials) = session.resolve()?;
    let request = request(resolution.target(), input)?;
    session.say_expiry(&credentials.authorize(&AuthRequest::new()).await?);
    let service = Authorized::new(resolution.service_transport(session.transport()), credentials);
    let answer = service.send(request).await?;
    if !answer.status().is_success() {
        return Err(refused(&answer));
    }
    // As the service wrote it: numbers that are read and written again can lose a digit.
    match std::str::from_utf8(answer.body()) {
        Ok(predictions) if serde_json::from_str::<IgnoredAny>(predictions).is_ok() => {
            terminal::answer(predictions.trim());
            Ok(())
        }
        _ => Err(Failure::internal("the service answered with something else than JSON")
            .with_exit(Exit::Unreachable)),
    }
}

/// Reads the request's body. It is checked to be JSON before a credential is sent anywhere.
pub(super) async fn input(file: Option<&Path>, sandbox: bool) -> Result<Vec<u8>, Failure> {
    let (bytes, name) = match file {
        None if sandbox => return Ok(SAMPLE_INPUT.into()),
        None => {
            return Err(Failure::usage("there is nothing to score").with_hint(
                r#"name a file with `--input FILE`, or `--input -` for standard input: {"input_data":[{"fields":["a"],"values":[[1]]}]}"#,
            ));
        }
        Some(path) if path == Path::new("-") => {
            let mut bytes = Vec::new();
            let read = tokio::io::stdin().read_to_end(&mut bytes).await;
            (read.map(|_| bytes), "standard input".to_owned())
        }
        Some(path) => (tokio::fs::read(path).await, path.display().to_string()),
    };
    let bytes = bytes.map_err(|error| Failure::usage(format!("{name} cannot be read: {error}")))?;
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Object(_)) => Ok(bytes),
        Ok(_) => Err(Failure::usage(format!("{name} is not a JSON object"))),
        Err(error) => Err(Failure::usage(format!("{name} is not JSON: {error}"))),
    }
}

pub(super) fn request(target: &Target, body: Vec<u8>) -> Result<Request<Vec<u8>>, Failure> {
    let missing = |what: &str, hint: &str| {
        Failure::usage(format!("the configuration names no {what}"))
            .with_hint(hint.to_owned())
            .with_exit(Exit::BadConfig)
    };
    let base = target.url.as_deref().ok_or_else(|| {
        missing(
            "service URL",
            "set `url` in the profile or WATSONX_URL, such as https://us-south.ml.cloud.ibm.com",
        )
    })?;
    let deployment = target.deployment_id.as_deref().ok_or_else(|| {
        missing("deployment", "pass `--deployment ID`, or set `deployment_id` in the profile")
    })?;
    let invalid = || Failure::usage("the service URL is not a URL").with_exit(Exit::BadConfig);
    let mut url = Url::parse(base).map_err(|_| invalid())?;
    url.path_segments_mut().map_err(|()| invalid())?.pop_if_empty().extend([
        "ml",
        "v4",
        "deployments",
        deployment,
        "predictions",
    ]);
    url.query_pairs_mut().append_pair("version", target.version.as_deref().unwrap_or(VERSION));
    Request::post(url.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json")
        .extension(LARGEST_ANSWER)
        .body(body)
        .map_err(|_| invalid())
}

/// Reads the service's envelope, `{"errors":[{"code","message"}],"trace"}`.
pub(super) fn refused(answer: &Response<Vec<u8>>) -> Failure {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(terminal::printable);
    let status = answer.status();
    let mut message = format!("the service refused to score: HTTP {status}");
    for part in [text("/errors/0/code"), text("/errors/0/message")].into_iter().flatten() {
        message.push_str(": ");
        message.push_str(&part);
    }
    if let Some(trace) = text("/trace") {
        message.push_str(&format!(" (trace {trace})"));
    }
    let failure = Failure::usage(message);
    match status.as_u16() {
        401 => failure.with_exit(Exit::Refused).with_hint("the service does not accept this credential; see `wml-auth explain`"),
        403 => failure.with_exit(Exit::Refused).with_hint(
            "make the user or Service ID Editor or Admin of the deployment space, under Manage > Access control",
        ),
        404 => failure.with_hint("check the deployment id, and that `url` is of the region where it lives"),
        429 | 500.. => failure.with_exit(Exit::TryLater),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        let mut target = Target::default();
        target.url = Some(url.to_owned());
        target.deployment_id = Some("a/b?c".to_owned());
        target
    }

    #[test]
    fn the_deployment_cannot_break_out_of_its_place() {
        let request = request(&target("https://us-south.ml.cloud.ibm.com/"), vec![]).unwrap();
        assert_eq!(
            request.uri(),
            "https://us-south.ml.cloud.ibm.com/ml/v4/deployments/a%2Fb%3Fc/predictions?version=2026-10-14"
        );
    }

    #[test]
    fn a_url_that_is_none_is_bad_configuration() {
        assert_eq!(request(&target("us-south"), vec![]).unwrap_err().exit(), Exit::BadConfig);
        assert_eq!(request(&target("mailto:x"), vec![]).unwrap_err().exit(), Exit::BadConfig);
    }

    #[test]
    fn the_status_decides_the_exit_code() {
        let exit =
            |status: u16| refused(&Response::builder().status(status).body(vec![]).unwrap()).exit() as u8;
        assert_eq!([400, 401, 403, 404, 429, 503].map(exit), [64, 77, 77, 64, 75, 75]);
    }
}
