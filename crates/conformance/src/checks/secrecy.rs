//! No secret in anything that can be printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wml_auth_mock_iam::{Answer, Recorded};

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "secrecy":
    "what is handed out prints nothing of itself", [], prints_nothing;
    "its header is marked sensitive", [], is_sensitive;
    "an error does not repeat what the server repeats", [Source, Exchange, Secret], does_not_repeat;
}

/// The whole request, and what stands in its Basic credentials.
fn whole(request: &Recorded) -> String {
    let pair = basic(request).and_then(|pair| STANDARD.decode(pair).ok()).unwrap_or_default();
    format!(
        "{:?} {} {}",
        request.headers(),
        String::from_utf8_lossy(request.body()),
        String::from_utf8_lossy(&pair)
    )
}

fn basic(request: &Recorded) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Basic ")
}

async fn prints_nothing(stage: &Stage) -> Checked {
    let authorization = stage.authorize().await?;
    let shown = format!(
        "{authorization:?} {:#?} {} {:?}",
        authorization,
        authorization.identity(),
        stage.credentials
    );
    let token = authorization.expose_token();
    expect(token.is_empty() || !shown.contains(token), "the token stands in it")?;
    stage.without_secrets("it", &shown)
}

async fn is_sensitive(stage: &Stage) -> Checked {
    let authorization = stage.authorize().await?;
    let marked = authorization.headers().all(|(_, value)| value.is_sensitive());
    expect(marked, "it is not")
}

/// A server can repeat only what it was sent.
async fn does_not_repeat(stage: &Stage) -> Checked {
    stage.authorize().await?;
    let requests = stage.cloud.journal().requests();
    let sent: Vec<String> = requests.iter().map(whole).collect();
    let known = |secret: &&String| sent.iter().any(|request| request.contains(secret.as_str()));
    let mut all: Vec<&str> = stage.secrets.iter().filter(known).map(String::as_str).collect();
    expect(!all.is_empty(), "the secret it logs in with is not known: name it by `Subject::with_secrets`")?;
    let pairs: Vec<&str> = requests.iter().filter_map(basic).collect();
    all.extend(&pairs);
    let all = all.join(" ");
    stage.pass(std::time::Duration::from_secs(2 * 3600));
    for answer in [
        Answer::bytes(400, format!(r#"{{"errorCode":"BXNIM0415E","errorMessage":"{all}"}}"#)),
        Answer::html(200, all.clone()),
        Answer::html(502, all.clone()),
    ] {
        stage.always(answer);
        let error = stage.fail().await?;
        let shown = format!("{error} {error:?} {:?} {:?}", error.hint(), error.service_message());
        stage.without_secrets("an error", &shown)?;
        expect(!pairs.iter().any(|pair| shown.contains(pair)), "Basic credentials stand in an error")?;
        stage.pass(std::time::Duration::from_secs(120));
    }
    Ok(())
}
