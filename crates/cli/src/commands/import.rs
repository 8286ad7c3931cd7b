//! `wml-auth import`

use serde_json::json;
use wml_auth_config::{Key, ProfileValue};

use crate::args::{Import, ImportSource};
use crate::editing;
use crate::failure::Failure;
use crate::session::Session;
use crate::token_file::TokenFile;

/// Takes everything over that one source holds for the service. The secret stands in the profiles file afterwards, which
/// only its owner may read; a refresh token, which changes with its use, in a file of its own. The source is left as it
/// is.
pub(crate) fn run(session: &Session, args: &Import) -> Result<(), Failure> {
    let profile = session.profile_to_write()?;
    let mut resolver = session.resolver().clone();
    match (&args.file, args.source) {
        (Some(path), ImportSource::File) => resolver = resolver.credential_file(path),
        (Some(_), _) => return Err(Failure::usage("`--file` goes with the source `file` only")),
        (None, _) => {}
    }
    let held = match args.source.kind() {
        Some(kind) => resolver.holding(kind)?,
        None => resolver.ibmcloud_session()?,
    };
    for warning in &held.warnings {
        session.say(&format!("warning: {warning}"));
    }
    let mut file = session.profiles_file()?;
    editing::make_room(&mut file, profile, args.writing.force)?;
    let place = TokenFile::of(&file, profile);
    let mut token = None;
    for value in held.values {
        session.say(&format!("{} comes from {}", value.key.name(), value.origin));
        match (value.key, value.value) {
            (Key::RefreshToken, ProfileValue::Literal(secret)) => {
                file.set(profile, Key::RefreshToken, place.reference())?;
                token = Some(secret);
            }
            (key, value) => file.set(profile, key, value)?,
        }
    }
    let token = token.as_ref().map(|token| (&place, token));
    let edit = editing::write(session, &mut file, token, args.writing)?;
    let source = args.source.kind().map_or(json!("ibmcloud"), |kind| json!(kind));
    editing::answer(&file, profile, &edit, args.format, json!({ "source": source }));
    if edit.is_written {
        // What a profile takes from other profiles or sources is known only now.
        session.resolver().resolve()?;
    }
    Ok(())
}
