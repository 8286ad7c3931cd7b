//! `wml-auth keys lock`, `unlock`, `disable`, `enable` and `delete`

use serde_json::json;

use super::Administration;
use crate::args::{Format, KeysCommand};
use crate::failure::Failure;
use crate::session::Session;
use crate::terminal;

pub(super) async fn run(session: &Session, command: &KeysCommand, format: Format) -> Result<(), Failure> {
    let by = Administration::log_in(session).await?;
    let (iam, authorization) = (&by.iam, &by.authorization);
    let (id, now) = match command {
        KeysCommand::Lock(key) => {
            iam.lock_api_key(&key.id, authorization).await?;
            (&key.id, "locked")
        }
        KeysCommand::Unlock(key) => {
            iam.unlock_api_key(&key.id, authorization).await?;
            (&key.id, "unlocked")
        }
        KeysCommand::Disable(key) => {
            iam.disable_api_key(&key.id, authorization).await?;
            (&key.id, "disabled")
        }
        KeysCommand::Enable(key) => {
            iam.enable_api_key(&key.id, authorization).await?;
            (&key.id, "enabled")
        }
        KeysCommand::Delete(key) => {
            // Named before it is gone, so that a wrong id is seen.
            let found = iam.api_key(&key.id, authorization).await?;
            if !key.yes {
                let name = terminal::printable(&found.name);
                let question = format!("Delete {} ({name}) of {} for good?", found.id, found.iam_id);
                terminal::agree(&question, "agree with `--yes`")?;
            }
            iam.delete_api_key(&key.id, authorization).await?;
            (&key.id, "deleted")
        }
        _ => return Err(Failure::internal("this is not a change of a key")),
    };
    match format {
        Format::Json => terminal::answer(&json!({ "schema": 1, "id": id, "is": now }).to_string()),
        Format::Text => terminal::answer(&format!("{id} is {now}")),
    }
    Ok(())
}
