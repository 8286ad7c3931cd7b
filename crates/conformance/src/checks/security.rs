//! Where a secret may not go.

use wml_auth_mock_iam::{Answer, MockIam};

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "security":
    "a redirect is not followed", [Exchange], no_redirect;
}

async fn no_redirect(stage: &Stage) -> Checked {
    for status in [301, 302, 303, 307, 308] {
        let trap = MockIam::start().await.map_err(|error| error.to_string())?;
        stage.always(Answer::redirect(status, &format!("{}/identity/token", trap.url())));
        stage.fail().await?;
        expect(trap.journal().requests().is_empty(), format!("a {status} was followed to another host"))?;
        stage.pass(std::time::Duration::from_secs(120));
    }
    Ok(())
}
