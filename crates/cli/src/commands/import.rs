//! `wml-auth import`

use serde_json::json;

use crate::args::{Import, ImportSource};
use crate::editing;
use crate::failure::Failure;
use crate::session::Session;

/// Takes everything over that one source holds for the service. The secret stands in the profiles file afterwards, which
/// only its owner may read; the source is left as it is.
pub(crate) fn run(session: &Session, args: &Import) -> Result<(), Failure> {
    let profile = session.profile_to_write()?;
    let mut resolver = session.resolver().clone();
    match (&args.file, args.source) {
        (Some(path), ImportSource::File) => resolver = resolver.credential_file(path),
        (Some(_), _) => return Err(Failure::usage("`--file` goes with the source `file` only")),
        (None, _) => {}
    }
    let held = resolver.holding(args.source.kind())?;
    for warning in &held.warnings {
        session.say(&format!("warning: {warning}"));
    }
    let mut file = session.profiles_file()?;
    editing::make_room(&mut file, profile, args.writing)?;
    for value in held.values {
        session.say(&format!("{} comes from {}", value.key.name(), value.origin));
        file.set(profile, value.key, value.value)?;
    }
    let edit = editing::write(session, &mut file, args.writing)?;
    editing::answer(&file, profile, &edit, args.format, json!({ "source": args.source.kind() }));
    if edit.is_written {
        // What a profile takes from other profiles or sources is known only now.
        session.resolver().resolve()?;
    }
    Ok(())
}
