//! Writing a profile: shown first, then asked for, then done.

use serde_json::{Value, json};
use wml_auth_config::{Changes, ProfilesFile};
use wml_auth_core::Secret;

use crate::args::{Format, Writing};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;
use crate::token_file::TokenFile;

/// What came of an edit.
pub(crate) struct Edit {
    pub(crate) changes: Changes,
    pub(crate) is_written: bool,
}

/// Refuses to replace a profile that exists, unless that is what was asked for. What it held is then gone: nothing of an
/// old login stays behind to be mixed with a new one.
pub(crate) fn make_room(file: &mut ProfilesFile, profile: &str, force: bool) -> Result<(), Failure> {
    if !file.contains(profile) {
        return Ok(());
    }
    if !force {
        let path = file.path().display();
        return Err(Failure::usage(format!("there is a profile `{profile}` already, in {path}"))
            .with_hint("choose another name by `--profile NAME`, or replace it by `--force`"));
    }
    file.clear(profile);
    Ok(())
}

/// Shows what would change, asks, and writes it: first the token that the profile refers to.
pub(crate) fn write(
    session: &Session,
    file: &mut ProfilesFile,
    token: Option<(&TokenFile, &Secret)>,
    writing: Writing,
) -> Result<Edit, Failure> {
    let changes = file.changes()?;
    if (changes.is_empty() && token.is_none()) || writing.dry_run {
        return Ok(Edit { changes, is_written: false });
    }
    if !writing.yes {
        session.say(&format!("{}\n{changes}", file.path().display()));
        agree("Write this?")?;
    }
    if let Some((place, token)) = token {
        place.write(token)?;
    }
    file.write()?;
    Ok(Edit { changes, is_written: true })
}

/// Goes on only after a yes, for what can be looked at without being done.
pub(crate) fn agree(question: &str) -> Result<(), Failure> {
    terminal::agree(question, "look at it with `--dry-run`, then agree with `--yes`")
}

/// Prints what came of it.
pub(crate) fn answer(file: &ProfilesFile, profile: &str, edit: &Edit, format: Format, facts: Value) {
    let path = file.path().display();
    match format {
        Format::Json => {
            let mut shown = json!({
                "schema": 1,
                "profile": profile,
                "file": path.to_string(),
                "changes": edit.changes,
                "is_written": edit.is_written,
            });
            if let (Some(shown), Value::Object(facts)) = (shown.as_object_mut(), facts) {
                shown.extend(facts);
            }
            terminal::answer(&shown.to_string());
        }
        Format::Text if edit.is_written => terminal::answer(&format!("{path}: profile {profile} is written")),
        Format::Text if edit.changes.is_empty() => terminal::answer(&format!("{path}: nothing to change")),
        Format::Text => terminal::answer(&format!("{path}\n{}", edit.changes)),
    }
}
