//! Why a rotation did not come to its end, and what stands where.

use std::fmt;

use wml_auth_core::AuthError;

use super::Step;
use crate::KeyPlace;
use crate::halt::Halt;

/// A rotation that failed, or was stopped. Holds no secret.
///
/// `Display` says what happened at which step. [`standing`](Self::standing) says what stands where now, and
/// [`how_to_go_on`](Self::how_to_go_on) what to do.
#[derive(Clone, Debug)]
pub struct RotationError {
    cause: Option<AuthError>,
    standing: Standing,
}

/// What stands where after a rotation did not come to its end.
///
/// `Display` is a sentence for people, without a full stop.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Standing {
    /// The step at which it ended.
    pub step: Step,
    /// Where the key is kept.
    pub place: KeyPlace,
    /// What stands there.
    pub holds: Held,
    /// The id of the key that was to be replaced, where it was found out.
    pub old_key: Option<String>,
    /// The old key has been deleted or disabled, if that was asked for.
    pub old_key_is_retired: bool,
    /// The id of the new key, where one was made.
    pub new_key: Option<String>,
    /// The new key has been deleted again.
    pub new_key_is_gone: bool,
}

/// Which key stands in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held {
    /// The old one.
    Old,
    /// The new one.
    New,
    /// One that somebody else put there.
    Other,
    /// It could not be found out.
    Unknown,
}

impl Standing {
    pub(super) fn new(place: KeyPlace) -> Self {
        Self {
            step: Step::Check,
            place,
            holds: Held::Unknown,
            old_key: None,
            old_key_is_retired: false,
            new_key: None,
            new_key_is_gone: false,
        }
    }
}

impl RotationError {
    pub(super) fn new(halt: Halt, standing: Standing) -> Self {
        Self { cause: halt.cause(), standing }
    }

    /// What failed; `None` when the rotation was stopped by its hook.
    pub fn cause(&self) -> Option<&AuthError> {
        self.cause.as_ref()
    }

    /// What stands where.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// What to do, as a sentence without a full stop.
    pub fn how_to_go_on(&self) -> String {
        let Standing { step, place, holds, old_key, new_key, new_key_is_gone, .. } = &self.standing;
        let id = |key: &Option<String>| key.clone().unwrap_or_else(|| String::from("the new key"));
        let cause_hint = self.cause.as_ref().and_then(AuthError::hint).map(str::to_owned);
        match holds {
            Held::New => format!(
                "run the rotation again: it makes no further key, and retires {}",
                old_key.as_deref().unwrap_or("the old one")
            ),
            Held::Unknown if *step > Step::Create => format!(
                "look at {place}: if it holds a key that works, run the rotation again; both keys work until then"
            ),
            Held::Other => {
                format!("see who else changes {place}, then run the rotation again")
            }
            Held::Old | Held::Unknown if new_key.is_some() && !new_key_is_gone => format!(
                "run the rotation again, which deletes {} and begins anew; or delete it yourself",
                id(new_key)
            ),
            Held::Old | Held::Unknown => cause_hint.map_or_else(
                || String::from("run the rotation again"),
                |hint| format!("{hint}; then run the rotation again"),
            ),
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let old = self.old_key.as_deref().unwrap_or("the old key");
        let new = self.new_key.as_deref().unwrap_or("the new key");
        match self.holds {
            Held::Old => write!(f, "{} holds {old}, as before", self.place)?,
            Held::New => write!(f, "{} holds {new}, which is new and works", self.place)?,
            Held::Other => write!(f, "{} holds a key that somebody else put there", self.place)?,
            Held::Unknown if self.step > Step::Create => {
                write!(f, "{} could not be read: it holds {old} or {new}", self.place)?;
            }
            Held::Unknown => write!(f, "{} is as before", self.place)?,
        }
        if self.holds == Held::New && !self.old_key_is_retired {
            write!(f, "; {old} is not retired yet")?;
        }
        match &self.new_key {
            Some(id) if self.new_key_is_gone => write!(f, "; the new key {id} was deleted again"),
            Some(id) if self.holds != Held::New => write!(f, "; the new key {id} is left over, and not used"),
            None if self.step == Step::Create && !self.new_key_is_gone => {
                f.write_str("; a new key may be left over, and is not used")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for RotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "the rotation failed while {}: {cause}", self.standing.step),
            None => write!(f, "the rotation was stopped before {}", self.standing.step),
        }
    }
}

impl std::error::Error for RotationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
