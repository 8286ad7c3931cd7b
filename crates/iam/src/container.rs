//! A space or project, as the platform describes it.

use serde::Deserialize;

use crate::Target;

/// What is known of a space or project.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Container {
    /// The name that people gave it; empty where the platform tells none.
    pub name: String,
    /// What state a space is in, such as `active`. Projects have none.
    pub state: Option<String>,
    /// The instance that its work runs on and is billed to.
    pub instance: Option<Instance>,
}

/// An instance of Watson Machine Learning, or of what stands in for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instance {
    /// Its id.
    pub guid: String,
    /// Its cloud resource name, where the platform tells it.
    pub crn: Option<String>,
    /// `machine_learning`; in a project it may be `code-assistant`.
    pub kind: String,
}

#[derive(Deserialize)]
pub(crate) struct Body {
    entity: Entity,
}

#[derive(Deserialize)]
struct Entity {
    name: Option<String>,
    status: Option<Status>,
    compute: Option<Vec<Compute>>,
}

#[derive(Deserialize)]
struct Status {
    state: Option<String>,
}

#[derive(Deserialize)]
struct Compute {
    r#type: Option<String>,
    guid: Option<String>,
    crn: Option<String>,
}

impl Body {
    pub(crate) fn into_container(self, target: &Target) -> Container {
        // The kinds that IBM's Python client takes.
        let kinds: &[&str] = match target {
            Target::Space(_) => &["machine_learning"],
            Target::Project(_) => &["machine_learning", "code-assistant"],
        };
        let instance = self.entity.compute.into_iter().flatten().find_map(|compute| {
            let kind = compute.r#type.filter(|kind| kinds.contains(&kind.as_str()))?;
            Some(Instance { guid: compute.guid?, crn: compute.crn, kind })
        });
        Container {
            name: self.entity.name.unwrap_or_default(),
            state: self.entity.status.and_then(|status| status.state),
            instance,
        }
    }
}
