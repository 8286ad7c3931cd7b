//! The versions of the metadata service.

use std::fmt;

use wml_auth_core::AuthError;

/// Which of the metadata service's versions is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetadataVersion {
    /// `2022-03-01`, which IBM's SDKs ask for unless told otherwise.
    #[default]
    V2022_03_01,
    /// `2025-08-26`, which renamed the paths.
    V2025_08_26,
}

impl MetadataVersion {
    /// Reads the date by which a version is called.
    ///
    /// # Errors
    ///
    /// [`AuthError::is_misconfigured`] for any other than the two that are known, as IBM's SDKs have it.
    pub fn parse(text: &str) -> Result<Self, AuthError> {
        match text {
            "2022-03-01" => Ok(Self::V2022_03_01),
            "2025-08-26" => Ok(Self::V2025_08_26),
            _ => Err(AuthError::misconfigured("the version of the metadata service is not a known one")
                .with_hint("it is 2022-03-01 or 2025-08-26")),
        }
    }

    /// The date by which it is called.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2022_03_01 => "2022-03-01",
            Self::V2025_08_26 => "2025-08-26",
        }
    }

    /// Where an identity token is had.
    pub(crate) fn identity_path(self) -> &'static str {
        match self {
            Self::V2022_03_01 => "/instance_identity/v1/token",
            Self::V2025_08_26 => "/identity/v1/token",
        }
    }

    /// Where it is exchanged.
    pub(crate) fn token_path(self) -> &'static str {
        match self {
            Self::V2022_03_01 => "/instance_identity/v1/iam_token",
            Self::V2025_08_26 => "/identity/v1/iam_tokens",
        }
    }
}

impl fmt::Display for MetadataVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
