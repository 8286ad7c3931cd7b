//! `wml-auth task-credentials list` and `show`

use serde_json::{Value, json};
use wml_auth_config::TaskCredentials;
use wml_auth_core::AuthError;
use wml_auth_iam::TaskCredential;

use crate::args::Format;
use crate::failure::Failure;
use crate::terminal;

pub(super) async fn run(tasks: &TaskCredentials, format: Format) -> Result<(), Failure> {
    let kept = tasks.list().await?;
    match format {
        Format::Json => {
            let list: Vec<_> = kept.iter().map(described).collect();
            terminal::answer(&json!({ "schema": 1, "task_credentials": list }).to_string());
        }
        Format::Text => {
            let widest = kept.iter().map(|one| one.name.chars().count()).max().unwrap_or_default();
            for one in &kept {
                let name = terminal::printable(&one.name);
                let description = terminal::printable(one.description.as_deref().unwrap_or_default());
                terminal::answer(format!("{}  {name:widest$}  {description}", one.id).trim_end());
            }
        }
    }
    Ok(())
}

/// Found in the list: whether the platform shows a single one to everybody is not known.
pub(super) async fn show(tasks: &TaskCredentials, id: &str, format: Format) -> Result<(), Failure> {
    let one = find(tasks, id).await?;
    match format {
        Format::Json => {
            terminal::answer(&json!({ "schema": 1, "task_credential": described(&one) }).to_string());
        }
        Format::Text => {
            let facts = [
                ("id", Some(one.id)),
                ("name", Some(one.name)),
                ("description", one.description),
                ("keeps", one.kind),
            ];
            let lines = facts.into_iter().filter_map(|(name, fact)| {
                let fact = fact.filter(|fact| !fact.is_empty())?;
                Some(format!("{name:<12} {}", terminal::printable(&fact)))
            });
            terminal::answer(&lines.collect::<Vec<_>>().join("\n"));
        }
    }
    Ok(())
}

/// The one of this id.
pub(super) async fn find(tasks: &TaskCredentials, id: &str) -> Result<TaskCredential, Failure> {
    let kept = tasks.list().await?;
    kept.into_iter().find(|one| one.id == id).ok_or_else(|| {
        let message = format!("the platform keeps no task credential `{}`", terminal::printable(id));
        AuthError::misconfigured(message).with_hint("`wml-auth task-credentials list` shows their ids").into()
    })
}

fn described(one: &TaskCredential) -> Value {
    json!({ "id": one.id, "name": one.name, "description": one.description, "type": one.kind })
}
