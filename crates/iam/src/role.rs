//! What a member may do.

use std::fmt;

/// The role of a member of a space or project, from the least to the most.
///
/// ```
/// use wml_auth_iam::Role;
///
/// assert!(Role::Viewer < Role::Editor && Role::Editor < Role::Admin);
/// assert_eq!(Role::parse("editor"), Some(Role::Editor));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May look.
    Viewer,
    /// May also deploy and score. The least that a service-level credential needs, as IBM describes it.
    Editor,
    /// May also manage members.
    Admin,
}

impl Role {
    /// Reads the platform's word for it, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Viewer, Self::Editor, Self::Admin]
            .into_iter()
            .find(|role| word.eq_ignore_ascii_case(role.as_str()))
    }

    /// The platform's word for it: `viewer`, `editor` or `admin`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }
}

/// `Viewer`, `Editor` or `Admin`, as the console writes it.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
