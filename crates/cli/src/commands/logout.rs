//! `wml-auth logout`

use serde_json::json;

use crate::args::{Format, Logout};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;
use crate::token_file::TokenFile;

/// The token goes first: what is left after a failure refers to nothing, and the next run takes it away.
pub(crate) fn run(session: &Session, args: &Logout) -> Result<(), Failure> {
    let profile = session.profile_to_write()?;
    let mut file = session.profiles_file()?;
    let place = TokenFile::of(&file, profile);
    let is_there = file.contains(profile);
    if is_there && !place.is_used_by(&file, profile) {
        let path = file.path().display();
        return Err(Failure::usage(format!("the profile `{profile}` in {path} was not made by `login`"))
            .with_hint("if it is to go, take it out of the file by hand"));
    }
    if is_there {
        file.remove(profile);
        // A profile that others extend cannot go.
        file.changes()?;
    }
    let had_token = place.remove()?;
    if is_there {
        file.write()?;
    }
    // There is nothing to tell it: the one call about sessions that IBM's own command makes, `PATCH /v1/sessions/{id}/state`,
    // keeps a session alive, and none is known that ends one.
    if had_token {
        session.say("IAM is not told: tokens that were obtained are good until they expire");
    }
    let outcome = |was_there: bool| if was_there { "removed" } else { "not there" };
    match args.format {
        Format::Json => {
            let answer = json!({
                "schema": 1,
                "profile": profile,
                "profile_is": outcome(is_there),
                "refresh_token_file": place.path().display().to_string(),
                "refresh_token_is": outcome(had_token),
            });
            terminal::answer(&answer.to_string());
        }
        Format::Text => {
            let (path, token) = (place.path().display(), outcome(had_token));
            terminal::answer(&format!(
                "profile {profile}: {}\nrefresh token {path}: {token}",
                outcome(is_there)
            ));
        }
    }
    Ok(())
}
