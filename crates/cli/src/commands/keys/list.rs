//! `wml-auth keys list` and `show`

use serde_json::json;
use wml_auth_core::{AuthError, Secret};
use wml_auth_iam::Claims;
use wml_auth_iam::identity_services::ApiKeyFilter;

use super::{Administration, shown};
use crate::args::{Format, ListKeys};
use crate::failure::Failure;
use crate::terminal;

pub(super) async fn run(by: &Administration, args: &ListKeys, format: Format) -> Result<(), Failure> {
    let filter = match (&args.iam_id, args.whole_account) {
        (Some(iam_id), _) => ApiKeyFilter::of(iam_id),
        (None, false) => ApiKeyFilter::own(),
        (None, true) => {
            let claims = Claims::decode(&Secret::from(by.authorization.expose_token()));
            let account = claims
                .and_then(|claims| claims.account)
                .ok_or_else(|| AuthError::invalid_answer("the token does not say which account it is for"))?;
            ApiKeyFilter::whole_account(account)
        }
    };
    let keys = by.iam.api_keys(&filter, &by.authorization).await?;
    match format {
        Format::Json => {
            let list: Vec<_> = keys.iter().map(shown::json).collect();
            terminal::answer(&json!({ "schema": 1, "keys": list }).to_string());
        }
        Format::Text => {
            let widest = keys.iter().map(|key| key.name.chars().count()).max().unwrap_or_default();
            for key in &keys {
                let name = terminal::printable(&key.name);
                terminal::answer(&format!("{}  {name:widest$}  {}", key.id, shown::state(key)));
            }
        }
    }
    Ok(())
}

pub(super) async fn show(by: &Administration, id: &str, format: Format) -> Result<(), Failure> {
    let key = by.iam.api_key(id, &by.authorization).await?;
    match format {
        Format::Json => terminal::answer(&json!({ "schema": 1, "key": shown::json(&key) }).to_string()),
        Format::Text => terminal::answer(&shown::text(&key)),
    }
    Ok(())
}
