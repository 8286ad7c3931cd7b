//! Where a secret may not go.

use std::time::Duration;

use wml_auth_mock_iam::{Answer, Trap};

use super::checks;
use crate::stage::{Checked, Stage, expect};

checks! { "security":
    "a redirect to another host is not followed", [Exchange], to_another_host;
    "a redirect to another path is not followed", [Exchange], to_another_path;
    "a redirect to itself is not followed", [Source, Exchange], to_itself;
    "a redirect from https to http is not followed", [Source, Exchange, Tls], without_tls;
}

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

async fn trap() -> Result<Trap, String> {
    Trap::start().await.map_err(|error| format!("the trap did not start: {error}"))
}

/// Nothing may arrive there; and least of all a secret.
fn is_empty(stage: &Stage, trap: &Trap, status: u16) -> Checked {
    let caught = stage.secrets.iter().position(|secret| trap.has_seen(secret));
    match caught {
        Some(place) => Err(format!("a {status} took secret number {place} to another host")),
        None => expect(trap.connections() == 0, format!("a {status} was followed to another host")),
    }
}

async fn to_another_host(stage: &Stage) -> Checked {
    for status in STATUSES {
        let trap = trap().await?;
        stage.always(Answer::redirect(status, &format!("{}/identity/token", trap.url())));
        stage.fail().await?;
        is_empty(stage, &trap, status)?;
        stage.pass(Duration::from_secs(120));
    }
    Ok(())
}

async fn to_another_path(stage: &Stage) -> Checked {
    for status in STATUSES {
        stage.always(Answer::redirect(status, "/elsewhere"));
        stage.fail().await?;
        expect(
            stage.cloud.journal().requests_to(&"/elsewhere".into()) == 0,
            format!("a {status} was followed"),
        )?;
        stage.pass(Duration::from_secs(120));
    }
    Ok(())
}

async fn to_itself(stage: &Stage) -> Checked {
    stage.authorize().await?;
    let requests = stage.cloud.journal().requests();
    let last = requests.iter().rfind(|request| stage.issuer.matches(request.path()));
    let path = last.ok_or("no token request arrived")?.path().to_owned();
    for status in STATUSES {
        stage.pass(Duration::from_secs(2 * 3600));
        let before = stage.exchanges();
        stage.always(Answer::redirect(status, &path));
        stage.fail().await?;
        let times = stage.exchanges() - before;
        expect(times <= 4, format!("a {status} made {times} requests"))?;
    }
    Ok(())
}

async fn without_tls(stage: &Stage) -> Checked {
    stage.authorize().await?;
    for status in STATUSES {
        stage.pass(Duration::from_secs(2 * 3600));
        let trap = trap().await?;
        stage.always(Answer::redirect(status, &format!("{}/identity/token", trap.url())));
        stage.fail().await?;
        is_empty(stage, &trap, status)?;
    }
    Ok(())
}
