//! The steps in which a task credential is made.

use std::fmt;

/// What is done next; see [`TaskCredentials`](crate::TaskCredentials).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum TaskStep {
    /// Looks at what is kept.
    #[default]
    Check,
    /// Makes the new API key.
    Create,
    /// Waits until IAM knows it.
    Prove,
    /// Has the platform keep it.
    Keep,
    /// Sees that it is kept.
    Verify,
    /// Deletes the API keys that are no longer kept.
    Settle,
    /// Has nothing more to do.
    Done,
}

impl TaskStep {
    /// Every step, in order.
    pub const ALL: [Self; 7] =
        [Self::Check, Self::Create, Self::Prove, Self::Keep, Self::Verify, Self::Settle, Self::Done];
}

/// What is being done, for people.
impl fmt::Display for TaskStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Check => "looking at what the platform keeps",
            Self::Create => "making a new API key",
            Self::Prove => "waiting until IAM knows the new key",
            Self::Keep => "having the platform keep the new key",
            Self::Verify => "seeing that the new key is kept",
            Self::Settle => "deleting the keys that are no longer kept",
            Self::Done => "done",
        })
    }
}
