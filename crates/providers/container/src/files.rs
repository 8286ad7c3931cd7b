//! The file that the token is in.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use wml_auth_core::{AuthError, Clock, Secret};
use wml_auth_iam::{Claims, SecretFile};

/// Where IBM's SDKs look, in their order: an agent of Vault, the service account of a pod, Code Engine.
pub const DEFAULT_FILES: [&str; 3] = [
    "/var/run/secrets/tokens/vault-token",
    "/var/run/secrets/tokens/sa-token",
    "/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token",
];

/// The files that may hold the token, and what was last found in one.
#[derive(Debug)]
pub(crate) struct Files {
    candidates: Vec<SecretFile>,
    last: Mutex<Option<Secret>>,
}

/// A token to log in with.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) token: Secret,
    /// Why the file itself could not be read this time, if it is the last token that was in it.
    pub(crate) instead_of: Option<AuthError>,
}

impl Files {
    pub(crate) fn new(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let candidates = paths.into_iter().map(|path| SecretFile::new("token file", path)).collect();
        Self { candidates, last: Mutex::default() }
    }

    pub(crate) async fn token(&self, clock: &dyn Clock) -> Result<Found, AuthError> {
        let fault = match self.read().await {
            Ok(token) => {
                *self.last() = Some(token.clone());
                return Ok(Found { token, instead_of: None });
            }
            Err(fault) => fault,
        };
        let last = self.last().clone().filter(|_| fault.is_retryable());
        let ended = |token: &Secret| {
            let ends = Claims::decode(token).and_then(|claims| claims.expires_at);
            ends.is_some_and(|date| date <= clock.now().wall)
        };
        match last.filter(|token| !ended(token)) {
            Some(token) => Ok(Found { token, instead_of: Some(fault) }),
            None => Err(fault),
        }
    }

    async fn read(&self) -> Result<Secret, AuthError> {
        // Once one of them has been read, it is that one.
        let known = self.candidates.iter().find(|file| file.was_read());
        let tried = known.map_or(self.candidates.as_slice(), std::slice::from_ref);
        for file in tried {
            if let Some(bytes) = file.read().await? {
                return parse(file, &bytes);
            }
        }
        let paths: Vec<_> = tried.iter().map(|file| file.path().display().to_string()).collect();
        let told = format!("there is no compute resource token: {}", paths.join(", "));
        // Nobody said that there had to be one in the usual places: this may be no container at all.
        let error = if paths.len() > 1 { AuthError::absent(told) } else { AuthError::misconfigured(told) };
        Err(error.with_hint(
            "mount a service account token for the audience `iam` there, or name the file it is in",
        ))
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Secret>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn parse(file: &SecretFile, bytes: &[u8]) -> Result<Secret, AuthError> {
    let fault = |fault: &str| {
        AuthError::misconfigured(file.told(fault))
            .with_hint("the file has to hold the token alone, on one line")
    };
    let text =
        std::str::from_utf8(bytes).map_err(|_| fault("does not hold a token: it is not UTF-8 text"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() {
        return Err(AuthError::unreachable(file.told("is blank"))
            .with_hint("see whether whoever writes it is running"));
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(fault("does not hold a token: it has more than one word or line in it"));
    }
    Ok(Secret::from(text))
}
