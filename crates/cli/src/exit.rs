//! What the command's exit code tells a script. The numbers are those of `sysexits.h` where it has one.

use std::process::ExitCode;

use wml_auth_core::AuthError;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Ok = 0,
    /// The command line, or the input it names, is wrong.
    Usage = 64,
    /// The configuration is there and cannot work.
    BadConfig = 65,
    /// Nobody answered, or something else than IAM or the service did.
    Unreachable = 69,
    /// A bug.
    Internal = 70,
    /// The other side is busy: the same command may succeed later.
    TryLater = 75,
    /// The credential, or what it may do, was refused.
    Refused = 77,
    /// There is no credential to use.
    NoCredential = 78,
}

impl Exit {
    /// The code for a failed authorization.
    pub(crate) fn of(error: &AuthError) -> Self {
        match error {
            _ if error.is_absent() => Self::NoCredential,
            _ if error.is_misconfigured() => Self::BadConfig,
            _ if error.is_rejected_credential() => Self::Refused,
            _ if error.is_unreachable() || error.is_invalid_answer() => Self::Unreachable,
            _ if error.is_retryable() => Self::TryLater,
            _ => Self::Internal,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_error_has_its_code() {
        let code = |error: AuthError| Exit::of(&error) as u8;
        assert_eq!(code(AuthError::absent("")), 78);
        assert_eq!(code(AuthError::misconfigured("")), 65);
        assert_eq!(code(AuthError::rejected("")), 77);
        assert_eq!(code(AuthError::unreachable("")), 69);
        assert_eq!(code(AuthError::invalid_answer("")), 69);
        assert_eq!(code(AuthError::busy("")), 75);
        assert_eq!(code(AuthError::internal("")), 70);
    }
}
