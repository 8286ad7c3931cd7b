//! What a service-level credential is bound to.

use std::fmt;

use wml_auth_core::AuthError;

use crate::segment::path_segment;

/// A deployment space or a project, by its id.
///
/// ```
/// use wml_auth_iam::Target;
///
/// let target = Target::Space("1ee1bc4c-ae0e-4d43-ab07-b2ee3f0e5c2f".into());
/// assert_eq!(target.to_string(), "space 1ee1bc4c-ae0e-4d43-ab07-b2ee3f0e5c2f");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A deployment space: where deployments live.
    Space(String),
    /// A project: where models are made.
    Project(String),
}

impl Target {
    /// `space` or `project`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Space(_) => "space",
            Self::Project(_) => "project",
        }
    }

    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Space(id) | Self::Project(id) => id,
        }
    }

    /// Its path at the platform.
    pub(crate) fn path(&self) -> Result<String, AuthError> {
        let folder = match self {
            Self::Space(_) => "spaces",
            Self::Project(_) => "projects",
        };
        Ok(format!("/v2/{folder}/{}", path_segment(&format!("{} id", self.kind()), self.id())?))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.id())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let path = |id: &str| Target::Space(id.into()).path();
        assert_eq!(path("ab-1").unwrap(), "/v2/spaces/ab-1");
        assert_eq!(path("../members?x#y").unwrap(), "/v2/spaces/..%2Fmembers%3Fx%23y");
        assert_eq!(path("a b/é").unwrap(), "/v2/spaces/a%20b%2F%C3%A9");
        assert_eq!(Target::Project("p".into()).path().unwrap(), "/v2/projects/p");
        for id in ["", " ", ".", "..", "a\nb"] {
            assert!(path(id).unwrap_err().is_misconfigured(), "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn any_id_is_one_segment_or_refused(id in "\\PC{0,20}") {
            if let Ok(path) = Target::Space(id).path() {
                let url = url::Url::parse(&format!("https://h{path}")).unwrap();
                prop_assert_eq!(url.path(), path.as_str());
                prop_assert_eq!(url.path_segments().unwrap().count(), 3);
            }
        }
    }
}
