//! What the request looks like.

use wml_auth_mock_iam::Recorded;

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "wire":
    "a token is asked for by POST, with a body that says what it is", [Exchange, Post], is_a_post;
    "it says who sends it, and that it wants JSON", [Exchange], says_who;
    "no secret stands in a URL", [Exchange], no_secret_in_a_url;
}

async fn token_requests(stage: &Stage) -> Result<Vec<Recorded>, String> {
    stage.authorize().await?;
    let requests = stage.cloud.journal().requests();
    let requests: Vec<_> =
        requests.into_iter().filter(|request| stage.issuer.matches(request.path())).collect();
    if requests.is_empty() { Err("no token request arrived".into()) } else { Ok(requests) }
}

async fn is_a_post(stage: &Stage) -> Checked {
    for request in token_requests(stage).await? {
        expect(request.method() == "POST", format!("it was a {}", request.method()))?;
        let kind = request.header("content-type").unwrap_or_default();
        let known =
            kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("application/json");
        expect(known, format!("its content type is `{kind}`"))?;
    }
    Ok(())
}

async fn says_who(stage: &Stage) -> Checked {
    for request in token_requests(stage).await? {
        expect(request.header("user-agent").is_some_and(|agent| !agent.is_empty()), "it has no User-Agent")?;
        let accepts = request.header("accept").unwrap_or_default();
        expect(accepts.contains("json"), format!("it accepts `{accepts}`"))?;
    }
    Ok(())
}

async fn no_secret_in_a_url(stage: &Stage) -> Checked {
    stage.authorize().await?;
    for request in stage.cloud.journal().requests() {
        let target = format!("{}?{}", request.path(), request.query().unwrap_or_default());
        stage.without_secrets("a URL", &target)?;
    }
    Ok(())
}
