//! Why nothing could be resolved.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use wml_auth_core::AuthError;

use crate::text::{Position, printable};
use crate::{Origin, SourceReport};

/// Nothing is configured, or what is configured is broken. Holds no secret.
///
/// `Display` is one line: where, and what. The [`hint`](Self::hint) says how to mend it and is not part of the line.
///
/// ```
/// use wml_auth_config::{Environment, Resolver};
///
/// let nothing = Environment::from_vars([("PATH", "/bin")]);
/// assert!(Resolver::new(nothing).resolve().unwrap_err().is_absent());
///
/// let typo = Environment::from_vars([("WATSONX_AI_APIKEY", "…"), ("WATSONX_AI_AUTH_TYPE", "iamm")]);
/// let error = Resolver::new(typo).resolve().unwrap_err();
/// assert_eq!(error.to_string(), "environment variable WATSONX_AI_AUTH_TYPE: unknown auth type `iamm`");
/// assert_eq!(error.hint(), Some("did you mean `iam`?"));
/// ```
#[derive(Clone, Debug)]
pub struct ConfigError(Box<Inner>);

#[derive(Clone, Debug, Serialize)]
struct Inner {
    kind: Kind,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip)]
    tried: Vec<SourceReport>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Absent,
    Usage,
    Broken,
}

impl ConfigError {
    pub(crate) fn absent(message: impl Into<String>, tried: Vec<SourceReport>) -> Self {
        let mut error = Self::new(Kind::Absent, message);
        error.0.tried = tried;
        error
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    pub(crate) fn broken(message: impl Into<String>) -> Self {
        Self::new(Kind::Broken, message)
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), place: None, hint: None, tried: Vec::new() }))
    }

    /// What the caller passed is the caller's to mend; anything else is the configuration's.
    pub(crate) fn about(origin: &Origin, message: impl Into<String>) -> Self {
        let kind = if matches!(origin, Origin::Explicit { .. }) { Kind::Usage } else { Kind::Broken };
        let mut error = Self::new(kind, message);
        error.0.place = Some(format!("{origin:#}"));
        error
    }

    /// As [`about`](Self::about), where the place may be unknown.
    pub(crate) fn near(origin: Option<&Origin>, message: impl Into<String>) -> Self {
        match origin {
            Some(origin) => Self::about(origin, message),
            None => Self::broken(message),
        }
    }

    pub(crate) fn in_file(mut self, file: &Path) -> Self {
        self.0.place = Some(printable(file.display()));
        self
    }

    pub(crate) fn at(mut self, file: &Path, position: Position) -> Self {
        self.0.place = Some(format!("{}:{}:{}", printable(file.display()), position.line, position.column));
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Nothing is configured anywhere. See [`tried`](Self::tried).
    pub fn is_absent(&self) -> bool {
        self.0.kind == Kind::Absent
    }

    /// What the caller passed cannot be right: a profile that does not exist, an empty value.
    pub fn is_usage(&self) -> bool {
        self.0.kind == Kind::Usage
    }

    /// Something is configured and cannot work.
    pub fn is_broken(&self) -> bool {
        self.0.kind == Kind::Broken
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where: a variable, or a file with line and column.
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }

    /// How to mend it, as a sentence without a full stop.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// When nothing is configured: what was looked at, and why it gave nothing.
    pub fn tried(&self) -> &[SourceReport] {
        &self.0.tried
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(f, "{place}: ")?;
        }
        f.write_str(self.message())
    }
}

impl std::error::Error for ConfigError {}

/// Kind, message, place and hint.
impl Serialize for ConfigError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Absent stays absent, so that a chain goes on; everything else is for a person to mend.
impl From<ConfigError> for AuthError {
    fn from(error: ConfigError) -> Self {
        let converted = if error.is_absent() {
            AuthError::absent(error.to_string())
        } else {
            AuthError::misconfigured(error.to_string())
        };
        match error.0.hint {
            Some(hint) => converted.with_hint(hint),
            None => converted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_an_auth_error_it_keeps_class_words_and_hint() {
        let error =
            AuthError::from(ConfigError::broken("no good").in_file(Path::new("f")).with_hint("mend it"));
        assert!(error.is_misconfigured());
        assert_eq!((error.message(), error.hint()), ("f: no good", Some("mend it")));
        assert!(AuthError::from(ConfigError::absent("nothing", Vec::new())).is_absent());
    }

    #[test]
    fn what_the_caller_passed_is_a_usage_error() {
        assert!(ConfigError::about(&Origin::Explicit { key: crate::Key::ApiKey }, "empty").is_usage());
        let origin = Origin::Environment { variable: "X".into() };
        let error = ConfigError::about(&origin, "empty");
        assert!(error.is_broken());
        assert_eq!(error.to_string(), "environment variable X: empty");
    }
}
