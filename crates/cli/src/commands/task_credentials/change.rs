//! `wml-auth task-credentials create`, `delete` and `rotate`

use std::ops::ControlFlow;

use serde_json::json;
use wml_auth_config::{Kept, Patience, TaskCredentials, TaskError, TaskStep};

use super::{list, of};
use crate::args::{CreateTaskCredential, DeleteTaskCredential, Format, RotateTaskCredential};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

pub(super) async fn create(
    session: &Session,
    args: &CreateTaskCredential,
    format: Format,
) -> Result<(), Failure> {
    let tasks = telling(session, of(session)?).patience(Patience::total(args.patience));
    let kept = tasks.create(&args.name, args.description.as_deref()).await.map_err(failure)?;
    answer(session, &kept, format);
    Ok(())
}

pub(super) async fn rotate(
    session: &Session,
    args: &RotateTaskCredential,
    format: Format,
) -> Result<(), Failure> {
    let tasks = telling(session, of(session)?)
        .patience(Patience::total(args.patience))
        .delete_first(args.delete_first);
    let kept = tasks.rotate(args.id.as_deref()).await.map_err(failure)?;
    answer(session, &kept, format);
    Ok(())
}

pub(super) async fn delete(
    session: &Session,
    args: &DeleteTaskCredential,
    format: Format,
) -> Result<(), Failure> {
    let tasks = of(session)?;
    // Named before it is gone, so that a wrong id is seen.
    let one = list::find(&tasks, &args.id).await?;
    if !args.yes {
        let name = terminal::printable(&one.name);
        terminal::agree(&format!("Have the platform forget {} ({name})?", one.id), "agree with `--yes`")?;
    }
    tasks.delete(&one.id).await?;
    session.say("the API key itself stays: see `wml-auth keys list`");
    match format {
        Format::Json => {
            terminal::answer(&json!({ "schema": 1, "id": one.id, "is": "deleted" }).to_string());
        }
        Format::Text => terminal::answer(&format!("{} is deleted", one.id)),
    }
    Ok(())
}

fn telling(session: &Session, tasks: TaskCredentials) -> TaskCredentials {
    if session.is_quiet() {
        return tasks;
    }
    tasks.on_step(|step| {
        if step != TaskStep::Done {
            terminal::say(&step.to_string());
        }
        ControlFlow::Continue(())
    })
}

fn answer(session: &Session, kept: &Kept, format: Format) {
    for note in &kept.notes {
        session.say(&format!("note: {note}"));
    }
    match format {
        Format::Json => {
            let answer = json!({
                "schema": 1,
                "id": kept.id,
                "name": kept.name,
                "new_key": kept.new_key,
                "replaced": kept.replaced,
                "deleted_keys": kept.deleted_keys,
                "notes": kept.notes,
            });
            terminal::answer(&answer.to_string());
        }
        Format::Text => {
            let replaced = kept.replaced.iter().map(|old| format!("; {old} is deleted"));
            let deleted = kept.deleted_keys.iter().map(|key| format!("; {key} is deleted"));
            let rest: String = replaced.chain(deleted).collect();
            terminal::answer(&format!("{} keeps {} now{rest}", kept.id, kept.new_key));
        }
    }
}

/// The error, what is kept, and how to go on.
fn failure(error: TaskError) -> Failure {
    let how = error.how_to_go_on();
    let message = format!("{error}; {}", error.standing());
    match error.cause() {
        Some(cause) => Failure::from(cause.clone()).with_message(message),
        None => Failure::internal(message),
    }
    .with_hint(how)
}
