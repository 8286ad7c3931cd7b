//! `wml-auth login`

mod passcode;

use serde_json::json;
use wml_auth_config::{Key, ProfilesFile};
use wml_auth_core::{AuthError, AuthRequest, Authorization, Secret};
use wml_auth_iam::{Claims, Endpoint, Grant, IamClient};

use crate::args::{Format, Login};
use crate::editing;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::sandbox::Sandbox;
use crate::session::Session;
use crate::token_file::TokenFile;
use crate::{terminal, time};

/// The client of IBM's own command, the one that passcodes are made for. Its secret is no secret.
const CLIENT: &str = "bx";

pub(crate) async fn run(session: &Session, args: &Login) -> Result<(), Failure> {
    let profile = session.profile_to_write()?;
    let mut file = session.profiles_file()?;
    let place = TokenFile::of(&file, profile);
    // Logging in again is what one does every few days: all else that was written into the profile stays.
    if !place.is_used_by(&file, profile) {
        editing::make_room(&mut file, profile, args.force)?;
    }
    let endpoint = write_down(session, &mut file, &place, args)?;
    // What is against the profile is to be known before the passcode is used up.
    file.changes()?;

    let token = exchange(session, endpoint, file.literal(profile, Key::AccountId)).await?;
    place.write(&token)?;
    file.write()?;
    session.say(&format!("the refresh token is in {}", place.path().display()));
    let authorization = prove(session, profile)
        .await
        .map_err(|failure| failure.with_note(format!("profile {profile} is written, and does not work")))?;
    answer(&file, profile, &place, &authorization, args.format);
    Ok(())
}

/// Writes into the profile what it takes to use it, and says which IAM that is.
fn write_down(
    session: &Session,
    file: &mut ProfilesFile,
    place: &TokenFile,
    args: &Login,
) -> Result<Endpoint, Failure> {
    let profile = session.profile_to_write()?;
    let before = file.literal(profile, Key::AuthUrl).map(|url| url.expose().to_owned());
    let sandbox = session.sandbox().map(|sandbox: &Sandbox| sandbox.url().to_owned());
    let endpoint = match args.url.clone().or(before).or(sandbox) {
        Some(url) => Endpoint::parse(&url)?,
        None => Endpoint::public(),
    };
    file.set(profile, Key::AuthType, "iam")?;
    file.set(profile, Key::RefreshToken, place.reference())?;
    file.set(profile, Key::AuthUrl, endpoint.as_str())?;
    if let Some(account) = &args.account {
        file.set(profile, Key::AccountId, account.as_str())?;
    }
    Ok(endpoint)
}

/// A passcode for a refresh token.
async fn exchange(session: &Session, endpoint: Endpoint, account: Option<Secret>) -> Result<Secret, Failure> {
    let page = match passcode::page(session, &endpoint).await {
        Ok(page) => {
            session.say(&format!("get a one-time passcode at {page}"));
            Some(page)
        }
        // Whoever has a passcode already can do without.
        Err(error) if !error.is_unreachable() => {
            session.say(&format!("warning: {error}"));
            None
        }
        Err(error) => return Err(error.into()),
    };
    let mut grant = Grant::passcode(&passcode::read(session)?)?;
    if let Some(account) = account {
        grant = grant.with_account(account.expose())?;
    }
    let iam = IamClient::new(session.transport(), endpoint).with_client(CLIENT, Secret::from(CLIENT))?;
    let login = iam.session(&grant).await.map_err(|error| {
        let is_refused = error.is_rejected_credential();
        let failure = Failure::from(error);
        match page.filter(|_| is_refused) {
            Some(page) => failure.with_hint(format!(
                "a passcode is good for one login within some minutes: get another one at {page}"
            )),
            None => failure,
        }
    })?;
    login.refresh_token.ok_or_else(|| AuthError::invalid_answer("IAM gave no refresh token").into())
}

/// One token, by the profile as it is written.
async fn prove(session: &Session, profile: &str) -> Result<Authorization, Failure> {
    let resolution = session.resolver().clone().profile(profile).resolve()?;
    if resolution.provider_name() != "refresh-token" {
        let message = format!("the profile logs in by {} all the same", resolution.provider_name());
        return Err(Failure::usage(message)
            .with_hint("see by `explain` which other credential it has or inherits, and take that out")
            .with_exit(Exit::BadConfig));
    }
    let authorization = resolution.credentials(session.transport())?.authorize(&AuthRequest::new()).await?;
    session.say_expiry(&authorization);
    Ok(authorization)
}

fn answer(
    file: &ProfilesFile,
    profile: &str,
    place: &TokenFile,
    authorization: &Authorization,
    format: Format,
) {
    let claims = Claims::decode(&Secret::from(authorization.expose_token())).unwrap_or_default();
    match format {
        Format::Json => {
            let answer = json!({
                "schema": 1,
                "profile": profile,
                "file": file.path().display().to_string(),
                "refresh_token_file": place.path().display().to_string(),
                "name": claims.name,
                "iam_id": claims.iam_id,
                "account": claims.account,
                "expires_at": authorization.expires_at().and_then(time::rfc3339),
            });
            terminal::answer(&answer.to_string());
        }
        Format::Text => {
            let who = match (claims.name, claims.iam_id) {
                (Some(name), Some(id)) => format!("{name} ({id})"),
                (None, Some(id)) => id,
                _ => "somebody whom the token does not name".to_owned(),
            };
            terminal::answer(&terminal::printable(&format!("profile {profile} is logged in as {who}")));
        }
    }
}
