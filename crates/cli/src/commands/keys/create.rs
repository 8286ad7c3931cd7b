//! `wml-auth keys create`

use serde_json::json;
use wml_auth_config::write_private;
use wml_auth_core::{AuthError, Clock, Secret, SystemClock};
use wml_auth_iam::Claims;
use wml_auth_iam::identity_services::NewApiKey;

use super::{Administration, shown};
use crate::args::{CreateKey, Format};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

pub(super) async fn run(session: &Session, args: &CreateKey, format: Format) -> Result<(), Failure> {
    // Found out before there is a key whose value would be lost.
    if let Some(file) = &args.output {
        if file.exists() {
            return Err(Failure::usage(format!("{} exists already", file.display()))
                .with_hint("choose another file, or take that one away"));
        }
        write_private(file, &Secret::from("\n"))?;
    }
    let made = make(session, args).await;
    let (key, value) = match made {
        Ok(made) => made,
        Err(failure) => {
            if let Some(file) = &args.output {
                let _ = std::fs::remove_file(file);
            }
            return Err(failure);
        }
    };
    if let Some(file) = &args.output
        && let Err(error) = write_private(file, &Secret::new(format!("{}\n", value.expose())))
    {
        return Err(Failure::from(error).with_hint(format!(
            "the key {} was made and is of no use: delete it with `wml-auth keys delete`",
            key.id
        )));
    }
    let file = args.output.as_ref().map(|file| file.display().to_string());
    match format {
        Format::Json => {
            let mut answer = json!({ "schema": 1, "key": shown::json(&key), "file": file });
            if let (true, Some(answer)) = (args.show, answer.as_object_mut()) {
                answer.insert("apikey".to_owned(), json!(value.expose()));
            }
            terminal::answer(&answer.to_string());
        }
        Format::Text if args.show => {
            session.say(&format!("made {}; this is the only time that its value is shown", key.id));
            terminal::answer(value.expose());
        }
        Format::Text => {
            session.say(&format!("its value is in {}", file.unwrap_or_default()));
            terminal::answer(&key.id);
        }
    }
    Ok(())
}

async fn make(
    session: &Session,
    args: &CreateKey,
) -> Result<(wml_auth_iam::identity_services::ApiKeyDetails, Secret), Failure> {
    let by = Administration::log_in(session).await?;
    let claims = Claims::decode(&Secret::from(by.authorization.expose_token())).unwrap_or_default();
    let iam_id = args.iam_id.clone().or(claims.iam_id).ok_or_else(|| {
        Failure::usage("the token does not say whose it is")
            .with_hint("say whose the key is to be by `--iam-id`")
    })?;
    let mut new = NewApiKey::new(&args.name, iam_id);
    if let Some(account) = claims.account {
        new = new.in_account(account);
    }
    if let Some(text) = &args.description {
        new = new.with_description(text);
    }
    if let Some(action) = args.when_leaked {
        new = new.when_leaked(action.into());
    }
    if let Some(life) = args.expires_in {
        let end = SystemClock.now().wall.checked_add(life);
        new = new.expires_at(end.ok_or_else(|| Failure::usage("`--expires-in` is too long"))?);
    }
    let key = by.iam.create_api_key(&new, &by.authorization).await?;
    match key.value.clone() {
        Some(value) => Ok((key, value)),
        None => Err(AuthError::invalid_answer("the API key came without its value").into()),
    }
}
