//! Logging in with a key that may be some seconds old.

use wml_auth_core::{AuthError, Authorization, Secret};
use wml_auth_iam::{ApiKey, Grant, IamClient};

use super::patience::Waiting;

/// Logs in with a key. Where the key is new, IAM may take a while to know it.
pub(crate) async fn log_in(
    iam: &IamClient,
    key: &Secret,
    is_new: bool,
    mut waiting: Waiting<'_>,
) -> Result<Authorization, AuthError> {
    let grant = Grant::api_key(&ApiKey::parse(key.clone())?);
    loop {
        let error = match iam.token(&grant).await {
            Ok(token) => {
                return Authorization::from_token(&token)
                    .map_err(|_| AuthError::invalid_answer("the token cannot be sent in a header"));
            }
            Err(error) => error,
        };
        let may_pass = error.is_retryable() || (is_new && error.code() == Some("BXNIM0415E"));
        if !may_pass || !waiting.pause(error.retry_after()).await {
            return Err(error);
        }
    }
}
