//! Why a task credential was not made, and what is kept now.

use std::fmt;

use wml_auth_core::AuthError;

use super::TaskStep;
use crate::halt::Halt;

/// The making of a task credential failed, or was stopped. Holds no secret.
///
/// `Display` says what happened at which step. [`standing`](Self::standing) says what is kept now, and
/// [`how_to_go_on`](Self::how_to_go_on) what to do.
#[derive(Clone, Debug)]
pub struct TaskError {
    cause: Option<AuthError>,
    standing: TaskStanding,
}

/// What is kept where after the making of a task credential did not come to its end.
///
/// `Display` is a sentence for people, without a full stop.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TaskStanding {
    /// The step at which it ended.
    pub step: TaskStep,
    /// What the platform keeps.
    pub keeps: Keeps,
    /// The id of the task credential that was to be replaced, where there is one.
    pub old: Option<String>,
    /// The id of the new one, where it was made.
    pub new: Option<String>,
    /// The name under which the new one is to be kept.
    pub name: String,
    /// The id of the new API key, where one was made.
    pub new_key: Option<String>,
    /// No new API key is left.
    pub new_key_is_gone: bool,
    /// The ids of API keys that are no longer kept, and still work.
    pub old_keys: Vec<String>,
}

/// What the platform keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Keeps {
    /// What it kept before.
    #[default]
    AsBefore,
    /// The new key, and the old one, too.
    Both,
    /// The new key.
    New,
    /// None: the old one had to go first, and the new one was not taken.
    None,
    /// It could not be found out whether it keeps the new key.
    Unknown,
}

impl TaskError {
    pub(super) fn new(halt: Halt, standing: TaskStanding) -> Self {
        Self { cause: halt.cause(), standing }
    }

    /// What failed; `None` when it was stopped by its hook.
    pub fn cause(&self) -> Option<&AuthError> {
        self.cause.as_ref()
    }

    /// What is kept.
    pub fn standing(&self) -> &TaskStanding {
        &self.standing
    }

    /// What to do, as a sentence without a full stop.
    pub fn how_to_go_on(&self) -> String {
        let TaskStanding { keeps, old, name, new_key, new_key_is_gone, old_keys, .. } = &self.standing;
        let hint = self.cause.as_ref().and_then(AuthError::hint);
        match keeps {
            Keeps::New if old_keys.is_empty() => String::from("there is nothing more to do"),
            Keeps::New => format!("delete {} by `wml-auth keys delete`", old_keys.join(", ")),
            Keeps::Both => format!(
                "delete {} by `wml-auth task-credentials delete`, then run the rotation again",
                old.as_deref().unwrap_or("the old one")
            ),
            Keeps::None => format!("make one anew by `wml-auth task-credentials create '{name}'`"),
            Keeps::Unknown => String::from(
                "look at `wml-auth task-credentials list`: where the name is there, rotate again; otherwise create it",
            ),
            Keeps::AsBefore if new_key.is_some() && !new_key_is_gone => String::from(
                "run it again, which deletes the new key and begins anew; or delete that yourself",
            ),
            Keeps::AsBefore => {
                hint.map_or_else(|| String::from("run it again"), |hint| format!("{hint}; then run it again"))
            }
        }
    }
}

impl fmt::Display for TaskStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let new = self.new.as_deref().unwrap_or("the new one");
        match (self.keeps, &self.old) {
            (Keeps::AsBefore, Some(old)) => write!(f, "the platform keeps {old}, as before")?,
            (Keeps::AsBefore, None) => f.write_str("the platform keeps what it kept before")?,
            (Keeps::Both, old) => write!(
                f,
                "the platform keeps {new}, which is new, and {} still",
                old.as_deref().unwrap_or("the old one")
            )?,
            (Keeps::New, _) => write!(f, "the platform keeps {new}, which is new")?,
            (Keeps::None, _) => {
                f.write_str("the platform keeps no key of yours: the old one is deleted, and the new one was not taken")?;
            }
            (Keeps::Unknown, _) => f.write_str("it is not known whether the platform keeps the new key")?,
        }
        match &self.new_key {
            Some(id) if self.new_key_is_gone => write!(f, "; the new API key {id} was deleted again")?,
            Some(id) if matches!(self.keeps, Keeps::AsBefore | Keeps::None) => {
                write!(f, "; the new API key {id} is left over, and kept by nobody")?;
            }
            None if self.step == TaskStep::Create && !self.new_key_is_gone => {
                f.write_str("; a new API key may be left over, and is kept by nobody")?;
            }
            _ => {}
        }
        match self.old_keys.as_slice() {
            [_, ..] if self.keeps == Keeps::New => {
                write!(f, "; the keys before it still work: {}", self.old_keys.join(", "))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(f, "the task credential failed while {}: {cause}", self.standing.step),
            None => write!(f, "it was stopped before {}", self.standing.step),
        }
    }
}

impl std::error::Error for TaskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
