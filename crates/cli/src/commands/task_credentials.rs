//! `wml-auth task-credentials`

mod change;
mod list;

use wml_auth_config::TaskCredentials;

use crate::args::{self, TaskCredentialsCommand};
use crate::failure::Failure;
use crate::session::Session;

pub(crate) async fn run(session: &Session, args: &args::TaskCredentials) -> Result<(), Failure> {
    let format = args.format;
    match &args.command {
        TaskCredentialsCommand::List => list::run(&of(session)?, format).await,
        TaskCredentialsCommand::Show(one) => list::show(&of(session)?, &one.id, format).await,
        TaskCredentialsCommand::Create(create) => change::create(session, create, format).await,
        TaskCredentialsCommand::Delete(delete) => change::delete(session, delete, format).await,
        TaskCredentialsCommand::Rotate(rotate) => change::rotate(session, rotate, format).await,
    }
}

/// Those of whoever the configuration logs in.
fn of(session: &Session) -> Result<TaskCredentials, Failure> {
    let (resolution, _) = session.resolve()?;
    Ok(resolution.task_credentials(session.transport())?)
}
