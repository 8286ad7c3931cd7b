//! The steps of a rotation.

use std::fmt;

/// What a rotation does next; see [`Rotation`](crate::Rotation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Looks at the place and the key in it.
    Check,
    /// Deletes what an interrupted rotation left behind.
    CleanUp,
    /// Makes the new key.
    Create,
    /// Waits until IAM knows it.
    Await,
    /// Puts it into the place.
    Swap,
    /// Reads it back and logs in with it.
    Verify,
    /// Takes the old key away.
    Retire,
    /// Takes the mark off the new key.
    Settle,
    /// Has nothing more to do.
    Done,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 9] = [
        Self::Check,
        Self::CleanUp,
        Self::Create,
        Self::Await,
        Self::Swap,
        Self::Verify,
        Self::Retire,
        Self::Settle,
        Self::Done,
    ];
}

/// What is being done, for people.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Check => "looking at the key and its place",
            Self::CleanUp => "deleting what an earlier rotation left",
            Self::Create => "making a new key",
            Self::Await => "waiting until IAM knows the new key",
            Self::Swap => "putting the new key into its place",
            Self::Verify => "reading the new key back",
            Self::Retire => "retiring the old key",
            Self::Settle => "taking the mark off the new key",
            Self::Done => "done",
        })
    }
}
