//! No secret in anything that can be printed.

use wml_auth_mock_iam::Answer;

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "secrecy":
    "what is handed out prints nothing of itself", [], prints_nothing;
    "its header is marked sensitive", [], is_sensitive;
    "an error does not repeat what the server repeats", [Exchange], does_not_repeat;
}

async fn prints_nothing(stage: &Stage) -> Checked {
    let authorization = stage.authorize().await?;
    let shown = format!(
        "{authorization:?} {:#?} {} {:?}",
        authorization,
        authorization.identity(),
        stage.credentials
    );
    expect(!shown.contains(authorization.expose_token()), "the token stands in it")?;
    stage.without_secrets("it", &shown)
}

async fn is_sensitive(stage: &Stage) -> Checked {
    let authorization = stage.authorize().await?;
    let marked = authorization.headers().all(|(_, value)| value.is_sensitive());
    expect(marked, "it is not")
}

async fn does_not_repeat(stage: &Stage) -> Checked {
    let all = stage.secrets.join(" ");
    for answer in [
        Answer::bytes(400, format!(r#"{{"errorCode":"BXNIM0415E","errorMessage":"{all}"}}"#)),
        Answer::html(200, all.clone()),
        Answer::html(502, all.clone()),
    ] {
        stage.always(answer);
        let error = stage.fail().await?;
        stage.without_secrets(
            "an error",
            &format!("{error} {error:?} {:?} {:?}", error.hint(), error.service_message()),
        )?;
        stage.clock.pass(std::time::Duration::from_secs(120));
    }
    Ok(())
}
