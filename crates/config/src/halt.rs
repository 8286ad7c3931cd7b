//! Why something of several steps goes no further.

use wml_auth_core::AuthError;

pub(crate) enum Halt {
    Failed(AuthError),
    /// The hook that is asked before each step said so.
    Stopped,
}

impl Halt {
    /// What failed, if anything did.
    pub(crate) fn cause(self) -> Option<AuthError> {
        match self {
            Self::Failed(cause) => Some(cause),
            Self::Stopped => None,
        }
    }
}

impl From<AuthError> for Halt {
    fn from(error: AuthError) -> Self {
        Self::Failed(error)
    }
}
