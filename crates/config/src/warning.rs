//! What works, but should be looked at.

use std::fmt;

use serde::Serialize;

use crate::Origin;

/// Something that did not stop the resolution and should be looked at. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    code: WarningCode,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin>,
}

/// The kinds of warnings, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningCode {
    /// Two names of one value are set, to different values.
    AliasesDisagree,
    /// A file with a literal secret can be read by others. An error in strict mode.
    OpenPermissions,
    /// A value is set that the auth type does not take.
    UnusedValue,
    /// A variable looks like a misspelled one.
    UnknownVariable,
    /// Certificates of a server go unchecked, because the configuration says so.
    UncheckedCertificates,
    /// A switch is set that has no effect where it stands.
    IgnoredSwitch,
    /// The login's token is not one that the service at its URL takes.
    ForeignIssuer,
}

impl Warning {
    pub(crate) fn new(code: WarningCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), origin: None }
    }

    pub(crate) fn at(mut self, origin: &Origin) -> Self {
        self.origin = Some(origin.clone());
        self
    }

    /// Its kind.
    pub fn code(&self) -> WarningCode {
        self.code
    }

    /// What it is about, for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The value it is about, where there is one.
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(origin) => write!(f, "{origin:#}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}
