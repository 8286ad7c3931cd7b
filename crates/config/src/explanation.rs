//! What was found, what was not, and why: for people and for programs.

use serde::Serialize;

use crate::{AuthType, ConfigError, Key, Origin, ProfileSummary, SourceKind, Warning};

/// The version of the JSON that an [`Explanation`] is serialized to. Fields may join without a new one.
pub const EXPLANATION_VERSION: u32 = 1;

/// How a resolution came to its result, or why it has none. Holds no secret.
///
/// `Display` is aligned text for people; serialized it is a versioned structure for programs.
///
/// ```
/// use wml_auth_config::{Environment, Resolver};
///
/// let environment = Environment::from_vars([("WATSONX_APIKEY", "s3cr3t"), ("WX_URL", "https://ml.example")]);
/// let explanation = Resolver::new(environment).explain();
///
/// let text = explanation.to_string();
/// assert!(text.contains("environment variable WATSONX_APIKEY"));
/// assert!(text.contains("[redacted, 6 characters]") && !text.contains("s3cr3t"));
/// ```
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// [`EXPLANATION_VERSION`].
    pub version: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// How to log in.
    pub auth_type: Option<AuthType>,
    /// The provider that does it.
    pub provider: Option<String>,
    /// The token service that is asked, by its URL; none where nobody is asked.
    pub token_service: Option<String>,
    /// Where the credential came from.
    pub credential: Option<Origin>,
    /// Every value that is used, first those of the credential, then those of the target.
    pub values: Vec<ValueReport>,
    /// Every source, in the order in which they were looked at.
    pub sources: Vec<SourceReport>,
    /// The profiles that exist.
    pub profiles: Vec<ProfileSummary>,
    /// What works, but should be looked at.
    pub warnings: Vec<Warning>,
    /// Why there is no result, with its hint.
    pub error: Option<ConfigError>,
}

/// What came of a resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// There is a credential, and everything that it needs.
    Resolved,
    /// Nothing is configured.
    Absent,
    /// Something is configured and cannot work.
    Broken,
}

/// A value that is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueReport {
    /// What it is.
    pub key: Key,
    /// For a value of another login that this one needs, which: `source` is the one that assumes a trusted profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The value, or what may be shown of it.
    pub value: String,
    /// Where it was fetched from, when its source only refers to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Where it is set.
    pub origin: Origin,
    /// Where else it is set, to no effect.
    pub shadows: Vec<Shadow>,
}

/// A value that has no effect, because another one stands before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Shadow {
    /// Where it is set.
    pub origin: Origin,
    /// Whether it would have made a difference.
    pub differs: bool,
}

/// What came of looking at one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SourceReport {
    /// The source.
    pub source: SourceKind,
    /// The file, or the profile in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What it gave.
    pub status: SourceStatus,
    /// Why, or what exactly.
    pub reason: String,
}

/// What a source gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SourceStatus {
    /// The credential, and perhaps more.
    Credential,
    /// Values that are used, but not the credential.
    Values,
    /// Nothing.
    Skipped,
    /// It is there and cannot be read, or makes no sense.
    Broken,
    /// The search had ended before it.
    NotReached,
}

impl SourceStatus {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Values => "values",
            Self::Skipped => "skipped",
            Self::Broken => "broken",
            Self::NotReached => "not reached",
        }
    }
}

impl SourceReport {
    pub(crate) fn new(
        source: SourceKind,
        place: &str,
        status: SourceStatus,
        reason: impl Into<String>,
    ) -> Self {
        let place = Some(place).filter(|place| !place.is_empty()).map(str::to_owned);
        Self { source, place, status, reason: reason.into() }
    }
}
