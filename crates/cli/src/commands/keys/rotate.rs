//! `wml-auth keys rotate`

use std::ops::ControlFlow;

use serde_json::json;
use wml_auth_config::{Patience, Retire, RotationError, Step};
use wml_auth_core::{Clock, SystemClock};

use crate::args::{Format, RotateKey};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

pub(super) async fn run(session: &Session, args: &RotateKey, format: Format) -> Result<(), Failure> {
    let (resolution, _) = session.resolve()?;
    let mut rotation = resolution
        .rotation(session.transport())?
        .retire(args.old_key.into())
        .patience(Patience::total(args.patience));
    if let Some(life) = args.expires_in {
        let end = SystemClock.now().wall.checked_add(life);
        rotation = rotation.expires_at(end.ok_or_else(|| Failure::usage("`--expires-in` is too long"))?);
    }
    if let Some(profile) = &args.by {
        let administrator = session.resolver().clone().profile(profile).resolve()?;
        rotation = rotation.managed_by(administrator.credentials(session.transport())?);
    }
    if !session.is_quiet() {
        rotation = rotation.on_step(|step| {
            if step != Step::Done {
                terminal::say(&step.to_string());
            }
            ControlFlow::Continue(())
        });
    }
    let rotated = rotation.run().await.map_err(failure)?;
    for note in &rotated.notes {
        session.say(&format!("note: {note}"));
    }
    let became = match rotated.retired {
        Retire::Delete => "deleted",
        Retire::Disable => "disabled",
        Retire::Keep => "kept",
    };
    match format {
        Format::Json => {
            let answer = json!({
                "schema": 1,
                "place": rotated.place.to_string(),
                "new_key": rotated.new_key,
                "old_key": rotated.old_key,
                "old_key_is": became,
                "was_resumed": rotated.was_resumed,
                "notes": rotated.notes,
            });
            terminal::answer(&answer.to_string());
        }
        Format::Text => terminal::answer(&format!(
            "{} holds {} now; {} is {became}",
            rotated.place, rotated.new_key, rotated.old_key
        )),
    }
    Ok(())
}

/// The error, what stands where, and how to go on.
fn failure(error: RotationError) -> Failure {
    let how = error.how_to_go_on();
    let message = format!("{error}; {}", error.standing());
    match error.cause() {
        Some(cause) => Failure::from(cause.clone()).with_message(message),
        None => Failure::internal(message),
    }
    .with_hint(how)
}
